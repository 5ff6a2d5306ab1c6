"""The bundled tables: find them, read them, choose rows as an analyst would ask; those of trade.

`fetched/` beside them may hold more rows of the same tables, which stand beside the bundled ones.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from catrade_build.tables import as_of
from catrade_build.tables.definitions import definition_of, tables
from catrade_build.tables.names import code_of, near
from catrade_build.tables.paths import WRITTEN, fetched_dir
from catrade_build.tables.paths import data_dir as default_dir
from catrade_build.tables.reading import read_faults, state_of
from pagemill.reads import note_reading
from rounding.dates import date_interval, last_day, parse_period
from rounding.errors import DataError, ParameterError
from rounding.formats import date as in_words
from rounding.intervals import ROUNDING, Bounds

FREQUENCIES = ("annual", "monthly", "quarterly", "half", "ytd")
#: Those that figures are chosen of, by the word an analyst says.
CHOSEN = {"year": "annual", "month": "monthly", "ytd": "ytd"}
FREQS = {frequency: word for word, frequency in CHOSEN.items()}
#: Among which cells a figure is held: a quarter or half from January is a sum to date, too.
HELD_AS = {
    "annual": "annual",
    "monthly": "monthly",
    "ytd": "ytd",
    "half": "ytd",
    "quarterly": "ytd",
}
#: What a loader may be asked for: a code or several; None is all, and so is "all".
Codes = str | Sequence[str] | None
Time = int | str | None
#: Names, maps, calendars, what announcements claim, and our own notes: none is news of a day.
TIMELESS = {
    "claims",
    "countries",
    "hs_chapters",
    "known_issues",
    "release_days",
    "releases",
    "series",
    "sources",
    "yearly_releases",
}
#: Columns that say when a rule was decided, or from when on it applies; the first that is filled.
DECIDED = {
    "policy_events": ["issued_date", "date"],
    "subsidy_schedule": ["period_start"],
    "purchase_tax_schedule": ["period_start"],
}
#: Stages that sources tell of before their day.
_AHEAD = ("in_force", "amended", "suspended", "ended")
#: More choices than fit into so many characters help nobody: the nearest one does.
_LONGEST = 300


def read_table(
    name: str, data_dir: Path | None = None, file: Path | None = None
) -> pd.DataFrame:
    """Read one table, validated: types of its schema, empty text as "", one row a line.

    The column of who published a row is called `sources`, as everywhere (`read_as` in tables.yaml).

    Parameters
    ----------
    name
        Name of the table, such as "trade"; the file is `<name>.csv`. As of a day (`ct.as_of`), it
        has the rows that were known then.
    data_dir
        Folder to read from; the bundled tables by default.
    file
        Another file of the same columns.

    Raises
    ------
    DataError
        One sentence naming file, row (line of the file, the header is line 1), column, what is
        wrong and what would be right; it says how many more faults there are.

    Examples
    --------
    >>> read_table("countries").query("code == 'KGZ'")["name_zh"].item()
    '吉尔吉斯斯坦'
    """
    folder = data_dir or default_dir()
    frame, problems = read_faults(name, folder, file)
    note_reading(name)
    if problems:
        lists = "; `catrade check` lists them" if file is None else ""
        more = f" (and {len(problems) - 1} more{lists})" if problems[1:] else ""
        raise DataError(f"{problems[0]}{more}")
    assert frame is not None
    frame = frame.rename(columns=definition_of(name).read_as).reset_index(drop=True)
    day = as_of.current()
    if day is None or name in TIMELESS:
        return frame
    days = _days_of(name, folder, file)
    frame = frame[days.to_numpy() <= np.datetime64(day)].reset_index(drop=True)
    # What was decided by then may have been told again since.
    if name in DECIDED and "sources" in frame:
        frame["sources"] = without_later(frame["sources"])
    return frame


def _days_of(name: str, folder: Path, file: Path | None) -> pd.Series[pd.Timestamp]:
    """Return from which day on each row of a file is known; once, while the files stay."""
    home = default_dir()
    files = [
        file or folder / definition_of(name).file,
        home / definition_of("release_days").file,
        home / definition_of("sources").file,
        fetched_dir(home) / definition_of("sources").file,
    ]
    return _dated(name, folder, file, state_of(files))


@functools.cache
def _dated(
    name: str, folder: Path, file: Path | None, _state: object
) -> pd.Series[pd.Timestamp]:
    with as_of.holding(None):
        return known_from(name, read_table(name, folder, file))


def known_from(name: str, frame: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    """Return from which day on each row of a table is known; NaT is never."""
    if name == "exchange_rates":
        return as_of.days_of(frame["period"], last_day)
    if name == "revision_log":
        return as_of.days_of(frame["seen"])
    days = dated(frame).groupby("row")["day"]
    if name not in DECIDED:
        return days.max(skipna=False)
    # A rule is known once it was decided, or told of, if that was before it took effect.
    columns = DECIDED[name]
    decided = frame[columns].replace("", None).bfill(axis=1)[columns[0]]
    first = days.min()
    if "stage" in frame:
        first = first.where(frame["stage"].isin(_AHEAD))
    return pd.concat([as_of.days_of(decided), first], axis=1).min(axis=1)


def dated(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row a row and source of it: row, when, day.

    That is the release of its period that the source was, else when the source was published: a
    quarter or a half year from January is a sum to date, too. `when` is as exact as it is said, ""
    is not known, and `day` its last day.
    """
    ids = rows["sources"].str.split("[;+] *", regex=True)
    each = rows.assign(sources=ids).explode("sources").reset_index(names="row")
    when = each["sources"].map(by_source("published"))
    if "period" in each:
        released = read_table("release_days")[["sources", "period", "released"]]
        sums = released.assign(period=released["period"].map(to_date))
        released = pd.concat([released, sums]).drop_duplicates(["sources", "period"])
        each = each.merge(released, how="left", on=["sources", "period"])
        when = each["released"].fillna(when)
    when = when.fillna("")
    return each[["row"]].assign(when=when, day=as_of.days_of(when))


