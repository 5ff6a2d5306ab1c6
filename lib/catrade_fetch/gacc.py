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

Kept by `catrade_fetch.store` below `data/fetched/gacc`.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from catrade_build.tables.definitions import quoted
from catrade_fetch import door, doubts, grids, publishers, store, titles
from catrade_fetch.codes import called, unplaced
from catrade_fetch.door import Odd
from catrade_fetch.grids import Content, Grid
from catrade_fetch.titles import SAYS, Title
from rounding.errors import one_line, some

NAME = "gacc"
_SPANS = {3: "-Q1", 6: "-H1", 12: ""}
_NOTHING = {"", "-", "–", "—", "－", "--"}
_FLOWS = ["total", "export", "import"]
_NUMBER = r"\d+(\.\d{1,12})?"
#: Columns by flow and span: month, year to date or growth.
_Columns = dict[tuple[str, str], int]
#: A cell: its row's name, our code for that ("" for a group, None for what is not known), flow and
#: span as above, its number and how many decimals that has.
_CELL = ["name", "partner", "flow", "span", "number", "places"]


class CustomsTable(NamedTuple):
    """One table that was read: its rows, its title, and what is to be said of it."""

    rows: publishers.Rows
    title: Title
    remarks: str


def parse(
    content: Content, file: Path, published: str | None = None
) -> tuple[list[CustomsTable], str]:
    """Read the tables of a file; say which of its sheets are none.

    Parameters
    ----------
    content
        What was found in it: html, xls, xlsx or ods, whatever its ending.
    published
        Day of publication if known; otherwise the one the page states, or none.

    Returns
    -------
    (tables, remark)
        Rows in the columns of trade.csv: the month and the year to date of every partner the
        library knows, at the full precision of the file, with a row of `sources` for each table. A
        span from January to December is the year; to March and to June they are `Q1` and `H1`.

    Raises
    ------
    FetchError
        If the title is not one of China's trade in goods by country, or unit or columns are not
        recognised.
    ParameterError
        If `published` is no day, or one before the end of the table's month.
    """
    # Its tables, one after the other; then what is told of the rest.
    filled = {name: grid for name, grid in content.sheets.items() if grid}
    wanted = [name for name, grid in filled.items() if grids.find_heading(grid)]
    is_page = content.format == "html"
    tables = []
    for name in wanted:
        where = file.name
        if len(wanted) > 1 and not is_page:
            where += f", sheet {name},"
        with door.reading(where):
            table = _table(filled[name], content, where, file.name, published)
        tables.append(table)
    ids = {table.rows.sources["source_id"].item() for table in tables}
    if len(ids) < len(tables):
        raise door.fault(file.name, "has two tables of one month: give each by itself")
    others = [name[:30] for name in filled if name not in wanted]
    if is_page or not others:
        return tables, ""
    return tables, f"; left out, as no such table: sheet {', '.join(others[:5])}"


def import_customs(
    content: Content,
    file: Path,
    data_dir: Path,
    published: str | None = None,
    *,
    force: bool = False,
) -> str:
    """Read the tables of a file and keep their rows; return what was kept as a sentence.

    `force` keeps what `catrade_fetch.store.keep` would refuse.

    Raises
    ------
    FetchError, ParameterError
        As `parse`, or if there is no total, or one that is not of the size of China's. What was
        there before stays.
    """
    tables, others = parse(content, file, published)
    for table in tables:
        if "WLD" not in set(table.rows.rows["partner"]):
            raise door.fault(
                file.name,
                "has no total that can be read, by which China's trade is told from a province's:"
                " give the whole table",
            )
        if odd := doubts.odd_total(table.rows.rows, data_dir):
            raise door.fault(file.name, f"is not of all of China's trade: {odd}")
    sentences = []
    for table in tables:
        about = {"title": table.title.text, "series": table.title.series}
        kept = store.keep(table.rows, file, data_dir, NAME, force=force, **about)
        sentences.append(kept + table.remarks)
    return "; ".join(sentences) + others


