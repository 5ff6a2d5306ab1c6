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
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from catrade_build.tables.definitions import Column, definition_of
from catrade_build.tables.names import canonical, is_known
from catrade_fetch import answers, door, gacc, goods, grids, kgz, store
from catrade_fetch.baci_import import import_release
from catrade_fetch.codes import called, unplaced
from catrade_fetch.door import Odd
from catrade_fetch.grids import Content, Grid
from catrade_fetch.kept import CELL
from catrade_fetch.publishers import Rows, source_row, sourced_rows
from rounding.errors import ParameterError, counted, did_you_mean, one_line, some

_EMPTY = {"", "-", "...", "n.a."}
_PERIOD = r"(19|20)\d\d(-?(M?(0[1-9]|1[0-2])|Q[1-4]))?"
#: A file of one's own whose largest figure is less has it in millions or billions.
_LEAST = 10_000
_ALL_GOODS = ["All Products", "Total"]
_VALUED = {"Exports, FOB": "export", "Imports, CIF": "import"}
#: How a time series of WITS, after its flow, calls trade in thousand dollars.
_MONEY = r"(export|import): (\1|trade value) ?\(us\$ thousand\)"
_DOLLARS = "US Dollars, Millions"
_ESTIMATED = "not published by the country: the IMF's estimate from its partners"
#: What is said of a file besides: what a reader did not read of it, each with the reason.
_Remarks = list[str]


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
    if name in ("", "json"):
        raise grids.refuse(content, file)
    if content.fault:
        raise content.fault
    if name == gacc.NAME:
        return gacc.import_customs(content, file, data_dir, published, force=force)
    if name == kgz.NAME:
        return kgz.import_bulletin(content, file, data_dir, published)
    remarks: _Remarks = []
    with door.reading(file.name):
        if name == "imf":
            figures = _imf(content, file.name, remarks)
        else:
            table = _table(content, {*kind.columns}, file.name, remarks)
            figures = _READERS[name](table, file.name, remarks)
        if "name" in figures and name != goods.WITS:
            figures = _place(figures, remarks)
        if name == "own" and not force and 0 < figures["value"].max() < _LEAST:
            raise Odd(
                f"has {figures['value'].max():.10g} as its largest figure: write 3.2 billion as"
                " 3200000000, or add --force if that is right"
            )
    more = "".join(f"; {remark}" for remark in remarks)
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


def _place(figures: pd.DataFrame, remarks: _Remarks) -> pd.DataFrame:
    """Return the figures of known countries and of time that is over; tell what is left out.

    Parameters
    ----------
    figures
        reporter, partner (our codes; "" for a group of countries, none for what is not known),
        name (what the file calls the partner), period, flow, value in dollars and, where they are
        known, precision, note and quality_reason (what the publisher says that makes it doubtful).
    """
    sides = figures[["reporter", "partner"]]
    unknown = figures[sides.isna().any(axis=1)]
    is_year = unknown["period"].str.len() == 4
    if is_year.any():
        unknown = unknown[is_year]
    worth = unknown.groupby("name")["value"].sum()
    left = [unplaced(worth.to_dict())]
    placed = figures[(sides.fillna("") != "").all(axis=1)].drop(columns="name")
    periods = sorted(set(placed["period"]))
    if unended := [t for t in periods if door.unended(t, date.today())]:
        placed = placed[~placed["period"].isin(unended)]
        left.append(f"left out, as they have not ended: {', '.join(some(unended))}")
    remarks[:0] = filter(None, left)
    return placed


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


def _table(
    content: Content, columns: set[str], name: str, remarks: _Remarks
) -> pd.DataFrame:
    """Return the rows below each heading with those columns; the index says where each stands.

    All rows of a CSV have as many cells as each other: a lost cell moves those behind it under
    another heading.
    """
    tables = []
    for sheet, grid in content.sheets.items():
        heads = [place for place, row in enumerate(grid[:10]) if columns <= {*row}]
        if not heads:
            _skip(sheet, grid, remarks)
            continue
        where = f"{name}, sheet {sheet}" if len(content.sheets) > 1 else name
        first, names = heads[0], grid[heads[0]]
        for heading in names:
            if heading and names.count(heading) > 1:
                raise door.fault(where, f"has the column {heading!r} twice")
        what, above = "row", first + 2
        if content.format == "records":
            what, above = "record", 1
        body = {
            f"{where}, {what} {number}": row
            for number, row in enumerate(grid[first + 1 :], above)
            if any(row)
        }
        widths = pd.Series({place: len(row) for place, row in body.items()}, dtype=int)
        # Of two that are as frequent, the larger: a cell gets lost more easily than added.
        usual = widths.mode().max()
        for place, row in body.items():
            many = f"has {len(row)} cells"
            if any(row[len(names) :]):
                why = f"{many} under {len(names)} headings: {door.AGAIN}"
                raise door.fault(place, why)
            if content.format == "csv" and len(row) != usual:
                raise door.fault(
                    place, f"{many} where the others have {usual}: {door.AGAIN}"
                )
        cells = [
            [grids.text_at(row, place) for place in range(len(names))]
            for row in body.values()
        ]
        table = pd.DataFrame(cells, [*body], names, dtype=object)
        tables.append(table.drop(columns="", errors="ignore"))
    return pd.concat(tables).fillna("")


