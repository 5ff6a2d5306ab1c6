"""What the press is told of catrade; see `pagemill.project.Project`."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import catrade_build
from catrade import params
from catrade_build import issuers
from catrade_build.tables.choices import cells_of
from catrade_build.tables.paths import (
    code_of,
    data_dir,
    definitions_file,
    fetched_dir,
)
from pagemill.files import hash_of
from pagemill.project import Project
from rounding.dates import date_interval
from rounding.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

TITLE = "China, Central Asia and new energy vehicles"
ABOUT = (
    "For those who decide, report or study: what China and Central Asia trade, and what policy "
    "does to electric cars, in published figures that are checked against each other."
)
LICENCE = "Code and text: MIT. Figures: under the terms of those who published them."
PROMISE = (
    "Every figure comes from a published source named on this page, and keeps the rounding it was "
    "published with."
)


def _sources() -> pd.DataFrame:
    from catrade_build.tables.trade import told_sources

    return told_sources()


#: A notebook that imports it may read what rows were made of.
_FETCH = "catrade_fetch"


def fetched(data: Path, tables: Collection[str]) -> dict[str, str]:
    """Return a hash of the fetched rows of each of some tables."""
    folder = fetched_dir(data)
    files = {name: folder / f"{name}.csv" for name in sorted({*tables} - {"sources"})}
    return {
        f"fetched/{name}": hash_of([file])
        for name, file in files.items()
        if file.is_file()
    }


def stays(path: str, code: str) -> bool:
    """Return whether a file need not travel to a cluster: what fetched rows were made of.

    Examples
    --------
    >>> stays("fetched/comtrade/CHN/a.json", "ct.trade()"), stays("fetched/trade.csv", "")
    (True, False)
    """
    return path.startswith("fetched/") and path.count("/") > 1 and _FETCH not in code


def newest_source_day(
    data: Path,
    source_ids: Collection[str] = (),
    parameters: Mapping[str, object] | None = None,
) -> str:
    """Return the newest date on which one of the sources was published, or "" if none says.

    Without source ids, all of `sources.csv` and of what was fetched counts. Of a page of a day
    (parameter `as_of`, or `until`, or the day that tables are read of) what was published or
    released by then.
    """
    files = (data / "sources.csv", fetched_dir(data) / "sources.csv")
    columns = ("source_id", "published")
    rows = [row for file in files for row in cells_of(file, *columns)]
    asked = parameters or {}
    # Where no table was read, none is read as of a day.
    clock = sys.modules.get("catrade_build.tables.as_of")
    held = clock.current() if clock else None
    day = str(asked.get("as_of") or asked.get("until") or held or "")
    if day:
        rows += cells_of(data / "release_days.csv", "source_id", "released")
        rows = [(name, date) for name, date in rows if date and _last_day(date) <= day]
    dates = (date for name, date in rows if not source_ids or name in source_ids)
    return max(dates, default="")


def _last_day(date: str) -> str:
    """Return the last day that a date may stand for; of what is no date nothing is known."""
    try:
        return date_interval(date)[1].isoformat()
    except ParameterError:  # whoever reads the table says so
        return "9999"


#: One line a subject: its words in three scripts, by which `ct.search` finds it, too.
SEARCH_WORDS = Path(__file__).with_name("search_words.csv")


def other_names() -> dict[str, list[str]]:
    """Return by which other words a country, by its English name, or a subject is found, too.

    Examples
    --------
    >>> other_names()["Kazakhstan"], "нефть" in other_names()["petroleum"]
    (['Казахстан', '哈萨克斯坦', 'KAZ'], True)
    """
    columns = ("name_en", "name_ru", "name_zh", "code")
    rows = cells_of(data_dir() / "countries.csv", *columns)
    names = {name: others for name, *others in rows if name}
    subjects = cells_of(SEARCH_WORDS, "english", "russian", "chinese", "call")
    for english, russian, chinese, call in subjects:
        words = ";".join([english, russian, chinese]).split(";")
        names |= dict.fromkeys(english.split(";") if call else [], words)
    return names


def _builder() -> list[Path]:
    """Return the code of the builder, on which every page rests, and what defines its tables."""
    folder = Path(catrade_build.__file__).parent
    # Of an installed copy the tables stand there, too; they are no code.
    code = [file for file in code_of(folder) if folder / "data" not in file.parents]
    return [definitions_file(), *code]


PROJECT = Project(
    name="catrade",
    notebooks=params.NOTEBOOKS,
    title=TITLE,
    about=ABOUT,
    spell=params.spell,
    tables=data_dir,
    tables_variable="CATRADE_DATA",
    sources=_sources,
    also_read=fetched,
    stays=stays,
    newest=newest_source_day,
    other_names=other_names,
    also_code=lambda: _builder(),
    warm="catrade.warm",
    licence=LICENCE,
    creator="The catrade developers",
    promise=PROMISE,
    filters=("Partner",),
    issuer=issuers.issuer,
    groups=issuers.GROUPS,
    authority=issuers.authority,
    source_columns=issuers.COLUMNS,
    is_rate=issuers.is_rate,
    alternatives="required",
    interactive="refused",
    headline="finding",
    silent_sections="left out",
)
