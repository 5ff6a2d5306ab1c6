"""Kyrgyz statistics: the sheet of imports by heading and country of the bulletin of foreign trade.

The layout, from 2019 on: a title, a row that begins with «Код ТН ВЭД» (its place and its blanks
differ from year to year), two more rows of headings and «ВСЕГО»; then a row a heading, its code of
four digits in the first column, and below it a row a country, the first column empty. The columns
are code, name, unit, and of the period quantity, thousand som and thousand dollars; then the same
of the year before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from catrade_build.tables.definitions import PARTIAL
from catrade_build.tables.names import RUSSIAN_MONTHS
from catrade_build.tables.trade import read_table
from catrade_fetch import door
from catrade_fetch.codes import called, unplaced
from catrade_fetch.goods import keep_headings
from catrade_fetch.grids import Content, Grid, is_bulletin, text_at

NAME = "kgz"
_CELL = ["exporter", "name", "heading", "value_usd", "pieces", "net_weight_t"]
#: Where the columns of the period begin; what they are headed, and how that may be written.
_FIRST = 3
_QUANTITY, _SOM, _DOLLARS = "количество", "тыс. сомов", "тыс. долларов"
_HEADED = {
    _QUANTITY: "кол",
    _SOM: r"тыс\w*\.?\s*сом",
    _DOLLARS: r"тыс\w*\.?\s*дол",
}
_PIECES, _TONNES = "шт", "тонн"
_PERIOD = re.compile(
    rf"(?:январ\w*\s*[-–]\s*({'|'.join(RUSSIAN_MONTHS)})\s*)?(?<!\d)(20\d\d)(?![\d.])"
)
#: What the headings must be of the total, to be all of them, and what they cannot be.
_WHOLE, _TOO_MUCH = 0.995, 1.005


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
    total = _total_row(grid, first, where)
    heads, body = grid[first:total], grid[total + 1 :]
    period = _period(heads, grid[:first], where)
    if door.unended(period, date.today()):
        raise door.fault(f"{where}, period {period},", "has not ended")
    columns = _columns(heads, where)
    rows = pd.DataFrame(_cells(body, columns, where), columns=_CELL)
    is_placed = rows["exporter"].notna()
    if not is_placed.any():
        raise door.fault(where, "has no row of a country below a heading")
    share = rows["value_usd"].sum() / _total(grid[total], columns, where)
    if share > _TOO_MUCH:
        raise door.fault(
            where,
            f"has headings that are {share:,.1%} of what «ВСЕГО» says: its columns are not what"
            " their headings say, or a figure is wrong",
        )
    placed = rows[is_placed].groupby(["exporter", "heading"], as_index=False)
    source_id = f"{NAME}-headings-{period}".lower()
    kept = placed.sum(min_count=1).assign(
        importer="KGZ",
        reporter="KGZ",
        period=period,
        coverage="complete" if share >= _WHOLE else PARTIAL,
    )
    sentence = keep_headings(kept, file, data_dir, NAME, source_id, published)
    sentence += f": {share:.1%} of the imports that it prints"
    worth = rows[~is_placed].groupby("name")["value_usd"].sum()
    lacking = ""
    if _QUANTITY not in columns:
        lacking = f"no column «{_QUANTITY}»: pieces and tonnes are not read"
    return "; ".join(filter(None, [sentence, unplaced(worth.to_dict()), lacking]))


def _heading(grid: Grid, where: str) -> int:
    for number, row in enumerate(grid[:15]):
        if "кодтнвэд" in re.sub(r"\s", "", text_at(row, 0)).casefold():
            return number
    raise door.fault(where, "has no row that begins with «Код ТН ВЭД» among its first")


def _total_row(grid: Grid, first: int, where: str) -> int:
    for number, row in enumerate(grid):
        if number > first and _is_total(row):
            return number
    why = "has no row «ВСЕГО», by which it is told whether all is there"
    raise door.fault(where, why)


def _is_total(row: Sequence[str]) -> bool:
    return "всего" in (text_at(row, 0).casefold(), text_at(row, 1).casefold())


def _period(heads: Grid, titles: Grid, where: str) -> str:
    """Return the period of the sheet: that above its columns, else that of its title."""
    above = [text_at(row, place) for row in heads for place in (3, 4, 5)]
    for text in [*above, *(" ".join(row) for row in titles)]:
        if match := _PERIOD.search(text.casefold()):
            month, year = match.groups()
            if month in (None, RUSSIAN_MONTHS[-1]):
                return str(year)
            return f"{year}-{RUSSIAN_MONTHS.index(month) + 1}M"
    why = "says of no year or months above its columns or in its title"
    raise door.fault(where, why)


def _columns(heads: Grid, where: str) -> dict[str, int]:
    """Return the columns of the period, by what they are headed.

    Those of the year before come behind them, headed the same.
    """
    of_period = ""
    labels: list[str] = []
    for place in range(_FIRST, max(map(len, heads))):
        texts = [text for row in heads if (text := text_at(row, place))]
        periods = [text for text in texts if _PERIOD.search(text.casefold())]
        label = "".join([text for text in texts if text not in periods][-1:])
        if labels and (periods not in ([], [of_period]) or label in {*labels} - {""}):
            break
        of_period = of_period or "".join(periods)
        labels.append(label)
    columns = {
        name: place
        for name, form in _HEADED.items()
        for place, label in enumerate(labels, _FIRST)
        if re.match(form, label.casefold())
    }
    if _DOLLARS not in columns:
        has = ", ".join(filter(None, labels))
        under = of_period or "its period"
        raise door.fault(
            where, f"has no column «{_DOLLARS}» under {under} (it has: {has})"
        )
    return columns


def _cells(
    rows: Grid, columns: Mapping[str, int], where: str
) -> Iterator[tuple[object, ...]]:
    """Yield a row a country and heading, with the columns `_CELL`."""
    countries = read_table("countries")
    names = countries["name_ru"].str.casefold()
    codes = dict(zip(names, countries["code"], strict=True))
    heading = unit = ""
    for row in rows:
        code, name = text_at(row, 0), text_at(row, 1)
        dollars = text_at(row, columns[_DOLLARS]) or 0
        if re.fullmatch(r"\d{4}", code, re.ASCII):
            heading, unit = code, text_at(row, 2).casefold()
        elif code and not _is_total(row):
            heading = ""  # a note
            if dollars:
                why = f"has a figure for {code[:40]!r}, which is no code of four digits"
                raise door.fault(where, why)
        elif heading and name and not _is_total(row):
            place = f"{where}, {heading}, {name}"
            thousands = door.number(dollars, place)
            pieces = tonnes = None
            if unit.startswith((_PIECES, _TONNES)) and _QUANTITY in columns:
                quantity = door.number(text_at(row, columns[_QUANTITY]) or 0, place)
                is_counted = unit.startswith(_PIECES)
                pieces = quantity if is_counted else None
                # A nought is how "not known" is written, too.
                tonnes = None if is_counted else quantity or None
            exporter = codes.get(name.casefold()) or called(name) or None
            value = round(thousands * 1000, 2)
            yield exporter, name, heading, value, pieces, tonnes


def _total(row: Sequence[str], columns: Mapping[str, int], where: str) -> float:
    """Return what the sheet prints of all imports, in dollars."""
    where = f"{where}, ВСЕГО"
    dollars = door.number(text_at(row, columns[_DOLLARS]), where, least=0.001)
    som = text_at(row, columns[_SOM]) if _SOM in columns else ""
    if som and door.number(som, where) < dollars:
        why = "is more in dollars than in som: its columns are not what their headings say"
        raise door.fault(where, why)
    return dollars * 1000
