"""Any file a user has on disk: recognised, and read by what belongs to its publisher.

Besides customs tables and BACI releases these, whose layouts were seen in public files:

- UN Comtrade Plus, "Download CSV": 47 columns from typeCode to isAggregate, cells in quotes, and
  one comma more at the end of each data line than in the heading.
- IMF, Exports and Imports by Areas and Countries: sheets "Exports, FOB" and "Imports, CIF", the
  reporter and "US Dollars, Millions" above a heading of years, quarters or months, groups among
  the countries, some countries twice; cells such as "0.13 e" carry the IMF's mark. A sheet
  "Imports, FOB" is left out: imports are c.i.f. here, and the two are never mixed.
- WITS (World Bank, from UN Comtrade): sheet "Partner" with "Export (US$ Thousand)" and "Import
  (US$ Thousand)", or "Partner-Timeseries" with an indicator and years.
- one's own: a CSV with the columns of trade.csv, of which reporter, partner, period, flow, value
  and currency must be there.

What is kept (`catrade.fetch.kept`) stands in `load_trade` beside the bundled rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from catrade.definitions import table
from catrade.fetch import baci, door, gacc, grids, kept, known, tables
from catrade.fetch.codes import canonical, country_called, country_of
from catrade.fetch.comtrade_plan import TOTALS
from catrade.fetch.grids import Content, Grid
from catrade.names import is_known
from pagemill.errors import ParameterError, one_line

_FLOWS = {"X": "export", "M": "import", "EXPORT": "export", "IMPORT": "import"}
_EMPTY = {"", "-", "...", "n.a."}
_PERIOD = r"((?:19|20)\d\d)(?:-?(?:M?(0[1-9]|1[0-2])|(Q[1-4])))?"
_ALL_GOODS = ("All Products", "Total")


@dataclass
class _Found:
    """What a reader found: figures in the columns of trade.csv, and what it left out.

    Attributes
    ----------
    worth
        In dollars, of partners that are not known, by name.
    skipped
        Sheets that were not read, with the reason.
    """

    figures: list[dict[str, Any]] = field(default_factory=list)
    worth: dict[str, float] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    def place(
        self, name: str, code: str | None, flow: str, period: str, value: float
    ) -> bool:
        """Say whether a partner has a code; if it is unknown, add what it is worth."""
        if code is None and value:
            self.worth[name.strip()] = self.worth.get(name.strip(), 0.0) + value
        return bool(code)

    def said(self) -> str:
        """Return what was left out, to stand behind what was kept."""
        parts = [tables.left_out(self.worth), *self.skipped]
        return "".join(f"; {part}" for part in parts if part)


@dataclass(frozen=True)
class Own:
    """Who published figures of one's own, and where."""

    publisher: str
    url: str


def own(publisher: str, url: str) -> Own | None:
    """Return who published figures of one's own, or None if neither name nor address is given.

    Raises
    ------
    ParameterError
        If one is missing, or the address is none.
    """
    if not publisher.strip() and not url:
        return None
    if not publisher.strip() or not re.fullmatch(r"https?://\S+", url):
        raise ParameterError(
            "--source and --url go together: who published the figures, and the address"
            f" (https://…) where they stand; got {publisher!r} and {url!r}"
        )
    return Own(one_line(publisher.strip()), url)


