"""Chart of the structure by SITC section in 1995, 2005 and 2015, UNCTAD's matrix."""

from __future__ import annotations

import pandas as pd

from catrade.charts import parts, style, words
from catrade.trade_composition.charts.items import (
    bar_axes,
    empty,
    flow_name,
    goods,
    one_flow,
    percent_text,
    percent_ticks,
    share_text,
)
from pagemill.display import Chart

#: Short names of SITC sections, our words.
SITC = {
    "0": "Food",
    "1": "Drink and tobacco",
    "2": "Raw materials",
    "3": "Fuels",
    "4": "Oils and fats",
    "5": "Chemicals",
    "6": "Metals, textiles, materials",
    "7": "Machinery and vehicles",
    "8": "Clothing and household goods",
    "9": "Not classified",
}


@style.house()
def published_groups(
    groups: pd.DataFrame, *, newer: str = "", source: str = "", name: str = "sitc-structure"
) -> Chart:
    """Compare the SITC structure of one flow in the years it was published for.

    Parameters
    ----------
    groups
        `load_composition_groups(exporter, importer, classification="SITC1")`: 1995, 2005, 2015.
    newer
        Where newer tables of this flow stand, such as "newer tables stand above".
    """
    if groups.empty:
        return empty("goods by SITC section", name)
    exporter, importer, _ = one_flow(groups, "published_groups")
    years = sorted(groups["year"].unique())
    wide = groups.pivot_table(index="code", columns="year", values="share").fillna(0.0)
    wide = wide.sort_values(years[-1], ascending=False, kind="stable")
    labels = [SITC[code] for code in wide.index]
    last = int(years[-1])
    whole = goods(exporter, importer)
    title = f"Share of {whole} by SITC section, % (UNCTAD)"
    figure, axes = bar_axes(labels, title, right=0.55, extra=0.0)
    figure.set_figheight(0.95 + 0.4 * len(wide))
    height = figure.get_figheight()
    box = axes.get_position()
    axes.set_position((box.x0, 0.28 / height, box.width, 1 - (0.28 + 0.64) / height))
    figure.texts[0].set_y(1 - 0.2 / height)
    shades = [style.NOT_ALLOCATED, *style.CATEGORY_COLOURS[4::-4]][-len(years) :]
    thick = 0.8 / len(years)
    for number, year in enumerate(years):
        at = [place + (number - (len(years) - 1) / 2) * thick for place in range(len(wide))]
        parts.bars(axes, at, wide[year], thick * 0.92, shades[number], flat=True, label=str(year))
        if year == years[-1]:
            for place, value in zip(at, wide[year], strict=True):
                axes.annotate(
                    percent_text(value).removesuffix("%"),
                    (value, place),
                    xytext=(4, 0),
                    textcoords="offset points",
                    va="center_baseline",
                    fontsize=8.5,
                )
    axes.set_xlim(0, float(wide.to_numpy().max()) * 1.02)
    percent_ticks(axes)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=len(years), borderaxespad=0.2)
    top = percent_text(float(wide[last].iloc[0]))
    of = parts.split(groups.sort_values("year"), "code")
    runs = [words.run(SITC[code], of[code], "share", share_text) for code in wide.index]
    estimated = (groups["estimated"] != "").any() if "estimated" in groups.columns else False
    newer = f"; {newer}" if newer else ""
    note = f"UNCTAD's matrix ends in {last}{newer}: it is history, not today's structure."
    if estimated:
        note += " The exporter's reports are missing or may be; the values are UNCTAD's estimates."
    return Chart(
        figure,
        f"{labels[0]}: {top} of {flow_name(exporter, importer)}, {last}",
        f"Bar chart of {whole} by section of the SITC in {words.years(years)}. "
        f"Largest in {last}: {labels[0]}, {top}. {' '.join(runs)}",
        groups.reset_index(drop=True),
        source or "UNCTAD merchandise trade matrix, as listed under Sources.",
        note,
        name,
    )
