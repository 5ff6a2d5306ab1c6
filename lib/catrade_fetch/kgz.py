"""Kyrgyz statistics: the sheet of imports by heading and country of the bulletin of foreign trade.

The layout, from 2019 on: a title, a row that begins with «Код ТН ВЭД» (its place and its blanks
differ from year to year), two more rows of headings and «ВСЕГО»; then a row a heading, its code in
the first column, and below it a row a country, the first column empty. The columns are code, name,
unit, and of the period quantity, thousand som and thousand dollars; then those of the year before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from catrade.tables.definitions import PARTIAL, definition_of
from catrade.tables.paths import fetched_dir
from catrade.tables.trade import read_table
from catrade_fetch import door, store
from catrade_fetch.codes import called, unplaced
from catrade_fetch.grids import Content, Grid, is_bulletin, text_at
from catrade_fetch.kept import kept_of, sha256
from catrade_fetch.publishers import Rows, joined, source_row, sourced_rows

NAME = "kgz"
COLUMNS = tuple(definition_of("composition_headings").columns)
_CELL = ["exporter", "name", "heading", "value_usd", "pieces"]
_QUANTITY = 3
_DOLLARS = 5
_PIECES = "шт"
_MONTHS = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
]
_PERIOD = re.compile(
    rf"(?:январ\w*\s*[-–]\s*({'|'.join(_MONTHS)})\s*)?(?<!\d)(20\d\d)(?![\d.])"
)
#: What the headings must be of the total, to be all of them.
_WHOLE = 0.995


def import_bulletin(
    content: Content, file: Path, data_dir: Path, published: str | None = None
) -> str:
    """Keep the imports by heading of a bulletin that was recognised; return what was kept.

    Raises
    ------
    FetchError
        If it has no period or no heading, or a figure that is none.
    ParameterError
        If `published` is no day, or one before the end of its period.
    """
    name = next(filter(is_bulletin, content.sheets))
    where = f"{file.name}, sheet {name.strip()}"
    grid = content.sheets[name]
    first = _heading(grid, where)
    below = grid[first + 1 :]
    period = _period(grid[: first + 3], where)
    rows = pd.DataFrame(_cells(below, where), columns=_CELL)
    is_placed = rows["exporter"].notna()
    if not is_placed.any():
        raise door.fault(where, "has no row of a country below a heading")
    share = rows["value_usd"].sum() / _total(below, where)
    placed = rows[is_placed].groupby(["exporter", "heading"], as_index=False)
    source_id = f"{NAME}-headings-{period}".lower()
    kept = placed.sum(min_count=1).assign(
        importer="KGZ",
        reporter="KGZ",
        period=period,
        coverage="complete" if share >= _WHOLE else PARTIAL,
        source_id=source_id,
    )
    source = source_row(
        NAME,
        source_id,
        door.publication_day(published, [period], file.name),
        what=period,
        file=file.name,
    )
    about = {
        "file": file.name,
        "file_sha256": sha256(file),
        "periods": [period],
        "source": source,
    }
    folder = fetched_dir(data_dir, NAME)
    with store.alone(folder):
        path = folder / f"{source_id}.csv"
        store.write_pair(path, kept.reindex(columns=list(COLUMNS)), about)
    worth = rows[~is_placed].groupby("name")["value_usd"].sum()
    sentence = (
        f"kept {len(kept):,} figures by heading of {period} as {source_id}: {share:.1%} of the"
        " imports that it prints"
    )
    return "; ".join(filter(None, [sentence, unplaced(worth.to_dict())]))


def heading_rows(data_dir: Path) -> Rows:
    """Return the fetched rows of `composition_headings` and their sources.

    Raises
    ------
    DataError
        If a fetched file was changed.
    """
    files = kept_of(data_dir, NAME)
    frames = [pd.DataFrame(columns=list(COLUMNS)), *(file.rows() for file in files)]
    sources = [file.manifest["source"] for file in files]
    return sourced_rows(joined(frames), sources, COLUMNS)


def _heading(grid: Grid, where: str) -> int:
    for number, row in enumerate(grid[:15]):
        if "кодтнвэд" in re.sub(r"\s", "", text_at(row, 0)).casefold():
            return number
    raise door.fault(where, "has no row that begins with «Код ТН ВЭД» among its first")


def _period(rows: Grid, where: str) -> str:
    """Return the period of the sheet: that above its columns, else that of its title."""
    above = [text_at(row, place) for row in rows[-3:] for place in (3, 4, 5)]
    titles = [" ".join(row) for row in rows[:-3]]
    for text in [*above, *titles]:
        if match := _PERIOD.search(text.casefold()):
            month, year = match.groups()
            if month in (None, _MONTHS[-1]):
                return str(year)
            return f"{year}-{_MONTHS.index(month) + 1}M"
    why = "says of no year or months above its columns or in its title"
    raise door.fault(where, why)


def _cells(rows: Grid, where: str) -> Iterator[tuple[object, ...]]:
    """Yield a row a country and heading, with the columns `_CELL`."""
    countries = read_table("countries")
    names = countries["name_ru"].str.casefold()
    codes = dict(zip(names, countries["code"], strict=True))
    heading = unit = ""
    for row in rows:
        code, name = text_at(row, 0), text_at(row, 1)
        if code:
            heading, unit = code.zfill(4), text_at(row, 2).casefold()
            if not re.fullmatch(r"\d{4}", heading):
                heading = ""
        elif heading and name and name.casefold() != "всего":
            place = f"{where}, {heading}, {name}"
            thousands = door.number(text_at(row, _DOLLARS) or 0, place)
            pieces = None
            if unit.startswith(_PIECES):
                pieces = door.number(text_at(row, _QUANTITY) or 0, place)
            exporter = codes.get(name.casefold()) or called(name) or None
            yield exporter, name, heading, round(thousands * 1000, 2), pieces


def _total(rows: Grid, where: str) -> float:
    """Return what the sheet prints of all imports, in dollars."""
    for row in rows:
        if "всего" in (text_at(row, 0).casefold(), text_at(row, 1).casefold()):
            cell = text_at(row, _DOLLARS)
            return door.number(cell, f"{where}, ВСЕГО", least=0.001) * 1000
    why = "has no row «ВСЕГО», by which it is told whether all is there"
    raise door.fault(where, why)
