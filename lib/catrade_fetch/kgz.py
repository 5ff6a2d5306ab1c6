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
from typing import Any

import pandas as pd

from catrade.tables.definitions import PARTIAL, definition_of
from catrade.tables.paths import fetched_dir
from catrade.tables.trade import read_table
from catrade_fetch import door, grids, store
from catrade_fetch.codes import called, unplaced
from catrade_fetch.grids import KGZ_SHEET, Grid, text_at
from catrade_fetch.kept import check_hash, manifests, sha256
from catrade_fetch.publishers import Rows, source_row

NAME = "kgz"
COLUMNS = tuple(definition_of("composition_headings").columns)
_QUANTITY, _DOLLARS = 3, 5
_PIECES = "шт"
_MONTHS = (
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
)
_PERIOD = re.compile(
    rf"(?:январ\w*\s*[-–]\s*({'|'.join(_MONTHS)})\s*)?(?<!\d)(20\d\d)(?![\d.])"
)
#: What the headings must be of the total, to be all of them.
_WHOLE = 0.995


def import_bulletin(file: Path, data_dir: Path) -> str:
    """Read the imports by heading of a bulletin and keep them; return what was kept.

    Raises
    ------
    FetchError
        If it has no such sheet, no period or no heading, or a figure that is none.
    """
    content = grids.recognise(file)
    names = [one for one in content.sheets if re.fullmatch(KGZ_SHEET, one.casefold())]
    name = names[0]
    where = f"{file.name}, sheet {name.strip()}"
    grid = content.sheets[name]
    first = _heading(grid, where)
    period = _period(grid[: first + 3], where)
    rows = pd.DataFrame(_cells(grid[first + 1 :], where))
    unknown = rows[rows["exporter"].isna()]
    known = rows.dropna(subset="exporter")
    if known.empty:
        raise door.fault(where, "has no row of a country below a heading")
    known = known.groupby(["exporter", "heading"], as_index=False).sum(min_count=1)
    whole = known["value_usd"].sum() + unknown["value_usd"].sum()
    total = _total(grid[first + 1 :], where)
    coverage = "complete" if whole >= _WHOLE * total else PARTIAL
    source_id = f"{NAME}-headings-{period}".lower()
    kept = known.assign(
        importer="KGZ",
        reporter="KGZ",
        period=period,
        coverage=coverage,
        source_id=source_id,
    )
    about: dict[str, Any] = {
        "file": file.name,
        "file_sha256": sha256(file),
        "periods": [period],
        "source": source_row(NAME, source_id, what=period, file=file.name),
    }
    folder = fetched_dir(data_dir, NAME)
    with store.alone(folder):
        path = folder / f"{source_id}.csv"
        store.write_pair(path, kept.reindex(columns=list(COLUMNS)), about)
    left = unplaced(unknown.groupby("name")["value_usd"].sum().to_dict())
    share = f"{whole / total:.1%} of the imports that it prints"
    said = f"kept {len(kept):,} figures by heading of {period} as {source_id}: {share}"
    return "; ".join(filter(None, [said, left]))


def heading_rows(data_dir: Path) -> Rows:
    """Return the fetched rows of `composition_headings` and their sources.

    Raises
    ------
    DataError
        If a fetched file was changed.
    """
    folder = fetched_dir(data_dir, NAME)
    frames = [pd.DataFrame(columns=list(COLUMNS))]
    sources = []
    for path, manifest in manifests(folder):
        file = path.with_suffix(".csv")
        check_hash(file, manifest["sha256"])
        text = {"heading": str, "period": str}
        frames.append(pd.read_csv(file, dtype=text))
        sources.append(manifest["source"])
    rows = pd.concat(frames[1:] or frames, ignore_index=True)
    columns = list(definition_of("sources").columns)
    of = pd.DataFrame(sources, columns=columns).assign(read_in="publisher")
    return Rows(rows, of)


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
        found = _PERIOD.search(text.casefold())
        if found:
            months = _MONTHS.index(found[1]) + 1 if found[1] else 12
            return found[2] if months == 12 else f"{found[2]}-{months}M"
    raise door.fault(
        where, "says of no year or months above its columns or in its title"
    )


def _cells(rows: Grid, where: str) -> Iterator[dict[str, Any]]:
    """Yield a row a country and heading."""
    names = (
        read_table("countries").set_index("name_ru")["code"].drop("", errors="ignore")
    )
    codes = {str(name).casefold(): code for name, code in names.items()}
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
            yield {
                "exporter": codes.get(name.casefold()) or called(name) or None,
                "name": name,
                "heading": heading,
                "value_usd": round(thousands * 1000, 2),
                "pieces": pieces,
            }


def _total(rows: Grid, where: str) -> float:
    """Return what the sheet prints of all imports, in dollars."""
    for row in rows:
        if "всего" in (text_at(row, 0).casefold(), text_at(row, 1).casefold()):
            cell = text_at(row, _DOLLARS)
            return door.number(cell, f"{where}, ВСЕГО", least=0.001) * 1000
    raise door.fault(
        where, "has no row «ВСЕГО», by which it is told whether all is there"
    )