def published_by(day: dt.date) -> pd.Series[str]:
    """Return the dates, by id, of sources that a day knows; of what goes on its last release."""
    parts = read_table("release_days").set_index("sources")["released"]
    dates = pd.concat([by_source("published"), parts])
    days = as_of.days_of(dates)
    dates = dates[(days <= pd.Timestamp(day)).to_numpy()]
    dates = dates.sort_values(key=as_of.days_of, kind="stable")
    newest: pd.Series[str] = dates[~dates.index.duplicated(keep="last")]
    return newest


def without_later(ids: pd.Series[str]) -> pd.Series[str]:
    """Return cells of source ids without those of a later day, where another told it by then."""
    day = as_of.current()
    if day is None:
        return ids
    dates = by_source("published")
    later = {*dates.index[dates != ""]} - {*published_by(day).index}
    cells = [[name for name in text.split(";") if name not in later] for text in ids]
    of_then = pd.Series(map(";".join, cells), ids.index, dtype=ids.dtype)
    return of_then.where(of_then != "", ids)


def read_fetched(name: str) -> pd.DataFrame:
    """Return the rows of a table that `catrade fetch` brought; none where it brought none.

    Raises
    ------
    DataError
        If what was fetched was not written into tables, or as `read_table`.
    """
    folder = fetched_dir(default_dir())
    if not (folder / WRITTEN).is_file() and any(folder.glob("*/*")):
        raise DataError(
            f"what was fetched into {folder} does not stand in the tables: an older version brought"
            " it, or a fetch was stopped; run catrade fetch list, which writes it there"
        )
    if (folder / definition_of(name).file).is_file():
        return read_table(name, folder)
    return read_table(name)[:0]


