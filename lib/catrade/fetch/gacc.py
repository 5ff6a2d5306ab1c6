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

Kept by `catrade.fetch.keep` below `data/fetched/gacc`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from catrade.errors import FetchError
from catrade.fetch import door, grids, keep, known, titles
from catrade.fetch.codes import customs_partner, left_out
from catrade.fetch.grids import Content, Grid
from catrade.fetch.titles import SAYS, Title
from catrade.tables import doubts, publishers
from catrade.tables.celltext import shown
from rounding.errors import ParameterError, one_line

NAME = "gacc"
WANTED = "the monthly table of imports and exports by country (region)"
_SPANS = {3: "Q1", 6: "H1", 12: ""}
_NAMED = 20  # unreadable cells that a sentence names
_EMPTY = {"", "-", "–", "—", "－", "--"}
_FLOWS = ("total", "export", "import")
#: Columns that say what a row is worth: of the two the larger, which is the year to date.
_WORTH = {("total", "month"), ("total", "ytd")}


@dataclass(frozen=True)
class _Header:
    """What title, unit line and column headings say."""

    title: Title
    currency: str
    unit: float
    published: str
    first_row: int
    label: int
    width: int
    columns: dict[tuple[str, str], int]  # (flow, month, ytd or growth) -> column

    @property
    def source_id(self) -> str:
        month = f"{self.title.year}-{self.title.month:02d}"
        end = "" if self.title.vintage == "monthly" else f"-{self.title.vintage}"
        return f"gacc-{month}-{self.currency.lower()}{end}"


