"""What each table is, as `data/tables.yaml` defines it: columns, units, and what may stand in them.

The file explains its own words at its head. It belongs to the code as much as to the data: it is
read from the source tree or the installed package, not from a folder that CATRADE_DATA names.
"""

from __future__ import annotations

import contextlib
import functools
import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any

import yaml

from catrade_build.tables.paths import definitions_file
from rounding.dates import date_interval, parse_period
from rounding.errors import DataError, ParameterError, choice_error, did_you_mean

#: The parser in C, where PyYAML has it, is ten times as quick.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
#: Beyond it a float skips whole numbers, and a long enough one is infinite.
LARGEST = 2**53
#: Longer text in a cell is an unclosed quotation mark or a file pasted in.
_LONGEST = 5000
SHOWN = 60


def quoted(text: str) -> str:
    """Return a text for a message: quoted, on one line, with nothing unseen, and not too long.

    Examples
    --------
    >>> quoted("UZZ"), quoted("1" * 1000)[-23:]
    ("'UZZ'", '1111… (1000 characters)')
    """
    if len(text) <= SHOWN:
        return repr(text)
    return f"{repr(text[:SHOWN])[:-1]}… ({len(text)} characters)"


def printable(text: str) -> str:
    """Return a text as it is if it can stand in a message, else as `shown` does."""
    return text if text.isprintable() and len(text) <= SHOWN else quoted(text)


def unreadable(cell: str) -> str:
    """Say what is wrong with the characters of a cell; empty text if nothing is."""
    if len(cell) > _LONGEST:
        return f"holds {len(cell)} characters; {_LONGEST} is the most"
    if cell.isprintable():
        return ""
    for place, character in enumerate(cell, start=1):
        if not character.isprintable() and character not in "\r\n\u3000":
            name = unicodedata.name(character, "a control character")
            return (
                f"holds U+{ord(character):04X} ({name}) as character {place}, which cannot be seen"
                " or misleads; remove it"
            )
    return ""


def number_hint(cell: str) -> str:
    """Return how a number should have been written; empty text if that is not clear.

    Examples
    --------
    >>> number_hint("123,5"), number_hint("1,234,567.5"), number_hint("106 300 000")
    (' (write 123.5)', ' (write 1234567.5)', ' (write 106300000)')
    >>> number_hint("1,234"), number_hint("12 5")  # a comma of thousands or of decimals?
    ('', '')
    """
    if len(cell) > SHOWN:
        return ""
    text = re.sub(r"(?<=\d)[ \u00a0_](?=\d{3}(?!\d))", "", cell.strip())
    is_grouped = re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text)
    if is_grouped and re.fullmatch(r"-?\d+,\d+", text):
        return ""
    text = text.replace(",", "" if is_grouped else ".")
    try:
        number = format(float(text), ".15g")
    except ValueError:
        return ""
    return f" (write {number})" if NUMBER.fullmatch(number) else ""


