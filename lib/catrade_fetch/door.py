"""The one door through which a publisher's file or answer comes in.

Nothing that was sent is believed: names are held against a pattern before they become a path, a
column or an address, numbers are finite and of their type, keys stand once, sizes have a bound
that the sentence tells, and whatever a reader does with a damaged file ends in one sentence.
"""

from __future__ import annotations

import codecs
import contextlib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from catrade_build.tables.definitions import quoted
from catrade_fetch.errors import FetchError
from rounding.dates import as_day, parse_period
from rounding.errors import ParameterError, PressError, one_line

#: Dollars (or any currency's units) beyond which a figure is no trade: the world's is 3e13 a year.
MOST_VALUE = 1e15
#: No publisher knows trade of before, and none publishes what is to come.
FIRST_DAY = date(1950, 1, 1)
#: How text of UTF-16 begins.
UTF_16 = codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE
#: What helps where something was damaged after it was kept.
DAMAGED = "catrade check names what is damaged: remove that and fetch again"
#: What helps with most damaged files.
AGAIN = "get it again, or give the file as it was downloaded"


def fault(what: str, says: str) -> FetchError:
    r"""Return the error for a fault of a file or an answer, on one line without its escapes.

    Examples
    --------
    >>> raise fault("table.xls", "says \x1b[2J in its title")
    Traceback (most recent call last):
    catrade_fetch.errors.FetchError: table.xls says \x1b[2J in its title
    """
    return FetchError(one_line(f"{what} {says}"))


class Odd(Exception):
    """What is wrong with a file; `reading` says which."""


def name(value: object, what: str, pattern: str) -> str:
    r"""Return a foreign name that fits a pattern whole; ASCII only, as `\d` means other digits too.

    Raises
    ------
    FetchError
        If it does not fit; nothing else may become part of a path or an address.

    Examples
    --------
    >>> name("H6", "classificationCode", r"H\d")
    'H6'
    >>> name("../../x", "classificationCode", r"H\d")
    Traceback (most recent call last):
    catrade_fetch.errors.FetchError: classificationCode is '../../x', which is not such a name (H\d)
    """
    if isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII):
        return value
    raise fault(what, f"is {quoted(str(value))}, which is not such a name ({pattern})")


def number(
    value: object, what: str, *, least: float = 0.0, most: float = MOST_VALUE
) -> float:
    """Return a foreign number: finite, no truth value, and of a size that can be.

    Parameters
    ----------
    value
        A number, or text that is one (`12`, `1.5e3`).
    what
        The thing and its place, as the message names it.
    least, most
        Bounds, both allowed.

    Raises
    ------
    FetchError
        If it is none.

    Examples
    --------
    >>> number("1.5e3", "value")
    1500.0
    >>> number(True, "primaryValue in record 3")
    Traceback (most recent call last):
    catrade_fetch.errors.FetchError: primaryValue in record 3 is 'True', not a number from 0 to
    1e+15
    """
    text, parsed = str(value), math.nan
    form = r"\s*[-+]?[\d.]+([eE][-+]?\d+)?\s*"
    if re.fullmatch(form, text, re.ASCII):
        with contextlib.suppress(ValueError):
            parsed = float(text)
    if not least <= parsed <= most:  # nor is "not a number" between them
        says = f"is {quoted(text)}, not a number from {least:g} to {most:g}"
        raise fault(what, says)
    return parsed


def numbers(column: pd.Series[Any], most: float = MOST_VALUE) -> pd.Series[float]:
    """Return a column of foreign numbers, as `number` has one.

    Parameters
    ----------
    column
        Texts or numbers; its name and its index say in a message what each is, and where.

    Raises
    ------
    FetchError
        If one is none.

    Examples
    --------
    >>> numbers(pd.Series(["1.5e3", "2"], ["row 1", "row 2"], name="value")).tolist()
    [1500.0, 2.0]
    >>> numbers(pd.Series(["1", True], ["row 1", "row 2"], name="value"))
    Traceback (most recent call last):
    catrade_fetch.errors.FetchError: row 2: value is 'True', not a number from 0 to 1e+15
    """
    parsed = [
        number(value, f"{place}: {column.name}", most=most)
        for place, value in column.items()
    ]
    return pd.Series(parsed, column.index, dtype=float)


def fits(column: pd.Series[Any], form: str, odd: str) -> None:
    r"""Refuse a column of texts of which one does not fit a pattern whole; ASCII only.

    Parameters
    ----------
    odd
        What such a one is.

    Raises
    ------
    FetchError
        If one does not.

    Examples
    --------
    >>> fits(pd.Series(["2024", "24"], ["row 1", "row 2"], name="year"), r"\d{4}", "no year")
    Traceback (most recent call last):
    catrade_fetch.errors.FetchError: row 2 has no year: year '24'; nothing was kept
    """
    for place, text in column.items():
        if not re.fullmatch(form, text, re.ASCII):
            raise fault(
                str(place), f"has {odd}: {column.name} {quoted(text)}; nothing was kept"
            )


