"""Of each figure: since when it is known, what it was at first, why it is doubted, what breaks."""

from __future__ import annotations

import pandas as pd

from catrade_build import revisions
from catrade_build.compare import OTHER_STATISTIC
from catrade_build.frames import earlier, of_frequency
from catrade_build.kept import every_row
from catrade_build.tables.names import GROUPS
from catrade_build.tables.trade import dated

_CELL = ["reporter", "partner", "flow", "period"]
_PLACE = [*_CELL, "sources"]


def with_history(rows: pd.DataFrame) -> pd.DataFrame:
    """Add known_since, first, doubt and break to figures; see `defined/figures.yaml`."""
    said = every_row(convert=False)
    counted = [*_CELL, "currency", "coverage"]
    first = revisions.every_revision()[[*counted, "first"]]
    first = first.assign(first=first["first"] / 1e9)
    rows = rows.merge(first, how="left", on=counted)
    rows["known_since"] = _known_since(rows)
    rows["doubt"] = _doubts(rows, said)
    rows["break"] = rows["begins"].map({True: OTHER_STATISTIC, False: ""})
    return rows


def _known_since(rows: pd.DataFrame) -> pd.Series:
    """Return from which day on all that a figure rests on is known; NaT without a date.

    A figure that later growth implies is known with the year after.
    """
    is_implied = rows["basis"] == "implied_by_growth"
    period = rows["period"].mask(
        is_implied, rows["period"].map(lambda text: earlier(text, -1))
    )
    return dated(rows[["sources"]].assign(period=period)).groupby("row")["day"].max()


def _doubts(rows: pd.DataFrame, said: pd.DataFrame) -> pd.Series:
    """Return why figures are doubtful, in the words of the rows that they rest on."""
    doubtful = said[said["quality"] == "doubtful"]
    doubtful = pd.concat([doubtful, of_frequency(doubtful, "ytd")])
    why = doubtful.drop_duplicates(_PLACE)[[*_PLACE, "quality_reason"]]

    # A sum rests on flows and on members, so theirs are looked up as well.
    asked = rows.loc[rows["quality"] != "ok", _PLACE].reset_index(names="row")
    asked["sources"] = asked["sources"].str.split(";")
    asked["flow"] = asked["flow"].map(
        lambda flow: (
            [flow, "export", "import"] if flow in ("total", "balance") else [flow]
        )
    )
    for side in ("reporter", "partner"):
        asked[side] = asked[side].map(lambda code: [code, *GROUPS.get(code, ())])
    for column in ("sources", "flow", "reporter", "partner"):
        asked = asked.explode(column)
    reasons = asked.merge(why).groupby("row")["quality_reason"]
    joined = reasons.agg(lambda several: "; ".join(dict.fromkeys(several)))
    return joined.reindex(rows.index).fillna("")
