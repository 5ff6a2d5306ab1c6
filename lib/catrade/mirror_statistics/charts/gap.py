"""Charts of mirror data: both sides' figures, their ratio over the years, where the gap sits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.ticker import FuncFormatter, NullLocator

from catrade.charts import parts, style, words
from catrade.charts.labels import end_labels, right_margin
from catrade.names import GROUPS, name_of
from catrade.trade_composition.charts.items import ON_PAPER, bar_axes, percent_text
from pagemill import formats, numbers
from pagemill.display import Chart

#: Equally far apart on a log scale.
_TICKS = tuple(2.0**power for power in range(-10, 11))
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
    if places is None:
        places = 0 if value >= 2 else 1
    return f"{value:.{min(places, 2 if value < 10 else 1)}f}"


@style.house()
def ratio_lines(
    mirrored: pd.DataFrame, flow: str = "total", *, source: str = "", name: str = "mirror-ratio"
) -> Chart:
    """Draw the mirror ratio of one flow over the years, one line a country, log scale.

    Parameters
    ----------
    mirrored
        Result of `mirror.pairs`; doubtful pairs are hollow. With `new_kind` (see
        `mirror.source_changes`) a line breaks where its figures change their source.
    flow
        total, export or import, as China sees it.
    """
    rows = mirrored[(mirrored["flow"] == flow) & (mirrored["ratio"] > 0)].sort_values("year")
    about = f"Ratio of the two sides' figures, {flow_words(flow)}"
    if rows.empty:
        return parts.empty(about, name, "No year has both sides' figures for this selection.")
    rows = rows.assign(basis=rows["quality"].map({"ok": "published"}).fillna("doubtful"))
    by_country = parts.split(rows, "country")
    of = {code: by_country[code] for code in parts.ordered(list(by_country))}
    first, last = int(rows["year"].min()), int(rows["year"].max())
    labels = {
        c: parts.dated(f"{short_name(c)} {times(part.iloc[-1])}", part.iloc[-1], last)
        for c, part in of.items()
    }
    figure, (axes,) = style.new_figure(
        3.7, margins=(0.5, right_margin(list(labels.values())), 0.36, 0.32)
    )
    style.year_axis(axes, first, last)
    _ratio_scale(axes, rows)
    axes.set_title(
        f"China's figure over the partner's, {flow_words(flow)}, log scale (1: they agree)"
    )
    axes.axhline(1, color=style.MUTED, linewidth=1.2)
    for code, part in of.items():
        steps = part.get("new_kind", pd.Series(False, part.index)).astype(bool)
        for _, run in part.groupby(steps.cumsum()):
            parts.line(axes, run, _RATIO, colour_of(code), 2.4 if code in GROUPS else 1.8)
    # No dots of the labels' own: the newest mark is as hollow as any other.
    end_labels(axes, [(*parts.end(part, "ratio"), labels[c], "none") for c, part in of.items()])
    newest = pd.DataFrame(
        [part.iloc[-1] for part in of.values() if part["quality"].iloc[-1] == "ok"]
    )
    top = (newest if len(newest) else rows).sort_values("ratio").iloc[-1]
    alt = [f"Line chart on a logarithmic scale, {words.span(rows)}: {about}."]
    alt += [words.run(short_name(c), part, "ratio", times) for c, part in of.items()]
    margin = float(rows["cif_margin"].max())
    notes = [] if margin else ["Exports as reported f.o.b., imports as reported c.i.f."]
    notes += [f"Importers' figures less a c.i.f. margin of {margin:.0%}."] if margin else []
    if (rows["quality"] == "doubtful").any():
        notes.append("Hollow: a figure that is doubtful or repeats the other side's.")
    if "new_kind" in rows and rows["new_kind"].any():
        notes.append("A line breaks where the partner's figure comes from another kind of source.")
    return parts.finish(
        figure,
        rows,
        title=f"China's figure was {times(top)} times {owner(top['country'])} in {top['period']}",
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
    note = without_pair(rows) if len(set(rows["country"])) > 1 else ""
    title = (
        f"Of a gap of {numbers.format_usd(whole, whole, whole)}, "
        f"{numbers.format_usd(*_three(top))} is with {name_of(top['country'])}"
    )
    if len(part) == 1 or formats.is_missing(top.get("share")):
        title = (
            f"{words.capital(flow_words(lead))}: {name_of(top['country'])} differs by "
            f"{numbers.format_usd(*_three(top), signed=True)}"
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


def beside(axes: Any, texts: Sequence[str]) -> None:
    """Write a text to the right of each row of `items.bar_axes`."""
    for place, text in enumerate(texts):
        axes.annotate(
            text,
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(8, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=8.5,
        )


FLOW_HEADS = {"export": "Exports", "import": "Imports", "total": "Total"}


def short_name(code: str) -> str:
    """Return a name for a label: of the region without Turkmenistan, how many it holds."""
    return "All four" if code == "CA4" else name_of(code)


def colour_of(code: str) -> str:
    """Return a country's colour; a region has one, with Turkmenistan or without."""
    return parts.colour_of("CA5" if code in GROUPS else code)


def owner(code: str) -> str:
    """Return whose figure it is, after China's."""
    return "theirs" if code in GROUPS else words.owner(code)


def without_pair(gap: pd.DataFrame) -> str:
    """Say, flow by flow, which members have no figure on both sides.

    Parameters
    ----------
    gap
        Rows of `mirror.gap_by_country` of one period.

    Examples
    --------
    >>> without_pair(pd.DataFrame({"flow": ["export", "total"], "missing": ["TJK;TKM", "TKM"]}))
    'Without a figure on both sides: Tajikistan and Turkmenistan (exports); Turkmenistan (total).'
    """
    said = {
        str(flow): _named(codes) for flow, codes in gap.groupby("flow")["missing"].first().items()
    }
    texts: dict[str, list[str]] = {}
    for flow in ("export", "import", "total"):
        if said.get(flow):
            texts.setdefault(said[flow], []).append(FLOW_HEADS[flow].lower())
    lines = [f"{names} ({formats.join(flows)})" for names, flows in texts.items()]
    return f"Without a figure on both sides: {'; '.join(lines)}." if lines else ""


def flow_words(flow: str) -> str:
    """Return a flow, as China sees it, inside a sentence."""
    return {"export": "China's exports", "import": "China's imports", "total": "total trade"}[flow]


def _ratio_scale(axes: Any, rows: pd.DataFrame) -> None:
    low = float(rows["ratio_low"].where(rows["ratio_low"] > 0, rows["ratio"]).min())
    high = float(rows["ratio_high"].max())
    low, high = min(low / 1.12, 0.5), max(high * 1.12, 2.0)
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.yaxis.set_minor_locator(NullLocator())


def _gap_text(row: dict[Any, Any]) -> str:
    money = numbers.format_usd(*_three(row), signed=True).removeprefix("about ")
    money = money.replace(" billion", " bn").replace(" million", " m")
    share = float(row.get("share", float("nan")))
    return money if formats.is_missing(share) else f"{money}, {percent_text(share)}"


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
