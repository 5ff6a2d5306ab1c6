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

Kept by `catrade.fetch.store` below `data/fetched/gacc`.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from catrade.errors import FetchError
from catrade.fetch import door, grids, store, titles
from catrade.fetch.codes import customs_partner, left_out
from catrade.fetch.door import Odd
from catrade.fetch.grids import Content, Grid
from catrade.fetch.titles import SAYS, Title
from catrade.tables import doubts, publishers
from catrade.tables.definitions import shown
from rounding.errors import ParameterError, one_line, some

NAME = "gacc"
WANTED = "the monthly table of imports and exports by country (region)"
_SPANS = {3: "-Q1", 6: "-H1", 12: ""}
_EMPTY = {"", "-", "–", "—", "－", "--"}
_FLOWS = ["total", "export", "import"]
_NUMBER = r"\d+(\.\d{1,12})?"
#: Columns by flow and span: month, ytd (the year to date) or growth.
_Columns = dict[tuple[str, str], int]
#: Number and decimals of cells by partner, span and flow.
_Numbers = dict[tuple[str, str, str], tuple[float, int]]


class Table(NamedTuple):
    """One table that was read: its rows, its title, and what is to be said of it."""

    rows: publishers.Rows
    title: Title
    said: str


def parse(file: Path, published: str | None = None) -> tuple[list[Table], str]:
    """Read the tables of a file; say which of its sheets are none.

    Parameters
    ----------
    file
        The table as downloaded (html, xls, xlsx or ods, whatever its ending).
    published
        Day of publication if known; otherwise the one the page states, or none.

    Returns
    -------
    (tables, said)
        Rows in the columns of trade.csv: the month and the year to date of every partner the
        library knows, at the full precision of the file, with a row of `sources` for each table. A
        span from January to December is the year; to March and to June they are `Q1` and `H1`.

    Raises
    ------
    FetchError
        If the file cannot be read, the title is not one of China's trade in goods by country, or
        unit or columns are not recognised.
    ParameterError
        If `published` is no day, or one before the end of the table's month.
    """
    # Whose file it is; then its tables, one after the other; then what is told of the rest.
    content = grids.look(file)
    if grids.kind(content).name != NAME:
        links = [link[:200] for link in dict.fromkeys(content.links)]
        if links:
            says = "only shows the table in a frame or offers it for download"
            what = f"{says}: save {', '.join(links[:3])} and give that file"
            raise door.fault(file.name, what)
        raise grids.refuse(content, file, WANTED)
    with door.reading(file.name):
        titles.refuse_headlines(content.headlines)
    there: dict[str, Grid] = {}
    others = []
    for name, grid in content.sheets.items():
        if grids.heading(grid):
            there[name] = grid
        elif grid:
            others.append(name[:30])
    is_page = content.format == "html"
    read = []
    for name, grid in there.items():
        where = file.name
        if len(there) > 1 and not is_page:
            where += f", sheet {name},"
        with door.reading(where):
            one = _table(grid, content, where, file.name, published)
            read.append(one)
    ids = {one.rows.sources["source_id"].item() for one in read}
    if len(ids) < len(read):
        raise door.fault(file.name, "has two tables of one month: give each by itself")
    if is_page or not others:
        return read, ""
    return read, f"; left out, as no such table: sheet {', '.join(others[:5])}"


def import_file(file: Path, data_dir: Path, *, published: str | None = None) -> str:
    """Read the tables of a file and keep their rows; return what was kept as a sentence.

    Raises
    ------
    FetchError, ParameterError
        As `parse`, or if there is no total, or one that is not of the size of China's. What was
        there before stays.
    """
    read, others = parse(file, published)
    for one in read:
        if not (one.rows.rows["partner"] == "WLD").any():
            raise door.fault(
                file.name,
                "has no total that can be read, by which China's trade is told from a province's:"
                " give the whole table",
            )
        if odd := doubts.odd_total(one.rows.rows, data_dir):
            raise door.fault(file.name, f"is not of all of China's trade: {odd}")
    said = []
    for one in read:
        about = {"title": one.title.text, "series": one.title.series}
        kept = store.keep(one.rows, file, data_dir, NAME, **about)
        said.append(kept + one.said)
    return "; ".join(said) + others