def day(text: str, what: str) -> str:
    """Return a day as `YYYY-MM-DD`, which is not before 1950 and not to come.

    Raises
    ------
    FetchError
        If it is no such day; `20260618` and `2026-W25-4` are none.

    Examples
    --------
    >>> day("2026-06-18", "--published")
    '2026-06-18'
    """
    parsed = date.min
    with contextlib.suppress(ParameterError):
        parsed = as_day(text)
    # A day more: the publisher's clock may be ahead of ours.
    if not FIRST_DAY <= parsed <= date.today() + timedelta(days=1):
        raise fault(what, f"is {quoted(text)}, not a day YYYY-MM-DD from 1950 to today")
    return parsed.isoformat()


def publication_day(given: str | None, periods: Iterable[str], what: str) -> str:
    """Return the day that a user says a file was published on, or "" for none.

    Raises
    ------
    ParameterError
        If it is no day, or one on which a period of the file had not ended.

    Examples
    --------
    >>> publication_day("2026-06-18", ["2026-05"], "may.html")
    '2026-06-18'
    >>> publication_day("2026-06-18", ["2026-Q2"], "own.csv")
    Traceback (most recent call last):
    rounding.errors.ParameterError: --published is 2026-06-18, but own.csv is of 2026-Q2, which had
    not ended then
    """
    if not given:
        return ""
    try:
        published = day(given, "--published")
    except FetchError as error:
        raise ParameterError(str(error)) from error
    for period in periods:
        if unended(period, as_day(published)):
            raise ParameterError(
                f"--published is {published}, but {what} is of {period}, which had not ended then"
            )
    return published


def unended(period: str, today: date) -> str:
    """Say that a period is not over on a day, and what to write instead; "" if it is.

    Examples
    --------
    >>> unended("2026", date(2026, 11, 29)), unended("2026-10", date(2026, 11, 29))
    ('has not ended: write 2026-10M for the sum of its months that are over', '')
    """
    span = parse_period(period)
    if (span.year, span.last_month) < (today.year, today.month):
        return ""
    over = today.month - 1
    if span.first_month > 1 or span.year > today.year or not over:
        return "has not ended"
    return f"has not ended: write {span.year}-{over}M for the sum of its months that are over"


def unique(frame: pd.DataFrame, key: Sequence[str], where: str) -> None:
    """Refuse a frame in which a key stands twice.

    Raises
    ------
    FetchError
        If it does; the message gives the key.
    """
    twice = frame[frame.duplicated(list(key))]
    if len(twice):
        cell = ", ".join(f"{column} {twice.iloc[0][column]}" for column in key)
        raise fault(
            where, f"has {cell} twice, which would count double; nothing was kept"
        )


def too_large(what: str, most: int) -> FetchError:
    """Return the error for what exceeds a bound in bytes, which the sentence tells."""
    return FetchError(f"{what} is larger than {most / 1e6:g} MB, the most that is read")


class Room:
    """What is left of a bound on the cells of a file.

    Examples
    --------
    >>> room = Room(3)
    >>> room.take(2)
    >>> room.take(2)
    Traceback (most recent call last):
    catrade_fetch.door.Odd: has more than 3 cells, the most that is read
    """

    def __init__(self, most: int) -> None:
        self.most = self.left = most

    def take(self, cells: int) -> None:
        """Take so many cells of it.

        Raises
        ------
        Odd
            If so many are not left.
        """
        self.left -= cells
        if self.left < 0:
            raise Odd(f"has more than {self.most:,} cells, the most that is read")


def decoded(content: bytes, other: str = "latin-1") -> str:
    r"""Return text of a file: UTF-8, UTF-16 (Excel's "Unicode text"), or as some are, another.

    Examples
    --------
    >>> decoded("Größe".encode("utf-16")), decoded(b"\xef\xbb\xbfa"), decoded(b"\xe9")
    ('Größe', 'a', 'é')
    """
    if content.startswith(UTF_16):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode(other, errors="replace")


@contextlib.contextmanager
def reading(what: str, advice: str = AGAIN) -> Iterator[None]:
    """Turn any failure of a reader into one sentence that names the file or the request.

    Readers of zip, gzip, XML and JSON fail on damaged input in every way there is (zlib.error,
    struct.error, KeyError, RecursionError, MemoryError), so no list of them would be whole.

    Raises
    ------
    FetchError
        Instead of the reader's error.

    Examples
    --------
    >>> with reading("table.xlsx"):
    ...     raise KeyError("sheet1")
    Traceback (most recent call last):
    catrade_fetch.errors.FetchError: table.xlsx cannot be read (KeyError: 'sheet1'); get it again,
    ...
    """
    try:
        yield
    except PressError:
        raise
    except Odd as error:
        raise fault(what, str(error)) from error
    except Exception as error:
        why = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        text = " ".join(str(why).split())
        raise fault(what, f"cannot be read ({text[:120]}); {advice}") from error
