"""Any file a user has on disk: recognised, and read by what belongs to its publisher.

Besides customs tables and BACI releases these, whose layouts were seen in public files:

- UN Comtrade Plus, "Download CSV": 47 columns from typeCode to isAggregate, cells in quotes, and
  one comma more at the end of each data line than in the heading; a saved answer of its API (JSON)
  has the same columns.
- WITS by product (`goods`), as CSV, workbook, JSON or file of Stata.
- IMF, Exports and Imports by Areas and Countries: sheets "Exports, FOB" and "Imports, CIF", the
  reporter and "US Dollars, Millions" above a heading of years, quarters or months, groups among
  the countries, some countries twice; cells such as "0.13 e" carry the IMF's mark. A sheet
  "Imports, FOB" is left out: imports are c.i.f. here, and the two are never mixed.
- WITS (World Bank, from UN Comtrade): sheet "Partner" with "Export (US$ Thousand)" and "Import
  (US$ Thousand)", or "Partner-Timeseries" with an indicator and years.
- one's own: a CSV with the columns of trade.csv, of which reporter, partner, period, flow, value
  and currency must be there.

What is kept (`catrade_fetch.kept`) stands in `load_trade` beside the bundled rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import zip_longest
from pathlib import Path
from statistics import mode
from typing import NamedTuple

import pandas as pd

from catrade_build.tables.definitions import Column, definition_of
from catrade_build.tables.names import canonical, is_known
from catrade_fetch import door, gacc, goods, grids, kgz, store
from catrade_fetch.baci_import import import_release
from catrade_fetch.codes import called, unplaced
from catrade_fetch.comtrade_plan import FLOW_OF, TOTALS, checked_record, frame_of
from catrade_fetch.door import Odd
from catrade_fetch.grids import Content, Grid
from catrade_fetch.kept import CELL
from catrade_fetch.publishers import Rows, source_row, sourced_rows
from rounding.errors import ParameterError, counted, did_you_mean, one_line, some

_EMPTY = {"", "-", "...", "n.a."}
_PERIOD = r"(19|20)\d\d(-?(M?(0[1-9]|1[0-2])|Q[1-4]))?"
#: A file of one's own whose largest figure is less has it in millions or billions.
_LEAST = 10_000
#: Columns of UN Comtrade that hold codes and flags, and these.
_FLAG = "(true|false|0|1)?"
_CODED = {
    "typeCode": "c|s",
    "freqCode": "a|m|q",
    **dict.fromkeys(["isReported", "isAggregate", "isLeaf"], _FLAG),
    **dict.fromkeys(["isQtyEstimated", "isNetWgtEstimated"], _FLAG),
    "legacyEstimationFlag": r"(\d{1,2}(\.0)?)?",
}
_ALL_GOODS = ("All Products", "Total")
_VALUED = {"Exports, FOB": "export", "Imports, CIF": "import"}
_DOLLARS = "US Dollars, Millions"
_ESTIMATED = "not published by the country: the IMF's estimate from its partners"


class _Figure(NamedTuple):
    """One cell of a file, in dollars.

    Attributes
    ----------
    reporter, partner
        Our codes; "" for a group of countries, None for what is not known.
    name
        What the file calls the partner.
    quality_reason
        What the publisher says of it that makes it doubtful.
    """

    reporter: str | None
    partner: str | None
    name: str
    period: str
    flow: str
    value: float
    precision: float = 1.0
    quality_reason: str = ""
    note: str = ""


#: What is said of a file besides: what a reader did not read of it, each with the reason.
_Remarks = list[str]
#: Rows of a table by column, each with the place where it stands.
_Table = Iterable[tuple[str, dict[str, str]]]


def own(publisher: str, url: str) -> dict[str, str]:
    """Return who published figures of one's own, and where; nothing if neither is given.

    Raises
    ------
    ParameterError
        If one is missing, or the address is none.
    """
    who = publisher.strip()
    if not who and not url:
        return {}
    if not who or not re.fullmatch(r"https?://\S+", url):
        raise ParameterError(
            "--source and --url go together: who published the figures, and the address"
            f" (https://…) where they stand; got {publisher!r} and {url!r}"
        )
    return {"who": one_line(who), "where": url}


def import_file(
    file: Path,
    data_dir: Path,
    *,
    force: bool = False,
    published: str | None = None,
    own: Mapping[str, str] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> str:
    """Read a file or folder of any kind that is known; return what was kept as a sentence.

    Parameters
    ----------
    file
        What the user has.
    data_dir
        The data folder.
    force
        Whether a BACI release that is there is imported again, and a file is kept though most of
        its figures are bundled ones of other cells.
    published
        Day of publication, if it is known and the file does not say it.
    progress
        For a BACI release: as `catrade_fetch.baci_import.import_release` takes it.
    own
        For a CSV of one's own: who published its figures.

    Raises
    ------
    FetchError
        If it is not known, damaged, or holds nothing of use. What was there before stays.
    ParameterError
        If `own` is missing where it must be given, or given where the publisher is known; or
        `published` is no day, or one before the end of a period.
    """
    # What it is; then what else must be given, or must not; then its own reader; then kept.
    content = grids.recognise(file)
    kind = grids.kind(content)
    name = kind.name
    is_own = name in ("own", goods.OWN)
    if is_own and not own:
        raise ParameterError(
            f"{file.name} is {kind.what}: say who published the figures, and where, with --source"
            " NAME and --url ADDRESS"
        )
    if own and not is_own:
        raise ParameterError(
            f"--source is for a CSV with the columns of trade.csv, but {file.name} is {kind.what}"
        )
    if name == "baci":
        if published:
            raise ParameterError(
                f"--published is not for {file.name}: a release of BACI says it"
            )
        release = import_release(file, data_dir, force=force, progress=progress)
        return f"BACI {release} is ready"
    if name not in (*_READERS, gacc.NAME, kgz.NAME, goods.WITS) and not is_own:
        raise grids.refuse(content, file)
    if content.fault:
        raise content.fault
    if name == gacc.NAME:
        return gacc.import_customs(content, file, data_dir, published, force=force)
    if name == kgz.NAME:
        return kgz.import_bulletin(content, file, data_dir, published)
    left: _Remarks = []
    remarks: _Remarks = []
    with door.reading(file.name):
        records = _records(content, {*kind.columns}, file.name, remarks)
        if name == goods.WITS:
            figures = goods.of_wits(records, file.name, remarks)
        elif name == goods.OWN:
            figures = _own(records, goods.own_columns(), {*kind.columns})
            figures = figures.rename(columns={"value": "value_usd"})
        elif name == "own":
            columns = definition_of("trade").columns
            figures = _own(records, columns, {*kind.columns})
            if len(figures) and "precision" not in figures:
                remarks.append(
                    "no column `precision`: every figure is taken as printed to the unit"
                )
            largest = figures["value"].max()
            if not force and 0 < largest < _LEAST:
                raise door.fault(
                    file.name,
                    f"has {largest:.10g} as its largest figure: write 3.2 billion as 3200000000,"
                    " or add --force if that is right",
                )
        elif name == "imf":
            figures, left = _place(_imf(content, file.name, remarks))
        else:
            figures, left = _place(_READERS[name](records, file.name, remarks))
    more = "".join(f"; {remark}" for remark in [*left, *remarks])
    if figures.empty:
        no_total = "it holds no total of a country this library knows"
        why = "nothing of it is read" if remarks else no_total
        raise door.fault(file.name, f"is {kind.what}, but {why}{more}")
    if name in (goods.WITS, goods.OWN):
        kept = goods.import_goods(figures, name, file, data_dir, published, own)
        return kept + more
    periods = sorted(set(figures["period"]))
    day = door.publication_day(published, periods, file.name)
    rows = _rows(figures.drop_duplicates(), name, day, file.name, own or {})
    return store.keep(rows, file, data_dir, name, force=force) + more


def _place(figures: Iterable[_Figure]) -> tuple[pd.DataFrame, _Remarks]:
    """Return the figures of known countries and of time that is over, and what is left out."""
    frame = pd.DataFrame(figures, columns=_Figure._fields)
    frame["quality"] = "ok"
    frame.loc[frame["quality_reason"] != "", "quality"] = "doubtful"
    sides = frame[["reporter", "partner"]]
    are_countries = (sides.fillna("") != "").all(axis=1)
    unknown = frame[sides.isna().any(axis=1)]
    is_year = unknown["period"].str.len() == 4
    if is_year.any():
        unknown = unknown[is_year]
    worth = unknown.groupby("name")["value"].sum()
    placed = frame[are_countries].drop(columns="name")
    remarks = [remark] if (remark := unplaced(worth.to_dict())) else []
    periods = sorted(set(placed["period"]))
    if unended := [t for t in periods if door.unended(t, date.today())]:
        placed = placed[~placed["period"].isin(unended)]
        remarks.append(f"left out, as they have not ended: {', '.join(some(unended))}")
    return placed, remarks


def _rows(
    figures: pd.DataFrame, publisher: str, day: str, file: str, own: Mapping[str, str]
) -> Rows:
    """Return figures with their source, whose name tells reporters, partner, years and flow."""
    reporters, partners, periods, flows = [sorted(set(figures[name])) for name in CELL]
    span = "-".join(dict.fromkeys([periods[0], periods[-1]]))
    parts = [_slug(own.get("who", publisher))]
    if len(reporters) < 4:
        parts += reporters
    else:
        parts.append(f"{len(reporters)}-reporters")
    if len(partners) == 1:
        parts += partners
    parts.append(span)
    if len(flows) == 1:
        parts += flows
    source_id = "-".join(parts).lower()
    source = source_row(
        publisher,
        source_id,
        day,
        what=f"{', '.join(reporters[:5])}, {span}",
        file=file,
        **own,
    )
    return sourced_rows(figures.assign(source_id=source_id), [source])


def _slug(name: str) -> str:
    """Return a publisher's name as part of a source's.

    Examples
    --------
    >>> _slug("Bureau of Statistics (KZ)"), _slug("海关")
    ('bureau-of-statistics-kz', 'own')
    """
    words = re.findall("[a-z0-9]+", name.casefold())
    return "-".join(words[:6]) or "own"


def _period(text: str, where: str) -> str:
    """Return a period as the tables write it.

    Examples
    --------
    >>> [_period(text, "t") for text in ("2024", "202403", "2014M01", "2000Q1")]
    ['2024', '2024-03', '2014-01', '2000-Q1']
    """
    period = door.name(text, where, _PERIOD)
    year, rest = period[:4], period[4:].strip("-M")
    return f"{year}-{rest}" if rest else year


def _records(
    content: Content, columns: set[str], name: str, remarks: _Remarks
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the rows below each heading with those columns, and where each stands.

    All rows of a CSV have as many cells as each other: a lost cell moves those behind it under
    another heading.
    """
    for sheet, grid in content.sheets.items():
        heads = [place for place, row in enumerate(grid[:10]) if columns <= {*row}]
        if not heads:
            _skip(sheet, grid, remarks)
            continue
        where = f"{name}, sheet {sheet}" if len(content.sheets) > 1 else name
        names = grid[heads[0]]
        width = len(names)
        if twice := [
            heading for heading in names if heading and names.count(heading) > 1
        ]:
            raise door.fault(where, f"has the column {twice[0]!r} twice")
        below = grid[heads[0] + 1 :]
        widths = [len(row) for row in below if any(row)]
        # Of two that are as frequent, the larger: a cell gets lost more easily than added.
        usual = mode(sorted(widths, reverse=True)) if widths else 0
        for number, row in enumerate(below, heads[0] + 2):
            if not any(row):
                continue
            at, wrong = f"{where}, row {number}", ""
            if content.format == "records":
                at = f"{where}, record {number - 1}"
            if any(row[width:]):
                wrong = f"under {width} headings"
            elif content.format == "csv" and len(row) != usual:
                wrong = f"where the others have {usual}"
            if wrong:
                raise door.fault(at, f"has {len(row)} cells {wrong}: {door.AGAIN}")
            yield at, dict(zip_longest(names, row[:width], fillvalue=""))