def _table(
    grid: Grid, content: Content, where: str, file: str, published: str | None
) -> Table:
    """Read one table; `where` names it in messages.

    First what it says above and over its columns, then the cells below, then what they are.
    """
    first, label = grids.heading(grid) or (0, 0)
    above: list[str] = []
    for row in grid[:first]:
        above += filter(None, dict.fromkeys(row))
    pieces = content.text.split("|")
    title = titles.title_of(above, [*content.headlines, *pieces])
    unit_line = titles.unit_line([*above, *pieces])
    currency, unit = _unit(unit_line, title)
    columns, body, width = _columns(grid, first, label, title)
    _refuse_ragged(grid[first:], body - first, width, content.format)
    day = _published(published, pieces, title, where)
    numbers, unreadable, left = _cells(grid[body:], label, columns, title.year, where)
    if all(span == "growth" for _, span, _ in numbers):
        raise Odd("has no row of a country this library knows")
    said = blank = ""
    if unreadable:
        listed = one_line(", ".join(some(unreadable)))
        said = blank = f"; unreadable in the file and left out: {listed}"
    worth = {name: value * unit for name, value in left.items()}
    money = "dollars" if currency == "USD" else "yuan"
    if unknown := left_out(worth, money):
        said += f"; {unknown}"
    parts = ["gacc", title.period, currency.lower(), title.series]
    source = publishers.source(
        NAME,
        "-".join(filter(None, parts)),
        day,
        file=file,
        unit=unit,
        month=title.period,
        vintage=title.series or "monthly",
        currency=currency,
        unreadable=blank,
    )
    rows = _rows(numbers, title, unit).assign(
        reporter="CHN",
        currency=currency,
        source_id=source["source_id"],
        note=f"{title.series} figure" if title.series else "",
    )
    return Table(publishers.rows(rows, [source]), title, said)


def _published(given: str | None, pieces: list[str], title: Title, name: str) -> str:
    """Return the day of publication: as given, or as the page states it, or nothing."""
    if given:
        try:
            day = door.day(given, "--published")
        except FetchError as error:
            raise ParameterError(str(error)) from error
        if day[:7] <= title.period:
            raise ParameterError(
                f"--published is {day}, but {name} is of {title.period}, which had not ended then"
            )
        return day
    for piece in pieces:
        if found := re.fullmatch(SAYS["day"], piece.strip()):
            year, _, month, number = found.groups()
            day = f"{year}-{int(month):02d}-{int(number):02d}"
            if title.period < day[:7] and day <= date.today().isoformat():
                return door.day(day, f"the day of publication in {name}")
    return ""


def _unit(said: str, title: Title) -> tuple[str, float]:
    """Return currency and size of the unit, which must be known and the title's."""
    dollars = re.search(SAYS["dollars"], said)
    yuan = re.search(SAYS["yuan"], said.replace("美元", ""))
    if bool(dollars) == bool(yuan):
        raise Odd(
            f"does not say clearly whether it is in dollars or yuan (unit: {said!r})"
        )
    currency = "USD" if dollars else "CNY"
    if title.currency not in ("", currency):
        raise Odd(f"says {title.currency} in its title and {said!r} as its unit")
    digits = re.sub(r"(?<=\d)[,  ](?=\d{3})", "", said)
    number = re.search(r"\d+", digits, re.ASCII)
    unit = float(number[0]) if number else 1.0
    for word, size in SAYS["units"].items():
        if re.search(word, digits):
            unit *= size
            break
    if unit not in (1e3, 1e4, 1e6, 1e8):
        raise Odd(
            f"has the unit {said!r}; known are 1,000, 10,000, 1 million and 100 million dollars"
            " or yuan"
        )
    return currency, unit


