"""Titles, text alternatives and notes of charts, computed from the rows that are plotted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from catrade.names import in_sentence
from pagemill import formats, numbers
from pagemill.intervals import Interval

Write = Callable[[Any], str]
_FLOW_WORDS = {
    "total": "trade with",
    "export": "exports to",
    "import": "imports from",
    "balance": "trade balance with",
}
_BASIS_WORDS = {
    "converted": "converted from another currency",
    "sum_of_flows": "exports plus imports",
    "sum_of_partners": "the sum of the countries",
    "difference_of_flows": "the difference of two figures",
    "implied_by_growth": "implied by the growth its publisher prints",
    "sum_of_chapters": "the sum of its HS chapters",
    "share_of_total": "a published share of a published total",
}


def country(code: str) -> str:
    """Return a name as it stands inside a sentence.

    Examples
    --------
    >>> country("EU27"), country("WLD"), country("KGZ")
    ('the EU', 'the world', 'Kyrgyzstan')
    """
    return in_sentence(code)


def owner(code: str) -> str:
    """Return the possessive of a name."""
    return f"{country(code)}'s"


def capital(text: str) -> str:
    """Return a sentence with its first letter large."""
    return text[:1].upper() + text[1:]


def inside(sentence: str) -> str:
    """Return the beginning of a sentence as it stands inside one; a name keeps its capital.

    Examples
    --------
    >>> inside("Trade"), inside("China's trade"), inside("The EU's trade")
    ('trade', "China's trade", "the EU's trade")
    """
    common = {"Trade", "Exports", "Imports", "The", "Statistics"}
    return sentence[:1].lower() + sentence[1:] if sentence.split(" ")[0] in common else sentence


def subject(reporters: Sequence[str], partners: Sequence[str], flow: str) -> str:
    """Return whose trade it is, as the beginning of a sentence.

    Examples
    --------
    >>> subject(["CHN"], ["CA5"], "import")
    "China's imports from Central Asia"
    >>> subject(["KAZ", "UZB"], ["CHN"], "total")
    "Central Asian countries' trade with China"
    """
    who = owner(reporters[0]) if len(reporters) == 1 else "Central Asian countries'"
    others = list(dict.fromkeys(partners))
    whom = country(others[0]) if len(others) == 1 else "Central Asian countries"
    return capital(f"{who} {_FLOW_WORDS.get(flow, flow)} {whom}")


def subject_of(frame: pd.DataFrame, flow: str) -> str:
    """Return the subject of a cell frame; of several sides, the region as a whole is named."""
    if frame.empty:
        return {"total": "Trade", "export": "Exports", "import": "Imports"}.get(flow, "Trade")
    return subject(codes(frame, "reporter"), codes(frame, "partner"), flow)


def codes(frame: pd.DataFrame, column: str) -> list[str]:
    """Return the distinct codes of a column in order of appearance."""
    return list(dict.fromkeys(frame[column].astype(str))) if column in frame.columns else []


def money(row: Any, *, signed: bool = False) -> str:
    """Return a row's dollars with the digits its interval bears."""
    value = float(row["value_usd"])
    ends = [row.get(end) for end in ("low_usd", "high_usd")]
    low, high = (value if formats.is_missing(end) else float(end) for end in ends)
    rounding = str(row.get("rounding", "nearest"))
    return numbers.format_usd(value, low, high, signed=signed, rounding=rounding)


def amount(row: Any, currency: str = "CNY") -> str:
    """Return a row's figure in its currency, one decimal at most, as its interval bears.

    Examples
    --------
    >>> amount({"value": 438.23e9, "low": 438.23e9, "high": 438.23e9})
    '438.2 billion yuan'
    >>> amount({"value": 52.94e9, "low": 52.9e9, "high": 53e9}, "USD")
    '$52.9 billion'
    """
    value, low, high = (float(row[end]) for end in ("value", "low", "high"))
    if value == low == high == 0:
        return "0 yuan" if currency == "CNY" else "$0"
    divisor, word = (1e9, "billion") if abs(value) >= 0.9995e9 else (1e6, "million")
    places = numbers.digits(value / divisor, low / divisor, high / divisor, most=1)
    text = ("about " if places is None else "") + formats.fixed(value / divisor, places or 0)
    if currency == "CNY":
        return f"{text} {word} yuan"
    about = "about " if places is None else ""
    return f"{about}${text.removeprefix('about ')} {word}"


