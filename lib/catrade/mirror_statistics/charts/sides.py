"""Chart of both sides' figures of each flow and country in one period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.ticker import FuncFormatter

from catrade.charts import parts, style, words
from catrade.charts.labels import right_margin
from catrade.mirror_statistics.charts.gap import FLOW_HEADS, beside, source_line
from catrade.names import name_of
from catrade.trade_composition.charts.items import bar_axes
from pagemill import formats, numbers
from pagemill.display import Chart

_SIDES = [
    f"{side}_{end}" for side in ("china", "partner") for end in ("usd", "low_usd", "high_usd")
]


@style.house()
def both_sides(
    cells: pd.DataFrame,
    period: str,
    countries: Sequence[str],
    *,
    source: str = "",
    name: str = "both-sides",
) -> Chart:
    """Draw China's figure and the partner's of each flow and country in one period.

    Parameters
    ----------
    cells
        Result of `mirror.mirror_cells`. A figure that one side lacks is left open and said.
    period
        Which period to draw.
    countries
        Codes, in the order of the rows.
    """
    rows = cells[(cells["period"] == period) & cells["china_flow"].isin(["export", "import"])]
    rows = rows[rows["country"].isin(list(countries)) & (rows["quality"] == "ok")]
    about = f"Both sides' figures, {formats.period(period)}" if period else "Both sides' figures"
    if rows.empty:
        return parts.empty(about, name, "No year has both sides' figures for this selection.")
    side = (rows["reporter"] == "CHN").map({True: "china", False: "partner"})
    wide = rows.assign(side=side).pivot_table(
        index=["china_flow", "country"], columns="side", values=["value_usd", "low_usd", "high_usd"]
    )
    wide.columns = wide.columns.map(lambda name: f"{name[1]}_{name[0]}".replace("value_", ""))
    wide = wide.reindex(columns=_SIDES)
    order = [(flow, code) for flow in ("export", "import") for code in countries]
    wide = wide.loc[[key for key in order if key in wide.index]].reset_index()
    keys = list(zip(wide["china_flow"], wide["country"], strict=True))
    labels = [f"{FLOW_HEADS[flow]}: {name_of(code)}" for flow, code in keys]
    texts = [_pair_text(row) for row in wide.to_dict("records")]
    divisor, unit = style.axis_unit(float(rows["value_usd"].max()))
    figure, axes = bar_axes(
        labels, f"{about}, {unit}", right=right_margin(texts, 8.5) + 0.1, extra=0.24
    )
    places = range(len(wide))
    ends = wide[["china_usd", "partner_usd"]]
    axes.hlines(
        places, ends.min(axis=1, skipna=False), ends.max(axis=1, skipna=False), color=style.MUTED
    )
    looks = (("china", "China's figure", "o", "CHN"), ("partner", "the partner's", "D", "KAZ"))
    for which, text, mark, code in looks:
        colour = style.COUNTRY_COLOURS[code]
        axes.plot(
            wide[f"{which}_usd"],
            places,
            mark,
            color=colour,
            markersize=6,
            label=text,
            zorder=4,
            clip_on=False,
        )
    axes.set_xlim(0, 1.04 * float(rows["value_usd"].max()) or 1)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v / divisor:g}"))
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.1)
    beside(axes, texts)
    gap = (wide["china_usd"] - wide["partner_usd"]).abs().fillna(-1)
    title = f"No flow has both sides' figures in {period}"
    if gap.max() >= 0:
        flow, code = keys[int(gap.to_numpy().argmax())]
        lead = "Widest gap" if (gap >= 0).sum() > 1 else "Gap"
        money = numbers.format_usd(*[float(gap.max())] * 3)
        title = f"{lead}: {words.subject(['CHN'], [code], flow)}, {money}"
    return Chart(
        figure,
        title,
        f"Dot chart: {about}. "
        + "; ".join(f"{a}: {b}" for a, b in zip(labels, texts, strict=True))
        + ".",
        rows.reset_index(drop=True),
        source=source or source_line(rows),
        note="Right: China's figure, the partner's, and their ratio.",
        name=name,
    )


def _pair_text(row: dict[Any, Any]) -> str:
    china, partner = (_money(row, side) for side in ("china", "partner"))
    if not (china and partner):
        return f"{china}; no figure of its own" if china else f"{partner}; no figure of China's"
    if not row["partner_low_usd"] > 0:
        return f"{china} and {partner}"
    return f"{china} and {partner}: {row['china_usd'] / row['partner_usd']:.2f}"


def _money(row: dict[Any, Any], side: str) -> str:
    if formats.is_missing(row[f"{side}_usd"]):
        return ""
    ends = ("usd", "low_usd", "high_usd")
    keys = ("value_usd", "low_usd", "high_usd")
    return parts.short_money({k: row[f"{side}_{e}"] for k, e in zip(keys, ends, strict=True)})
