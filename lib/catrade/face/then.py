"""Then and now: what was known on a day."""

from __future__ import annotations

import datetime

from catrade.tables import as_of as known
from catrade.tables.definitions import tables
from catrade.tables.trade import count_undated, load_sources
from rounding import formats
from rounding.dates import as_day
from rounding.errors import ParameterError


class AsOf:
    """The day as of which everything is read; as a block (`with`) until the block ends.

    It prints as the sentence that belongs at the head of what is made of it.
    """

    def __init__(self, day: datetime.date | None, before: datetime.date | None) -> None:
        self.day = day
        self._before = before

    def __enter__(self) -> AsOf:
        return self

    def __exit__(self, *_: object) -> None:
        known.use(self._before)

    def __str__(self) -> str:
        """Say the day, and how many rows of all tables take part on no day."""
        if self.day is None:
            return ""
        undated = sum(map(count_undated, tables()))
        return (
            f"As known on {formats.date(self.day.isoformat())}: what was published or decided by "
            f"then. {undated} rows of all tables are of sources without a date and left out."
        )

    def __repr__(self) -> str:
        return str(self) or "All that is held, whenever it was published."


def as_of(day: datetime.date | str | None = None) -> AsOf:
    """Let every call after this one know only what was published by a day.

    Figures, growth, nowcast, claims and policy follow. A source dated to a month counts from its
    last day, one without a date never: `frame.attrs["undated"]` says how many rows that leaves out.

    Parameters
    ----------
    day
        A date or text such as "2026-01-18"; empty is all that is held, as it was at the start.

    Returns
    -------
    AsOf
        To be used as `with ct.as_of(day):`, where it is to hold for a block alone; prints as the
        sentence that says so.

    Raises
    ------
    ParameterError
        If it is no day, or one before the first source.

    Examples
    --------
    China's trade with the five in 2024, as announced in January 2025 and as revised in June:

    >>> from catrade.face.figures import trade
    >>> for day in ("2025-02-01", "2025-07-01"):
    ...     with as_of(day):
    ...         print(trade("CA5", "total", 2024, 2024)["value_bn"].round(2).item())
    94.82
    94.74
    """
    before = known.current()
    asked = None
    if day:
        asked = as_day(day)
        dates = load_sources()["published"]
        first = dates[dates != ""].min()
        if asked.isoformat() < first:
            raise ParameterError(
                f"as_of must be a day since {first}, when the first source was published; "
                f"got {day}"
            )
    known.use(asked)
    return AsOf(asked, before)
