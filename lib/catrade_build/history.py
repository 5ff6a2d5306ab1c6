"""Of each figure: since when it is known, what it was at first, why it is doubted, what breaks."""

from __future__ import annotations

import pandas as pd

from catrade_build import revisions
from catrade_build.compare import OTHER_STATISTIC
from catrade_build.frames import of_frequency, with_earlier
from catrade_build.kept import every_row
from catrade_build.tables.as_of import days_of
from catrade_build.tables.names import GROUPS
from catrade_build.tables.trade import load_sources, table_known_from

_CELL = ["reporter", "partner", "flow", "period"]
_PLACE = [*_CELL, "sources"]


def with_history(rows: pd.DataFrame) -> pd.DataFrame:
    """Add known_since, first, doubt and break to figures; see `defined/figures.yaml`."""
    said = every_row(convert=False)
    counted = [*_CELL, "currency", "coverage"]
    first = revisions.every_revision()[[*counted, "first"]]
    first = first.assign(first=first["first"] / 1e9)
    rows = rows.merge(first, how="left", on=counted)
    rows["known_since"] = _known_since(rows, said)
    rows["doubt"] = _doubts(rows, said)
    rows["break"] = rows["begins"].map({True: OTHER_STATISTIC, False: ""})
    return rows


def _known_since(rows: pd.DataFrame, said: pd.DataFrame) -> pd.Series:
    """Return from which day on all that a figure rests on is known; NaT without a date.

    It is the day of its source's release of the period, else of the source. A quarter from January
    stands as a sum to date, and a figure that later growth implies in the year before.
    """
    said = said.assign(day=table_known_from("trade", said))
    year_before = with_earlier(said).assign(period=lambda frame: frame["base_period"])
    held = pd.concat([said, of_frequency(said, "ytd"), year_before])
    release = ["sources", "period"]
    released = held.drop_duplicates(release).set_index(release)["day"]

    each = rows[release].assign(sources=rows["sources"].str.split(";"))
    each = each.explode("sources")
    days = each.join(released, on=release)["day"]
    published = load_sources().set_index("source_id")["published"]
    of_source = days_of(each["sources"].map(published).fillna(""))
    day = days.fillna(of_source)
    return day.groupby(level=0).max()


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
