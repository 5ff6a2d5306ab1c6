"""How the cells of a table are written: the formats, intervals and what opens."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from markupsafe import Markup

from pagemill import cites
from rounding import formats
from rounding.errors import ParameterError, choice_error
from rounding.rounded import Rounded


@dataclass(frozen=True)
class Interval:
    """A column shown with its interval, such as `12.1% (12.0 to 12.2)`.

    Parameters
    ----------
    low, high
        Columns that hold the ends.
    unit
        `"percent"` for fractions, `"usd"` for dollars in billions.

    Examples
    --------
    >>> cell = Interval("low", "high")
    >>> cell.write({"rate": 0.1213, "low": 0.1202, "high": 0.1224}, "rate")
    '12.1% (12.0 to 12.2)'
    >>> cell.write({"rate": 0.02, "low": -0.3, "high": 0.4}, "rate")
    'between −30% and 40%'
    >>> cell.write({"rate": 0.2838, "low": 0.281, "high": 0.287}, "rate")
    '28.4% (28.1 to 28.7)'
    >>> Interval("l", "h", "usd").write({"x": 106.3e9, "l": 106.25e9, "h": 106.35e9}, "x")
    '106.3 (106.25 to 106.35)'
    """

    low: str
    high: str
    unit: str = "percent"

    def write(self, row: Mapping[str, Any], column: str) -> str:
        """Return the text of one cell."""
        ends = (row[column], row[self.low], row[self.high])
        is_percent = self.unit == "percent"
        if any(map(formats.is_missing, ends)):
            return (formats.percent if is_percent else _in_billions)(row[column])
        value, low, high = map(float, ends)
        return _percent(value, low, high) if is_percent else _billions(value, low, high)


def _percent(value: float, low: float, high: float) -> str:
    main = f"{Rounded(value, min(low, value), max(high, value)):percent}"
    # The last digit shown says as much as an interval narrower than it; "between" has said both.
    if 100 * (high - low) < 0.1 or main.startswith("between"):
        return main
    ends = " to ".join(formats.fixed(100 * end, 1) for end in (low, high))
    return f"{formats.percent(value)} ({ends})"


def _billions(value: float, low: float, high: float) -> str:
    main, width = value / 1e9, (high - low) / 1e9
    if width < 1e-3:
        return _in_billions(value) if abs(main) >= 10 else formats.fixed(main, 2)
    decimals = min(3, max(0, math.ceil(-math.log10(width) - 1e-9)))
    ends = " to ".join(formats.fixed(end / 1e9, decimals + 1) for end in (low, high))
    return f"{formats.fixed(main, decimals)} ({ends})"


def _in(size: float, value: Any) -> str:
    if formats.is_missing(value):
        return formats.MISSING
    scaled = float(value) / size
    # A flow far below the unit keeps two significant digits instead of turning into 0.0.
    small = 0 < abs(scaled) < 0.1
    return formats.fixed(
        scaled, 1 - math.floor(math.log10(abs(scaled))) if small else 1
    )


_in_billions = partial(_in, 1e9)


def _usd(value: Any) -> str:
    if formats.is_missing(value):
        return formats.MISSING
    return f"{Rounded(float(value), float(value), float(value)):usd}"


@dataclass(frozen=True)
class Opens:
    """A column whose cells open on the text of another column, such as the reason of a verdict.

    Parameters
    ----------
    column
        The column shown when a reader opens the cell.

    Examples
    --------
    >>> Opens("why").html("It holds", "1 < 2")
    Markup('<details><summary>It holds</summary>1 &lt; 2</details>')
    """

    column: str

    def html(self, text: str, more: Any) -> Markup:
        """Return a cell; one with nothing to open is its text."""
        if formats.is_missing(more) or not more:
            return Markup.escape(text)
        return Markup("<details><summary>{}</summary>{}</details>").format(text, more)


#: Formatters by name, for `table(columns={"value_usd": ("Value, $ billion", "billion")})`.
FORMATTERS: dict[str, formats.Formatter] = {
    "billion": _in_billions,
    "bn": partial(_in, 1.0),  # of a column that is in billions
    "million": partial(_in, 1e6),
    "usd": _usd,
    "percent": formats.percent,
    "points": formats.points,
    "integer": lambda value: formats.fixed(value, 0),
    "decimal": lambda value: formats.fixed(value, 2),
    "date": formats.date,
    "period": formats.period,
    "text": lambda v: formats.MISSING if formats.is_missing(v) else str(v),
}
#: Formats of amounts of money: of dollars, or of billions in a column called `…_bn`.
MONEY = ("billion", "million", "usd")
#: What writes a column of source ids as HTML: as numbered marks that lead to the page's list, or as
#: links to the sources.
MARKED: dict[str, Callable[[Iterable[Any]], list[str]]] = {
    "sources": cites.cited,
    "links": cites.links,
}
#: Formats of numbers.
NUMERIC = frozenset(
    {"billion", "bn", "million", "usd", "percent", "points", "integer", "decimal"}
)

How = str | Interval | Opens | Callable[[Any], str]
Column = str | tuple[str, How]


def write(record: Mapping[Any, Any], column: str, how: How) -> str:
    """Return the text of one cell.

    Examples
    --------
    >>> write({"value_usd": 5.24e9}, "value_usd", "billion")
    '5.2'
    >>> write({"value_bn": 5.24}, "value_bn", "million")
    '5,240.0'
    """
    if isinstance(how, Interval):
        return how.write(record, column)
    how = "text" if isinstance(how, Opens) else how
    value = record[column]
    if how in MONEY and column.endswith("_bn"):
        value = 1e9 * value  # a column of that name holds billions
    return FORMATTERS[how](value) if isinstance(how, str) else how(value)


def checked(
    df: pd.DataFrame, caption: str, columns: Mapping[str, Column] | None
) -> dict[str, tuple[str, How]]:
    """Return header and format of each column, or raise ParameterError."""
    if not caption.strip():
        raise ParameterError(
            "caption of a table must say what the table shows; got an empty text"
        )
    shown: Mapping[str, Column] = columns or {str(c): str(c) for c in df.columns}
    full: dict[str, tuple[str, How]] = {}
    for column, spec in shown.items():
        header, how = spec if isinstance(spec, tuple) else (spec, _default(df, column))
        more: tuple[str, ...] = (how.low, how.high) if isinstance(how, Interval) else ()
        more = (how.column,) if isinstance(how, Opens) else more
        for needed in (column, *more):
            if needed not in df.columns:
                raise choice_error("column", needed, list(df.columns))
        formatters = [*FORMATTERS, *MARKED]
        if isinstance(how, str) and how not in formatters:
            raise choice_error(f"format of column {column}", how, formatters)
        full[column] = (header, how)
    return full


def _default(df: pd.DataFrame, column: str) -> str:
    if column not in df.columns:
        return "text"
    values = df[column].dropna()
    if (
        pd.api.types.is_datetime64_dtype(values)
        and (values == values.dt.floor("D")).all()
    ):
        return "date"
    # Years and counts stay as typed: a year must not read 2,025.
    return "decimal" if pd.api.types.is_float_dtype(values) else "text"