def share(column: str, low: str, high: str, *, signed: bool = False, most: int = 1) -> Write:
    """Return a writer of a row's fraction in per cent, with `most` decimals at most."""

    def write(row: Any) -> str:
        value = float(row[column])
        given = (row.get(low), row.get(high))
        ends = [value if formats.is_missing(end) else float(end) for end in given]
        return numbers.format_percent(value, ends[0], ends[1], signed=signed, most=most)

    return write


def moved(low: float, high: float, value: float) -> str:
    """Return a rate of change in words: `up 12.1%`, `down 6%`.

    Examples
    --------
    >>> moved(0.1202, 0.1224, 0.1213), moved(-0.07, -0.05, -0.06), moved(-0.12, 0.13, 0.0)
    ('up 12.1%', 'down 6%', 'a change of between −12% and +13%')
    """
    if low >= 0:
        return f"up {numbers.format_percent(value, low, high)}"
    if high <= 0:
        return f"down {numbers.format_percent(-value, -high, -low)}"
    text = numbers.format_percent(value, low, high, signed=True)
    return f"a change of {text}"


def grew(row: Any) -> str:
    """Return a growth row as a verb: `grew 12.1%`, `fell by between 1% and 11%`.

    Examples
    --------
    >>> grew({"growth": -0.06, "growth_low": -0.07, "growth_high": -0.05})
    'fell 6%'
    """
    start, rest = moved(row["growth_low"], row["growth_high"], row["growth"]).split(" ", 1)
    if start == "a":
        return f"saw a {rest}"
    verb = "grew" if start == "up" else "fell"
    return f"{verb} by {rest}" if rest.startswith("between") else f"{verb} {rest}"


def reported_by(frame: pd.DataFrame) -> str:
    """Return whose figures a panel shows, for its heading."""
    who = codes(frame, "reporter")
    return f"As reported by {country(who[0])}" if len(who) == 1 else "As reported"


def change_words(new: Any, base: Any) -> str:
    """Return the change between two rows in words, or nothing if the base may be zero."""
    ends = [float(base["low_usd"]), float(base["high_usd"])]
    if ends[0] <= 0 or float(new["low_usd"]) < 0:
        return ""
    rate = Interval(float(new["low_usd"]), float(new["high_usd"])) / Interval(ends[0], ends[1])
    change = float(new["value_usd"]) / float(base["value_usd"]) - 1
    return moved(rate.low - 1, rate.high - 1, change)


def run(first: str, frame: pd.DataFrame, column: str, write: Write) -> str:
    """Return a series in one sentence: from, to, highest and lowest, each with its period.

    Examples
    --------
    >>> rows = pd.DataFrame({"period": ["2023", "2024", "2025"], "x": [5.0, 4.0, 6.0]})
    >>> run("Total", rows, "x", lambda row: f"{row['x']:.0f}")
    'Total: 5 in 2023, 6 in 2025; highest 6 in 2025, lowest 4 in 2024.'
    """
    values = frame[column].tolist()
    known = [place for place, value in enumerate(values) if not formats.is_missing(value)]
    if not known:
        return f"{first}: no figure."

    def at(place: int) -> str:
        row = frame.iloc[place]
        return f"{write(row)} in {formats.period(row['period'])}"

    if len(known) == 1:
        return f"{first}: {at(known[0])}, the only figure."
    ends = f"{at(known[0])}, {at(known[-1])}"
    if len(known) == 2:
        return f"{first}: {ends}."
    high, low = at(max(known, key=values.__getitem__)), at(min(known, key=values.__getitem__))
    return f"{first}: {ends}; highest {high}, lowest {low}."


