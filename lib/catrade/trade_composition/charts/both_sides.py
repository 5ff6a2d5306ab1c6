"""Charts of both sides' figures of one flow, and of what gold does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from catrade.charts import style, words
from catrade.charts.labels import right_margin
from catrade.charts.parts import bars
from catrade.trade_composition.charts.items import bar_axes, empty, flow_name, item_labels
from catrade.trade_composition.concentration import item_column
from pagemill import formats, numbers
from pagemill.display import Chart
from pagemill.errors import ParameterError


@style.house()
def both_books(
    pairs: pd.DataFrame,
    *,
    top_n: int = 12,
    note: str = "",
    source: str = "",
    name: str = "both-books",
) -> Chart:
    """Set the exporter's and the importer's figure of each item side by side, for one year.

    Parameters
    ----------
    pairs
        What `compare_reporters` returns, for one flow and year; with `shares_of_gap`, the share of
        the gap stands beside the ratio.
    note
        What a reader must know of the items, such as that they are not the whole flow.
    top_n
        How many items to draw, the largest first (by the larger of the two figures).

    Raises
    ------
    ParameterError
        If the table holds several flows or years.
    """
    if pairs.empty:
        return empty("goods in both sides' statistics", name)
    flows = pairs[["exporter", "importer", "year"]].drop_duplicates()
    if len(flows) != 1:
        message = f"both_books draws one flow in one year; the table has {len(flows)} of them"
        raise ParameterError(message)
    exporter, importer, year = flows.iloc[0]
    item = item_column(pairs, "both_books")
    largest = pairs[["exporter_usd", "importer_usd"]].max(axis=1)
    rows = pairs.loc[largest.sort_values(ascending=False).index[:top_n]].reset_index(drop=True)
    labels = item_labels(rows, item)
    whole = f"{flow_name(exporter, importer)} in {year}"
    divisor, unit = style.axis_unit(float(largest.max()))
    columns = [("ratio", [_ratio(value) for value in rows["ratio"]])]
    if "share_of_gap" in rows.columns and rows["share_of_gap"].notna().any():
        columns.append(("of gap", [_whole_percent(value) for value in rows["share_of_gap"]]))
    figure, axes = bar_axes(
        labels, f"{whole}, {unit}", right=0.25 + _COLUMN * len(columns), extra=0.24
    )
    places = range(len(rows))
    sides = {
        "exporter": (f"{words.owner(exporter)} exports", style.CATEGORY_COLOURS[0], "o"),
        "importer": (f"{words.owner(importer)} imports", style.CATEGORY_COLOURS[1], "D"),
    }
    ends = rows[["exporter_usd", "importer_usd"]]
    axes.hlines(places, ends.min(axis=1), ends.max(axis=1), color=style.MUTED, linewidth=1.4)
    for side, (label, colour, mark) in sides.items():
        axes.plot(
            rows[f"{side}_usd"],
            places,
            mark,
            color=colour,
            markersize=6.5,
            label=label,
            zorder=4,
            clip_on=False,
        )
    axes.set_xlim(0, 1.04 * float(largest.max()))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v / divisor:g}"))
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.1)
    for number, (head, texts) in enumerate(columns):
        _column(axes, head, texts, 14 + 72 * _COLUMN * number)
    # The widest gap in dollars, among items that both sides list.
    both = rows[rows["ratio"].notna()]
    gap = both.loc[[both["difference_usd"].abs().idxmax()]].iloc[0] if len(both) else None
    title = f"{whole}: no item is listed by both sides"
    alt = [f"Dot plot of {whole}, {len(rows)} largest items, as both sides report them."]
    if gap is not None:
        label = item_labels(both.loc[[gap.name]], item)[0]
        title = (
            f"{label}: {_usd(gap['exporter_usd'])} exported, {_usd(gap['importer_usd'])} imported"
        )
        alt.append(f"Widest gap: {title}.")
        alt += [_extreme(both, item, "highest"), _extreme(both, item, "lowest")]
    alt.append("All items, exporter and importer: " + "; ".join(_both(rows, labels)) + ".")
    return Chart(
        figure,
        title,
        " ".join(alt),
        rows,
        source
        or f"Statistics of {words.country(exporter)} and of {words.country(importer)}, as "
        "listed under Sources.",
        " ".join(filter(None, (note, _HOW_TO_READ))),
        name,
    )


#: Inches a column of figures beside the bars takes.
_COLUMN = 0.55
_HOW_TO_READ = (
    "Ratio: importer's figure over exporter's; imports include freight and insurance, which alone "
    "would put it a little above 1. –: one side does not list the item."
)


def _column(axes: Any, head: str, texts: Sequence[str], right: float) -> None:
    """Write a column of figures, one a row, so many points right of the axes."""
    place = {"textcoords": "offset points", "fontsize": 8.5}
    axes.annotate(
        head, (1, 1), xycoords="axes fraction", xytext=(right, 8), color=style.MUTED, **place
    )
    for row, text in enumerate(texts):
        axes.annotate(
            text,
            (1, row),
            xycoords=("axes fraction", "data"),
            xytext=(right, 0),
            va="center_baseline",
            **place,
        )


def _ratio(value: float) -> str:
    """Return a ratio for a narrow column; beyond tenfold only that."""
    if math.isnan(value):
        return "–"
    return "> 10" if value > 10 else f"{value:.2f}" if value >= 0.005 else "< 0.01"


def _whole_percent(value: float) -> str:
    return "–" if math.isnan(value) else f"{formats.fixed(100 * value, 0)}%"


def _usd(value: float) -> str:
    return numbers.format_usd(value, value, value)


def _extreme(both: pd.DataFrame, item: str, which: str) -> str:
    at = both["ratio"].idxmax() if which == "highest" else both["ratio"].idxmin()
    row = both.loc[[at]]
    return f"{words.capital(which)} ratio: {item_labels(row, item)[0]}, {row['ratio'].iloc[0]:.2f}."


def _both(rows: pd.DataFrame, labels: Sequence[str]) -> list[str]:
    def figure(value: float) -> str:
        return "not listed" if math.isnan(value) else _usd(value)

    of = zip(labels, rows["exporter_usd"], rows["importer_usd"], strict=True)
    return [f"{label} {figure(a)} and {figure(b)}" for label, a, b in of]


@style.house()
def gold_effect(effect: pd.DataFrame, *, source: str = "", name: str = "gold-effect") -> Chart:
    """Draw one country's sales to China with and without gold, and the region's growth likewise.

    Parameters
    ----------
    effect
        What `catrade.trade_composition.both_sides.gold_effect` returns.
    """
    imports = effect[effect["measure"] == "imports"].reset_index(drop=True)
    growth = effect[effect["measure"] == "growth"].reset_index(drop=True)
    before, now, gold, rest = (imports.iloc[n] for n in range(4))
    country = str(now["series"]).removesuffix(", all goods")
    year, last_year = now["period"], before["period"]
    width, height = style.WIDTH, 2.95
    figure = Figure(figsize=(width, height))
    left = 0.2 + right_margin(list(growth["series"])) - 0.15

    def panel(top: float, tall: float, right: float) -> Any:
        box = (left / width, 1 - (top + tall) / height, 1 - (left + right) / width, tall / height)
        axes = figure.add_axes(box)
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(length=0)
        axes.set_xticks([])
        axes.axvline(0, color=style.MUTED, linewidth=0.8)
        return axes

    def text(axes: Any, x: float, y: float, said: str, **more: Any) -> None:
        axes.annotate(
            said, (x, y), xytext=(5, 0), textcoords="offset points", va="center_baseline",
            annotation_clip=False, **more,
        )  # fmt: skip

    parts = f"{_money(gold)} gold,\n{_money(rest)} all other"
    right = right_margin(parts.split("\n")) + 0.05
    money = panel(0.42, 0.75, right)
    blue, amber = style.CATEGORY_COLOURS[0], style.CATEGORY_COLOURS[1]
    sizes = [before["value"], rest["value"], gold["value"]]
    paints = [style.NOT_ALLOCATED, blue, amber]
    bars(money, [0, 1, 1], sizes, 0.7, paints, [0, 0, rest["value"]], flat=True)
    money.set_yticks([0, 1], [last_year, year])
    money.set_ylim(1.6, -0.6)
    money.set_xlim(0, float(now["value"]))
    text(money, before["value"], 0, f"{_money(before)}, all goods")
    text(money, now["value"], 1, parts, fontsize=9)
    figure.text(
        0.012, 1 - 0.2 / height, f"China's imports from {country}, $ billion",
        fontsize=9.5, fontweight="bold", va="center",
    )  # fmt: skip
    rates = panel(1.82, 0.75, right)
    bars(rates, [0, 1], growth["value"], 0.7, [amber, blue], flat=True)
    rates.set_yticks([0, 1], list(growth["series"]))
    rates.set_ylim(1.6, -0.6)
    rates.set_xlim(min(0.0, float(growth["low"].min())), float(growth["high"].max()))
    reach = [growth["value"] - growth["low"], growth["high"] - growth["value"]]
    rates.errorbar(growth["value"], [0, 1], xerr=reach, fmt="none", ecolor=style.INK, elinewidth=1)
    for place, row in enumerate(growth.to_dict("records")):
        text(rates, max(float(row["high"]), 0.0), place, _rate(row))
    figure.text(
        0.012, 1 - 1.6 / height, f"Growth of China's imports, {last_year} to {year}, %",
        fontsize=9.5, fontweight="bold", va="center",
    )  # fmt: skip
    share = effect[effect["measure"] == "gold_share"].iloc[0]
    title = (
        f"Without {country}, imports grew {_rate(growth.iloc[1])} in {year}, "
        f"not {_rate(growth.iloc[0])}"
    )
    part = effect[effect["measure"] == "share_of_increase"]
    alt = (
        f"Two bar charts. China's imports from {country}: {_money(before)} in {last_year}; "
        f"{_money(now)} in {year}, of which gold {_money(gold)} (largest part, {_rate(share)}) and "
        f"all other goods {_money(rest)} (smallest). Growth of China's imports in {year}: "
        + "; ".join(f"{row['series']} {_rate(row)}" for row in growth.to_dict("records"))
        + "."
    )
    if len(part):
        alt += f" {country}'s part of the region's increase: {_rate(part.iloc[0])}."
    return Chart(
        figure,
        title,
        alt,
        effect.reset_index(drop=True),
        source or "Statistics of China, as published in the sources listed under Sources.",
        "Whiskers: what the rounding of the published figures allows. No value of the gold was "
        f"found for {last_year}.",
        name,
    )


def _money(row: Any) -> str:
    return numbers.format_usd(float(row["value"]), float(row["low"]), float(row["high"]))


def _rate(row: Any) -> str:
    return numbers.format_percent(float(row["value"]), float(row["low"]), float(row["high"]))
