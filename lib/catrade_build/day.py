"""The day as of which all is read."""

from __future__ import annotations

import datetime

from catrade_build.tables import as_of as clock
from catrade_build.tables.definitions import tables
from catrade_build.tables.trade import count_undated, known_day
from rounding import formats
from rounding.dates import date_interval


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
        clock.use(self._before)

    def __str__(self) -> str:
        """Say the day, and how many rows of all tables take part on no day."""
        if self.day is None:
            return ""
        undated = sum(map(count_undated, tables()))
        return (
            f"As known on {formats.date(self.day.isoformat())}: what was published or decided by "
            f"then; a rate of exchange counts from the end of its period. {undated} rows of all "
            "tables are of sources without a date and left out."
        )

    def __repr__(self) -> str:
        return str(self) or "All that is held, whenever it was published."


def as_of(day: datetime.date | str | None = None) -> AsOf:
    """Let every call after this one know only what was published by a day.

    Figures, growth, claims and policy follow, and the first column of every frame, `known_on`, says
    the day. A source dated to a month counts from its last day, one without a date never:
    `frame.attrs["undated"]` says how many rows that leaves out.

    Parameters
    ----------
    day
        A date or text such as "2026-01-18", or a month ("2025-02") or year: its last day; empty is
        all that is held, as it was at the start.

    Returns
    -------
    AsOf
        To be used as `with ct.as_of(day):`, where it is to hold for a block alone; prints as the
        sentence that says so.

    Raises
    ------
    ParameterError
        If it is no day, one before the first source, or one to come.

    Examples
    --------
    China's trade with the five in 2024, as announced in January 2025 and as revised in June:

    >>> import catrade as ct
    >>> for day in ("2025-02-01", "2025-07-01"):
    ...     with ct.as_of(day):
    ...         print(ct.trade("CA5", "total", 2024, 2024)["value"].round(2).item())
    94.82
    94.74
    """
    before = clock.current()
    asked = known_day("as_of", last_day(day)) if day else None
    clock.use(asked)
    return AsOf(asked, before)


def last_day(day: datetime.date | str) -> datetime.date:
    """Return the day that is asked for; of a month or a year its last.

    Examples
    --------
    >>> f"{last_day('2025-02')}", f"{last_day(datetime.date(2025, 2, 1))}"
    ('2025-02-28', '2025-02-01')
    """
    text = day.isoformat()[:10] if isinstance(day, datetime.date) else str(day)
    return date_interval(text)[1]