def import_file(
    file: Path,
    data_dir: Path,
    *,
    force: bool = False,
    own: Own | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> str:
    """Read a file or folder of any kind that is known; return what was kept as a sentence.

    Parameters
    ----------
    file
        What the user has.
    data_dir
        The data folder.
    force, progress
        For a BACI release: as `catrade.fetch.baci.import_release` takes them.
    own
        For a CSV of one's own: who published its figures.

    Raises
    ------
    FetchError
        If it is not known, damaged, or holds nothing of use. What was there before stays.
    ParameterError
        If `own` is missing where it must be given, or given where the publisher is known.
    """
    file = Path(file)
    content = grids.look(file)
    kind = known.kind(content)
    name = kind.name if kind else ""
    _check_own(own, name, kind.what if kind else "no such table", file)
    if name == "baci":
        release = baci.import_release(file, data_dir, force=force, progress=progress)
        return f"BACI {release} is ready"
    if name == "gacc" or (kind is None and content.links):
        return gacc.import_file(file, data_dir)
    if kind is None or (name not in _READERS and name != "own"):
        raise known.refuse(content, file)
    if content.cut:
        raise door.too_large(file.name, grids.MOST_BYTES)
    publisher, reader = _READERS.get(name, ("own", _own))
    with door.reading(file.name):
        found = reader(content, file.name)
        figures = pd.DataFrame(found.figures).drop_duplicates()
    if figures.empty:
        says = f"is {kind.what}, but holds no total of a country this library knows"
        raise door.fault(file.name, says + found.said())
    rows = _rows(figures, publisher, file.name, own)
    return kept.keep(rows, file, data_dir, publisher) + found.said()


def _check_own(own: Own | None, name: str, what: str, file: Path) -> None:
    """Refuse a CSV of one's own without its publisher, and a publisher for what has one."""
    if name == "own" and own is None:
        raise ParameterError(
            f"{file.name} is {what}: say who published the figures, and where, with --source NAME"
            " and --url ADDRESS"
        )
    if name != "own" and own is not None:
        raise ParameterError(
            f"--source is for a CSV with the columns of trade.csv, but {file.name} is {what}"
        )


def _rows(
    figures: pd.DataFrame, publisher: str, name: str, own: Own | None
) -> tables.Rows:
    """Return figures with their source, whose name tells reporters, partner, years and flow."""
    reporters, partners, periods, flows = (
        sorted(set(figures[column]))
        for column in ("reporter", "partner", "period", "flow")
    )
    span = periods[0] if len(periods) == 1 else f"{periods[0]}-{periods[-1]}"
    who = reporters if len(reporters) < 4 else [f"{len(reporters)}-reporters"]
    whom = partners if len(partners) == 1 else []
    way = flows if len(flows) == 1 else []
    base = _slug(own.publisher) if own else publisher.replace("_", "-")
    source_id = "-".join([base, *who, *whom, span, *way]).lower()
    said = {"what": f"{', '.join(reporters[:5])}, {span}", "file": name}
    if own:
        said |= {"who": own.publisher, "where": own.url}
    source = tables.source(publisher, source_id, **said)
    if "quality_reason" in figures and "quality" not in figures:
        doubtful = figures["quality_reason"] != ""
        figures = figures.assign(quality=doubtful.map({True: "doubtful", False: "ok"}))
    return tables.rows(figures.assign(source_id=source_id), [source])


def _slug(name: str) -> str:
    """Return a publisher's name as part of a source's.

    Examples
    --------
    >>> _slug("Bureau of Statistics (KZ)"), _slug("海关")
    ('bureau-of-statistics-kz', 'own')
    """
    return "-".join(re.findall("[a-z0-9]+", name.casefold())[:6]) or "own"


def _period(text: str, where: str) -> str:
    """Return a period as the tables write it.

    Examples
    --------
    >>> [_period(text, "t") for text in ("2024", "202403", "2014M01", "2000Q1")]
    ['2024', '2024-03', '2014-01', '2000-Q1']
    """
    found = re.fullmatch(_PERIOD, door.name(text, where, _PERIOD))
    year, month, quarter = found.groups() if found else ("", "", "")
    return "-".join(filter(None, (year, month or quarter)))


_Records = Iterator[tuple[str, dict[str, str]]]


def _records(content: Content, columns: set[str], name: str, found: _Found) -> _Records:
    """Yield the rows below each heading with those columns, and where each stands.

    Sheets without such a heading are noted in `found`. All rows of a CSV have as many cells as
    each other: a lost cell moves those behind it under another heading.
    """
    for sheet, grid in content.sheets.items():
        heads = [
            place
            for place, row in enumerate(grid[:10])
            if columns <= {cell.strip() for cell in row}
        ]
        if not heads:
            if grid:
                found.skipped.append(
                    f"sheet {sheet[:40]!r} is no such table and left out"
                )
            continue
        head = [cell.strip() for cell in grid[heads[0]]]
        body = list(enumerate(grid[heads[0] + 1 :], heads[0] + 2))
        where = f"{name}, sheet {sheet}" if len(content.sheets) > 1 else name
        widths = [len(row) for _, row in body if any(map(str.strip, row))]
        usual = max(set(widths), key=widths.count, default=len(head))
        for place, row in body:
            cells, at = [cell.strip() for cell in row], f"{where}, row {place}"
            if not any(cells):
                continue
            if any(cells[len(head) :]):
                says = f"has {len(row)} cells under {len(head)} headings: {door.AGAIN}"
                raise door.fault(at, says)
            if content.format == "csv" and len(row) != usual:
                says = (
                    f"has {len(row)} cells where the others have {usual}: {door.AGAIN}"
                )
                raise door.fault(at, says)
            cells += [""] * (len(head) - len(cells))
            yield at, dict(zip(head, cells, strict=False))


def _comtrade(content: Content, name: str) -> _Found:
    """Read totals of goods from a CSV of UN Comtrade Plus (or the same saved as a workbook)."""
    found = _Found()
    services = 0
    columns = {"typeCode", "reporterCode", "primaryValue"}
    for where, row in _records(content, columns, name, found):
        _refuse_moved(row, where)
        if any(row.get(part, "") not in ("", whole) for part, whole in TOTALS.items()):
            continue  # a part of a flow: by second partner, procedure or means of transport
        value, flow = row["primaryValue"], _FLOWS.get(row["flowCode"])
        services += row["typeCode"] == "S"
        if row["typeCode"] != "C" or row["cmdCode"] != "TOTAL" or not flow or not value:
            continue
        reporter, partner = _side(row, "reporter", where), _side(row, "partner", where)
        dollars = door.number(value, f"{where}, primaryValue")
        period = _period(row["period"], f"{where}, period")
        whose = row.get("partnerDesc") or f"partner {row['partnerCode']}"
        if reporter is None:
            whose, partner = row.get("reporterDesc") or row["reporterCode"], None
        if found.place(whose, partner, flow, period, dollars) and dollars:
            of_board = (
                flow == "import" and not row.get("cifvalue") and row.get("fobvalue")
            )
            found.figures.append(
                {
                    "reporter": reporter,
                    "partner": partner,
                    "period": period,
                    "flow": flow,
                    "value": dollars,
                    "note": "imports valued f.o.b." if of_board else "",
                }
            )
    if not found.figures and not found.worth:
        says = "has no row with cmdCode TOTAL: products alone are no total of all goods"
        if services:
            says = "is of services: this library holds trade in goods"
        says += "; choose goods and TOTAL at UN Comtrade, or run catrade fetch comtrade"
        raise door.fault(name, says)
    return found


def _side(row: Mapping[str, str], side: str, where: str) -> str | None:
    code = door.name(row[f"{side}Code"], f"{where}, {side}Code", r"\d{1,3}")
    return country_of(int(code))


def _refuse_moved(row: Mapping[str, str], where: str) -> None:
    """Refuse a row of UN Comtrade with cells under other headings: its codes and flags tell.

    Raises
    ------
    FetchError
        If one is no code or flag.
    """
    flags = [name for name in row if re.fullmatch("is[A-Z][A-Za-z]+", name)]
    wrong = (
        row["typeCode"] not in ("C", "S")
        or row["freqCode"] not in ("A", "M", "Q")
        or any(row[one].lower() not in ("", "true", "false", "0", "1") for one in flags)
        or any(row.get(one) == "" for one in ("isReported", "isAggregate"))
        or not re.fullmatch(r"\d{0,2}", row.get("legacyEstimationFlag", ""))
    )
    if wrong:
        raise door.fault(where, f"has its cells under other headings: {door.AGAIN}")


def _imf(content: Content, name: str) -> _Found:
    """Read exports (f.o.b.) and imports (c.i.f.) of one country by partner, in millions."""
    found = _Found()
    flows = {"Exports, FOB": "export", "Imports, CIF": "import"}
    for sheet, grid in content.sheets.items():
        where = f"{name}, sheet {sheet}"
        heads = [n for n, row in enumerate(grid[:12]) if _is_period(row[-1:])]
        if sheet in flows and heads:
            _imf_sheet(grid, heads[0], flows[sheet], where, found)
        elif re.fullmatch(known.IMF_SHEET, sheet):
            why = "no years, quarters or months above its columns"
            if heads:
                why = (
                    "imports are c.i.f. and exports f.o.b. here, which are never mixed"
                )
            found.skipped.append(f"sheet {sheet!r} is left out: {why}")
        elif grid:
            found.skipped.append(f"sheet {sheet[:40]!r} is no such table and left out")
    return found


def _is_period(cells: list[str]) -> bool:
    return bool(cells) and re.fullmatch(_PERIOD, cells[0]) is not None


def _imf_sheet(grid: Grid, head: int, flow: str, where: str, found: _Found) -> None:
    """Read one sheet, whose heading is the row `head`, into `found`."""
    reporter = _imf_reporter(grid[:head], flow, where)
    periods = {
        column: _period(cell, where)
        for column, cell in enumerate(grid[head])
        if _is_period([cell])
    }
    label = min(periods) - 1
    body = [row for row in grid[head + 1 :] if len(row) > label and row[label].strip()]
    plain = [cell for row in body for cell in row[label + 1 :] if " " not in cell]
    digits = tables.decimals([len(cell.partition(".")[2]) for cell in plain if cell])
    annual = any(len(period) == 4 for period in periods.values())
    whole = "not published by the country: the IMF's estimate from its partners"
    for row in body:
        name, code = row[label].strip(), country_called(row[label])
        if any(cell.strip() for cell in row[max(periods) + 1 :]):
            raise door.fault(where, f"has more cells at {name[:40]!r} than headings")
        for column, period in periods.items():
            cell = row[column].strip() if column < len(row) else ""
            number, _, mark = cell.replace(",", "").partition(" ")
            if number in _EMPTY or code == "":
                continue
            door.name(mark, f"the mark in {where}", r"[A-Za-z]?")
            millions = door.number(number, f"{where}, {name}, {period}")
            if mark and not millions:  # a mark beside 0.00 is no zero
                continue
            dollars = round(millions * 1e6, 2)
            counted = dollars if len(period) == 4 or not annual else 0.0
            if not found.place(name, code, flow, period, counted):
                continue
            places = len(number.partition(".")[2]) if mark else digits
            said = f"marked {mark} by the IMF" if mark else ""
            found.figures.append(
                {
                    "reporter": reporter,
                    "partner": code,
                    "period": period,
                    "flow": flow,
                    "value": dollars,
                    "precision": round(10.0 ** (6 - places), 6),
                    "quality_reason": whole if reporter == "TKM" else said,
                }
            )


def _imf_reporter(rows: Grid, flow: str, where: str) -> str:
    """Return whose trade a sheet says it is of, above its heading."""
    above = [cell.strip() for row in rows for cell in row if cell.strip()]
    says = "; ".join(above)[:100]
    if "US Dollars, Millions" not in above:
        raise door.fault(where, f"is not in US Dollars, Millions but says {says}")
    valued = {"export": "Exports, FOB", "import": "Imports, CIF"}[flow]
    titles = [one for one in above if re.match(known.IMF_SHEET, one)]
    if any(not one.startswith(valued) for one in titles):
        raise door.fault(where, f"says {titles[0][:60]!r} above its table")
    place = above.index("US Dollars, Millions")
    reporter = country_called(above[place - 1]) if place else None
    if not reporter or reporter == "WLD":
        raise door.fault(where, f"names no country that this library knows: {says}")
    return reporter


def _wits(content: Content, name: str) -> _Found:
    """Read the totals of a WITS workbook by partner: one year a row, or years in columns."""
    found = _Found()
    others: set[str] = set()
    columns = {"Reporter Name", "Partner Name", "Trade Flow"}
    for where, row in _records(content, columns, name, found):
        goods = row.get("Product Group") or row.get("Product") or _ALL_GOODS[0]
        cells = _wits_cells(row)
        if goods.strip() not in _ALL_GOODS or not cells:
            others.add(goods if cells else row.get("Indicator", "no trade"))
            continue
        reporter = country_called(row["Reporter Name"])
        partner = country_called(row["Partner Name"])
        whose = row["Partner Name"]
        if reporter is None:
            whose, partner = row["Reporter Name"], None
        for (flow, year), text in cells.items():
            dollars = round(door.number(text or "0", f"{where}, {flow}") * 1000, 2)
            period = _period(year, f"{where}, year")
            if not dollars or reporter in ("", "WLD"):
                continue  # WITS fills with zeros what was not reported
            if found.place(whose, partner, flow, period, dollars):
                found.figures.append(
                    {
                        "reporter": reporter,
                        "partner": partner,
                        "period": period,
                        "flow": flow,
                        "value": dollars,
                        "precision": 10.0,
                    }
                )
    if not found.figures and others:
        held = ", ".join(sorted(others))[:100]
        says = (
            f"holds {held}, not trade in US$ thousand of all products:"
            " choose Export (US$ Thousand) or Import (US$ Thousand) at WITS"
        )
        raise door.fault(name, says)
    return found


def _wits_cells(row: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Return the cells of a row that are trade in thousand dollars, by flow and year."""
    if "Indicator" not in row:
        year = row.get("Year", "")
        return {
            (flow, year): row.get(f"{word} (US$ Thousand)", "")
            for flow, word in (("export", "Export"), ("import", "Import"))
        }
    money = r"(Export|Import|Trade Value) ?\(US\$ Thousand\)"
    flow = _FLOWS.get(row["Trade Flow"].upper(), "")
    if not flow or not re.fullmatch(money, row["Indicator"]):
        return {}
    return {(flow, y): v for y, v in row.items() if re.fullmatch(_PERIOD, y)}


def _own(content: Content, name: str) -> _Found:
    """Read a CSV of one's own: the columns of trade.csv, of which some may be missing."""
    found = _Found()
    spec = table("trade").columns
    columns = {"reporter", "partner", "period", "flow", "value", "currency"}
    for where, row in _records(content, columns, name, found):
        if unknown := [one for one in row if one and one not in spec]:
            raise door.fault(
                name, f"has a column {unknown[0]!r}, which trade.csv has not"
            )
        given = {one: cell for one, cell in row.items() if cell and one != "source_id"}
        for side in ("reporter", "partner"):
            code = canonical(row[side])
            if not is_known(code):
                says = (
                    f"has {row[side]!r} as {side}, which is no country's code or name"
                )
                raise door.fault(where, says)
            given[side] = code
        for one, cell in {**dict.fromkeys(columns, ""), **given}.items():
            if fault := spec[one].cell_fault(cell):
                raise door.fault(f"{where}, column {one},", fault)
        found.figures.append(
            {
                one: float(cell) if spec[one].kind == "number" else cell
                for one, cell in given.items()
            }
        )
    if found.figures and not any("precision" in one for one in found.figures):
        found.skipped.append(
            "no column `precision`: every figure is taken as printed to the unit"
        )
    return found


_READERS: dict[str, tuple[str, Callable[[Content, str], _Found]]] = {
    "comtrade": ("comtrade_plus", _comtrade),
    "imf": ("imf", _imf),
    "wits": ("wits", _wits),
    "own": ("own", _own),
}