def _skip(sheet: str, grid: Grid, remarks: _Remarks) -> None:
    if grid:
        remarks.append(f"sheet {sheet[:40]!r} is no such table and left out")


def _comtrade(records: _Table, name: str, remarks: _Remarks) -> Iterator[_Figure]:
    """Read totals of goods from a table of UN Comtrade Plus, or from a saved answer of its API."""
    services = products = 0
    totals = []
    for where, row in records:
        for column, form in _CODED.items():
            if column in row and not re.fullmatch(form, row[column].lower()):
                why = f"has its cells under other headings: {door.AGAIN}"
                raise door.fault(where, why)
        # A part of a flow: by second partner, procedure or means of transport.
        if any((row.get(part) or all_) != all_ for part, all_ in TOTALS.items()):
            continue
        services += row["typeCode"] == "S"
        products += row["cmdCode"] != "TOTAL"
        is_total = (row["typeCode"], row["cmdCode"]) == ("C", "TOTAL")
        is_other = row.get("flowCode", "X") not in FLOW_OF
        if not is_total or is_other or row["primaryValue"] == "":
            continue
        record = checked_record(row, where)
        totals.append(record)
        if not record.value_usd:
            continue
        on_board = (
            record.flow == "import" and not row.get("cifvalue") and row.get("fobvalue")
        )
        reporter, partner = [None if side.isdigit() else side for side in record[:2]]
        yield _Figure(
            reporter=reporter,
            partner=partner,
            name=row.get("partnerDesc") or f"partner {record.partner}",
            period=_period(record.period, where),
            flow=record.flow,
            value=record.value_usd,
            note="imports valued f.o.b." if on_board else "",
        )
    frame_of(totals, name)
    if not totals:
        says = "has no row with cmdCode TOTAL: products alone are no total of all goods"
        if services:
            says = "is of services: this library holds trade in goods"
        says += "; choose goods and TOTAL at UN Comtrade, or run catrade fetch comtrade"
        raise Odd(says)
    if products:
        remarks.append(
            f"{counted(products, 'row')} of products left out: catrade fetch comtrade --level 2"
            " brings goods"
        )