def _skip(sheet: str, grid: Grid, remarks: _Remarks) -> None:
    if grid:
        remarks.append(f"sheet {sheet[:40]!r} is no such table and left out")


def _comtrade(table: pd.DataFrame, name: str, remarks: _Remarks) -> pd.DataFrame:
    """Read totals of goods from a table of UN Comtrade Plus, or from a saved answer of its API."""
    # A part of a flow: by second partner, procedure or means of transport.
    for part, all_ in answers.TOTALS.items():
        if part in table:
            table = table[table[part].isin(["", all_])]
    if "flowCode" in table:
        table = table[table["flowCode"].isin(answers.FLOW_OF)]
    is_goods, is_total = table["typeCode"] == "C", table["cmdCode"] == "TOTAL"
    totals = table[is_goods & is_total & (table["primaryValue"] != "")]
    if totals.empty:
        says = "has no row with cmdCode TOTAL: products alone are no total of all goods"
        if (table["typeCode"] == "S").any():
            says = "is of services: this library holds trade in goods"
        raise Odd(
            f"{says}; choose goods and TOTAL at UN Comtrade, or run catrade fetch comtrade"
        )
    if products := (~is_total).sum():
        remarks.append(
            f"{counted(products, 'row')} of products left out: catrade fetch comtrade --level 2"
            " brings goods"
        )
    records = answers.checked(totals, name)
    valued = totals.reindex(columns=["cifvalue", "fobvalue"], fill_value="") != ""
    on_board = valued["fobvalue"] & ~valued["cifvalue"] & (records["flow"] == "import")
    names = totals.reindex(columns=["partnerDesc"], fill_value="")["partnerDesc"]
    sides = records[["reporter", "partner"]]
    figures = records[["period", "flow"]].assign(
        name=names.mask(names == "", "partner " + sides["partner"]),
        period=[_period(text, name) for text in records["period"]],
        value=records["value_usd"],
        note=on_board.map({True: "imports valued f.o.b.", False: ""}),
        **sides.where(sides.map(str.isalnum) & ~sides.map(str.isdigit)),
    )
    return figures[figures["value"] > 0]


def _imf(content: Content, name: str, remarks: _Remarks) -> pd.DataFrame:
    """Read exports (f.o.b.) and imports (c.i.f.) of one country by partner, in millions."""
    figures: list[dict[str, Any]] = []
    for sheet, grid in content.sheets.items():
        if sheet in _VALUED:
            figures += _imf_sheet(grid, sheet, f"{name}, sheet {sheet}")
        elif re.fullmatch(grids.IMF_SHEET, sheet):
            remarks.append(
                f"sheet {sheet!r} is left out: imports are c.i.f. and exports f.o.b. here, which"
                " are never mixed"
            )
        else:
            _skip(sheet, grid, remarks)
    columns = [*CELL, "name", "value", "precision", "quality", "quality_reason"]
    return pd.DataFrame(figures, columns=columns)


def _imf_sheet(grid: Grid, sheet: str, where: str) -> Iterator[dict[str, Any]]:
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
            if reporter == "TKM":
                doubt = _ESTIMATED
            yield {
                "reporter": reporter,
                "partner": called(name),
                "name": name,
                "period": period,
                "flow": _VALUED[sheet],
                "value": round(millions * 1e6, 2),
                "precision": round(
                    10.0 ** (6 - (_places(number) if mark else digits)), 6
                ),
                "quality": "doubtful" if doubt else "ok",
                "quality_reason": doubt,
            }


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


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    records: list[dict[Any, Any]] = table.to_dict("records")
    return records


