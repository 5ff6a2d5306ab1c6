"""Who vouches for a source, from what the table of sources says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: Headings of the list of sources, by how much those below it vouch for a figure.
GROUPS = (
    "Official statistics and documents",
    "Official, relayed by others",
    "Press and others",
)
#: Columns that hold source ids, several in one cell parted by `;`.
COLUMNS = ("sources", "source_id", "chosen_source", "other_source")
# How the table names one who only passed on what another published.
_RELAYED = (
    r"(?P<copy>.+) \(repo\); data (?P<issuer>.+)",
    r"(?P<copy>.+) \(repost of (?P<issuer>.+)\)",
    r"Repost of (?P<issuer>.+) \((?P<copy>.+)\)",
    r"(?P<issuer>.+) \((?:GitHub copy|(?:cop(?:y|ied)|repost) (?:by|in|on|at)) (?P<copy>[^()]+)\)",
    r"(?P<issuer>.+?),?(?: in a)? cop(?:y|ied) (?:by|in|at) (?P<copy>[^()]+)",
    r"(?P<issuer>[^()]+?)(?: \([^()]*\))?,? (?:via|through) (?P<copy>.+)",
)
_RATE = re.compile(r"(?:^|_)(?:growth|share|contribution|cagr|rate|change)(?:_|$)")


def issuer(publisher: str) -> tuple[str, str]:
    """Return who published something, and whose copy of it was read, or "".

    Examples
    --------
    >>> issuer("UN Comtrade, copied by GitHub user someone")
    ('UN Comtrade', 'GitHub user someone')
    >>> issuer("International Monetary Fund, in a copy by A. Nonymous")
    ('International Monetary Fund', 'A. Nonymous')
    >>> issuer("someone (repo); data UN Comtrade"), issuer("Customs of China")
    (('UN Comtrade', 'someone'), ('Customs of China', ''))
    """
    for pattern in _RELAYED:
        if relayed := re.fullmatch(pattern, publisher):
            return relayed["issuer"], relayed["copy"]
    return publisher, ""


def authority(row: Mapping[Any, Any]) -> int:
    """Return the place in `GROUPS` of a row of the table of sources."""
    kind = row.get("kind")
    if kind == "official":
        copied = issuer(str(row.get("publisher")))[1] or row.get("read_in") == "copy"
        return 1 if copied else 0
    return 1 if kind in {"dataset", "official_statement"} else 2


def is_rate(column: str) -> bool:
    """Return whether a column of ours holds fractions.

    Examples
    --------
    >>> is_rate("growth_low"), is_rate("value_usd")
    (True, False)
    """
    return bool(_RATE.search(column))
