"""Charts of one country's weight: the region's growth without it, and its trade by month."""

from __future__ import annotations

import pandas as pd
from matplotlib.ticker import FuncFormatter

from catrade import formats
from catrade.charts import parts, style, words
from catrade.charts.items import ON_PAPER, bar_axes
from catrade.charts.labels import right_margin
from catrade.charts.mirror import FLOW_HEADS, flow_words, source_line
from catrade.display import Chart
from catrade.names import name_of


@style.house()
def with_and_without(
    rates: pd.DataFrame, country: str, *, source: str = "", name: str = "with-and-without"
) -> Chart:
    """Draw the region's growth with and without one country, each flow and year.

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
    heads = {"region": "all five", "without": f"without {name_of(country)}"}
    labels = [f"{FLOW_HEADS[r['flow']]} {r['period']}, {heads[r['series']]}" for r in
              rows.to_dict("records")]  # fmt: skip
    write = words.share("growth", "growth_low", "growth_high", signed=True)
    texts = [write(row) for row in rows.to_dict("records")]
    figure, axes = bar_axes(labels, "Change on the year before, %", right=right_margin(texts) + 0.1)
    colours = [style.FLOW_COLOURS[r["flow"]] if r["series"] == "region" else style.NOT_ALLOCATED
               for r in rows.to_dict("records")]  # fmt: skip
    parts.bars(axes, range(len(rows)), rows["growth"], 0.7, colours, flat=True)
    low = min(0.0, float(rows["growth_low"].min()))
    axes.set_xlim(low * 1.1, max(0.0, float(rows["growth_high"].max())) * 1.02)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: formats.fixed(100 * v, 0)))
    axes.axvline(0, color=style.MUTED, linewidth=0.8)
    for place, (row, text) in enumerate(zip(rows.to_dict("records"), texts, strict=True)):
        axes.plot([row["growth_low"], row["growth_high"]], [place, place], color=style.INK,
                  linewidth=1)  # fmt: skip
        axes.annotate(text, (max(row["growth_high"], 0), place), xytext=(5, 0), fontsize=8.5,
                      textcoords="offset points", va="center_baseline", annotation_clip=False,
                      bbox=ON_PAPER)  # fmt: skip
    newest = rows[(rows["flow"] == rows["flow"].iloc[0])]
    newest = newest[newest["period"] == newest["period"].max()].set_index("series")
    change = {name: words.grew(newest.loc[name].to_dict()) for name in ("region", "without")}
    return Chart(
        figure,
        f"{words.capital(flow_words(str(rows['flow'].iloc[0])))} "
        f"{words.grew(newest.loc['region'])} in {newest['period'].iloc[0]}; without "
        f"{name_of(country)} they {change['without']}",
        f"Bar chart: {about}. {'; '.join(f'{a} {b}' for a, b in zip(labels, texts, strict=True))}.",
        rows,
        source=source or source_line(rows),
        note="Thin lines: what rounding allows. The region less the country is computed from "
        "figures rounded independently.",
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
