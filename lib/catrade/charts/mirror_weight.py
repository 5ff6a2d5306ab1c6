"""Charts of one country's weight: the region's growth without it, and its trade by month."""

from __future__ import annotations

import pandas as pd
from matplotlib.ticker import FuncFormatter

from catrade import formats
from catrade.charts import parts, style, words
from catrade.charts.items import bar_axes
from catrade.charts.labels import right_margin
from catrade.charts.mirror import FLOW_HEADS, beside, source_line
from catrade.display import Chart
from catrade.names import name_of


@style.house()
def with_and_without(
    rates: pd.DataFrame, country: str, *, source: str = "", name: str = "with-and-without"
) -> Chart:
    """Draw the region's growth with and without one country, a row a flow and year.

    Parameters
    ----------
    rates
        Result of `mirror.without_country`, the years to show.
    country
        Which country was left out.
    """
    rows = rates[rates["series"].isin(["region", "without"])]
    both = rows.groupby(["flow", "period"])["series"].transform("nunique") == 2
    rows = rows[both]
    about = f"Growth of China's trade with Central Asia with and without {name_of(country)}"
    if rows.empty:
        return parts.empty(about, name)
    order = {flow: n for n, flow in enumerate(("import", "export", "total"))}
    rows = rows.assign(_f=rows["flow"].map(order)).sort_values(["_f", "period", "series"])
    rows = rows.drop(columns="_f").reset_index(drop=True)
    write = words.share("growth", "growth_low", "growth_high", signed=True)
    pairs = [part.set_index("series") for _, part in rows.groupby(["flow", "period"], sort=False)]
    labels = [f"{FLOW_HEADS[p['flow'].iloc[0]]} {p['period'].iloc[0]}" for p in pairs]
    texts = [f"{write(p.loc['region'])}, without {write(p.loc['without'])}" for p in pairs]
    figure, axes = bar_axes(
        labels, "Change on the year before, %", right=right_margin(texts, 8.5) + 0.1, extra=0.24
    )
    low, high = float(rows["growth_low"].min()), float(rows["growth_high"].max())
    axes.set_xlim(min(0.0, low) * 1.1, max(0.0, high) * 1.06)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: formats.fixed(100 * v, 0)))
    axes.axvline(0, color=style.MUTED, linewidth=0.8)
    looks = {"region": ("all five", "o", style.COUNTRY_COLOURS["CA5"]),
             "without": (f"without {name_of(country)}", "D", style.MUTED)}  # fmt: skip
    for series, (text, mark, colour) in looks.items():
        ends = [p.loc[series] for p in pairs]
        axes.plot([e["growth"] for e in ends], range(len(pairs)), mark, color=colour, label=text,
                  markersize=6, zorder=4)  # fmt: skip
        axes.hlines(range(len(pairs)), [e["growth_low"] for e in ends],
                    [e["growth_high"] for e in ends], color=colour, linewidth=1.4)  # fmt: skip
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.1)
    beside(axes, texts)
    newest = rows[(rows["flow"] == rows["flow"].iloc[0])]
    newest = newest[newest["period"] == newest["period"].max()].set_index("series")
    change = [words.grew(newest.loc[series].to_dict()) for series in ("region", "without")]
    less = change[1].removeprefix(f"{change[0].split(' ')[0]} ")
    return Chart(
        figure,
        f"{words.subject(['CHN'], ['CA5'], str(rows['flow'].iloc[0]))} {change[0]}, without "
        f"{name_of(country)} {less}",
        f"Dot chart: {about}. {'; '.join(f'{a} {b}' for a, b in zip(labels, texts, strict=True))}.",
        rows,
        source=source or source_line(rows),
        note="Lines: what rounding allows; revisions can be larger.",
        name=name,
    )


@style.house()
def monthly_bars(
    months: pd.DataFrame, country: str, *, source: str = "", name: str = "monthly"
) -> Chart:
    """Draw one flow by month, months without a figure shaded.

    Parameters
    ----------
    months
        Monthly cells of one reporter, partner and flow.
    """
    rows = months.sort_values("period").reset_index(drop=True)
    flow = str(rows["flow"].iloc[0]) if len(rows) else "import"
    subject = words.subject(["CHN"], [country], flow)
    if rows.empty:
        return parts.empty(f"{subject} by month", name)
    periods = pd.period_range(rows["period"].iloc[0], rows["period"].iloc[-1], freq="M").astype(str)
    place = {text: n for n, text in enumerate(periods)}
    figure, (axes,) = style.new_figure(2.9, margins=(0.5, 0.2, 0.36, 0.48))
    axes.set_xlim(-0.6, len(periods) - 0.4)
    axes.set_ylim(*parts.limits(rows, "low_usd", "high_usd"))
    style.money_axis(axes, float(rows["value_usd"].max()), f"{subject} by month")
    at = rows["period"].map(place)
    parts.bars(axes, at, rows["value_usd"], 0.7, parts.colour_of(country))
    gaps = [text for text in periods if text not in set(rows["period"])]
    for text in gaps:
        axes.axvspan(place[text] - 0.5, place[text] + 0.5, color=style.SOFT, zorder=0, linewidth=0)
    step = max(1, -(-len(periods) // 12))
    ticks = [text for n, text in enumerate(periods) if n % step == 0]
    axes.set_xticks(
        [place[t] for t in ticks], [f"{formats.month(int(t[5:]))}\n{t[:4]}" for t in ticks]
    )
    top = rows.sort_values("value_usd", kind="stable").iloc[-1]
    return parts.finish(
        figure,
        rows,
        title=f"{subject} peaked at {words.money(top)} in {formats.period(top['period'])}",
        alt=f"Bar chart by month. {words.run(subject, rows, 'value_usd', words.money)}"
        + (f" No figure for {formats.join([formats.period(t) for t in gaps])}." if gaps else ""),
        source=source or source_line(rows),
        note=" ".join(
            filter(None, [f"Shaded: no figure ({formats.join([formats.period(t) for t in gaps])})."
                          if gaps else "", words.basis_note(rows)])
        ),
        name=name,
    )  # fmt: skip