def _wits(table: pd.DataFrame, _: str, remarks: _Remarks) -> pd.DataFrame:
    """Read the totals of a WITS workbook by partner: one year a row, or years in columns."""
    figures = []
    no_country: set[str] = set()
    totals = 0
    for where, row in zip(table.index, _records(table), strict=True):
        flow = row["Trade Flow"].lower()
        if "port" not in flow:
            raise door.fault(where, f"has its cells under other headings: {door.AGAIN}")
        if "Indicator" not in row:
            cells = {
                (way, row.get("Year", "")): row.get(f"{way.title()} (US$ Thousand)", "")
                for way in ("export", "import")
            }
        elif re.fullmatch(_MONEY, f"{flow}: {row['Indicator'].lower()}"):
            cells = {(flow, year): row[year] for year in filter(_is_period, row)}
        else:
            continue
        goods_of = row.get("Product Group") or row.get("Product") or _ALL_GOODS[0]
        if goods_of not in _ALL_GOODS:
            continue
        totals += 1
        reporter = called(row["Reporter Name"])
        if not reporter:
            no_country.add(row["Reporter Name"][:40])
            continue
        for (way, year), text in cells.items():
            thousands = door.number(text or "0", f"{where}, {way}")
            # WITS fills with zeros what was not reported.
            if thousands and reporter != "WLD":
                figures.append(
                    {
                        "reporter": reporter,
                        "partner": called(row["Partner Name"]),
                        "name": row["Partner Name"],
                        "period": _period(year, f"{where}, year"),
                        "flow": way,
                        "value": round(thousands * 1000, 2),
                    }
                )
    if no_country:
        names = ", ".join(some(sorted(no_country)))
        remarks.append(f"left out, as no single country reports them: those of {names}")
    if not totals:
        raise Odd(
            "holds no trade in US$ thousand of all products: choose Export (US$ Thousand) or"
            " Import (US$ Thousand) at WITS"
        )
    columns = [*CELL, "name", "value"]
    return pd.DataFrame(figures, columns=columns).assign(precision=10.0)


def _own(table: pd.DataFrame, name: str, remarks: _Remarks) -> pd.DataFrame:
    """Read a CSV of one's own with the columns of trade.csv, of which some may be missing."""
    rows = _valid(table, definition_of("trade").columns)
    if "precision" not in rows:
        remarks.append(
            "no column `precision`: every figure is taken as printed to the unit"
        )
    return rows


def _own_goods(table: pd.DataFrame, name: str, remarks: _Remarks) -> pd.DataFrame:
    """Read a CSV of one's own of goods by heading."""
    rows = _valid(table, goods.own_columns())
    return rows.rename(columns={"value": "value_usd"})


def _valid(table: pd.DataFrame, columns: Mapping[str, Column]) -> pd.DataFrame:
    """Return a table of one's own whose cells may all stand in their columns.

    A year that is not over would be taken for a whole one, so it is refused.
    """
    # Columns that are known, places that are; then each cell; then each row.
    rows = table.drop(columns="source_id", errors="ignore")
    for column in rows:
        if column not in columns:
            hint = did_you_mean(column, columns)
            raise Odd(f"has a column {column!r}, which such a table has not{hint}")
    for side in ("reporter", "partner"):
        for place, text in rows[side].items():
            if not is_known(canonical(text)):
                why = f"has {text!r} as {side}, which is no country's code or name"
                raise door.fault(str(place), why)
        rows[side] = rows[side].map(canonical)
    must = {*rows} & {
        "reporter",
        "partner",
        "period",
        "flow",
        "heading",
        "value",
        "currency",
    }
    for column in map(str, rows):
        for place, cell in rows[column].items():
            fault = columns[column].cell_fault(cell) if cell or column in must else ""
            if fault:
                raise door.fault(f"{place}, column {column},", fault)
    for place, row in rows.iterrows():
        if row["reporter"] == row["partner"]:
            raise door.fault(
                str(place), f"has {row['partner']} as reporter and as partner"
            )
        if unended := door.unended(row["period"], date.today()):
            raise door.fault(f"{place}, period {row['period']},", unended)
    # What a cell does not say is not known.
    numbers = [column for column in rows if columns[str(column)].kind == "number"]
    if len(rows):
        rows = rows.replace({"": None}).dropna(axis="columns", how="all")
    return rows.astype({column: float for column in numbers if column in rows})


#: By kind of file, which is what `catrade_fetch.publishers` calls the publisher.
_READERS: dict[str, Callable[[pd.DataFrame, str, _Remarks], pd.DataFrame]] = {
    "comtrade_plus": _comtrade,
    "wits": _wits,
    "own": _own,
    goods.WITS: goods.of_wits,
    goods.OWN: _own_goods,
}