def _table(
    grid: Grid, content: Content, where: str, file: str, published: str | None
) -> CustomsTable:
    """Read one table; `where` names it in messages.

    First what it says above and over its columns, then the cells below, then what they are.
    """
    first, label = grids.find_heading(grid) or (0, 0)
    above: list[str] = []
    for row in grid[:first]:
        above += filter(None, dict.fromkeys(row))
    pieces = content.text.split("|")
    title = titles.title_of(above, content.headlines, pieces)
    currency, unit = _unit(titles.unit_line([*above, *pieces]), title)
    columns, body, width = _columns(grid, first, label, title)
    _refuse_ragged(grid[first:], body - first, width, content.format)
    day = door.publication_day(published, [title.period], where)
    day = day or _stated_day(pieces, title, where)
    cells = _cells(grid[body:], label, columns, title.year, where)
    is_country = cells["partner"].fillna("") != ""
    if not is_country.any():
        raise Odd("has no row of a country this library knows")
    hidden = cells[cells["number"].isna()]
    labels = [
        f"{cell['name'][:40]} ({cell['flow']}, {cell['span']})"
        for cell in hidden.to_dict("records")
    ]
    unreadable = ""
    if labels:
        listed = one_line(", ".join(some(labels)))
        unreadable = f"; unreadable in the file and left out: {listed}"
    unknown = cells[cells["partner"].isna() & (cells["flow"] == "total")]
    unknown = unknown[unknown["span"] != "growth"]
    worth = unknown.groupby("name")["number"].max() * unit
    left = unplaced(worth.to_dict(), currency.lower())
    parts = ["gacc", title.period, currency.lower(), title.series]
    source = publishers.source_row(
        NAME,
        "-".join(filter(None, parts)),
        day,
        file=file,
        unit=unit,
        month=title.period,
        vintage=title.series or "monthly",
        currency=currency,
        unreadable=unreadable,
    )
    rows = _rows(cells[is_country], title, unit).assign(
        reporter="CHN",
        currency=currency,
        source_id=source["source_id"],
        note=f"{title.series} figure" if title.series else "",
    )
    remarks = f"{unreadable}; {left}" if left else unreadable
    return CustomsTable(publishers.sourced_rows(rows, [source]), title, remarks)


def _stated_day(pieces: list[str], title: Title, where: str) -> str:
    """Return the day of publication that a page states, or nothing."""
    for piece in pieces:
        if match := re.fullmatch(SAYS["day"], piece.strip()):
            year, _, month, number = match.groups()
            day = f"{year}-{int(month):02d}-{int(number):02d}"
            if title.period < day[:7] and day <= date.today().isoformat():
                return door.day(day, f"the day of publication in {where}")
    return ""


def _unit(line: str, title: Title) -> tuple[str, float]:
    """Return currency and size of the unit, which must be known and the title's."""
    dollars = re.search(SAYS["dollars"], line)
    yuan = re.search(SAYS["yuan"], line.replace("美元", ""))
    if bool(dollars) == bool(yuan):
        raise Odd(
            f"does not say clearly whether it is in dollars or yuan (unit: {line!r})"
        )
    currency = "USD" if dollars else "CNY"
    if title.currency not in ("", currency):
        raise Odd(f"says {title.currency} in its title and {line!r} as its unit")
    digits = re.sub(r"(?<=\d)[,  ](?=\d{3})", "", line)
    number = re.search(r"\d+", digits, re.ASCII)
    unit = float(number[0]) if number else 1.0
    for word, size in SAYS["units"].items():
        if re.search(word, digits):
            unit *= size
            break
    if unit not in (1e3, 1e4, 1e6, 1e8):
        raise Odd(
            f"has the unit {line!r}; known are 1,000, 10,000, 1 million and 100 million dollars"
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
    below = next(iter(grid[first + 1 :]), [])
    body = first + 2
    if not _is_heading(below, top[label], label):
        below = []
        body = first + 1
        if _is_change(top[-1]) and not _is_change(top[-2]):
            top += ["", ""]  # merged over the changes of the three flows
    heads = list(zip_longest(top, below, fillvalue=""))
    columns: _Columns = {}
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
    spans: dict[str, set[str]] = {flow: set() for flow in _FLOWS}
    for flow, span in columns:
        spans[flow].add(span)
    for flow in _FLOWS:
        if not spans[flow]:
            raise Odd(f"has no column of {flow}s: its headings have changed")
        if spans[flow] != spans["total"]:
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
    under = grids.text_at(cells, place)
    if under not in ("", label) and not grids.LABEL.search(under):
        return False
    return any(_as_span(cell)[0] for cell in cells[place + 1 :])


def _is_change(text: str) -> bool:
    return re.search(SAYS["change"], text) is not None


def _as_span(text: str) -> tuple[str, str]:
    """Return year to date or month by the heading of a column, and the (last) month it names.

    Examples
    --------
    >>> _as_span("1至5月"), _as_span("5月"), _as_span("当月"), _as_span("出口")
    (('year to date', '5'), ('month', '5'), ('month', ''), ('', ''))
    """
    text = re.sub(r"\s+", " ", text)
    for span, form in SAYS["spans"].items():
        if match := re.fullmatch(form, text):
            return span, match[1] or ""
    return "", ""


def _flow(heading: str) -> str:
    """Return the flow that a heading names, whole.

    Examples
    --------
    >>> _flow("Export &  Import"), _flow("出口"), _flow("Exports of services")
    ('total', 'export', '')
    """
    text = titles.alike(heading)
    for flow, form in SAYS["flows"].items():
        if re.fullmatch(form, text):
            return str(flow)
    return ""


def _span(text: str, title: Title) -> str:
    """Return month or year to date; the month a column names must be the title's."""
    span, month = _as_span(text)
    if text and not span:
        raise Odd(f"has a column {text!r}, which is no month")
    if month and int(month) != title.month:
        raise Odd(f"is for month {title.month} but has a column {text!r}")
    if title.joined:
        return "year to date"
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
    grid: Grid, label: int, columns: _Columns, year: int, where: str
) -> pd.DataFrame:
    """Return the cells of figures, one a row; the number of one that shows none is missing.

    Where it should stand a cell is empty, or shows `####`.
    """
    union = "EU27" if year > 2019 else "EU28"
    cells = []
    for row in grid:
        name = grids.text_at(row, label).strip(" :：\xa0\u3000")
        if not name:
            continue
        if grids.find_heading([row]):
            raise Odd(f"has a second heading at {name!r}: give each by itself")
        partner = called(name, union)
        for (flow, span), column in columns.items():
            text = re.sub(r"[\s,，]", "", grids.text_at(row, column))
            form = f"-?{_NUMBER}" if span == "growth" else _NUMBER
            number = float("nan")
            what = f"{where}, {name}, {flow}"
            is_hole = not text and partner and span != "growth"
            if text in _NOTHING and not is_hole:
                continue
            if re.fullmatch(form, text, re.ASCII):
                number = door.number(text, what, least=-door.MOST_VALUE)
            elif not re.fullmatch("#*", text):
                if not partner:  # a note
                    continue
                why = f"has {quoted(text)} where a number should stand"
                raise door.fault(what, why)
            decimals = text.partition(".")[2].rstrip("0")
            cells.append((name, partner, flow, span, number, len(decimals)))
    return pd.DataFrame(cells, columns=_CELL)