@dataclass
class _Cells:
    """What was found in the rows of a table.

    Attributes
    ----------
    numbers
        Number and decimals by partner, span and flow.
    unreadable
        The cells that show `####`.
    left
        What the rows are worth, in the table's unit, whose partner is not known.
    """

    numbers: dict[tuple[str, str, str], tuple[float, int]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    left: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Table:
    """One table that was read: its rows, its title, and what is to be said of it."""

    rows: publishers.Rows
    title: Title
    said: str


def parse(file: Path, *, published: str | None = None) -> publishers.Rows:
    """Read the tables of a file.

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
        library knows, at the full precision of the file; `sources` a row for each table. A span
        from January to December is the year; to March and to June they are `Q1` and `H1`.

    Raises
    ------
    FetchError
        If the file cannot be read, the title is not one of China's trade in goods by country, or
        unit or columns are not recognised.
    ParameterError
        If `published` is no day, or one before the end of the table's month.
    """
    return publishers.combine(one.rows for one in _parse(Path(file), published))


def import_file(file: Path, data_dir: Path, *, published: str | None = None) -> str:
    """Read the tables of a file and keep their rows; return what was kept as a sentence.

    Raises
    ------
    FetchError, ParameterError
        As `parse`, or if there is no total, or one that is not of the size of China's. What was
        there before stays.
    """
    file = Path(file)
    read = _parse(file, published)
    for one in read:
        if not (one.rows.rows["partner"] == "WLD").any():
            says = (
                "has no total that can be read, by which China's trade is told from a province's:"
                " give the whole table"
            )
            raise door.fault(file.name, says)
        if odd := doubts.odd_total(one.rows.rows, data_dir):
            raise door.fault(file.name, f"is not of all of China's trade: {odd}")
    said = [
        keep.keep(
            one.rows,
            file,
            data_dir,
            NAME,
            title=one.title.text,
            series="" if one.title.vintage == "monthly" else one.title.vintage,
        )
        + one.said
        for one in read
    ]
    return "; ".join(said)


def _parse(file: Path, published: str | None) -> list[_Table]:
    content = grids.look(file)
    sheets = [] if content.format == "csv" else list(content.sheets.items())
    there = [(name, grid) for name, grid in sheets if known.heading(grid)]
    kind = known.kind(content)
    if not there or (kind and kind.name != NAME):
        raise _no_table(content, file)
    titles.refuse_headlines(content.headlines, file.name)
    several = content.format != "html" and len(there) > 1
    read = []
    for name, grid in there:
        where = f"{file.name}, sheet {name}," if several else file.name
        read.append(_table(grid, content, where, file.name, published))
    periods = [one.rows.sources["source_id"].item() for one in read]
    if len(set(periods)) < len(periods):
        raise door.fault(file.name, "has two tables of one month: give each by itself")
    others = [name for name, grid in sheets if grid and (name, grid) not in there]
    if others and content.format != "html":
        named = ", ".join(other[:30] for other in others[:5])
        said = f"; left out, as no such table: sheet {named}"
        read[-1] = _Table(read[-1].rows, read[-1].title, read[-1].said + said)
    return read


def _table(
    grid: Grid, content: Content, where: str, file: str, published: str | None
) -> _Table:
    """Read one table; `where` names it in messages."""
    header = _header(grid, content, where, published)
    cells = _cells(grid, header, where)
    if all(span == "growth" for _, span, _ in cells.numbers):
        raise door.fault(where, "has no row of a country this library knows")
    unreadable = one_line(", ".join(cells.unreadable[:_NAMED]))
    if len(cells.unreadable) > _NAMED:
        unreadable += f" and {len(cells.unreadable) - _NAMED} more"
    said = f"; unreadable in the file and left out: {unreadable}" if unreadable else ""
    money = "dollars" if header.currency == "USD" else "yuan"
    worth = {name: value * header.unit for name, value in cells.left.items()}
    if left := left_out(worth, money):
        said += f"; {left}"
    source = _source(header, file, unreadable)
    return _Table(
        publishers.rows(_rows(header, cells, where), [source]), header.title, said
    )


def _no_table(content: Content, file: Path) -> FetchError:
    if content.links and content.format == "html":
        links = ", ".join(link[:200] for link in dict.fromkeys(content.links[:3]))
        says = "only shows the table in a frame or offers it for download"
        return door.fault(file.name, f"{says}: save {links} and give that file")
    return known.refuse(content, file, WANTED)


def _header(grid: Grid, content: Content, where: str, published: str | None) -> _Header:
    first, label = known.heading(grid) or (0, 0)
    above = [cell for row in grid[:first] for cell in dict.fromkeys(row) if cell]
    pieces = content.text.split("|")
    title = titles.title_of(above, [*content.headlines, *pieces], where)
    currency, unit = _unit(titles.unit_line([*above, *pieces]), title, where)
    columns, rows, width = _columns(grid, first, label, title, where)
    if content.format == "html":
        _refuse_ragged(grid, first, first + rows, width, where)
    return _Header(
        title=title,
        currency=currency,
        unit=unit,
        published=_published(published, pieces, title, where),
        first_row=first + rows,
        label=label,
        width=width,
        columns=columns,
    )


def _published(given: str | None, pieces: list[str], title: Title, name: str) -> str:
    """Return the day of publication: as given, or as the page states it, or nothing."""
    month = f"{title.year}-{title.month:02d}"
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
        if found := re.fullmatch(SAYS["day"], piece.strip(), re.IGNORECASE | re.ASCII):
            day = f"{found[1]}-{int(found[3]):02d}-{int(found[4]):02d}"
            if month < day[:7] and day <= date.today().isoformat():
                return door.day(day, f"the day of publication in {name}")
    return ""


def _unit(said: str, title: Title, name: str) -> tuple[str, float]:
    """Return currency and size of the unit, which must be known and the title's."""
    dollars = re.search(SAYS["dollars"], said, re.IGNORECASE)
    yuan = re.search(SAYS["yuan"], said.replace("美元", ""), re.IGNORECASE)
    if bool(dollars) == bool(yuan):
        says = f"does not say clearly whether it is in dollars or yuan (unit: {said!r})"
        raise door.fault(name, says)
    currency = "USD" if dollars else "CNY"
    if title.currency not in ("", currency):
        says = f"says {title.currency} in its title and {said!r} as its unit"
        raise door.fault(name, says)
    digits = re.sub(r"(?<=\d)[,  ](?=\d{3})", "", said)
    number = re.search(r"\d+", digits, re.ASCII)
    unit = float(number[0]) if number else 1.0
    for word, factor in SAYS["units"].items():
        if re.search(word, digits, re.IGNORECASE):
            unit *= factor
            break
    if unit not in (1e3, 1e4, 1e6, 1e8):
        says = (
            f"has the unit {said!r}; known are 1,000, 10,000, 1 million and 100 million dollars"
            " or yuan"
        )
        raise door.fault(name, says)
    return currency, unit


def _columns(
    grid: Grid, first: int, label: int, title: Title, name: str
) -> tuple[dict[tuple[str, str], int], int, int]:
    """Return the columns by flow and span, the rows of the heading, and its width.

    The heading names total, exports and imports, each with the same spans: the month, the year to
    date, or both; then the changes of the year to date for the three.
    """
    top = [cell.strip() for cell in grid[first]]
    below = [cell.strip() for cell in (grid[first + 1 : first + 2] or [[]])[0]]
    two = _is_heading(below, top[label], label)
    below = below if two else []
    if not two and _is_change(top[-1]) and not _is_change(top[-2]):
        top += ["", ""]  # merged over the changes of the three flows
    top += [""] * (len(below) - len(top))
    below += [""] * (len(top) - len(below))
    columns: dict[tuple[str, str], int] = {}
    changes: list[int] = []
    heading = ""
    for column in range(label + 1, len(top)):
        heading = top[column] or heading  # a merged one stands in its first cell only
        if _is_change(heading + below[column]):
            changes.append(column)
        elif flow := _flow(heading):
            span = _span(below[column], title, name)
            if columns.setdefault((flow, span), column) != column:
                raise door.fault(name, f"has two columns of {flow}s, {span}")
    spans = {flow: {s for f, s in columns if f == flow} for flow in _FLOWS}
    for flow in _FLOWS:
        if not spans[flow]:
            says = f"has no column of {flow}s: its headings have changed"
            raise door.fault(name, says)
        if spans[flow] != spans["total"]:
            raise door.fault(name, f"has other columns for {flow}s than for totals")
    for place, column in enumerate(changes):
        flow = _flow(below[column]) or (_FLOWS[place] if len(changes) == 3 else "")
        if flow:
            columns[flow, "growth"] = column
    return columns, 1 + two, len(top)


def _is_heading(cells: list[str], label: str, place: int) -> bool:
    """Say whether a row is the heading's second one: months, below no label or another heading."""
    under = cells[place] if place < len(cells) else ""
    spans = [cell for cell in cells[place + 1 :] if cell]
    months = any(_is_span(cell) for cell in spans)
    return months and (
        under in ("", label) or bool(re.search(known.LABEL, under, re.IGNORECASE))
    )


def _is_change(text: str) -> bool:
    return re.search(SAYS["change"], text, re.IGNORECASE) is not None


def _is_span(text: str) -> bool:
    return any(
        re.fullmatch(SAYS[one], re.sub(r"\s+", " ", text), re.IGNORECASE)
        for one in ("month", "to_date")
    )


def _flow(heading: str) -> str:
    """Return the flow that a heading names, whole.

    Examples
    --------
    >>> _flow("Export &  Import"), _flow("出口"), _flow("Exports of services")
    ('total', 'export', '')
    """
    text = titles.alike(heading)
    found = (f for f, said in SAYS["flows"].items() if re.fullmatch(said, text, re.I))
    return next(found, "")


def _span(text: str, title: Title, name: str) -> str:
    """Return month or ytd; the month a column names must be the title's."""
    text = re.sub(r"\s+", " ", text)
    to_date = re.fullmatch(SAYS["to_date"], text, re.IGNORECASE)
    found = to_date or re.fullmatch(SAYS["month"], text, re.IGNORECASE)
    if text and not found:
        raise door.fault(name, f"has a column {text!r}, which is no month")
    if found and found[1] and int(found[1]) != title.month:
        raise door.fault(name, f"is for month {title.month} but has a column {text!r}")
    return "ytd" if to_date or title.joined else "month"


def _refuse_ragged(grid: Grid, first: int, body: int, width: int, name: str) -> None:
    """Refuse a page whose rows of figures have other cells than its headings.

    Raises
    ------
    FetchError
        If one has: a lost cell moves those behind it under another heading.
    """
    for place, row in enumerate(grid[first:], first):
        if len(row) != width and (place < body or not _is_note(row)):
            what = f"row {row[0].strip()[:40]!r}" if place >= body else "a heading"
            says = f"has {what} of {len(row)} cells where its table has {width}"
            raise door.fault(name, says)


def _is_note(row: list[str]) -> bool:
    """Say whether a row is a text, which a page repeats in all the columns it spans."""
    return len({cell for cell in row if cell.strip()}) <= 2


def _cells(grid: Grid, header: _Header, name: str) -> _Cells:
    """Return the numbers of the partners that are known, and what was left out."""
    found = _Cells()
    for row in grid[header.first_row :]:
        label = row[header.label].strip() if header.label < len(row) else ""
        label = label.strip(" :：\xa0\u3000")
        if label and known.heading([row]):
            raise door.fault(
                name, f"has a second heading at {label!r}: give each by itself"
            )
        if len(row) > header.width and not _is_note(row):
            says = f"has more cells at {label[:40]!r} than headings"
            raise door.fault(name, says)
        partner = customs_partner(label, header.title.year)
        for (flow, span), column in header.columns.items():
            text = re.sub(r"[\s,，\xa0]", "", row[column]) if column < len(row) else ""
            if not label or text in _EMPTY:
                continue
            if re.fullmatch(r"#+", text):
                of = "year to date" if span == "ytd" else span
                found.unreadable.append(f"{label[:40]} ({flow}, {of})")
            elif partner:
                where = f"{name}, {label}, {flow}"
                cell = _number(text, where, signed=span == "growth")
                if found.numbers.setdefault((partner, span, flow), cell) != cell:
                    raise door.fault(name, f"has {label!r} twice with other figures")
            elif partner is None and (flow, span) in _WORTH and _plain(text):
                found.left[label] = max(found.left.get(label, 0.0), float(text))
    return found


def _plain(text: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII) is not None


def _number(text: str, where: str, *, signed: bool) -> tuple[float, int]:
    if not re.fullmatch(rf"{'-?' if signed else ''}\d+(\.\d{{1,12}})?", text, re.ASCII):
        raise door.fault(where, f"has {shown(text)} where a number should stand")
    least = -door.MOST_VALUE if signed else 0.0
    number = door.number(text, where, least=least)
    return number, len(text.partition(".")[2].rstrip("0"))


def _rows(header: _Header, cells: _Cells, name: str) -> list[dict[str, Any]]:
    figures = {key: cell for key, cell in cells.numbers.items() if key[1] != "growth"}
    digits = grids.decimals([cell[1] for cell in figures.values()])
    reasons = {
        key: "has decimals, which the other figures of the table have not"
        for key, (_, places) in figures.items()
        if places > digits
    }
    reasons |= _not_adding_up(figures, header.unit / 10**digits, header.unit, name)
    found = []
    for key in sorted(figures, key=lambda key: (key[0] != "WLD", key)):
        partner, span, flow = key
        # The table prints the change of the year to date; in January that is the month.
        of_year = span == "ytd" or header.title.month == 1
        change = cells.numbers.get((partner, "growth", flow)) if of_year else None
        if change and change[0] <= -100:  # to nothing: no growth rate
            change = None
        vintage = header.title.vintage
        found.append(
            {
                "reporter": "CHN",
                "partner": partner,
                "period": _period_text(header.title, span),
                "flow": flow,
                "value": round(figures[key][0] * header.unit, 2),
                "currency": header.currency,
                "precision": header.unit / 10**digits,
                "growth_printed": round(change[0] / 100, 8) if change else float("nan"),
                "growth_precision": 0.001 if change else float("nan"),
                "source_id": header.source_id,
                "quality": "doubtful" if key in reasons else "ok",
                "quality_reason": reasons.get(key, ""),
                "note": "" if vintage == "monthly" else f"{vintage} figure",
            }
        )
    return found


def _not_adding_up(
    figures: dict[tuple[str, str, str], tuple[float, int]],
    precision: float,
    unit: float,
    name: str,
) -> dict[tuple[str, str, str], str]:
    """Return a reason for each figure of a total that exports and imports do not add up to.

    Raises
    ------
    FetchError
        If that is so for most of them: the columns are not what the headings say.
    """
    wrong, compared = {}, 0
    for partner, span in dict.fromkeys((one[0], one[1]) for one in figures):
        parts = [figures.get((partner, span, flow)) for flow in _FLOWS]
        if None in parts:
            continue
        total, sold, bought = (part[0] * unit for part in parts if part)
        compared += 1
        if abs(sold + bought - total) > 1.5 * precision + 0.01:
            wrong[partner, span] = (
                "exports and imports of the table do not add up to its total"
            )
    if len(wrong) > max(1, compared / 2):
        says = (
            f"has {len(wrong)} of {compared} totals that its exports and imports do not add up"
            " to: its columns are not what its headings say"
        )
        raise door.fault(name, says)
    return {key: wrong[key[:2]] for key in figures if key[:2] in wrong}


def _period_text(title: Title, span: str) -> str:
    if span == "month":
        return f"{title.year}-{title.month:02d}"
    tail = _SPANS.get(title.month, f"{title.month}M")
    return f"{title.year}-{tail}" if tail else str(title.year)


def _source(header: _Header, name: str, left_out: str) -> dict[str, str]:
    return publishers.source(
        NAME,
        header.source_id,
        header.published,
        file=name,
        unit=header.unit,
        month=f"{header.title.year}-{header.title.month:02d}",
        vintage=header.title.vintage,
        currency=header.currency,
        unreadable=f"; unreadable and left out: {left_out}" if left_out else "",
    )
