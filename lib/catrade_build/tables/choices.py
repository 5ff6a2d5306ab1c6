"""What reports may be asked, given what is held and was fetched; imports little.

The command line checks parameters before a kernel starts, so pandas is not imported.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import itertools
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from catrade_build.tables.names import (
    CENTRAL_ASIA,
    GROUPS,
    MIRROR_FLOW,
    NONE_PUBLISHED,
    UNIONS,
    code_of,
    in_sentence,
    is_known,
    no_such_place,
)
from catrade_build.tables.paths import data_dir, fetched_dir
from rounding.errors import DataError, ParameterError, choice_error, did_you_mean

#: Why one of the five cannot be asked for its own figures, and what can.
NO_OWN_FIGURES = (
    f"reporter 'partner' cannot be had for TKM: Turkmenistan {NONE_PUBLISHED}; use reporter"
    " CHN, China's figures"
)


def place(value: str, name: str = "country") -> str:
    """Return the code of a country or a group, by code or name; `name` is the parameter's.

    Raises
    ------
    ParameterError
        If there is none; the sentence names the nearest.

    Examples
    --------
    >>> place("Russia"), place("the EU")
    ('RUS', 'EU27')
    """
    code = code_of(str(value))
    if not is_known(code):
        raise no_such_place(name, code)
    return code


def held(reporter: str, partner: str, *, either_side: bool = False) -> None:
    """Refuse a pair of which no table has a yearly figure: a page without one is not made.

    Parameters
    ----------
    reporter, partner
        Codes of who counts and with whom.
    either_side
        Whether the partner's figures of trade with the reporter will do.

    Raises
    ------
    ParameterError
        If there is none; the sentence says who counts that trade, and which command brings more.

    Examples
    --------
    >>> held("RUS", "KAZ")
    """
    pairs = _held("trade", "period", "reporter", "partner")
    is_counted_there = _is_counted(pairs, partner, reporter)
    # Without a table that can be read, whoever reads the tables will say so.
    is_counted = not pairs or _is_counted(pairs, reporter, partner)
    if is_counted or (either_side and is_counted_there):
        return
    home, other = _in_sentence(reporter, partner)
    more = f"; {other} counts it: reporter {partner}, partner {reporter}"
    instead = _one_of(reporter, partner) or (
        f"{fetch_command([reporter], [partner])} brings one, or catrade fetch file a table of your"
        " own"
    )
    raise ParameterError(
        f"no table has a yearly figure of {home} on trade with {other}"
        f"{more if is_counted_there else ''}; {instead}"
    )


def _is_counted(pairs: set[tuple[str, ...]], reporter: str, partner: str) -> bool:
    """Say whether figures of a pair are held, or such of all members that make up its sum."""
    members = itertools.product(
        GROUPS.get(reporter, (reporter,)), GROUPS.get(partner, (partner,))
    )
    return (reporter, partner) in pairs or pairs.issuperset(members)


def goods_held(reporter: str, partner: str) -> None:
    """Refuse a pair whose goods no table lists, in either direction, by either side or by BACI.

    Raises
    ------
    ParameterError
        If there is none; the sentence says which commands bring one.

    Examples
    --------
    >>> goods_held("CHN", "UZB")
    """
    home, other = _in_sentence(reporter, partner)
    message = f"no table lists the goods that {home} and {other} trade"
    if {reporter, partner} & {*GROUPS}:
        raise ParameterError(f"{message}; {_one_of(reporter, partner)}")
    pairs = _held("composition", "year", "exporter", "importer")
    pairs |= _held("composition_groups", "period", "exporter", "importer")
    # Trade with the world is held to set a partner's part beside, by no table of a pair.
    pairs = {pair for pair in pairs if "WLD" not in pair}
    if not pairs or {(reporter, partner), (partner, reporter)} & pairs:
        return
    instead = _one_of(reporter, partner) or (
        f"{fetch_command([reporter], [partner])} brings them, or catrade fetch baci --pair"
        f" {reporter}-{partner} of a release of CEPII's"
    )
    raise ParameterError(f"{message}; {instead}")


def one_of(codes: Iterable[str], other: str = "") -> str:
    """Return what to name in the place of several countries together, or "" of single ones.

    UN Comtrade is asked for countries, and what is held of a union was printed so.

    Parameters
    ----------
    codes
        Who was asked for.
    other
        With whom: of itself no country has figures.

    Examples
    --------
    >>> one_of(["KAZ", "EAEU"]), one_of(["KAZ"])
    ('of the Eurasian Economic Union name one country, such as ARM', '')
    """
    together = {**GROUPS, **UNIONS, "WLD": CENTRAL_ASIA}
    for code in codes:
        if code in together:
            member = next(one for one in together[code] if one != other)
            return f"of {in_sentence(code)} name one country, such as {member}"
    return ""


def _one_of(reporter: str, partner: str) -> str:
    """Return the same of two sides, of which either may be several countries."""
    return one_of([partner], reporter) or one_of([reporter], partner)


def fetch_command(reporters: Iterable[str], partners: Iterable[str]) -> str:
    """Return the command that asks UN Comtrade for ten years of countries' trade.

    Examples
    --------
    >>> fetch_command(["KAZ", "KGZ"], ["CHN"]).partition(" --years ")[0]
    'catrade fetch comtrade --reporter KAZ KGZ --partner CHN'
    """
    last = years_held(["trade"])[1]
    return (
        f"catrade fetch comtrade --reporter {' '.join(reporters)} --partner"
        f" {' '.join(partners)} --years {last - 10}-{last - 1}"
    )


def _in_sentence(reporter: str, partner: str) -> tuple[str, str]:
    """Return both sides as they stand in a sentence; one country is no pair."""
    home, other = in_sentence(reporter), in_sentence(partner)
    if reporter == partner:
        raise ParameterError(
            f"reporter and partner are both {home}: name two, such as reporter RUS, partner KAZ"
        )
    return home, other


def book(value: str, partner: str = "") -> str:
    """Return whose figures come first; `BACI` only if a release was imported.

    Raises
    ------
    ParameterError
        If there is no release, or the partner publishes no statistics of its own.

    Examples
    --------
    >>> book("partner", "UZB")
    'partner'
    """
    if value == "partner" and partner == "TKM":
        raise ParameterError(NO_OWN_FIGURES)
    if value == "BACI" and ("BACI",) not in _held("composition", "year", "reporter"):
        raise ParameterError(
            "reporter 'BACI' needs a BACI release and none was imported: download one from CEPII"
            " and run catrade fetch baci FILE"
        )
    return value


def claims_file(value: str) -> str:
    """Return the name of a file of claims in `data/claims/`, without its ending.

    Raises
    ------
    ParameterError
        If the folder has no such file.
    """
    name = value.rpartition("/")[2].removesuffix(".csv")
    if not name:
        return ""
    if not re.fullmatch("[a-z0-9_]{1,60}", name):
        raise ParameterError(
            f"a file of claims is named in small letters, digits and _; got {name!r}"
        )
    files = sorted(path.stem for path in (data_dir() / "claims").glob("*.csv"))
    if name not in files:
        raise ParameterError(
            f"claims must be a file in data/claims/; there is no {name}.csv"
            f"{did_you_mean(name, files)}: copy yours there"
        )
    return name


def document(value: str, claims: str = "") -> str:
    """Return the id of an announcement of `data/claims.csv`, or of a file of `data/claims/`.

    Of a file of one's own the first document is taken where it has not the one asked for.

    Raises
    ------
    ParameterError
        If the table is there and has no such document.
    """
    names = _cells(f"claims/{claims}" if claims else "claims", "document")
    documents = [name for (name,) in names if name]
    # Without a table that can be read, whoever reads it will say so.
    if not documents or value in documents:
        return value
    if claims:
        return documents[0]
    raise choice_error("document", value, documents)


def day_since(day: str, document: str) -> str:
    """Return a day on which an announcement may have been out, such as 2026-01-18, or "".

    Raises
    ------
    ParameterError
        If it was printed later.

    Examples
    --------
    >>> day_since("2026-01-18", "stheadline-mofcom-2026")
    '2026-01-18'
    """
    sources = _cells("sources", "source_id", "published")
    printed = next((printed for name, printed in sources if name == document), "")
    # A date that is a month begins with its first day.
    if day and day[: len(printed)] < printed:
        raise ParameterError(
            f"as_of must be a day since {printed}, when {document} was printed; got {day}"
        )
    return day


def years_held(tables: Sequence[str]) -> tuple[int, int]:
    """Return the first and the last year of which some tables, bundled or fetched, hold a row.

    Without a table that can be read, any year will do: whoever reads the tables will say so.

    Examples
    --------
    >>> years_held(["policy_events"])[0]
    2009
    """
    days: list[tuple[str, ...]] = []
    for table in tables:
        days += _cells(table, "period") or _cells(table, "date")
    years = {int(day[:4]) for (day,) in days if re.match("[0-9]{4}", day)}
    return min(years, default=dt.MINYEAR), max(years, default=dt.MAXYEAR)


def last_of_both(reporter: str, partner: str, flow: str) -> int:
    """Return the last year of which both sides have a figure of a flow, as the reporter sees it.

    Examples
    --------
    >>> last_of_both("CHN", "KGZ", "export") <= years_held(["trade"])[1]
    True
    """
    sides = [(reporter, partner, flow), (partner, reporter, MIRROR_FLOW[flow])]
    held = _held("trade", "period", "period", "reporter", "partner", "flow")
    ours, theirs = (
        {int(year) for year, *cell in held if tuple(cell) == side} for side in sides
    )
    return max(ours & theirs, default=dt.MAXYEAR)


def _held(table: str, when: str, *columns: str) -> set[tuple[str, ...]]:
    """Return what a table has in some columns of its yearly rows; `when` has their period."""
    rows = _cells(table, when, *columns)
    return {tuple(names) for period, *names in rows if len(period) == 4}


def _cells(table: str, *columns: str) -> list[tuple[str, ...]]:
    """Return what a table, bundled and fetched, has in some columns, as text."""
    try:
        folders = (data_dir(), fetched_dir(data_dir()))
    except DataError:
        return []
    return [
        row for folder in folders for row in cells_of(folder / f"{table}.csv", *columns)
    ]


def cells_of(file: Path, *columns: str) -> tuple[tuple[str, ...], ...]:
    """Return what a file has in some columns, as text, each once; nothing if it cannot be read.

    Whoever reads the table says what is wrong with it.
    """
    try:
        return _cells_of(file, file.stat().st_mtime_ns, columns)
    except (OSError, ValueError, LookupError, csv.Error):
        return ()


@functools.lru_cache(maxsize=32)
def _cells_of(
    file: Path, saved: int, columns: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines, restval="")
        cells = (tuple(row[name] for name in columns) for row in rows)
        return tuple(dict.fromkeys(cells))