def _imf(content: Content, name: str, remarks: _Remarks) -> Iterator[_Figure]:
    """Read exports (f.o.b.) and imports (c.i.f.) of one country by partner, in millions."""
    for sheet, grid in content.sheets.items():
        if sheet in _VALUED:
            yield from _imf_sheet(grid, sheet, f"{name}, sheet {sheet}")
        elif re.fullmatch(grids.IMF_SHEET, sheet):
            remarks.append(
                f"sheet {sheet!r} is left out: imports are c.i.f. and exports f.o.b. here, which"
                " are never mixed"
            )
        else:
            _skip(sheet, grid, remarks)


def _imf_sheet(grid: Grid, sheet: str, where: str) -> Iterator[_Figure]:
    """Read one sheet: the reporter and the unit, a row of periods, and a row a partner."""
    heads = [n for n, row in enumerate(grid[:12]) if row and _is_period(row[-1])]
    if not heads:
        why = "has no row of years, quarters or months above its table"
        raise door.fault(where, why)
    first = heads[0]
    reporter = _imf_reporter(grid[:first], sheet, where)
    head = grid[first]
    periods = {}
    for place, cell in enumerate(head):
        if _is_period(cell):
            periods[place] = _period(cell, where)
        elif re.search(r"\d", cell):
            why = f"has the heading {cell[:40]!r}, which is no period"
            raise door.fault(where, why)
    years = [period for period in periods.values() if len(period) == 4]
    if years not in (sorted(years), sorted(years, reverse=True)):
        raise door.fault(where, f"has its years out of order: {', '.join(some(years))}")
    label = min(periods) - 1
    body = [row for row in grid[first + 1 :] if grids.text_at(row, label)]
    cells = [cell for row in body for cell in row[label + 1 :] if cell]
    digits = grids.decimals([_places(cell) for cell in cells if " " not in cell])
    for row in body:
        name = row[label]
        if any(row[len(head) :]):
            raise door.fault(where, f"has more cells at {name[:40]!r} than headings")
        for column, period in periods.items():
            cell = grids.text_at(row, column).replace(",", "")
            number, _, mark = cell.partition(" ")
            if number in _EMPTY:
                continue
            door.name(mark, f"the mark in {where}", r"[A-Za-z]?")
            millions = door.number(number, f"{where}, {name}, {period}")
            if mark and not millions:  # a mark beside 0.00 is no zero
                continue
            doubt = f"marked {mark} by the IMF" if mark else ""
            places = _places(number) if mark else digits
            yield _Figure(
                reporter=reporter,
                partner=called(name),
                name=name,
                period=period,
                flow=_VALUED[sheet],
                value=round(millions * 1e6, 2),
                precision=round(10.0 ** (6 - places), 6),
                quality_reason=_ESTIMATED if reporter == "TKM" else doubt,
            )


