"""The register of events: every stage of every measure with its issuer, in words."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import pandas as pd

from catrade.pages.nev_policy.events import THEME_NAMES
from catrade.tables.definitions import meanings
from catrade.tables.names import name_of
from rounding import formats

#: What a stage is, in words.
STAGE_WORDS = {
    "draft": "draft",
    "announced": "announced",
    "in_force": "takes effect",
    "amended": "amended or prolonged",
    "suspended": "suspended",
    "ended": "ends",
    "held": "meeting held",
    "one_off": "single act",
}
_PLACES = {"EAEU": "Eurasian Economic Union", "EU": "European Union"}


def register_rows(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events in words, the newest first.

    Parameters
    ----------
    events
        Rows of `ct.policies(…, full=True)`.

    Returns
    -------
    DataFrame
        when (the date as text), event (what happened, when it applies, and what is doubtful about
        it), stage, theme, place, issued_by (names), measure_title, event_id, sources.

    Examples
    --------
    >>> from catrade.face.tables import policies
    >>> row = register_rows(policies(start=2009, end=2009, full=True)).iloc[-1]
    >>> row["when"], row["stage"], row["theme"], row["issued_by"]
    ('2009-02-09', 'takes effect', 'Buying and fleets', 'Ministry of Finance')
    """
    # Where it is stands in a column of its own.
    names = {
        code: name.removesuffix(" of China")
        for code, name in meanings("issuers").items()
    }
    issuers = events["issuers"].str.split(";")
    rows = events.assign(
        event=[_told(row) for row in events.to_dict("records")],
        stage=events["stage"].map(STAGE_WORDS),
        theme=events["theme"].map(THEME_NAMES),
        place=[_PLACES.get(code) or name_of(code) for code in events["jurisdiction"]],
        issued_by=[formats.join([names[code] for code in codes]) for codes in issuers],
    )
    columns = ["when", "event", "stage", "theme", "place", "issued_by", "measure_title"]
    return rows[::-1][[*columns, "event_id", "sources"]]


def _told(row: dict[Hashable, Any]) -> str:
    """Say what an event was, when what it brings applies, and what is doubtful about it."""
    said = [row["title"], row["summary"]]
    until = "Comments to" if row["stage"] == "draft" else "To"
    for column, word in (("effective_date", "From"), ("end_date", until)):
        if row[column] and row[column] != row["when"]:
            said.append(f"{word} {formats.date(row[column])}")
    for column, word in (
        ("landmark", "Landmark"),
        ("quality_reason", "Doubtful"),
        ("note", "Note"),
    ):
        if row[column]:
            said.append(f"{word}: {row[column]}")
    text = " ".join(f"{sentence.rstrip('.')}." for sentence in said)
    # The table spells it out, pages do not.
    return re.sub(r"(?<=\d) percent", "%", text)