def read_whole(name: str) -> pd.DataFrame:
    """Return a bundled table with fetched rows below; of two with one key the bundled one stays."""
    frame, more = read_table(name), read_fetched(name)
    if more.empty:
        return frame
    both = pd.concat([frame, more], ignore_index=True)
    table = definition_of(name)
    key = [table.read_as.get(column, column) for column in table.key]
    return both.drop_duplicates(key, ignore_index=True)


class SourceIds(tuple[str, ...]):
    """The ids in `attrs["sources"]` of a frame.

    pandas copies `attrs` deeply at every step of a calculation; what cannot change need not be.

    Examples
    --------
    >>> import copy
    >>> ids = SourceIds(["b", "a", "b"])
    >>> ids, copy.deepcopy(ids) is ids
    (('a', 'b'), True)
    """

    def __new__(cls, ids: Iterable[str]) -> SourceIds:
        """Make one of any texts: sorted, each once."""
        return super().__new__(cls, sorted(set(ids)))

    def __deepcopy__(self, memo: object) -> SourceIds:
        return self


def described(
    frame: pd.DataFrame,
    table: str,
    unit: str | None,
    shown: str = "",
    *,
    full: bool = False,
    **how: str,
) -> pd.DataFrame:
    """Return a frame as analysts take it, with `attrs` on its table, unit and sources, and `how`.

    As of a day (`ct.as_of`) they say which, and how many rows of the table have no date. The
    columns `shown` (names parted by blanks) come first, and without `full` alone; before them, as
    of a day, that day.
    """
    columns = shown.split()
    if full or not columns:
        columns += [name for name in frame.columns if name not in columns]
    frame = frame[columns].reset_index(drop=True)
    frame = as_of.marked(frame) if shown else frame
    texts = frame["sources"].astype(str).unique()
    ids = SourceIds(filter(None, ";".join(texts).split(";")))
    frame.attrs = {"table": table, "unit": unit, "sources": ids}
    frame.attrs.update(how)
    if day := as_of.current():
        frame.attrs |= {"as_of": day.isoformat(), "undated": count_undated(table)}
    return frame


def count_undated(name: str) -> int:
    """Return how many rows of a table take part on no day, since no source of theirs has a date."""
    if name in TIMELESS or name not in tables():
        return 0
    return int(_days_of(name, default_dir(), None).isna().sum())


def newest_day() -> dt.date:
    """Return the day of the newest source that is dated to the day; the clock does not matter.

    Examples
    --------
    >>> newest_day() >= dt.date(2026, 10, 10)
    True
    """
    published = load_sources()["published"]
    return dt.date.fromisoformat(published[published.str.len() == 10].max())


def known_day(name: str, day: dt.date) -> dt.date:
    """Return a day of which can be said what was known: something was, and it is not to come.

    Parameters
    ----------
    name
        The parameter, as the sentence has it.
    day
        What was asked for.

    Raises
    ------
    ParameterError
        If no figure held had been published by then, or the day is to come.

    Examples
    --------
    >>> known_day("as_of", dt.date(2026, 1, 18)).isoformat()
    '2026-01-18'
    """
    first = _days_of("trade", default_dir(), None).min().date()
    # A clock that is behind the newest source is wrong.
    today, newest = dt.date.today(), newest_day()
    last, which = max((today, "today"), (newest, "the day of the newest source"))
    if not first <= day <= last:
        raise ParameterError(
            f"{name} must be a day from {first} to {last}, {which}; got {day}"
        )
    return day


def load_sources() -> pd.DataFrame:
    """Return the sources, one row a source; those of what was fetched come last."""
    return read_whole("sources")


def by_source(column: str) -> pd.Series[str]:
    """Return a column of the table of sources by their ids."""
    return load_sources().set_index("source_id")[column]


