"""Any file a user has on disk: recognised, and read by what belongs to its publisher.

Besides customs tables and BACI releases these three, whose layouts were seen in public files:

- UN Comtrade Plus, "Download CSV": 47 columns from typeCode to isAggregate, cells in quotes, and
  one comma more at the end of each data line than in the heading.
- IMF, Exports and Imports by Areas and Countries: sheets "Exports, FOB" and "Imports, CIF", the
  reporter and "US Dollars, Millions" above a heading of years, quarters or months, groups among
  the countries, some countries twice; cells such as "0.13 e" carry the IMF's mark.
- WITS (World Bank, from UN Comtrade): sheet "Partner" with "Export (US$ Thousand)" and "Import
  (US$ Thousand)", or "Partner-Timeseries" with an indicator and years.

What is kept (`catrade.fetch.tables`) stands in `load_trade` beside the bundled rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from catrade.fetch import baci, door, gacc, grids, known, tables
from catrade.fetch.codes import country_called, country_of
from catrade.fetch.comtrade_plan import TOTALS
from catrade.fetch.grids import Content

_FLOWS = {"X": "export", "M": "import", "EXPORT": "export", "IMPORT": "import"}
_EMPTY = {"", "-", "...", "n.a."}
_PERIOD = r"((?:19|20)\d\d)(?:-?(?:M?(0[1-9]|1[0-2])|(Q[1-4])))?"


#: One cell of a file, in dollars; the last is what the publisher says of it.
_Figure = tuple[str, str, str, str, float, float, str]
_COLUMNS = (
    "reporter",
    "partner",
    "period",
    "flow",
    "value",
    "precision",
    "quality_reason",
)


def import_file(
    file: Path,
    data_dir: Path,
    *,
    force: bool = False,
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

    Raises
    ------
    FetchError
        If it is not known, damaged, or holds nothing of use. What was there before stays.
    """
    file = Path(file)
    content = grids.look(file)
    kind = known.kind(content)
    if kind and kind.name == "baci":
        release = baci.import_release(file, data_dir, force=force, progress=progress)
        return f"BACI {release} is ready"
    if (kind and kind.name == "gacc") or (kind is None and content.links):
        return gacc.import_file(file, data_dir)
    if kind is None or kind.name not in _READERS:
        raise known.refuse(content, file)
    if content.cut:
        raise door.too_large(file.name, grids.MOST_BYTES)
    publisher, reader = _READERS[kind.name]
    with door.reading(file.name):
        figures = pd.DataFrame(
            reader(content, file.name), columns=_COLUMNS
        ).drop_duplicates()
    if figures.empty:
        says = f"is {kind.what}, but holds no total of a country this library knows"
        raise door.fault(file.name, says)
    return tables.keep(_rows(figures, publisher, file.name), file, data_dir, publisher)


def _rows(figures: pd.DataFrame, publisher: str, name: str) -> tables.Rows:
    reporters, periods = (
        sorted(set(figures["reporter"])),
        sorted(set(figures["period"])),
    )
    who = "-".join(reporters) if len(reporters) < 4 else f"{len(reporters)}-reporters"
    span = periods[0] if len(periods) == 1 else f"{periods[0]}-{periods[-1]}"
    source = f"{publisher.replace('_', '-')}-{who}-{span}".lower()
    quality = figures["quality_reason"].map({"": "ok"}).fillna("doubtful")
    what = f"{', '.join(reporters[:5])}, {span}"
    sources = [tables.source(publisher, source, what=what, file=name)]
    return tables.rows(figures.assign(source_id=source, quality=quality), sources)


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