def _is_period(cell: str) -> bool:
    return re.fullmatch(_PERIOD, cell) is not None


def _places(number: str) -> int:
    return len(number.partition(".")[2])


def _imf_reporter(rows: Grid, sheet: str, where: str) -> str:
    """Return whose trade a sheet says it is of, above its heading."""
    above = [cell for row in rows for cell in row if cell]
    says = "; ".join(above)[:100]
    if _DOLLARS not in above:
        raise door.fault(where, f"is not in {_DOLLARS} but says {says}")
    for cell in above:
        if re.match(grids.IMF_SHEET, cell) and not cell.startswith(sheet):
            raise door.fault(where, f"says {cell[:60]!r} above its table")
    reporter = called(above[above.index(_DOLLARS) - 1])
    if not reporter or reporter == "WLD":
        raise door.fault(where, f"names no country that this library knows: {says}")
    return reporter


def _wits(records: _Table, _: str, remarks: _Remarks) -> Iterator[_Figure]:
    """Read the totals of a WITS workbook by partner: one year a row, or years in columns."""
    others: set[str] = set()
    no_country: set[str] = set()
    totals = 0
    for where, row in records:
        if "port" not in row["Trade Flow"].lower():
            raise door.fault(where, f"has its cells under other headings: {door.AGAIN}")
        goods = row.get("Product Group") or row.get("Product") or _ALL_GOODS[0]
        cells = _wits_cells(row)
        if goods not in _ALL_GOODS or not cells:
            others.add(goods if cells else row.get("Indicator", "no trade"))
            continue
        reporter = called(row["Reporter Name"])
        if not reporter:
            no_country.add(row["Reporter Name"][:40])
            continue
        totals += 1
        for (flow, year), text in cells.items():
            thousands = door.number(text or "0", f"{where}, {flow}")
            # WITS fills with zeros what was not reported.
            if thousands and reporter != "WLD":
                yield _Figure(
                    reporter=reporter,
                    partner=called(row["Partner Name"]),
                    name=row["Partner Name"],
                    period=_period(year, f"{where}, year"),
                    flow=flow,
                    value=round(thousands * 1000, 2),
                    precision=10.0,
                )
    if no_country:
        names = ", ".join(some(sorted(no_country)))
        remarks.append(f"left out, as no single country reports them: those of {names}")
    if not totals and others and not no_country:
        raise Odd(
            f"holds {', '.join(sorted(others))[:100]}, not trade in US$ thousand of all products:"
            " choose Export (US$ Thousand) or Import (US$ Thousand) at WITS"
        )