def told_sources() -> pd.DataFrame:
    """Return the sources as a page lists them: under `ct.as_of` as they were on that day.

    What goes on, and was read in a later copy, has the date of its last release by then; what is
    of a later day and told of by nobody else says so.
    """
    sources, day = load_sources(), as_of.current()
    if day is None:
        return sources
    published = sources["published"]
    last = sources["source_id"].map(published_by(day))
    parts = read_table("release_days")["sources"]
    goes_on = sources["source_id"].isin(parts) & last.notna() & (last != published)
    is_later = published.map(lambda text: bool(text) and date_interval(text)[0] > day)
    copy = "what it had released by then, read in a copy of " + published.map(in_words)
    says = copy.where(goes_on, "")
    says = says.mask(
        is_later & last.isna(), "of a later day, on what was decided by then"
    )
    return sources.assign(
        published=last.where(goes_on, published),
        locator=(says + "; " + sources["locator"]).str.strip("; "),
    )


def select(
    frame: pd.DataFrame,
    start: Time = None,
    end: Time = None,
    **asked: tuple[Codes, Collection[str]],
) -> pd.DataFrame:
    """Return the rows of a table that were asked for, in the order of the table.

    Parameters
    ----------
    frame
        A table. If it has a column `period`, the result has `year` and `frequency` besides, which
        may be asked for like any other column; else `start` and `end` need a column `year`.
    start, end
        First and last year (2013) or period ("2025-03"), both included; None is open, and a date
        counts as its month. A period is in if it ends in the time between.
    **asked
        For each column what is asked for, and the values that may be; a country's name and small
        letters do for a code.

    Raises
    ------
    ParameterError
        If a value is none of those that may be asked for, a period is none, or the end is before
        the start.

    Examples
    --------
    >>> table = pd.DataFrame({"flow": ["export", "import"], "period": ["2024", "2025-03"]})
    >>> select(table, start=2025, flow=("import", ["export", "import"]))
         flow   period  year frequency
    1  import  2025-03  2025   monthly
    """
    # The rows are chosen all at once: each column asked for takes some out, then time does.
    if "period" in frame:
        frame = with_time(frame)
    keep = np.ones(len(frame), dtype=bool)
    for name, (wanted, allowed) in asked.items():
        if isinstance(wanted, list) and not wanted:
            # What a page works out may be empty; who asks for nothing is told at the door.
            return frame.head(0)
        if wanted is None or (names := several(wanted)) == ["all"]:
            continue
        codes = [code_of(text, allowed) for text in names]
        refuse_unknown(name, codes, allowed)
        keep &= frame[name].isin(codes).to_numpy()
    if start is not None or end is not None:
        low, high = months_between(start, end)
        texts = frame["period" if "period" in frame else "year"].astype(str)
        periods = [parse_period(text) for text in texts]
        months = [(period.year, period.last_month) for period in periods]
        keep &= np.array([low <= month <= high for month in months], dtype=bool)
    return frame[keep]