#: What a cell of each kind looks like, and what it must be.
_FORMS = {
    "number": (NUMBER.pattern, "a plain number such as 1234.5"),
    "integer": ("-?[0-9]+", "a whole number such as 12"),
    "truth": ("true|false", "true or false"),
}
#: Forms that a regular expression cannot tell: a function raises ParameterError.
_CALENDAR: dict[str, Callable[[str], object]] = {
    "period": parse_period,
    "date": date_interval,
}
#: When a number is within a bound, and what is said of one that is not.
_BOUNDS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "above": (operator.gt, "greater than {}"),
    "at_least": (operator.ge, "{} or more"),
    "at_most": (operator.le, "{} or less"),
}
_KEYS = "about number integer truth one_of several form refers_to read_as unit empty"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name, about, unit
        Its header, what it holds and in which unit, for the dictionary.
    kind
        text, number, integer or truth.
    empty
        Whether a cell may be empty.
    refers_to
        The table whose first key column has its values.
    choices
        The values it may have; () is any.
    several
        Whether a cell may hold several values, separated by `;`.
    form
        Name of a form that only the calendar can tell (period, date), or a regular expression.
    must_be
        Completes the sentence "must be …" for a cell of another form.
    bounds
        Smallest and largest number: above, at_least, at_most.
    read_as
        What loaders call it, where that is not its name in the file.
    """

    name: str
    about: str
    kind: str = "text"
    empty: bool = False
    unit: str | None = None
    refers_to: str | None = None
    choices: tuple[str, ...] = ()
    several: bool = False
    form: str | None = None
    must_be: str = ""
    bounds: Mapping[str, float] = field(default_factory=dict)
    read_as: str = ""

    def cell_fault(self, cell: str) -> str:
        """Say what is wrong with a cell of the file; empty text if nothing is.

        Examples
        --------
        >>> definition_of("macro").columns["year"].cell_fault("1,925")
        "must be a whole number such as 12; got '1,925'"
        >>> precision = definition_of("trade").columns["precision"]
        >>> precision.cell_fault("-2"), precision.cell_fault("0.5")
        ('must be greater than 0; got -2', '')
        >>> definition_of("trade").columns["flow"].cell_fault("exports")
        "must be one of export, import, total; got 'exports' (did you mean 'export'?)"
        """
        if not cell:
            return "" if self.empty else "must not be empty"
        is_number = self.kind in ("number", "integer")
        if not self._fits(cell):
            near = did_you_mean(cell[:SHOWN], self.choices)
            hint = number_hint(cell) if is_number else near
            return f"must be {self.must_be}; got {quoted(cell)}{hint}"
        if not is_number:
            return ""
        if abs(Decimal(cell)) > LARGEST:
            return f"is too large to be held exactly: at most {LARGEST}"
        value = float(cell)
        limits = [(*_BOUNDS[name], at) for name, at in self.bounds.items()]
        if all(holds(value, at) for holds, _, at in limits):
            return ""
        wanted = " and ".join(words.format(at) for _, words, at in limits)
        return f"must be {wanted}; got {value:.15g}"

    def _fits(self, cell: str) -> bool:
        if self.choices:
            parts = cell.split(";") if self.several else [cell]
            return set(parts) <= set(self.choices)
        form = _FORMS[self.kind][0] if self.kind in _FORMS else self.form
        if form in _CALENDAR:
            with contextlib.suppress(ParameterError):
                _CALENDAR[form](cell)
                return True
            return False
        return form is None or re.fullmatch(form, cell) is not None


@dataclass(frozen=True)
class TableDefinition:
    """One table of `data/`: what it is, the columns that identify a row, and all its columns."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]

    @property
    def file(self) -> str:
        """File name in the data folder."""
        return f"{self.name}.csv"

    @property
    def references(self) -> dict[str, str]:
        """{column: table whose keys its values are}."""
        return {c.name: c.refers_to for c in self.columns.values() if c.refers_to}

    @property
    def read_as(self) -> dict[str, str]:
        """{column: what loaders call it}, where that is another name."""
        return {c.name: c.read_as for c in self.columns.values() if c.read_as}


@functools.cache
def tables() -> dict[str, TableDefinition]:
    """Return every table of `data/` by its name, in the order of the dictionary."""
    return {name: _table(name, entry) for name, entry in _defined()["tables"].items()}


def definition_of(name: str) -> TableDefinition:
    """Return one table.

    Raises
    ------
    ParameterError
        If there is no such table.

    Examples
    --------
    >>> definition_of("trade").columns["value"].unit
    'units of `currency`'
    """
    if name not in tables():
        raise choice_error("table", name, tables())
    return tables()[name]


#: Coverage of a flow whose chapters do not reach its reported total, or that has single ones only:
#: good for comparing these, never a structure.
PARTIAL = "partial"
#: Coverage of a flow without the chapters that are worth less than 100,000 dollars on the Chinese
#: side.
CELLS_MISSING = "cells_under_100000_missing"