def _columns(
    grid: Grid, first: int, label: int, title: Title
) -> tuple[_Columns, int, int]:
    """Return the columns, the first row below the heading, and the heading's width.

    The heading names total, exports and imports, each with the same spans: the month, the year to
    date, or both; then the changes of the year to date for the three.
    """
    top = list(grid[first])
    below = grid[first + 1] if first + 1 < len(grid) else []
    body = first + 2
    if not _is_heading(below, top[label], label):
        below = []
        body = first + 1
        if _is_change(top[-1]) and not _is_change(top[-2]):
            top += ["", ""]  # merged over the changes of the three flows
    heads = list(zip_longest(top, below, fillvalue=""))
    columns: _Columns = {}
    spans: dict[str, list[str]] = {flow: [] for flow in _FLOWS}
    changes: list[int] = []
    heading = ""
    for column, (over, under) in enumerate(heads):
        if column <= label:
            continue
        heading = over or heading  # a merged one stands in its first cell only
        if _is_change(heading + under):
            changes.append(column)
        elif flow := _flow(heading):
            span = _span(under, title)
            if (flow, span) in columns:
                raise Odd(f"has two columns of {flow}s, {span}")
            columns[flow, span] = column
            spans[flow].append(span)
    for flow, found in spans.items():
        if not found:
            raise Odd(f"has no column of {flow}s: its headings have changed")
        if {*found} != {*spans["total"]}:
            raise Odd(f"has other columns for {flow}s than for totals")
    for place, column in enumerate(changes):
        flow = _flow(heads[column][1])
        if not flow and len(changes) == 3:
            flow = _FLOWS[place]
        if flow:
            columns[flow, "growth"] = column
    return columns, body, len(heads)


def _is_heading(cells: list[str], label: str, place: int) -> bool:
    """Say whether a row is the heading's second one: months, below no label or another heading."""
    under = grids.cell_of(cells, place)
    if under not in ("", label) and not grids.LABEL.search(under):
        return False
    return any(_as_span(cell)[0] for cell in cells[place + 1 :])


def _is_change(text: str) -> bool:
    return re.search(SAYS["change"], text) is not None


def _as_span(text: str) -> tuple[str, str]:
    """Return ytd or month by the heading of a column, and the (last) month it names.

    Examples
    --------
    >>> _as_span("1至5月"), _as_span("5月"), _as_span("当月"), _as_span("出口")
    (('ytd', '5'), ('month', '5'), ('month', ''), ('', ''))
    """
    text = re.sub(r"\s+", " ", text)
    for span, form in (("ytd", SAYS["to_date"]), ("month", SAYS["month"])):
        if found := re.fullmatch(form, text):
            return span, found[1] or ""
    return "", ""


def _flow(heading: str) -> str:
    """Return the flow that a heading names, whole.

    Examples
    --------
    >>> _flow("Export &  Import"), _flow("出口"), _flow("Exports of services")
    ('total', 'export', '')
    """
    text = titles.alike(heading)
    for flow, said in SAYS["flows"].items():
        if re.fullmatch(said, text):
            return str(flow)
    return ""


def _span(text: str, title: Title) -> str:
    """Return month or ytd; the month a column names must be the title's."""
    span, month = _as_span(text)
    if text and not span:
        raise Odd(f"has a column {text!r}, which is no month")
    if month and int(month) != title.month:
        raise Odd(f"is for month {title.month} but has a column {text!r}")
    if title.joined:
        return "ytd"
    return span or "month"


def _refuse_ragged(grid: Grid, heads: int, width: int, form: str) -> None:
    """Refuse a table whose rows of figures have other cells than its headings.

    Workbooks leave out empty cells at the end of a row.

    Raises
    ------
    Odd
        If one has: a lost cell moves those behind it under another heading.
    """
    for place, row in enumerate(grid):
        many = len(row)
        if many == width or (many < width and form != "html"):
            continue
        filled = dict.fromkeys(filter(None, row))
        what = "a heading"
        if place >= heads:
            # A note is a text, which a page repeats in all the columns it spans.
            if len(filled) <= 2:
                continue
            what = f"row {next(iter(filled))[:40]!r}"
        raise Odd(f"has {what} of {many} cells where its table has {width}")


