"""A number that knows its rounding, and writes itself with no more digits than that bears."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import add, ge, gt, le, lt, mul, sub, truediv
from typing import Any, SupportsFloat, cast

import numpy as np

from rounding import formats
from rounding.errors import ParameterError, choice_error
from rounding.formats import is_missing
from rounding.intervals import ROUNDING
from rounding.unknown import Unknown

#: Growth in words: of a rise, of a fall, and where the interval leaves open which it is.
_WORDS = {
    "rose": ("rose {}", "fell {}", "did not move beyond rounding"),
    "up": ("up {}", "down {}", "little changed"),
    "more": ("{} more", "{} less", "as much within rounding"),
}
#: The same of a rise to more than ten times what was: no reader pictures +4,722.5%.
_MANIFOLD = {
    "rose": "rose {:fold}",
    "up": "up {:fold}",
    "more": "{:times} as much",
}
_TENFOLD = 10
#: Formats that give a number alone.
_ALONE = ("count", "cny", "eur")
#: What is divided by, what stands around the number, and most decimals.
_UNITS = {
    "percent": (0.01, "{}%", 1),
    "points": (0.01, "{} points", 1),
    "times": (1.0, "{} times", 1),
    "fold": (1.0, "{}-fold", 1),
}
#: What may stand behind an amount or a share.
_MORE = ("range", "whole")
#: What stands around money of each currency.
_MONEY = {"USD": "${}", "CNY": "{} yuan", "EUR": "{} euros"}
#: Columns of money in a row that says its currency: billions of it.
_BILLIONS = ("value", "base", "first", "goods_value", "mirror", "whole")
#: What a number may be written as.
_KINDS = ("money", "usd", "bn", *_ALONE, *_UNITS, *_WORDS)


@dataclass(frozen=True)
class Rounded:
    """A value and all that it may be, given how it was published.

    Calculating with it carries the interval along; a quotient whose divisor may be zero is
    *unknown* (see `told`). Comparing is refused where intervals leave open what is larger, and an
    f-string writes it:

    ====================  =====================================
    `f"{x:usd}"`          `$106.3 billion`
    `f"{x:bn}"`           `$106.3bn`, as charts and cards write it
    `f"{x:cny}"`          `438.2 billion yuan`; so `eur`
    `f"{x:money}"`        as `usd`, `cny` or `eur`: by its currency
    `f"{x:percent}"`      `12.1%`, of a fraction
    `f"{x:points}"`       `4.7 points`, of a fraction
    `f"{x:times}"`        `4.1 times`; `fold` is `4.1-fold`
    `f"{x:count}"`        `8,159`, `7.45 million`, of things
    `f"{x:rose}"`         `rose 12.1%`, `fell 3%`, of a fraction
    `f"{x:up}"`           `up 12.1%`, `down 3%`, of a fraction
    `f"{x:more}"`         `12.1% more`, `3% less`, of a fraction
    ====================  =====================================

    After `more` may stand what with: `f"{x:more than in 2024}"` is `12.1% more than in 2024`, or
    `as much as in 2024 within rounding`. A rise to more than ten times is told so: `rose 48-fold`,
    `48 times as much`; with a sign, `48-fold`.

    A `+` before the kind writes the sign of a rise, ` range` after an amount or a share the
    interval as well; the value printed always lies inside the range printed. ` whole` leaves
    decimals out. By itself it shows both value and interval.

    Parameters
    ----------
    value, low, high
        The figure and its interval: whole dollars, or fractions.
    rounding
        How the publisher rounded: `nearest`, `floor` ("over"), `ceiling` ("almost") or `about`; of
        a sum that lacks a part, `at_least`.
    currency
        What `money` and `bn` write: USD, CNY or EUR.

    Raises
    ------
    ParameterError
        If a number is not finite or lies outside its interval, or the kind is unknown.

    Examples
    --------
    >>> total, base = Rounded(106.3e9, 106.25e9, 106.35e9), Rounded(94.82e9, 94.815e9, 94.825e9)
    >>> total, total / base - 1
    ($106.3bn (106.25 to 106.35), 0.1211 (0.1205 to 0.1217))
    >>> f"{total:usd}, {total / base - 1:+percent}"
    '$106.3 billion, +12.1%'
    >>> f"{total / base - 1:percent range}, {total - base:bn}"
    '12.11% (12.05 to 12.17), $11.5bn'
    >>> f"{total:bn whole}", f"{total:cny}", f"{total:eur}"
    ('$106bn', '106.3 billion yuan', '106.3 billion euros')
    >>> f"Trade {total / base - 1:rose}; it was {base / total - 1:more}"
    'Trade rose 12.1%; it was 10.8% less'
    >>> grown = Rounded(47.225, 47.2, 47.25)
    >>> f"It {grown:rose}, {grown:more than in 2024}; {grown:+percent}"
    'It rose 48-fold, 48 times as much as in 2024; 48-fold'
    >>> f"It {Rounded(-1, -1, -0.9999):rose}"
    'It fell nearly 100%'
    >>> f"{1 - base / total:percent}", -base
    ('10.8%', −$94.82bn (−94.83 to −94.82))
    >>> total / (base - base)
    unknown
    >>> float(total), round(total / base, 2)
    (106300000000.0, 1.12)
    >>> f"{Rounded(2355000, 2354500, 2355500):count}, {Rounded(8159, 8158.5, 8159.5):count}"
    '2.36 million, 8,159'
    >>> f"{Rounded(1.63, 1.625, 1.635):count} dollars a kilogram"
    '1.63 dollars a kilogram'
    """

    value: float
    low: float
    high: float
    rounding: str = "nearest"
    currency: str = "USD"

    def __post_init__(self) -> None:
        ends = f"[{self.low}, {self.high}]"
        if not math.isfinite(self.low + self.high):
            raise ParameterError(f"bounds must be finite numbers; got {ends}")
        if not self.low <= self.value <= self.high:
            raise ParameterError(
                f"a value must lie in its interval; got {self.value} in {ends}"
            )

    @classmethod
    def of(cls, row: Mapping[str, Any] | Any, column: str = "value_bn") -> Rounded:
        """Take a figure and its interval from a row of a frame.

        The ends of `value_bn` (given in billions) are `low_bn` and `high_bn`, of `value_usd`
        `low_usd` and `high_usd`, of `x_usd` `x_low_usd` and `x_high_usd`, of any other column
        `…_low` and `…_high`. A row without them is taken as exact. How `value` was rounded is
        `rounding`, and how `goods_value` was `goods_rounding`. In a row with a `currency`, as
        in the edition's figures, money is in billions of it.

        Raises
        ------
        ParameterError
            If it is no row, or one without a figure in that column.

        Examples
        --------
        >>> row = {"growth": 0.1211, "growth_low": 0.1205, "growth_high": 0.1217}
        >>> f"{Rounded.of(row, 'growth'):percent}"
        '12.1%'
        >>> Rounded.of({"value_bn": [1.0, 2.0]})
        Traceback (most recent call last):
        rounding.errors.ParameterError: 'value_bn' of one row must be a number, as in
        newest(frame); got list
        """
        if column not in row or is_missing(row[column]):
            raise ParameterError(f"there is no figure in {column!r} of this row")
        value = row[column]
        if not isinstance(value, SupportsFloat):
            raise ParameterError(
                f"{column!r} of one row must be a number, as in newest(frame); "
                f"got {type(value).__name__}"
            )
        says = "currency" in row and "value" in row
        is_money = says and column in _BILLIONS
        factor = 1e9 if is_money or column.endswith("_bn") else 1.0
        cells = [value, *map(row.get, ends_of(column))]
        values = [float(cell) * factor for cell in cells if not is_missing(cell)]
        # How an amount was printed says nothing of a growth, or of another figure beside it.
        before, amount, _ = column.partition("value")
        rounding = str(row.get(f"{before}rounding", "nearest") if amount else "nearest")
        currency = str(row["currency"]) if is_money else "USD"
        return cls(values[0], min(values), max(values), rounding, currency)

    @classmethod
    def printed(cls, value: float, unit: float, rounding: str = "nearest") -> Rounded:
        """Return a printed figure with all that it may stand for.

        Parameters
        ----------
        value, unit
            The figure and its rounding unit, in the same unit of measure.
        rounding
            `nearest`; `floor` ("over"); `ceiling` ("almost"); `about` (a unit either side).

        Examples
        --------
        >>> over = Rounded.printed(48.5, 0.5, "floor")
        >>> over.low, over.high
        (48.5, 49.0)
        """
        if rounding not in ROUNDING:
            raise choice_error("rounding", rounding, ROUNDING)
        if not unit >= 0:
            raise ParameterError(
                f"the rounding unit must be zero or more; got {unit!r}"
            )
        below, above = ROUNDING[rounding]
        return cls(value, value - below * unit, value + above * unit, rounding)

    def shown(self, kind: str = "usd") -> Rounded:
        """Return the figure as it is written, with all that what is written may stand for.

        What a reader works out from two figures on a page is worked out from these. A figure that
        is written as "about" or "between" is as it was.

        Parameters
        ----------
        kind
            What it is written as: `usd`, `cny`, `eur`, `count`, `percent` …

        Examples
        --------
        >>> Rounded(3.557e9, 3.517e9, 3.596e9).shown()
        $3.6bn (3.55 to 3.65)
        >>> Rounded(1141000, 1140500, 1141500).shown("count").low
        1135000.0
        """
        if kind == "count":
            is_large, is_fine = self.value >= 1e6, 0 < self.high - self.low < 1
            by, most = 1e6 if is_large else 1.0, 2 if is_large or is_fine else 0
        else:
            by, _, most = self._unit(kind)
        value, low, high = self.value / by, self.low / by, self.high / by
        places = formats.digits(value, low, high, most)
        if places is None:
            return self
        written = formats.decimal(value, places).replace(",", "").replace("−", "-")
        return Rounded.printed(float(written) * by, by / 10**places)

    def _with(self, other: Any, calculate: Callable[[float, float], float]) -> Rounded:
        if not isinstance(other, Rounded):
            if isinstance(other, Unknown) or not isinstance(other, SupportsFloat):
                # An unknown figure calculates by itself.
                return cast("Rounded", NotImplemented)
            other = _exact(float(other))
        if calculate is truediv and other.low <= 0 <= other.high:
            # Nobody can say what it is: what is written with it is left out.
            return cast("Rounded", Unknown())
        value = float(calculate(self.value, other.value))
        # What rises or falls with each of two numbers is largest and smallest at their ends.
        ends = [
            float(calculate(ours, theirs))
            for ours in (self.low, self.high)
            for theirs in (other.low, other.high)
        ]
        # Floating point may put the value a hair outside its own ends.
        low, high = min(value, *ends), max(value, *ends)
        return Rounded(value, low, high, currency=self.currency)

    def __add__(self, other: Rounded | float) -> Rounded:
        return self._with(other, add)

    def __sub__(self, other: Rounded | float) -> Rounded:
        return self._with(other, sub)

    def __mul__(self, other: Rounded | float) -> Rounded:
        return self._with(other, mul)

    def __truediv__(self, other: Rounded | float) -> Rounded | Unknown:
        return self._with(other, truediv)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: float) -> Rounded:
        return _exact(other) - self

    def __rtruediv__(self, other: float) -> Rounded | Unknown:
        return _exact(other) / self

    def _order(self, other: Any, compare: Callable[[float, float], bool]) -> bool:
        if not isinstance(other, Rounded):
            if isinstance(other, Unknown) or not isinstance(other, SupportsFloat):
                return cast("bool", NotImplemented)
            other = _exact(float(other))
        answers = {
            compare(ours, theirs)
            for ours in (self.low, self.high)
            for theirs in (other.low, other.high)
        }
        if len(answers) > 1:
            raise ParameterError(
                f"which of {self!r} and {other!r} is larger is open: their intervals meet; "
                "compare their .value if the middle will do"
            )
        return answers.pop()

    def __lt__(self, other: Rounded | float) -> bool:
        return self._order(other, lt)

    def __le__(self, other: Rounded | float) -> bool:
        return self._order(other, le)

    def __gt__(self, other: Rounded | float) -> bool:
        return self._order(other, gt)

    def __ge__(self, other: Rounded | float) -> bool:
        return self._order(other, ge)

    def __float__(self) -> float:
        """Return the figure itself, in whole dollars or as a fraction, without its interval."""
        return float(self.value)

    def __round__(self, digits: int | None = None) -> float:
        """Return the value alone, as `float` does, with so many digits."""
        return round(self.value, digits)

    def __getattr__(self, name: str) -> Callable[[], float]:
        """Give numpy's functions of one number, such as `np.log`, the value alone."""
        function = getattr(np, name, None)
        if isinstance(function, np.ufunc) and function.nin == 1:
            return lambda: float(function(self.value))
        raise AttributeError(f"a figure has no {name!r}")

    def __neg__(self) -> Rounded:
        return Rounded(-self.value, -self.high, -self.low, self.rounding, self.currency)

    def __repr__(self) -> str:
        if abs(self.high) < 1e3 and abs(self.low) < 1e3:  # a fraction, not money
            ends = f" ({self.low:.4g} to {self.high:.4g})"
            return f"{self.value:.4g}{ends if self.low < self.high else ''}"
        _, between, ends = self._ranged("bn", signed=False).partition(" (")
        return f"{self._written('bn')}{between}{ends}"

    def __format__(self, spec: str) -> str:
        # A line may end between two signs unless a word joiner stands there.
        return self._written(spec).replace("−$", "−\u2060$")

    def _written(self, spec: str) -> str:
        kind, _, rest = spec.partition(" ")
        signed, kind = kind.startswith("+"), kind.removeprefix("+") or "usd"
        if kind not in _KINDS:
            raise choice_error("format", kind, _KINDS)
        is_manifold = self.low > _TENFOLD - 1
        if kind == "more" and rest.startswith("than "):
            if is_manifold:
                return f"{self:more} as {rest.removeprefix('than ')}"
            if self.is_sure:
                return f"{self:more} {rest}"
            return f"as much as {rest.removeprefix('than ')} within rounding"
        if rest not in ("", *_MORE):
            raise choice_error("format", rest, _MORE)
        if rest and kind in (*_WORDS, *_ALONE):
            raise ParameterError(f"the format {kind!r} takes no {rest!r}")
        if kind == "percent" and signed and is_manifold:
            return f"{1 + self:fold}"
        if kind in _WORDS:
            if is_manifold:
                return _MANIFOLD[kind].format(1 + self)
            rise, fall, open_ = _WORDS[kind]
            if not self.is_sure:
                return open_
            size = f"{abs(self):percent}"
            if self.value > 0:
                return rise.format(size)
            # A fall to a rounded zero, or to a little, is none to nothing.
            if size == "100.0%":
                size = "100%" if self.high == -1 else "nearly 100%"
            return fall.format(size)
        if rest == "range":
            return self._ranged(kind, signed=signed)
        return self._plain(kind, signed=signed, whole=rest == "whole")

    @property
    def is_sure(self) -> bool:
        """Whether the figure is above zero for certain, or below it."""
        return self.low > 0 or self.high < 0

    def __abs__(self) -> Rounded:
        if self.value >= 0:
            return self
        return -self

    def _plain(self, kind: str, *, signed: bool, whole: bool) -> str:
        if kind == "count":
            return self._counted()
        by, template, most = self._unit(kind)
        if whole:
            most = 0
        is_usd = kind in ("money", "usd", "bn")
        if is_usd and self.rounding in formats.SAID and self.value > 0:
            printed = formats.write_number(self.value / by, most, self.rounding)
            return f"{formats.SAID[self.rounding]} {template.format(printed)}"
        value, low, high = self.value / by, self.low / by, self.high / by
        if kind in ("times", "fold") and abs(value) >= 9.95:  # two significant digits
            most = 0
        return formats.worded(value, low, high, most, template, signed=signed)

    def _counted(self) -> str:
        """Write a number of things, from a million on in millions.

        Tonnes or dollars a barrel, which are published to less than one, keep their decimals.
        """
        is_fine = 0 < self.high - self.low < 1
        places = formats.digits(self.value, self.low, self.high) if is_fine else 0
        printed = formats.decimal(self.value, places or 0)
        if self.value >= 1e6:
            value, low, high = self.value / 1e6, self.low / 1e6, self.high / 1e6
            places = formats.digits(value, low, high) or 0
            printed = f"{formats.decimal(value, places)} million"
        return f"{formats.SAID.get(self.rounding, '')} {printed}".lstrip()

    def _ranged(self, kind: str, *, signed: bool) -> str:
        by, template, _ = self._unit(kind, least=1e6)
        value, low, high = self.value / by, self.low / by, self.high / by
        places = formats.range_digits(low, high)
        main = formats.decimal(value, places, template, signed=signed)
        first, last = formats.decimal(low, places), formats.decimal(high, places)
        return main if first == last else f"{main} ({first} to {last})"

    def _unit(self, kind: str, least: float = 0.0) -> tuple[float, str, int]:
        """Return what is divided by, what stands around the number, and most decimals.

        Money goes by its size, as billions, millions or by itself, but as no less than `least`.
        """
        if kind in _UNITS:
            return _UNITS[kind]
        by, word, most = formats.scale(max(abs(self.value), least))
        if kind in _ALONE:
            return (
                by,
                f"{{}}{word} {'euros' if kind == 'eur' else 'yuan'}",
                min(most, 1),
            )
        if kind == "bn":  # as charts and cards write it
            word = word.strip().replace("illion", "").replace("b", "bn")
        around = _MONEY["USD" if kind == "usd" else self.currency]
        return by, around.replace("{}", f"{{}}{word}"), most


def _exact(number: float) -> Rounded:
    return Rounded(number, number, number)


def ends_of(column: str) -> tuple[str, str]:
    """Return the columns that hold the interval of a column, as `Rounded.of` finds them.

    Examples
    --------
    >>> ends_of("value_bn"), ends_of("growth"), ends_of("value")
    (('low_bn', 'high_bn'), ('growth_low', 'growth_high'), ('low', 'high'))
    """
    if column == "value":
        return "low", "high"
    column = column.removesuffix("_value")
    start, _, unit = column.rpartition("_")
    if unit not in ("usd", "bn"):
        return f"{column}_low", f"{column}_high"
    name = f"{start}_".removeprefix("value_")
    return f"{name}low_{unit}", f"{name}high_{unit}"