def _runs(values: Iterable[int]) -> list[tuple[int, int]]:
    found = sorted(set(values))
    starts = [value for value in found if value - 1 not in found]
    ends = [value for value in found if value + 1 not in found]
    return list(zip(starts, ends, strict=True))


def years(values: Iterable[int]) -> str:
    """Return years with neighbours joined.

    Examples
    --------
    >>> years([2013, 2016, 2017, 2018])
    '2013 and 2016–2018'
    """
    runs = _runs(values)
    return formats.join([str(a) if a == b else f"{a}–{b}" for a, b in runs])


def months(values: Iterable[int]) -> str:
    """Return months, counted as 12 × year + month − 1, with neighbours joined.

    Examples
    --------
    >>> months([12 * 2024 + 2, 12 * 2024 + 10, 12 * 2024 + 11])
    'March 2024 and November 2024 to December 2024'
    """

    def name(at: int) -> str:
        return formats.period(f"{at // 12}-{at % 12 + 1:02d}")

    runs = _runs(values)
    return formats.join([name(a) if a == b else f"{name(a)} to {name(b)}" for a, b in runs])


def span(frame: pd.DataFrame) -> str:
    """Return the years a frame reaches over."""
    first, last = int(frame["year"].min()), int(frame["year"].max())
    return str(first) if first == last else f"{first} to {last}"


def flow_word(flow: str) -> str:
    """Return a flow inside a sentence."""
    return {"export": "exports", "import": "imports"}.get(flow, flow)


def signed_points(row: Any) -> str:
    """Return a contribution in percentage points with the digits its interval bears.

    Examples
    --------
    >>> signed_points({"contribution": 0.05, "contribution_low": 0.0498,
    ...                "contribution_high": 0.0502})
    '+5.0'
    >>> signed_points({"contribution": 0.01, "contribution_low": -0.12,
    ...                "contribution_high": 0.14})
    '−12 to +14'
    """
    value = float(row["contribution"])
    ends = [row.get(f"contribution_{end}") for end in ("low", "high")]
    low, high = (value if formats.is_missing(end) else float(end) for end in ends)
    text = numbers.format_percent(value, low, high, signed=True).replace("%", "")
    return text.removeprefix("between ").replace(" and ", " to ")


def source_line(frame: pd.DataFrame) -> str:
    """Return whose statistics a frame holds and how many sources they come from."""
    if frame.empty:
        return ""
    who = [country(code) for code in codes(frame, "reporter")]
    # An id list counts its members: a sum over partners has many.
    ids = frame["source_ids"] if "source_ids" in frame.columns else pd.Series(dtype=str)
    found = {one for text in ids for one in str(text).split(";")} - {""}
    count = "one source" if len(found) == 1 else f"{len(found)} sources"
    if not who:
        return f"Figures published in {count} (listed under Sources)." if found else ""
    whose = f"Statistics of {formats.join(who)}"
    return f"{whose}, as published in {count} (listed under Sources)." if found else f"{whose}."


def basis_note(frame: pd.DataFrame) -> str:
    """Return what hollow marks mean in this frame, and which figures are doubtful."""
    if frame.empty:
        return ""
    parts = []
    kinds = [_BASIS_WORDS[kind] for kind in _BASIS_WORDS if kind in set(frame.get("basis", ()))]
    if kinds:
        parts.append(f"Hollow marks: these figures were computed ({'; '.join(kinds)}).")
    if "quality" in frame.columns and (frame["quality"] == "doubtful").any():
        doubtful = frame[frame["quality"] == "doubtful"]
        kinds = [
            f"{flow_word(str(flow))} {years(part['year'].astype(int))}"
            for flow, part in doubtful.groupby("flow", sort=False)
        ]
        parts.append(f"Doubtful (marked so in the data): {formats.join(kinds)}.")
    return " ".join(parts)


def subject_flows(cells: pd.DataFrame, flows: Sequence[str]) -> str:
    """Return whose trade it is and, if several, which flows are shown."""
    if len(flows) == 1:
        return subject_of(cells, flows[0])
    return f"{subject_of(cells, 'total')}: {formats.join([flow_word(f) for f in flows])}"
