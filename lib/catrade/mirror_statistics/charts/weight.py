"""Charts of one country's weight: the region's growth without it, and its trade by month."""

from __future__ import annotations

import pandas as pd
from matplotlib.ticker import FuncFormatter

from catrade.charts import parts, style, words
from catrade.charts.labels import right_margin
from catrade.mirror_statistics.charts.gap import FLOW_HEADS, beside, source_line
from catrade.names import name_of
from catrade.trade_composition.charts.items import bar_axes
from catrade.trade_growth.charts.months import monthly
from pagemill import formats
from pagemill.display import Chart


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


def monthly_peak(months: pd.DataFrame, country: str, *, name: str = "monthly") -> Chart:
    """Draw one flow by month in yuan, with its highest month as the title.

    Parameters
    ----------
    months
        Months of China and one partner, of one flow (`running.figures`).
    """
    flow = str(months["flow"].iloc[0]) if len(months) else "import"
    subject = words.subject(["CHN"], [country], flow)
    chart = monthly(months, subject=subject, name=name)
    if len(months):
        top = months.sort_values("value").iloc[-1]
        when = formats.period(top["period"])
        chart.title = f"{subject} peaked at {words.amount(top, 'CNY')} in {when}"
    return chart