def _cells(
    grid: Grid, label: int, columns: _Columns, year: int, name: str
) -> tuple[_Numbers, list[str], dict[str, float]]:
    """Return the numbers of known partners, the cells that show `####`, and what others are worth.

    That is in the table's unit, and of month and year to date the larger.
    """
    numbers: _Numbers = {}
    unreadable: list[str] = []
    left: dict[str, float] = {}
    for row in grid:
        called = grids.cell_of(row, label).strip(" :：\xa0\u3000")
        if not called:
            continue
        if grids.heading([row]):
            raise Odd(f"has a second heading at {called!r}: give each by itself")
        partner = customs_partner(called, year)
        for (flow, span), column in columns.items():
            text = re.sub(r"[\s,，\xa0]", "", grids.cell_of(row, column))
            if text in _EMPTY:
                continue
            if re.fullmatch(r"#+", text):
                of = "year to date" if span == "ytd" else span
                unreadable.append(f"{called[:40]} ({flow}, {of})")
            elif partner:
                where = f"{name}, {called}, {flow}"
                cell = _number(text, where, signed=span == "growth")
                if numbers.setdefault((partner, span, flow), cell) != cell:
                    raise Odd(f"has {called!r} twice with other figures")
            elif (
                partner is None
                and flow == "total"
                and span != "growth"
                and re.fullmatch(_NUMBER, text, re.ASCII)
            ):
                left[called] = max(left.get(called, 0.0), float(text))
    return numbers, unreadable, left


def _number(text: str, where: str, *, signed: bool) -> tuple[float, int]:
    form, least = _NUMBER, 0.0
    if signed:
        form, least = f"-?{_NUMBER}", -door.MOST_VALUE
    if not re.fullmatch(form, text, re.ASCII):
        raise door.fault(where, f"has {shown(text)} where a number should stand")
    number = door.number(text, where, least=least)
    decimals = text.partition(".")[2].rstrip("0")
    return number, len(decimals)


def _rows(numbers: _Numbers, title: Title, unit: float) -> pd.DataFrame:
    """Return what differs between the table's figures, in the columns of trade.csv."""
    figures = {key: cell for key, cell in numbers.items() if key[1] != "growth"}
    decimals = [places for _, places in figures.values()]
    digits = grids.decimals(decimals)
    precision = unit / 10**digits
    wrong = _not_adding_up(figures, unit, precision)
    tail = _SPANS.get(title.month, f"-{title.month}M")
    to_date = f"{title.year}{tail}"
    found = []
    for key in sorted(figures, key=lambda key: (key[0] != "WLD", key)):
        partner, span, flow = key
        number, places = figures[key]
        row: dict[str, Any] = {
            "partner": partner,
            "period": title.period if span == "month" else to_date,
            "flow": flow,
            "value": round(number * unit, 2),
            "precision": precision,
        }
        # The table prints the change of the year to date; in January that is the month.
        if span == "ytd" or title.month == 1:
            change, _ = numbers.get((partner, "growth", flow), (-100.0, 0))
            if change > -100:  # to nothing: no growth rate
                row["growth_printed"] = round(change / 100, 8)
                row["growth_precision"] = 0.001
        reason = ""
        if key[:2] in wrong:
            reason = "exports and imports of the table do not add up to its total"
        elif places > digits:
            reason = "has decimals, which the other figures of the table have not"
        if reason:
            row |= {"quality": "doubtful", "quality_reason": reason}
        found.append(row)
    return pd.DataFrame(found)


def _not_adding_up(
    figures: _Numbers, unit: float, precision: float
) -> set[tuple[str, str]]:
    """Return partner and span of totals that exports and imports do not add up to.

    Raises
    ------
    Odd
        If that is so for most of them: the columns are not what the headings say.
    """
    wrong: set[tuple[str, str]] = set()
    compared = 0
    for cell in dict.fromkeys(key[:2] for key in figures):
        there = [flow for flow in _FLOWS if (*cell, flow) in figures]
        if there != _FLOWS:
            continue
        compared += 1
        total, sold, bought = [figures[*cell, flow][0] * unit for flow in _FLOWS]
        apart = abs(sold + bought - total)
        if apart > 1.5 * precision + 0.01:
            wrong.add(cell)
    if len(wrong) > max(1, compared / 2):
        raise Odd(
            f"has {len(wrong)} of {compared} totals that its exports and imports do not add up"
            " to: its columns are not what its headings say"
        )
    return wrong
