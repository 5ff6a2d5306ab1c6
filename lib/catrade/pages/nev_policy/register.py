"""The register of events: every stage of every measure with its issuer, in words."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import pandas as pd

from catrade.calc.events import THEME_NAMES
from catrade.tables.definitions import meanings
from catrade.tables.names import name_of
from catrade.tables.trade import described
from rounding import formats

__all__ = ["CHOICES", "COLUMNS", "register_rows"]

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
#: Columns of the register: header and format; and those a reader chooses from.
COLUMNS: dict[str, Any] = {
    "date": ("Date", "date"),
    "event": "Event",
    "stage": "Stage",
    "theme": "Theme",
    "place": "Where",
    "issued_by": "Issued by",
    "source_ids": ("Sources", "links"),
}
CHOICES = ("stage", "theme", "place")
_PLACES = {"EAEU": "Eurasian Economic Union", "EU": "European Union"}


def register_rows(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events in words, the newest first.

    Parameters
    ----------
    events
        Rows of `load_policy_events()`.

    Returns
    -------
    DataFrame
        date, event (what happened, when it applies, and what is doubtful about it), stage, theme,
        place, issued_by (names), measure_title, event_id, source_ids.

    Examples
    --------
    >>> from catrade.tables.policy import load_policy_events
    >>> row = register_rows(load_policy_events("2009", "2009")).iloc[-1]
    >>> row["date"], row["stage"], row["theme"], row["issued_by"]
    ('2009-02-09', 'takes effect', 'Buying and fleets', 'Ministry of Finance')
    """
    # Where it is stands in a column of its own.
    issuers = {
        code: re.sub(r" of China$", "", name)
        for code, name in meanings("issuers").items()
    }
    rows = events.assign(
        event=[_told(row) for row in events.to_dict("records")],
        stage=events["stage"].map(STAGE_WORDS),
        theme=events["theme"].map(THEME_NAMES),
        place=[_PLACES.get(code) or name_of(code) for code in events["jurisdiction"]],
        issued_by=[
            formats.join([issuers[code] for code in codes.split(";")])
            for codes in events["issuers"]
        ],
    )
    columns = [*COLUMNS, "measure_title", "event_id"]
    return described(rows[::-1], "policy_events", None, "source_ids", columns)


def _told(row: dict[Hashable, Any]) -> str:
    """Say what an event was, when what it brings applies, and what is doubtful about it."""
    said = [row["title_en"], row["summary"]]
    draft = row["stage"] == "draft"
    for column, word in (("effective_date", "From"), ("end_date", "To")):
        if row[column] and row[column] != row["date"]:
            said.append(
                f"{'Comments to' if draft else word} {formats.date(row[column])}"
            )
    if row["landmark"]:
        said.append(f"Landmark: {row['landmark']}")
    if row["quality_reason"]:
        said.append(f"Doubtful: {row['quality_reason']}")
    if row["note"]:
        said.append(f"Note: {row['note']}")
    text = " ".join(f"{sentence.rstrip('.')}." for sentence in said)
    return re.sub(
        r"(?<=\d) percent", "%", text
    )  # the table spells it out, pages do not
