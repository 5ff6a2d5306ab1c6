"""Chinese customs (GACC): the monthly table of imports and exports by country (region).

The layouts, each seen in pages and workbooks of 2026:

- Monthly Bulletin, Chinese: title （2）2026年5月进出口商品国别（地区）总值表（人民币值）, unit line
  单位：万元人民币 or 单位：千美元, a heading of two rows (进出口, 出口, 进口, each with 5月 and
  1至5月, then 累计比去年同期±％ for the three; in January one column each), continents and
  countries indented by blanks, "-" for nothing, notes below. The site serves old binary .xls.
- Monthly Bulletin, English: title "(2) Imports and Exports by Country (Region) of
  Origin/Destination,5.2026", "Unit:US$1,000", the same ten columns, TOTAL first, groups ending in
  a colon. A cell too narrow for its figure shows Excel's `############`.
- Statistics Express (first release, main partners only): 主要国别（地区） in the title, or "China's
  Total Export & Import Values by Country/Region, Mar 2026"; 亿元人民币 or 百万美元 ("CNY 100
  Million", "USD1 Million"); the heading is "Import Source" over "Export Destination"; rows begin
  其中： or "of which:"; 1至2月 for January and February together.

Kept by `catrade.fetch.tables` below `data/fetched/gacc`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from catrade.celltext import shown
from catrade.errors import FetchError
from catrade.fetch import door, grids, known, tables
from catrade.fetch.codes import customs_partner
from catrade.fetch.grids import Grid
from pagemill.errors import ParameterError, one_line

NAME = "gacc"
WANTED = "the monthly table of imports and exports by country (region)"
_SPANS = {3: "Q1", 6: "H1", 12: ""}
_NAMED = 20  # unreadable cells that a sentence names
_EMPTY = {"", "-", "–", "—", "－", "--"}
_MONTHS = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
#: How the tables say what they are, as regular expressions.
_SAYS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class _Header:
    """What title, unit line and column headings say."""

    year: int
    month: int
    currency: str
    unit: float
    vintage: str  # monthly, preliminary or revised
    published: str
    first_row: int
    label: int
    columns: dict[tuple[str, str], int]  # (flow, month, ytd or growth) -> column

    @property
    def source_id(self) -> str:
        end = "" if self.vintage == "monthly" else f"-{self.vintage}"
        return f"gacc-{self.year}-{self.month:02d}-{self.currency.lower()}{end}"


def parse(file: Path, *, published: str | None = None) -> tables.Rows:
    """Read one table.

    Parameters
    ----------
    file
        The table as downloaded (html, xls, xlsx or ods, whatever its ending).
    published
        Day of publication if known; otherwise the one the page states, or none.

    Returns
    -------
    Rows
        `rows` in the columns of trade.csv: the month and the year to date of every partner the
        library knows, at the full precision of the file; `sources` the table's own row. A span
        from January to December is the year; to March and to June they are `Q1` and `H1`.

    Raises
    ------
    FetchError
        If the file cannot be read, or title, unit or columns are not recognised.
    ParameterError
        If `published` is no day, or one before the end of the table's month.
    """
    return _parse(Path(file), published)[0]


def import_file(file: Path, data_dir: Path, *, published: str | None = None) -> str:
    """Read a table and keep its rows; return what was kept, and what was left out, as a sentence.

    A later file of the same month, currency and vintage takes the place of the earlier one.

    Raises
    ------
    FetchError, ParameterError
        As `parse`. What was there before stays.
    """
    read, unreadable = _parse(Path(file), published)
    said = tables.keep(read, Path(file), data_dir, NAME)
    return said + (
        f"; unreadable in the file and left out: {unreadable}" if unreadable else ""
    )


def _parse(file: Path, published: str | None) -> tuple[tables.Rows, str]:
    content = grids.look(file)
    found = [(known.heading(grid), grid) for grid in content.sheets.values()]
    there = [(at, grid) for at, grid in found if at] if content.format != "csv" else []
    if not there or (known.kind(content) or known.Kind("gacc", "", "")).name != "gacc":
        raise _no_table(content, file)
    at, grid = max(there, key=lambda table: len(table[1]))
    header = _read_header(grid, at, content.text, file.name, published)
    cells, unreadable = _cells(grid, header, file.name)
    if all(span == "growth" for _, span, _ in cells):
        raise door.fault(file.name, "has no row of a country this library knows")
    more = f" and {len(unreadable) - _NAMED} more" if len(unreadable) > _NAMED else ""
    left_out = one_line(", ".join(unreadable[:_NAMED])) + more
    sources = [_source(header, file.name, left_out)]
    rows = tables.rows(_rows(header, cells), sources)
    return rows, left_out


def _no_table(content: grids.Content, file: Path) -> FetchError:
    if content.links and content.format == "html":
        shown = ", ".join(link[:200] for link in dict.fromkeys(content.links[:3]))
        says = "only shows the table in a frame or offers it for download"
        return door.fault(file.name, f"{says}: save {shown} and give that file")
    return known.refuse(content, file, WANTED)


def _read_header(
    grid: Grid, at: tuple[int, int], text: str, name: str, published: str | None
) -> _Header:
    first, label = at
    above = [cell for row in grid[:first] for cell in dict.fromkeys(row) if cell]
    pieces = text.split("|")
    title = " | ".join(above)
    if not re.search(r"20\d\d", title):  # the title may stand above the table
        stated = (
            p for p in pieces if re.search(r"(?is)^(?=.*20\d\d).*(进出口|export)", p)
        )
        title = f"{next(stated, '')} | {title}"
    year, month, joined = _period(title, name)
    units = [
        piece
        for piece in (*above, *pieces)
        if re.search(r"单位|unit", piece, re.IGNORECASE)
    ]
    currency, unit = _unit(units[0] if units else "", title, name)
    columns, second = _columns(grid, first, label, month, joined, name)
    found = [
        name
        for name, said in _SAYS["vintages"].items()
        if re.search(said, title, re.IGNORECASE)
    ]
    vintage = ["monthly", *found][-1]
    day = _published(published, pieces, f"{year}-{month:02d}", name)
    return _Header(
        year, month, currency, unit, vintage, day, first + 1 + second, label, columns
    )


def _period(title: str, name: str) -> tuple[int, int, bool]:
    found = next(
        (f for one in _SAYS["titles"] if (f := re.search(one, title, re.IGNORECASE))),
        None,
    )
    if found is None:
        raise door.fault(name, "does not say in its title which month it is for")
    word, year = found["month"].lower(), int(found["year"])
    month = _MONTHS.index(word) + 1 if word in _MONTHS else int(word)
    today = date.today()
    if not 1 <= month <= 12 or (year, month) > (today.year, today.month):
        raise door.fault(
            name, f"says in its title that it is for month {month} of {year}"
        )
    return year, month, bool(found["joined"])


def _published(given: str | None, pieces: list[str], month: str, name: str) -> str:
    """Return the day of publication: as given, or as the page states it, or nothing."""
    if given:
        try:
            day = door.day(given, "--published")
        except FetchError as error:
            raise ParameterError(str(error)) from error
        if day[:7] <= month:
            raise ParameterError(
                f"--published is {day}, but {name} is of {month}, which had not ended then"
            )
        return day
    for piece in pieces:
        if found := re.fullmatch(_SAYS["day"], piece.strip(), re.IGNORECASE | re.ASCII):
            day = f"{found[1]}-{int(found[3]):02d}-{int(found[4]):02d}"
            if month < day[:7] and day <= date.today().isoformat():
                return door.day(day, f"the day of publication in {name}")
    return ""


def _unit(line: str, title: str, name: str) -> tuple[str, float]:
    found = re.search(
        r"(?:单位|Unit)\s*[:：∶]?\s*([^()（）|]{1,40})", line, re.IGNORECASE
    )
    said = found[1] if found else ""
    dollars = re.search(_SAYS["dollars"], said, re.IGNORECASE)
    yuan = re.search(_SAYS["yuan"], said.replace("美元", ""), re.IGNORECASE)
    if bool(dollars) == bool(yuan):
        raise door.fault(
            name,
            f"does not say clearly whether it is in dollars or yuan (unit: {said!r})",
        )
    currency = "USD" if dollars else "CNY"
    titled = [
        code
        for code, pattern in _SAYS["currencies"].items()
        if re.search(pattern, title)
    ]
    if titled and currency not in titled:
        raise door.fault(
            name, f"says {titled[0]} in its title and {said.strip()!r} as its unit"
        )
    digits = re.sub(r"(?<=\d)[,  ](?=\d{3})", "", said)
    number = re.search(r"\d+", digits, re.ASCII)
    unit = float(number[0]) if number else 1.0
    unit *= next(
        (
            factor
            for word, factor in _SAYS["units"].items()
            if re.search(word, digits, re.I)
        ),
        1.0,
    )
    if unit not in (1e3, 1e4, 1e6, 1e8):
        raise door.fault(
            name,
            f"has the unit {said.strip()!r}; known are 1,000, 10,000, 1 million and 100"
            " million dollars or yuan",
        )
    return currency, unit


def _columns(
    grid: Grid, first: int, label: int, month: int, joined: bool, name: str
) -> tuple[dict[tuple[str, str], int], int]:
    """Return the columns by flow and span, and whether the heading has a second row (1) or not."""
    top = list(grid[first])
    below = grid[first + 1] if first + 1 < len(grid) else []
    top += [""] * (len(below) - len(top))
    for column in range(
        label + 1, len(top)
    ):  # a merged heading stands in its first cell only
        top[column] = top[column] or top[column - 1]
    under = below[label].strip() if label < len(below) else ""
    spans = [re.sub(r"\s", "", cell) for cell in below[label + 1 :]]
    two = any(re.fullmatch(_SAYS["span"], s, re.I) for s in spans if s)
    two = two and (
        under in ("", top[label].strip()) or bool(re.search(known.LABEL, under, re.I))
    )
    columns: dict[tuple[str, str], int] = {}
    changes: list[int] = []
    for column in range(label + 1, len(top)):
        heading = top[column]
        span = below[column] if two and column < len(below) else ""
        if re.search(_SAYS["change"], heading + span, re.IGNORECASE):
            changes.append(column)
            continue
        flow = next(
            (f for f, said in _SAYS["flows"].items() if re.search(said, heading, re.I)),
            "",
        )
        if not flow:
            continue
        to_date = re.search(_SAYS["to_date"], span, re.IGNORECASE)
        if to_date and to_date[1] and int(to_date[1]) != month:
            raise door.fault(
                name, f"is for month {month} but has a column {span.strip()!r}"
            )
        columns.setdefault((flow, "ytd" if to_date or joined else "month"), column)
    for flow in ("export", "import"):
        if not any(key[0] == flow for key in columns):
            raise door.fault(
                name, f"has no column of {flow}s: its headings have changed"
            )
    if len(changes) == 3:  # of the year to date, in the order of the flows
        columns |= {
            (f, "growth"): column
            for f, column in zip(_SAYS["flows"], changes, strict=True)
        }
    return columns, int(two)


_Cells = dict[
    tuple[str, str, str], tuple[float, int]
]  # partner, span, flow -> number, decimals


def _cells(grid: Grid, header: _Header, name: str) -> tuple[_Cells, list[str]]:
    """Return the numbers of the partners that are known, and the cells that show `####`."""
    found: _Cells = {}
    unreadable: list[str] = []
    for row in grid[header.first_row :]:
        label = (
            row[header.label].strip(" :：\xa0\u3000") if header.label < len(row) else ""
        )
        partner = customs_partner(label, header.year)
        for (flow, span), column in header.columns.items():
            text = re.sub(r"[\s,，\xa0]", "", row[column]) if column < len(row) else ""
            if label and re.fullmatch(r"#+", text):
                of = "year to date" if span == "ytd" else span
                unreadable.append(f"{label[:40]} ({flow}, {of})")
            elif partner and text not in _EMPTY:
                cell = _number(
                    text, f"{name}, {label}, {flow}", signed=span == "growth"
                )
                if found.setdefault((partner, span, flow), cell) != cell:
                    raise door.fault(name, f"has {label!r} twice with other figures")
    return found, unreadable


def _number(text: str, where: str, *, signed: bool) -> tuple[float, int]:
    if not re.fullmatch(rf"{'-?' if signed else ''}\d+(\.\d{{1,12}})?", text, re.ASCII):
        raise door.fault(where, f"has {shown(text)} where a number should stand")
    least = -door.MOST_VALUE if signed else 0.0
    return door.number(text, where, least=least), len(
        text.partition(".")[2].rstrip("0")
    )


def _rows(header: _Header, cells: _Cells) -> list[dict[str, Any]]:
    figures = {key: cell for key, cell in cells.items() if key[1] != "growth"}
    precision = header.unit / 10 ** max(digits for _, digits in figures.values())
    values = {
        key: round(number * header.unit, 2) for key, (number, _) in figures.items()
    }
    found = []
    for key in sorted(values, key=lambda key: (key[0] != "WLD", key)):
        partner, span, flow = key
        parts = [
            values.get((partner, span, part)) for part in ("export", "import", "total")
        ]
        reason = ""
        if None not in parts:
            gap = abs(parts[0] + parts[1] - parts[2])  # type: ignore[operator]
            if gap > 1.5 * precision + 0.01:
                reason = "exports and imports of the table do not add up to its total"
        # The table prints the change of the year to date; in January that is the month.
        of_year = span == "ytd" or header.month == 1
        change = cells.get((partner, "growth", flow)) if of_year else None
        change = (
            change if change and change[0] > -100 else None
        )  # to nothing: no growth rate
        found.append(
            {
                "reporter": "CHN",
                "partner": partner,
                "period": _period_text(header, span),
                "flow": flow,
                "value": values[key],
                "currency": header.currency,
                "precision": precision,
                "growth_printed": round(change[0] / 100, 8) if change else float("nan"),
                "growth_precision": 0.001 if change else float("nan"),
                "source_id": header.source_id,
                "quality": "doubtful" if reason else "ok",
                "quality_reason": reason,
                "note": ""
                if header.vintage == "monthly"
                else f"{header.vintage} figure",
            }
        )
    return found


def _period_text(header: _Header, span: str) -> str:
    if span == "month":
        return f"{header.year}-{header.month:02d}"
    tail = _SPANS.get(header.month, f"{header.month}M")
    return f"{header.year}-{tail}" if tail else str(header.year)


def _source(header: _Header, name: str, left_out: str) -> dict[str, str]:
    said = {
        "month": f"{header.year}-{header.month:02d}",
        "vintage": header.vintage,
        "currency": header.currency,
        "unreadable": f"; unreadable and left out: {left_out}" if left_out else "",
    }
    day, unit = header.published, header.unit
    return tables.source(NAME, header.source_id, day, file=name, unit=unit, **said)