def _records(
    content: Content, columns: set[str], name: str
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the rows below the heading with those columns, and where each stands."""
    grid, first = next(
        (grid, place)
        for grid in content.sheets.values()
        for place, row in enumerate(grid[:10])
        if columns <= {cell.strip() for cell in row}
    )
    head = [cell.strip() for cell in grid[first]]
    for place, row in enumerate(grid[first + 1 :], first + 2):
        where, cells = f"{name}, row {place}", [cell.strip() for cell in row]
        if any(cells[len(head) :]):
            raise door.fault(
                where, f"has {len(cells)} cells under {len(head)} headings"
            )
        if any(cells):
            cells += [""] * (len(head) - len(cells))
            yield where, dict(zip(head, cells, strict=False))


def _comtrade(content: Content, name: str) -> list[_Figure]:
    """Read totals of goods from a CSV of UN Comtrade Plus (or the same saved as a workbook)."""
    found = []
    columns = {"typeCode", "reporterCode", "primaryValue"}
    for where, row in _records(content, columns, name):
        if row["typeCode"] not in ("C", "S") or row["freqCode"] not in ("A", "M", "Q"):
            raise door.fault(where, f"has its cells under other headings: {door.AGAIN}")
        if any(row.get(part, "") not in ("", whole) for part, whole in TOTALS.items()):
            continue  # a part of a flow: by second partner, procedure or means of transport
        value, flow = row["primaryValue"], _FLOWS.get(row["flowCode"])
        if row["typeCode"] != "C" or row["cmdCode"] != "TOTAL" or not flow or not value:
            continue
        sides = [
            country_of(
                int(door.name(row[f"{side}Code"], f"{where}, {side}Code", r"\d{1,3}"))
            )
            for side in ("reporter", "partner")
        ]
        dollars = door.number(value, f"{where}, primaryValue")
        if dollars and sides[0] and sides[1]:
            period = _period(row["period"], f"{where}, period")
            found.append((sides[0], sides[1], period, flow, dollars, 1.0, ""))
    if not found:
        raise door.fault(
            name,
            "has no row with cmdCode TOTAL: products alone are no total of all goods;"
            " choose TOTAL at UN Comtrade, or run catrade fetch comtrade",
        )
    return found


def _imf(content: Content, name: str) -> list[_Figure]:
    """Read exports (f.o.b.) and imports (c.i.f.) of one country by partner, in millions."""
    found = []
    for sheet, grid in content.sheets.items():
        flow = {"Exports": "export", "Imports": "import"}.get(sheet.partition(",")[0])
        heads = [
            n
            for n, row in enumerate(grid[:12])
            if re.fullmatch(_PERIOD, row[-1] or "-")
        ]
        if flow is None or not heads:
            continue
        above = [
            cell.strip() for row in grid[: heads[0]] for cell in row if cell.strip()
        ]
        says = "; ".join(above)[:100]
        where = f"{name}, sheet {sheet}"
        if "US Dollars, Millions" not in above:
            raise door.fault(where, f"is not in US Dollars, Millions but says {says}")
        reporter = country_called(above[above.index("US Dollars, Millions") - 1])
        if reporter in (None, "WLD"):
            raise door.fault(where, f"names no country that this library knows: {says}")
        periods = {
            column: _period(cell, where)
            for column, cell in enumerate(grid[heads[0]])
            if re.fullmatch(_PERIOD, cell)
        }
        label = min(periods) - 1
        body = grid[heads[0] + 1 :]
        plain = [cell for row in body for cell in row[label + 1 :] if " " not in cell]
        digits = max((len(cell.partition(".")[2]) for cell in plain), default=0)
        for row in body:
            partner = country_called(row[label]) if len(row) > label else None
            for column, period in periods.items() if partner else ():
                cell = row[column].strip() if column < len(row) else ""
                number, _, mark = cell.replace(",", "").partition(" ")
                if number not in _EMPTY:
                    door.name(mark, f"the mark in {where}", r"[A-Za-z]?")
                    millions = door.number(
                        number, f"{where}, {row[label].strip()}, {period}"
                    )
                    places = len(number.partition(".")[2]) if mark else digits
                    said = f"marked {mark} by the IMF" if mark else ""
                    if reporter == "TKM":
                        said = "not published by the country: the IMF's estimate from its partners"
                    if millions or not mark:  # a mark beside 0.00 is no zero
                        size = (
                            round(millions * 1e6, 2),
                            round(10.0 ** (6 - places), 6),
                        )
                        found.append(
                            (str(reporter), str(partner), period, flow, *size, said)
                        )
    return found


def _wits(content: Content, name: str) -> list[_Figure]:
    """Read the totals of a WITS workbook by partner: one year a row, or years in columns."""
    found = []
    columns = {"Reporter Name", "Partner Name", "Trade Flow"}
    left = set()
    for where, row in _records(content, columns, name):
        sides = (
            country_called(row["Reporter Name"]),
            country_called(row["Partner Name"]),
        )
        goods = row.get("Product Group") or row.get("Product") or "All Products"
        cells = {
            ("export", row.get("Year", "")): row.get("Export (US$ Thousand)", ""),
            ("import", row.get("Year", "")): row.get("Import (US$ Thousand)", ""),
        }
        if "Indicator" in row:
            flow = _FLOWS.get(row["Trade Flow"].upper(), "")
            money = re.fullmatch(
                r"(Export|Import|Trade Value) ?\(US\$ Thousand\)", row["Indicator"]
            )
            if not money or goods != "All Products":
                left.add(row["Indicator"] if not money else goods)
            cells = {
                (flow, y): v
                for y, v in row.items()
                if re.fullmatch(_PERIOD, y) and flow
            }
            cells = cells if money else {}
        if (
            not all(sides)
            or sides[0] == "WLD"
            or goods.strip() not in ("All Products", "Total")
        ):
            continue
        for (flow, year), text in cells.items():
            thousands = door.number(text, f"{where}, {flow}") if text else 0.0
            if thousands:  # WITS fills with zeros what was not reported
                dollars = round(thousands * 1000, 2)
                period = _period(year, f"{where}, year")
                found.append(
                    (str(sides[0]), str(sides[1]), period, flow, dollars, 10.0, "")
                )
    if not found and left:
        held = ", ".join(sorted(left))[:100]
        raise door.fault(
            name,
            f"holds {held}, not trade in US$ thousand of all products:"
            " choose Export (US$ Thousand) or Import (US$ Thousand) at WITS",
        )
    return found


_READERS = {
    "comtrade": ("comtrade_plus", _comtrade),
    "imf": ("imf", _imf),
    "wits": ("wits", _wits),
}