def _rows(cells: pd.DataFrame, title: Title, unit: float) -> pd.DataFrame:
    """Return what differs between the table's figures, in the columns of trade.csv.

    Raises
    ------
    Odd
        If exports and imports do not add up to most of the totals: the columns are not what the
        headings say.
    """
    # Cells with figures, each once; their values; what is odd of them; the changes printed beside.
    is_hidden = cells["number"].isna()
    hidden = pd.MultiIndex.from_frame(cells.loc[is_hidden, ["partner", "span"]])
    cells = cells[~is_hidden].drop(columns="name").drop_duplicates()
    is_change = cells["span"] == "growth"
    rows = cells[~is_change].copy()
    digits = grids.decimals(rows["places"].tolist())
    precision = unit / 10**digits
    tail = _SPANS.get(title.month, f"-{title.month}M")
    periods = {"month": title.period, "year to date": f"{title.year}{tail}"}
    rows["period"] = rows["span"].map(periods)
    rows["value"] = (rows["number"] * unit).round(2)
    rows["precision"] = precision
    # A flow of nothing is printed as "-": the total is then the other one.
    key = ["partner", "span"]
    rows["is_total"] = rows["flow"] == "total"
    rows["gap"] = rows["value"].where(~rows["is_total"], -rows["value"])
    of_cell = rows.groupby(key)
    is_read = ~pd.MultiIndex.from_frame(rows[key]).isin(hidden)
    is_whole = is_read & of_cell["is_total"].transform("any")
    gaps = of_cell["gap"].transform("sum").abs()
    is_wrong = is_whole & (gaps > 1.5 * precision + 0.01)
    compared, wrong = [(rows["is_total"] & are).sum() for are in (is_whole, is_wrong)]
    if wrong > max(1, compared / 2):
        raise Odd(
            f"has {wrong} of {compared} totals that its exports and imports do not add up"
            " to: its columns are not what its headings say"
        )
    marks = ["quality", "quality_reason"]
    rows[marks] = "ok", ""
    why = "has decimals, which the other figures of the table have not"
    rows.loc[rows["places"] > digits, marks] = "doubtful", why
    why = "exports and imports of the table do not add up to its total"
    rows.loc[is_wrong, marks] = "doubtful", why
    # The table prints the change of the year to date; in January that is the month.
    changes = cells[is_change & (cells["number"] > -100)]  # to nothing: no growth rate
    growth = pd.DataFrame(
        {
            "partner": changes["partner"],
            "flow": changes["flow"],
            "span": "year to date" if title.month > 1 else "month",
            "growth_printed": (changes["number"] / 100).round(8),
            "growth_precision": 0.001,
        }
    )
    return rows.merge(growth, how="left")