def choices(name: str) -> tuple[str, ...]:
    """Return a list of tables.yaml: the values that a column, or several, may have.

    Examples
    --------
    >>> choices("roundings")
    ('nearest', 'floor', 'ceiling', 'about')
    """
    return _flat(_part("lists", name))


def meanings(name: str) -> dict[str, Any]:
    """Return a list of tables.yaml that says what each of its values means.

    Examples
    --------
    >>> meanings("issuers")["MOF"], meanings("claim_kinds")["event_weekday"]
    ('Ministry of Finance of China', ['event_id', 'terms'])
    """
    words: dict[str, Any] = _part("lists", name)
    return words


@functools.cache
def _defined() -> dict[str, Any]:
    try:
        text = definitions_file().read_text(encoding="utf-8")
        sections: dict[str, Any] = yaml.load(text, LOADER)
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise DataError(
            f"tables.yaml{where}: cannot be read: {getattr(error, 'problem', error)}"
        ) from error
    return sections


def _part(section: str, name: str, where: str = "") -> Any:
    """Return one of the lists or forms, or say in which column (`where`) a wrong one is named."""
    parts = _defined()[section]
    if name not in parts:
        hint = did_you_mean(name, parts)
        raise DataError(
            f"tables.yaml{where}: none of its {section} is called {name!r}{hint}"
        )
    return parts[name]


def _flat(values: Iterable[Any]) -> tuple[str, ...]:
    """Return values once each, a list inside the list replaced by its members."""
    lists = [[value] if isinstance(value, str) else value for value in values]
    return tuple(dict.fromkeys(chain.from_iterable(lists)))


def _table(name: str, entry: Mapping[str, Any]) -> TableDefinition:
    columns = {
        key: _column(name, key, value) for key, value in entry["columns"].items()
    }
    return TableDefinition(name, _spelled(entry["about"]), tuple(entry["key"]), columns)


def _column(table: str, name: str, entry: Mapping[str, Any]) -> Column:
    # Its keys, its kind, the list or form it names, and what is said of a cell that has not that.
    where = f", column {name} of {table}"
    for key in {"about", *entry} - ({*_KEYS.split()} & {*entry}):
        raise DataError(
            f"tables.yaml{where}: {'no' if key == 'about' else 'unknown'} {key!r}"
        )
    kind = next((kind for kind in _FORMS if kind in entry), "text")
    allowed = entry.get("one_of", ())
    if isinstance(allowed, str):
        allowed = _part("lists", allowed, where)
    form = entry.get("form", {})
    if isinstance(form, str):
        form = {"pattern": form} | _part("forms", form, where)

    choices, several = _flat(allowed), entry.get("several", False)
    must_be, unit = form.get("must_be", ""), form.get("unit")
    if kind != "text":
        must_be = _FORMS[kind][1]
        unit = must_be if kind == "truth" else None
    elif choices:
        listed = ", ".join(choices)
        must_be = f"of {listed}, separated by `;`" if several else f"one of {listed}"
    target = entry.get("refers_to")
    return Column(
        name,
        _spelled(entry["about"]),
        kind,
        entry.get("empty", False),
        entry.get("unit", unit),
        target,
        choices,
        several or target == "sources",
        form.get("pattern"),
        must_be,
        entry[kind] if kind in ("number", "integer") else {},
        entry.get("read_as", ""),
    )


def _spelled(about: str) -> str:
    """Return a description with the lists it names written out, each value with its meaning."""
    for name, how in _defined()["spelled"].items():
        place = f"{{{name}}}"
        if place in about:
            words = [
                how["each"].format(code=code, meaning=meaning)
                for code, meaning in meanings(name).items()
            ]
            about = about.replace(place, how["between"].join(words))
    return about
