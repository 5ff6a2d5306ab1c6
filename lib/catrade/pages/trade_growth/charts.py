"""The figures of the trade growth page, drawn by the cores; nothing to draw is no figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from catrade.calc.coverage import STATUSES
from catrade.calc.shares import NOT_ALLOCATED
from catrade.charts.bars import bars
from catrade.charts.grid import grid
from catrade.charts.lines import lines
from catrade.tables.names import GROUPS, name_of
from rounding import formats

if TYPE_CHECKING:
    from pagemill.display import Chart

#: What the residual is called: growth that the figures give to no part.
UNKNOWN = "Unknown"
#: A residual of less than this everywhere is rounding, and not drawn.
_SEEN = 0.002
#: Points of a plot by time: two and their words are one sheet of paper.
_HEIGHT = 155
_FLOWS = ["total", "export", "import"]
#: A line of fewer points is a sentence, and no figure.
_POINTS = 5


def broken(frame: pd.DataFrame, by: str, value: str) -> pd.DataFrame:
    """Add a row without a value where a yearly line must break.

    That is where years are missing, and before a year with which another statistic begins
    (column `begins`, see `pair.begins`). Rows of one `by` are in time.

    Examples
    --------
    >>> frame = pd.DataFrame({"flow": "total", "year": [2022, 2023, 2024],
    ...                       "value_usd": [1.0, 2.0, 3.0], "begins": [False, False, True]})
    >>> broken(frame, "flow", "value_usd")["year"].tolist()
    [2022.0, 2023.0, 2023.5, 2024.0]
    """
    rows = frame.astype({"year": float}).reset_index(drop=True)
    before = rows.groupby(by)["year"].shift()
    gaps = rows[before.notna() & (rows["begins"] | (rows["year"] - before > 1))]
    gaps = gaps.assign(year=gaps["year"] - 0.5)
    gaps[value] = float("nan")
    return pd.concat([gaps, rows]).sort_index(kind="stable", ignore_index=True)


def break_note(frame: pd.DataFrame, by: str) -> str:
    """Say why a yearly line breaks, if not only where there is no figure; see `broken`.

    Examples
    --------
    >>> frame = pd.DataFrame({"flow": "total", "year": [2023, 2024], "begins": [False, True]})
    >>> break_note(frame, "flow")
    'A line breaks where there is no figure, and where another statistic begins (2024).'
    """
    after = frame["year"] > frame.groupby(by)["year"].transform("min")
    begun = sorted({int(year) for year in frame.loc[frame["begins"] & after, "year"]})
    if not begun:
        return ""
    when = formats.join([str(year) for year in begun])
    return f"A line breaks where there is no figure, and where another statistic begins ({when})."


def levels(years: pd.DataFrame, **about: Any) -> Chart | None:
    """Draw exports, imports and their total by year.

    Parameters
    ----------
    years
        What `pair.yearly` returns.
    about
        title, subtitle, note, name and so on, as every core takes them.
    """
    rows = years[years["flow"].isin(_FLOWS) & years["value_usd"].notna()]
    if rows.empty:
        return None
    rows = rows.sort_values(
        ["flow", "year"], key=lambda c: c.map(_FLOWS.index) if c.name == "flow" else c
    )
    drawn = broken(rows, "flow", "value_usd")
    about = {
        "table": rows,
        "height": _HEIGHT,
        "break_note": break_note(rows, "flow"),
        **about,
    }
    return lines(drawn, x="year", y="value_usd", by="flow", **about)


def months(
    frame: pd.DataFrame, partner: str, *, start: int, **about: Any
) -> Chart | None:
    """Draw the months of a country's flows, or of a region's members, where there are several.

    Parameters
    ----------
    frame
        Months as `pair.within_year` returns them, in one currency.
    partner
        Code of the country or region.
    start
        First year drawn.
    """
    rows = frame[frame["year"] >= start]
    if partner in GROUPS:
        by, rows = (
            "country",
            rows[(rows["flow"] == "total") & (rows["country"] != partner)],
        )
    else:
        by, rows = "flow", rows[rows["flow"].isin(["export", "import"])]
    rows = rows[rows.groupby(by)["period"].transform("size") >= _POINTS]
    if rows.empty:
        return None
    yuan = rows["reporter"].eq("CHN").all()
    drawn = rows.assign(
        date=pd.to_datetime(rows["period"]),
        **{f"{end}_bn": rows[end] / 1e9 for end in ("value", "low", "high")},
    )
    unit = "" if yuan else "usd"
    return lines(
        drawn,
        y="value_bn",
        by=by,
        unit=unit,
        newest=True,
        table=rows,
        height=_HEIGHT,
        **about,
    )


def contributions(split: pd.DataFrame, *, last: int = 3, **about: Any) -> Chart | None:
    """Draw what each part added to growth in the last years, and the growth itself.

    Parameters
    ----------
    split
        What `pair.contributions` returns.
    last
        How many years are drawn.
    """
    rows = split[split["year"] > split["year"].max() - last]
    if rows.empty:
        return None
    by = "country" if "country" in rows.columns else "flow"
    rest = rows[by] == NOT_ALLOCATED
    seen = bool(rows.loc[rest, "contribution"].abs().max() >= _SEEN)
    kept = rows[~rest | seen]
    whole = (
        rows.groupby("year", as_index=False)["contribution"]
        .sum()
        .assign(**{by: "total"})
    )
    drawn = pd.concat(
        [kept.replace({by: {NOT_ALLOCATED: UNKNOWN}}), whole], ignore_index=True
    )
    if seen:
        unknown = "Unknown: growth that the figures give to no part."
        about["note"] = f"{unknown} {about.get('note', '')}".strip()
    return bars(
        drawn,
        by,
        "contribution",
        "year",
        total="total",
        rest=UNKNOWN,
        table=rows,
        **about,
    )


def shares(frame: pd.DataFrame, partner: str, **about: Any) -> Chart | None:
    """Draw China's share in the partners' trade and the partner's share in China's.

    Nothing where a country's own figures give no more than a few points: a line at the foot says
    less than a sentence.

    Parameters
    ----------
    frame
        What `pair.both_ways` returns.
    partner
        Code of the country or region.
    """
    ours = frame["reporter"] == "CHN"
    if frame[~ours].groupby("country").size().max() < _POINTS or ours.all():
        return None
    drawn = frame.assign(
        series=[
            f"{name_of(partner)} in China’s"
            if of_china
            else f"China in {name_of(code)}’s"
            for code, of_china in zip(frame["country"], ours, strict=True)
        ]
    )
    paint = dict(
        zip(drawn["series"], drawn["country"].where(~ours, "CHN"), strict=True)
    )
    rows = broken(drawn.sort_values(["series", "year"]), "series", "share")
    about = {"table": frame, "break_note": break_note(drawn, "series"), **about}
    return lines(rows, x="year", y="share", by="series", colours=paint, **about)


def coverage(found: pd.DataFrame, **about: Any) -> Chart | None:
    """Draw which figures exist; nothing where none is missing.

    Parameters
    ----------
    found
        What `pair.coverage_of` returns.
    """
    if not found["status"].eq("missing").any():
        return None
    side = "reporter" if set(found["partner"]) == {"CHN"} else "partner"
    rows = found.assign(
        row=[
            f"{name_of(code)}, {flow}"
            for code, flow in zip(found[side], found["flow"], strict=True)
        ],
        what=found["status"].map(STATUSES),
    )
    return grid(rows, "row", "period", "what", **about)
