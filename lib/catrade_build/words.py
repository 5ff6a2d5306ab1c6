"""Words that several subjects share: years, amounts, source lines and notes of charts."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import pandas as pd

from catrade_build import issuers
from catrade_build.tables.names import capital as capital
from catrade_build.tables.names import in_sentence
from catrade_build.tables.names import small as small
from catrade_build.tables.trade import load_sources, state_of_files
from pagemill.cites import source_ids
from rounding import formats
from rounding.rounded import Rounded

#: From which dollars on a tenth of a billion, or a million, says enough.
_TOLD = {formats.BILLION: 0.05e9, 1e6: 0.5e6, 0.0: 0.0}
#: What a table says in the place of a stage, or of "new", of what is doubtful.
NOT_CONFIRMED = "reported, not confirmed"
#: Of the five, how many.
NUMBERS = ("none", "one", "two", "three", "four", "five")
_BASIS_WORDS = {
    "converted": "converted from another currency",
    "sum_of_flows": "exports plus imports",
    "sum_of_partners": "the sum of the countries",
    "difference_of_flows": "the difference of two figures",
    "implied_by_growth": "implied by the growth its publisher prints",
    "sum_of_chapters": "the sum of its HS chapters",
    "share_of_total": "a published share of a published total",
}


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


def dollars(billions: float) -> Rounded:
    """Return exact billions in dollars, to the digits a reader needs."""
    return told_dollars(1e9 * billions)


def exact(value: float) -> Rounded:
    """Return a number that was not rounded before it came here."""
    return Rounded(value, value, value)


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


def times(ratio: float | Rounded) -> str:
    """Return how many times as much something is; what would be 1.0 times is about as much.

    Examples
    --------
    >>> times(2.04), times(0.96), times(1.05)
    ('2.0 times as much', 'about as much', '1.1 times as much')
    """
    text = f"{ratio if isinstance(ratio, Rounded) else exact(ratio):times} as much"
    return text.replace("1.0 times as", "about as") if text.startswith("1.0 ") else text


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


def source_line(frame: pd.DataFrame) -> str:
    """Return whose statistics a frame holds, and the source or how many they come from.

    Examples
    --------
    >>> source_line(pd.DataFrame({"reporter": "CHN", "sources": ["a;b", "b", None]}))
    'Statistics of China, as published in 2 sources (listed under Sources).'
    >>> source_line(pd.DataFrame({"sources": ["eec-2022"]}))  # the page writes "Source: " before it
    'Eurasian Economic Commission.'
    """
    if frame.empty:
        return ""
    reporters = dict.fromkeys(frame.get("reporter", ()))
    who = [in_sentence(code) for code in reporters]
    whose = f"Statistics of {formats.join(who)}" if who else ""
    ids = source_ids(frame[["sources"]]) if "sources" in frame else []
    if not ids:
        return whose and f"{whose}."
    table = source_words()
    sources = [table[name] for name in ids if name in table]
    if len(ids) == len(sources) == 1:
        named, copy = issuers.issuer(sources[0]["publisher"])
        read = f", in a copy by {copy}" if copy else ""
        return f"{whose}: {named}{read}." if whose else f"{named}{read}."
    # Official ones, and those that relay them: two headings of the list of sources.
    official = sum(issuers.authority(row) < 2 for row in sources)
    count = "one source" if len(ids) == 1 else f"{len(ids)} sources"
    of_them = f", {official} of them official" if official else ""
    if official == len(ids):
        of_them = f", {'both' if official == 2 else 'all'} official"
    begin = f"{whose}, as" if whose else "Figures"
    return f"{begin} published in {count}{of_them} (listed under Sources)."


def source_words() -> dict[Any, dict[Any, Any]]:
    """Return what tells each source to a reader, by its id; `read_in` says whether in a copy."""
    return _sources(state_of_files())


@functools.lru_cache(maxsize=1)
def _sources(_: object) -> dict[Any, dict[Any, Any]]:
    """Return the same, as long as no file of data changes."""
    columns = ["title", "publisher", "kind", "read_in", "url", "published"]
    return load_sources().set_index("source_id")[columns].to_dict("index")


def basis_note(frame: pd.DataFrame) -> str:
    """Return what hollow marks mean in this frame."""
    bases = set(frame.get("basis", ()))
    kinds = [words for basis, words in _BASIS_WORDS.items() if basis in bases]
    if not kinds:
        return ""
    return f"Hollow marks: these figures were computed ({'; '.join(kinds)})."


def doubt_note(frame: pd.DataFrame) -> str:
    """Return which figures of a frame are doubtful, or nothing.

    Examples
    --------
    >>> doubt_note(pd.DataFrame({"year": [2014, 2015], "quality": ["ok", "doubtful"]}))
    'Doubtful: 2015.'
    """
    if not {"quality", "year"} <= set(frame.columns):
        return ""
    doubtful = frame.loc[frame["quality"] == "doubtful", "year"]
    if doubtful.empty:
        return ""
    return f"Doubtful: {years(doubtful.astype(int))}."