def months_between(start: Time, end: Time) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return year and month in which what is asked for begins and ends; open is every year.

    Raises
    ------
    ParameterError
        If one is no period, or the end is before the start.

    Examples
    --------
    >>> months_between("2024-03", None)
    ((2024, 3), (9999, 12))
    """
    first = parse_period("0000" if start is None else as_text(start))
    last = parse_period("9999" if end is None else as_text(end))
    # January to July is over in July: sums to date begin with it, not with January's.
    is_sum = first.frequency == "ytd"
    low = (first.year, first.last_month if is_sum else first.first_month)
    high = (last.year, last.last_month)
    refuse_backwards(start, end, high < low)
    return low, high


def as_text(time: Any, written: str = "%Y-%m") -> Any:
    """Return a year or period as text, of a date (such as one of a frame's own) its month.

    None, which is open, stays None; 2024.0, as a merge leaves it, is a year.

    Examples
    --------
    >>> as_text(2024), as_text("2024Q1"), as_text(pd.Timestamp("2024-03-01"))
    ('2024', '2024-Q1', '2024-03')
    """
    if isinstance(time, dt.date) and time is not pd.NaT:
        return time.strftime(written)
    if time is None:
        return None
    return re.sub(r"(?<=^\d{4})(?=Q\d$)", "-", str(time).removesuffix(".0"))


def several(asked: object) -> list[str]:
    """Return what is asked for as texts, be it one or several; a sentence if it is none.

    Examples
    --------
    >>> several("KAZ"), several(("KAZ", "UZB")), several(87)
    (['KAZ'], ['KAZ', 'UZB'], ['87'])
    """
    if isinstance(asked, str) or not isinstance(asked, Iterable):
        return [str(asked)]
    if texts := [str(value) for value in asked]:
        return texts
    raise ParameterError("an empty list asks for nothing: name one, or leave it out")


def refuse_unknown(name: str, wanted: Codes, allowed: Collection[str]) -> None:
    """Refuse a value that may not be asked for.

    Raises
    ------
    ParameterError
        One sentence with the choices; of many with the nearest, or else with some that hold it.
    """
    for value in several(wanted):
        if value in allowed:
            continue
        is_set = isinstance(allowed, set | frozenset)
        choices = sorted(allowed) if is_set else list(allowed)
        hint = near(value, choices)
        listed = ", ".join(choices)
        if len(listed) <= _LONGEST:
            raise ParameterError(f"{name} must be one of {listed}; got {value!r}{hint}")
        with_it = [
            choice for choice in choices if value.casefold() in choice.casefold()
        ]
        if with_it and not hint:
            hint = f"; there is {', '.join(with_it[:3])}"
        raise ParameterError(f"no {name} is called {value!r}{hint}")


def refuse_backwards(start: object, end: object, backwards: bool) -> None:
    """Refuse an end before the start.

    Raises
    ------
    ParameterError
        One sentence with both.
    """
    if backwards:
        raise ParameterError(
            f"end must not be before start; got start={start}, end={end}"
        )


def with_time(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the year and the frequency of each period."""
    periods = [parse_period(text) for text in frame["period"]]
    years = [period.year for period in periods]
    frequencies = [period.frequency for period in periods]
    return frame.assign(
        year=np.array(years, dtype="int64"),
        frequency=pd.array(frequencies, dtype="str"),
    )


def to_date(period: str) -> str:
    """Return a quarter or half year from January as the sum to date that it is.

    Examples
    --------
    >>> to_date("2025-H1"), to_date("2025-Q2"), to_date("2025-07")
    ('2025-6M', '2025-Q2', '2025-07')
    """
    read = parse_period(period)
    if HELD_AS[read.frequency] == "ytd" and read.first_month == 1:
        return f"{read.year}-{read.last_month}M"
    return period


def load_trade(*, convert: bool = True, rejected: bool = False) -> pd.DataFrame:
    """Return all published trade figures in US dollars, one row a figure and source.

    Figures fetched from UN Comtrade or read from Chinese customs tables (`catrade fetch`) stand
    beside the bundled ones; `select_published` chooses among all by the same rule.

    Parameters
    ----------
    convert
        Whether to convert figures published in another currency at the rate of their period
        (`exchange_rates.csv`). Figures without a rate are left out; with `convert=False` the
        figures stay as published and `value_usd`, `low_usd`, `high_usd` exist for dollars only.
    rejected
        Whether to keep figures marked as rejected.

    Returns
    -------
    DataFrame
        reporter, partner, period, year, frequency, flow, value_usd, low_usd, high_usd,
        precision_usd, currency, converted, quality, quality_reason, coverage, rounding,
        growth_printed, growth_precision, derived (a sum of ours of figures the source prints),
        sources, source_kind, published, note (and value, precision with `convert=False`). The
        interval [low_usd, high_usd] is what the printed figure may stand for, see
        `published_interval`.

    Raises
    ------
    DataError
        If a table is faulty.

    Examples
    --------
    >>> frame = load_trade().query("partner == 'CA5' and flow == 'import' and period == '2025'")
    >>> frame["value_usd"].unique().tolist()
    [35100000000.0]
    """
    frame = with_time(read_whole("trade"))
    if not rejected:
        frame = frame[frame["quality"] != "rejected"]
    frame = _in_dollars(frame, convert)
    sources = load_sources().set_index("source_id")
    sources = sources.rename(columns={"kind": "source_kind"})
    frame = frame.join(sources[["source_kind", "published"]], on="sources")
    frame["published"] = _published_by_then(frame)
    columns = _TRADE_COLUMNS.split()
    if not convert:
        columns += ["value", "precision"]
    return frame[columns].reset_index(drop=True)


def _published_by_then(frame: pd.DataFrame) -> pd.Series[str]:
    """Return when each row was published, as it was known on the day that tables are read as of.

    A source that collects releases is as new as its newest; before that came, each row is as new
    as its own release.
    """
    published, day = frame["published"], as_of.current()
    if day is None:
        return published
    key = ["sources", "period"]
    released = read_table("release_days").set_index(key)["released"]
    own = frame[key].join(released, on=key)["released"]
    is_later = as_of.days_of(published) > pd.Timestamp(day)
    return published.mask(is_later & own.notna(), own)


_TRADE_COLUMNS = (
    "reporter partner period year frequency flow value_usd low_usd high_usd precision_usd currency "
    "converted quality quality_reason coverage rounding growth_printed growth_precision derived "
    "sources source_kind published note"
)


def published_interval(
    frame: pd.DataFrame, value: str = "value", precision: str = "precision"
) -> Bounds:
    """Return the lowest and highest exact value a printed figure may stand for.

    The frame has the figures, the units they are rounded to, and `rounding`. To the nearest unit is
    half a unit either way; `floor` ("over 48.6") is up to a unit more, `ceiling` ("almost 6.1") up
    to a unit less, `about` a unit either way. Never below zero.

    Examples
    --------
    >>> over = pd.DataFrame({"value": [6.0], "precision": [0.5], "rounding": ["floor"]})
    >>> low, high = published_interval(over)
    >>> low.item(), high.item()
    (6.0, 6.5)
    """
    # A column a row; a word that is none of these has no interval.
    down, up = pd.DataFrame(ROUNDING).reindex(columns=frame["rounding"]).to_numpy()
    low = frame[value] - down * frame[precision]
    high = frame[value] + up * frame[precision]
    return Bounds(low.clip(lower=0), high)


def _in_dollars(frame: pd.DataFrame, convert: bool) -> pd.DataFrame:
    """Add the figures in dollars; without a rate of their currency and period there are none."""
    rates = read_table("exchange_rates")
    rate = rates_of(frame, rates if convert else rates[:0])
    low, high = published_interval(frame)
    frame = frame.assign(
        value_usd=frame["value"] / rate["rate"],
        low_usd=low / rate["high"],
        high_usd=high / rate["low"],
        precision_usd=frame["precision"] / rate["rate"],
        converted=(frame["currency"] != "USD") & convert,
    )
    return frame[frame["value_usd"].notna()] if convert else frame


def rates_of(frame: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Return rate, low and high of each row's currency and period; of dollars 1."""
    cell = ["currency", "period"]
    ends = ["rate", "low", "high"]
    rate = frame[cell].join(rates.set_index(cell)[ends], on=cell)[ends]
    return rate.mask(frame["currency"] == "USD", 1.0)


def state_of_files() -> tuple[object, ...]:
    """Return what tells whether any file of data, bundled or fetched, has changed."""
    folder = default_dir()
    return state_of(sorted({*folder.rglob("*"), *fetched_dir(folder).rglob("*")}))
