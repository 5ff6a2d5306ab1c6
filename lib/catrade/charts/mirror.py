"""Charts of mirror statistics: ratios, where the gap sits, what freight explains, one country."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.ticker import FuncFormatter, NullLocator

from catrade import formats, numbers
from catrade.charts import parts, style, words
from catrade.charts.items import ON_PAPER, bar_axes
from catrade.charts.labels import end_labels, right_margin
from catrade.display import Chart
from catrade.names import name_of

_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
_RATIO = ("ratio", "ratio_low", "ratio_high")


def times(row: Any, column: str = "ratio") -> str:
    """Return a ratio with the digits its interval bears.

    Examples
    --------
    >>> times({"ratio": 4.0742, "ratio_low": 4.07, "ratio_high": 4.08})
    '4.07'
    """
    value = float(row[column])
    ends = [row.get(f"{column}_{end}") for end in ("low", "high")]
    low, high = (value if formats.is_missing(end) else float(end) for end in ends)
    if not low <= value <= high:
        low = high = value
    places = numbers.digits(value, low, high, 2)
    return f"{value:.{2 if places is None else min(places, 2 if value < 10 else 1)}f}"


@style.house()
def ratio_lines(
    mirrored: pd.DataFrame, flow: str = "total", *, source: str = "", name: str = "mirror-ratio"
) -> Chart:
    """Draw the mirror ratio of one flow over the years, one line a country, log scale.

    Parameters
    ----------
    mirrored
        Result of `mirror.pairs`; doubtful pairs are hollow.
    flow
        total, export or import, as China sees it.
    """
    rows = mirrored[(mirrored["flow"] == flow) & mirrored["ratio"].notna()].sort_values("year")
    about = f"Ratio of the two sides' figures, {flow_words(flow)}"
    if rows.empty:
        return parts.empty(about, name, "No year has both sides' figures for this selection.")
    rows = rows.assign(basis=rows["quality"].map({"ok": "published"}).fillna("doubtful"))
    by_country = parts.split(rows, "country")
    of = {code: by_country[code] for code in parts.ordered(list(by_country))}
    first, last = int(rows["year"].min()), int(rows["year"].max())
    labels = {
        c: parts.dated(f"{name_of(c)} {times(part.iloc[-1])}", part.iloc[-1], last)
        for c, part in of.items()
    }
    figure, (axes,) = style.new_figure(
        3.7, margins=(0.5, right_margin(list(labels.values())), 0.36, 0.32)
    )
    style.year_axis(axes, first, last)
    _ratio_scale(axes, rows, "y")
    axes.set_title(f"China's figure over the partner's, {flow_words(flow)} (1 = they agree)")
    axes.axhline(1, color=style.MUTED, linewidth=1.2)
    for code, part in of.items():
        parts.line(axes, part, _RATIO, parts.colour_of(code), 2.4 if code == "CA5" else 1.8)
    end_labels(
        axes, [(*parts.end(part, "ratio"), labels[c], parts.colour_of(c)) for c, part in of.items()]
    )
    newest = pd.DataFrame(
        [part.iloc[-1] for part in of.values() if part["quality"].iloc[-1] == "ok"]
    )
    top = (newest if len(newest) else rows).sort_values("ratio").iloc[-1]
    alt = [f"Line chart on a logarithmic scale, {words.span(rows)}: {about}."]
    alt += [words.run(name_of(c), part, "ratio", times) for c, part in of.items()]
    margin = float(rows["cif_margin"].max())
    notes = [] if margin else ["Exports as reported f.o.b., imports as reported c.i.f."]
    notes += [f"Importers' figures less a c.i.f. margin of {margin:.0%}."] if margin else []
    if (rows["quality"] == "doubtful").any():
        notes.append("Hollow: a figure that is doubtful or repeats the other side's.")
    return parts.finish(
        figure,
        rows,
        title=f"{words.subject(['CHN'], [top['country']], flow)} in {top['period']}: "
        f"China's figure is {times(top)} times the partner's",
        alt=" ".join(alt),
        source=source or source_line(rows),
        note=" ".join(notes),
        name=name,
    )


@style.house()
def gap_bars(
    gap: pd.DataFrame, period: str, *, source: str = "", name: str = "gap-by-country"
) -> Chart:
    """Draw where the dollars between the two books sit in one period, by flow and country.

    Parameters
    ----------
    gap
        Result of `mirror.gap_by_country` (or `pairs` of one country).
    period
        Which period to draw.
    """
    rows = gap[gap["period"] == period]
    about = f"China's figure less the partner's, {formats.period(period)}"
    flows = [flow for flow in ("export", "import", "total") if flow in set(rows["flow"])]
    if rows.empty:
        return parts.empty(about, name)
    rows = pd.concat([rows[rows["flow"] == flow] for flow in flows], ignore_index=True)
    labels = [f"{FLOW_HEADS[r['flow']]}: {name_of(r['country'])}" for r in rows.to_dict("records")]
    texts = [_gap_text(row) for row in rows.to_dict("records")]
    figure, axes = bar_axes(labels, f"{about}, $ billion", right=right_margin(texts, 8.5) + 0.15)
    colours = [parts.colour_of(code) for code in rows["country"]]
    parts.bars(axes, range(len(rows)), rows["difference_usd"], 0.7, colours, flat=True)
    low, high = (
        min(0.0, float(rows["difference_low_usd"].min())),
        float(rows["difference_high_usd"].max()),
    )
    axes.set_xlim(low * 1.04, max(high, 0.0) * 1.02)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: formats.fixed(v / 1e9, 0)))
    axes.axvline(0, color=style.MUTED, linewidth=0.8)
    for place, (value, text) in enumerate(zip(rows["difference_usd"], texts, strict=True)):
        axes.annotate(text, (max(value, 0.0), place), xytext=(4, 0), fontsize=8.5,
                      textcoords="offset points", va="center_baseline", annotation_clip=False,
                      bbox=ON_PAPER)  # fmt: skip
    for flow in flows[1:]:
        axes.axhline(list(rows["flow"]).index(flow) - 0.5, color=style.GRID, linewidth=0.8)
    lead = "total" if "total" in flows else flows[0]
    part = rows[rows["flow"] == lead].sort_values("difference_usd")
    top, whole = part.iloc[-1], float(part["difference_usd"].sum())
    missing = str(top.get("missing", "")) if len(set(rows["country"])) > 1 else ""
    note = f"Not in the sums, without a figure on both sides: {_named(missing)}." if missing else ""
    title = (
        f"Of a gap of {numbers.format_usd(whole, whole, whole)} in {period}, "
        f"{numbers.format_usd(*_three(top))} sits in {name_of(top['country'])}"
    )
    if len(part) == 1 or formats.is_missing(top.get("share")):
        title = (
            f"China's figure of {flow_words(lead)} with {name_of(top['country'])} in {period} "
            f"differs by {numbers.format_usd(*_three(top), signed=True)}"
        )
    return Chart(
        figure,
        title,
        f"Bar chart: {about}, by flow and country. "
        + "; ".join(f"{a} {b}" for a, b in zip(labels, texts, strict=True))
        + ".",
        rows,
        source=source or source_line(rows),
        note=note,
        name=name,
    )


@style.house()
def cif_effect(
    explained: pd.DataFrame, *, source: str = "", name: str = "what-freight-explains"
) -> Chart:
    """Draw each country's ratio as reported and after a c.i.f. margin, newest year of each flow.

    Parameters
    ----------
    explained
        Result of `mirror.explained`: reported_ratio, and ratio at each margin.
    """
    about = "Ratio as reported and with imports brought to f.o.b."
    good = explained[explained["quality"] == "ok"]
    if good.empty:
        return parts.empty(about, name)
    newest = good.groupby(["country", "flow"])["year"].transform("max")
    rows = good[good["year"] == newest]
    keys = rows[["country", "flow", "period"]].drop_duplicates()
    rank = keys.assign(_c=keys["country"].map(parts.ordered(list(keys["country"])).index))
    keys = rank.sort_values(["flow", "_c"]).drop(columns="_c").reset_index(drop=True)
    labels = [f"{FLOW_HEADS[f]}: {name_of(c)} {p}" for c, f, p in keys.itertuples(index=False)]
    margins = sorted(rows["margin"].unique())
    texts, drawn = [], []
    for country, flow, period in keys.itertuples(index=False):
        part = rows[
            (rows["country"] == country) & (rows["flow"] == flow) & (rows["period"] == period)
        ]
        part = part.sort_values("margin")
        values = [float(part["reported_ratio"].iloc[0]), *part["ratio"].astype(float)]
        drawn.append(values)
        texts.append(" → ".join(f"{v:.2f}" if v < 10 else f"{v:.1f}" for v in values))
    figure, axes = bar_axes(labels, "China's figure over the partner's (1 = they agree)",
                            right=right_margin(texts, 8.5) + 0.15, extra=0.2)  # fmt: skip
    flat = pd.DataFrame(
        {"ratio_low": [min(v) for v in drawn], "ratio_high": [max(v) for v in drawn]}
    )
    _ratio_scale(axes, flat, "x")
    axes.axvline(1, color=style.MUTED, linewidth=1.2)
    faces = [style.INK, *("none" for _ in margins)]
    marks = ["o", *("s", "D", "^", "v")[: len(margins)]]
    for place, values in enumerate(drawn):
        axes.plot([values[0], values[-1]], [place, place], color=style.MUTED, linewidth=1.4)
        for value, face, mark in zip(values, faces, marks, strict=True):
            axes.plot([value], [place], mark, color=style.INK, markerfacecolor=face,
                      markersize=4.5, markeredgewidth=1.1)  # fmt: skip
        edge = axes.get_xlim()[1]
        axes.annotate(texts[place], (edge, place), xytext=(6, 0), textcoords="offset points",
                      va="center_baseline", fontsize=8.5, annotation_clip=False)  # fmt: skip
    worse = rows[(rows["margin"] == max(margins)) & (rows["explained"] < 0)]
    percent = " and ".join(f"{m:.0%}" for m in margins)
    share = f"{len(worse)} of {len(keys)}"
    return Chart(
        figure,
        f"A c.i.f. margin of {max(margins):.0%} widens the gap in {share} pairs of books",
        f"Dot chart of {len(keys)} pairs: ratio as reported, then at a c.i.f. margin of {percent}. "
        + "; ".join(f"{a} {b}" for a, b in zip(labels, texts, strict=True))
        + ".",
        rows.reset_index(drop=True),
        source=source or source_line(rows),
        note=f"Filled: as reported. Hollow: importer's figure divided by one plus {percent}. "
        "Freight makes an importer's figure the larger, so it can close a gap only where the "
        "importer's is.",
        name=name,
    )


FLOW_HEADS = {"export": "Exports", "import": "Imports", "total": "Total"}


def flow_words(flow: str) -> str:
    """Return a flow, as China sees it, inside a sentence."""
    return {"export": "China's exports", "import": "China's imports", "total": "total trade"}[flow]


def _ratio_scale(axes: Any, rows: pd.DataFrame, side: str) -> None:
    low, high = float(rows["ratio_low"].min()), float(rows["ratio_high"].max())
    low, high = min(low, 0.95) / 1.12, max(high, 1.05) * 1.12
    getattr(axes, f"set_{side}scale")("log")
    getattr(axes, f"set_{side}lim")(low, high)
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    if len(ticks) < 3:
        ticks = [t for t in (0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3) if low <= t <= high]
    getattr(axes, f"set_{side}ticks")(ticks, [f"{tick:g}" for tick in ticks])
    getattr(axes, f"{side}axis").set_minor_locator(NullLocator())


def _gap_text(row: dict[Any, Any]) -> str:
    money = numbers.format_usd(*_three(row), signed=True).removeprefix("about ")
    money = money.replace(" billion", " bn").replace(" million", " m")
    share = row.get("share")
    return money if formats.is_missing(share) else f"{money}, {share:.0%}"


def _three(row: Any) -> tuple[float, float, float]:
    return tuple(float(row[f"difference_{end}"]) for end in ("usd", "low_usd", "high_usd"))  # type: ignore[return-value]


def _named(codes: str) -> str:
    return formats.join([name_of(code) for code in codes.split(";") if code])


def source_line(frame: pd.DataFrame) -> str:
    """Return how many sources the drawn figures come from."""
    found = {one for text in frame["source_ids"] for one in str(text).split(";")} - {""}
    count = "one source" if len(found) == 1 else f"{len(found)} sources"
    return f"Figures published in {count} (listed under Sources)." if found else ""


def newest_common(mirrored: pd.DataFrame, flows: Sequence[str] = ("total",)) -> str:
    """Return the newest year for which most countries have both figures, "" if there is none."""
    rows = mirrored[mirrored["flow"].isin(list(flows)) & (mirrored["quality"] == "ok")]
    rows = rows[~rows["country"].isin(["CA5", "CA4"])]
    if rows.empty:
        return ""
    counts = rows.groupby("period")["country"].nunique()
    return str(counts[counts == counts.max()].index.max())
