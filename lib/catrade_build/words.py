"""Words that several subjects share: years, amounts, source lines and notes of charts."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from catrade_build.tables.names import capital as capital
from catrade_build.tables.names import names_of
from catrade_build.tables.names import small as small
from catrade_build.tables.trade import load_sources, state_of_files
from rounding import formats
from rounding.rounded import Rounded

#: From which dollars on a tenth of a billion, or a million, says enough.
_TOLD = {formats.BILLION: 0.05e9, 1e6: 0.5e6, 0.0: 0.0}
#: What a table says in the place of a stage, or of "new", of what is doubtful.
NOT_CONFIRMED = "reported, not confirmed"
#: Of the five, how many.
NUMBERS = ("none", "one", "two", "three", "four", "five")


def told_dollars(dollars: float | Rounded) -> Rounded:
    """Return dollars to the digits a reader needs, if so many are known.

    They are a tenth of a billion, or a million.

    Examples
    --------
    >>> f"{told_dollars(3_703_000_000):usd}, {told_dollars(358_840_000):bn}"
    '$3.7 billion, $359m'
    >>> f"{told_dollars(Rounded(-979e6, -1030e6, -930e6)):usd}"
    'about −\u2060$980 million'
    """
    figure = dollars if isinstance(dollars, Rounded) else exact(dollars)
    value = figure.value
    half = next(half for least, half in _TOLD.items() if abs(value) >= least)
    return Rounded(
        value,
        min(figure.low, value - half),
        max(figure.high, value + half),
    )


def in_currency(currency: object) -> tuple[str, str]:
    """Return in which currency figures are, and of which unit: dollars unless it is another.

    Examples
    --------
    >>> in_currency("CNY"), in_currency("USD")
    (('in yuan', 'billion yuan'), ('in dollars', '$ billion'))
    """
    name = {"CNY": "yuan", "EUR": "euros"}.get(str(currency))
    return (f"in {name}", f"billion {name}") if name else ("in dollars", "$ billion")


def exact(value: float) -> Rounded:
    """Return a number that was not rounded before it came here."""
    return Rounded(value, value, value)


def with_services(codes: Iterable[str]) -> str:
    """Return in brackets which countries' figures count services, too; "" if none do.

    Examples
    --------
    >>> with_services(["UZB"]), with_services([])
    (' (Uzbekistan with services)', '')
    """
    whose = names_of(filter(None, codes))
    return f" ({whose} with services)" if whose else ""


def counting(coverage: str, form: str = "{}") -> str:
    """Return what a figure counts that is not all goods and no services; "" of goods.

    Parameters
    ----------
    coverage
        As of `figures` in docs/edition.md.
    form
        What the words stand in.

    Examples
    --------
    >>> counting("goods_and_services"), counting("goods")
    ('with services', '')
    >>> counting("part_of_goods", " ({})")
    ' (a part of goods)'
    """
    words = {
        "goods_and_services": "with services",
        "mixed": "in part with services",
        "part_of_goods": "a part of goods",
    }
    return form.format(words[coverage]) if coverage in words else ""


def how_many(part: int, whole: int) -> str:
    """Return how many of some, in words as far as these go.

    Examples
    --------
    >>> how_many(1, 2), how_many(2, 2), how_many(5, 5), how_many(3, 12)
    ('one of two', 'both', 'all five', '3 of 12')
    """
    if whole >= len(NUMBERS):
        return f"{part} of {whole}"
    if part < whole:
        return f"{NUMBERS[part]} of {NUMBERS[whole]}"
    return "both" if whole == 2 else f"all {NUMBERS[whole]}"


def years(values: Iterable[int]) -> str:
    """Return years with neighbours joined.

    Examples
    --------
    >>> years([2013, 2016, 2017, 2018])
    '2013 and 2016–2018'
    """
    held = sorted(set(values))
    firsts = [year for year in held if year - 1 not in held]
    lasts = [year for year in held if year + 1 not in held]
    runs = zip(firsts, lasts, strict=True)
    return formats.join([str(a) if a == b else f"{a}–{b}" for a, b in runs])


def source_words() -> dict[Any, dict[Any, Any]]:
    """Return what tells each source to a reader, by its id; `read_in` says whether in a copy."""
    return _sources(state_of_files())


@functools.lru_cache(maxsize=1)
def _sources(_: object) -> dict[Any, dict[Any, Any]]:
    """Return the same, as long as no file of data changes."""
    columns = ["title", "publisher", "kind", "read_in", "url", "published"]
    return load_sources().set_index("source_id")[columns].to_dict("index")
