"""Charts of the claim check: intervals against each other, and who is the largest partner."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from catrade.charts import parts, style
from catrade.charts.labels import right_margin
from catrade.trade_composition.charts.items import bar_axes
from pagemill import formats, numbers
from pagemill.display import Chart

Write = Callable[[float, float, float], str]


def _count(value: float, low: float, high: float) -> str:
    return f"{value:,.0f}"


def _day_count(value: float, low: float, high: float) -> str:
    return f"{value:,.0f} day{'' if value == 1 else 's'}"


def _point_range(low: float, high: float) -> str:
    return numbers.format_percent_range(low, high).replace("%", " points")


_WRITE: dict[str, Write] = {
    "USD": numbers.format_usd,
    "fraction": numbers.format_percent,
    "points": numbers.format_points,
    "count": _count,
    "days": _day_count,
}
_RANGES: dict[str, Callable[[float, float], str]] = {
    "USD": numbers.format_usd_range,
    "fraction": numbers.format_percent_range,
    "points": _point_range,
}


def range_text(low: float, high: float, unit: str) -> str:
    """Return an interval in its unit, an open end in words; "" if there is none.

    Examples
    --------
    >>> range_text(0.115, 0.125, "fraction"), range_text(1e11, float("nan"), "USD")
    ('11.5 to 12.5%', 'more than $100.00 billion')
    """
    write = _WRITE.get(unit)
    if write is None or (pd.isna(low) and pd.isna(high)):
        return ""
    if pd.isna(high) or pd.isna(low):
        end = float(low if pd.isna(high) else high)
        return f"{'more' if pd.isna(high) else 'less'} than {write(end, end, end)}"
    if low == high:
        return write(low, low, high)
    show = _RANGES.get(unit)
    return show(low, high) if show else f"{low:g} to {high:g}"


@style.house()
def claim_intervals(
    verdicts: pd.DataFrame, *, source: str = "", name: str = "claim-intervals"
) -> Chart:
    """Draw what the figures allow against what the claim allows, each on its own scale.

    Every claim's allowed interval is stretched to the same band, so that a bar inside the band
    holds, a bar that reaches over its edge holds within rounding, and one outside does not hold.

    Parameters
    ----------
    verdicts
        Result of `claims.verdict_frame`; dollars, rates and points with two closed intervals are
        drawn, counts and days are not (they are the same or they are not).
    """
    ends = ["computed_low", "computed_high", "asserted_low", "asserted_high"]
    rows = verdicts[verdicts[ends].notna().all(axis=1) & verdicts["unit"].isin(list(_RANGES))]
    rows = rows[rows["asserted_high"] > rows["asserted_low"]].reset_index(drop=True)
    subject = "What the figures allow against what the claims allow"
    if rows.empty:
        return parts.empty(subject, name, "No claim with a figure on both sides can be computed.")
    half = (rows["asserted_high"] - rows["asserted_low"]) / 2
    middle = rows["asserted_low"] + half
    low, high = ((rows[f"computed_{e}"] - middle) / half for e in ("low", "high"))
    edge = 2.4
    labels = [_short(str(text)) for text in rows["statement"]]
    texts = [
        f"{range_text(r['computed_low'], r['computed_high'], r['unit'])}" for r in
        rows.to_dict("records")
    ]  # fmt: skip
    figure, axes = bar_axes(labels, subject, right=right_margin(texts, 8.5) + 0.1)
    axes.set_xlim(-edge, edge)
    axes.axvspan(-1, 1, color=style.SOFT, zorder=0, linewidth=0)
    axes.grid(visible=False)
    axes.set_xticks([-1, 1], ["lowest ", " highest"])
    for label, side in zip(axes.get_xticklabels(), ("right", "left"), strict=True):
        label.set_horizontalalignment(side)
    for place, (a, b, verdict) in enumerate(zip(low, high, rows["verdict"], strict=True)):
        a, b = max(a, -edge), min(b, edge)
        colour = style.INK if verdict == "holds" else "#d87818"
        if verdict == "does not hold":
            colour = "#c8283f"
        if b - a < 0.06:
            axes.plot([(a + b) / 2], [place], "D", color=colour, markersize=5, clip_on=False)
        else:
            axes.plot([a, b], [place, place], color=colour, linewidth=5, solid_capstyle="butt")
        axes.annotate(texts[place], (edge, place), xytext=(6, 0), textcoords="offset points",
                      va="center_baseline", fontsize=8.5, annotation_clip=False)  # fmt: skip
    counts = rows["verdict"].value_counts()
    said = [f"{n} {v if n == 1 else _plural(str(v))}" for v, n in counts.items()]
    each = [
        f"{statement}: computed {text}, {verdict}"
        for statement, text, verdict in zip(rows["statement"], texts, rows["verdict"], strict=True)
    ]
    alt = (
        f"Dot and bar chart of {len(rows)} claims, each scaled to the interval its own rounding "
        f"allows. {'; '.join(each)}."
    )
    return Chart(
        figure,
        f"Of {len(rows)} claims with a figure on both sides, {formats.join(said)}",
        alt,
        rows[["number", "statement", "whose", *ends, "unit", "verdict", "source_ids"]],
        source=source or source_line(rows),
        note="Band: what the claim's own rounding allows. Bar or diamond: what the published "
        "figures allow, in words at the right. Black inside, orange across the edge, red outside.",
        name=name,
    )


def _short(text: str) -> str:
    return text if len(text) <= 46 else f"{text[:44].rsplit(' ', 1)[0]} …"


def _plural(verdict: str) -> str:
    return {"holds": "hold", "holds within rounding": "hold within rounding"}.get(
        verdict, "do not hold"
    )


def source_line(frame: pd.DataFrame) -> str:
    """Return how many sources the drawn figures come from."""
    found = {one for text in frame["source_ids"] for one in str(text).split(";")} - {""}
    count = "one source" if len(found) == 1 else f"{len(found)} sources"
    return f"Figures published in {count} (listed under Sources)." if found else ""