def _wits_cells(row: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Return the cells of a row that are trade in thousand dollars, by flow and year."""
    if "Indicator" not in row:
        year = row.get("Year", "")
        return {
            (flow, year): row.get(f"{flow.title()} (US$ Thousand)", "")
            for flow in ("export", "import")
        }
    flow = row["Trade Flow"].capitalize()
    money = rf"({flow}|Trade Value) ?\(US\$ Thousand\)"
    if flow not in ("Export", "Import") or not re.fullmatch(money, row["Indicator"]):
        return {}
    return {
        (flow.lower(), year): cell for year, cell in row.items() if _is_period(year)
    }


def _own(table: _Table, columns: Mapping[str, Column], must: set[str]) -> pd.DataFrame:
    """Read a CSV of one's own: columns of a table, of which some may be missing.

    A year that is not over would be taken for a whole one, so it is refused.
    """
    # Each row by itself: columns that are known, places that are, cells that may be.
    records = []
    for where, row in table:
        row.pop("source_id", "")
        if unknown := [column for column in row if column not in {*columns, ""}]:
            hint = did_you_mean(unknown[0], columns)
            raise Odd(f"has a column {unknown[0]!r}, which such a table has not{hint}")
        for side in ("reporter", "partner"):
            code = canonical(row[side])
            if not is_known(code):
                why = f"has {row[side]!r} as {side}, which is no country's code or name"
                raise door.fault(where, why)
            row[side] = code
        record = {
            column: cell for column, cell in row.items() if cell or column in must
        }
        for column, cell in record.items():
            if fault := columns[column].cell_fault(cell):
                raise door.fault(f"{where}, column {column},", fault)
        if row["reporter"] == row["partner"]:
            raise door.fault(where, f"has {row['partner']} as reporter and as partner")
        if unended := door.unended(row["period"], date.today()):
            raise door.fault(f"{where}, period {row['period']},", unended)
        records.append(record)
    rows = pd.DataFrame(records, columns=None if records else [*columns])
    numbers = [column for column in rows if columns[str(column)].kind == "number"]
    return rows.astype(dict.fromkeys(numbers, float))


#: By kind of file, which is what `catrade_fetch.publishers` calls the publisher.
_READERS: dict[str, Callable[..., Iterator[_Figure]]] = {
    "comtrade_plus": _comtrade,
    "imf": _imf,
    "wits": _wits,
}
