"""Trade by heading from WITS: what its advanced query of UN Comtrade gives by product.

Columns, among others: ReporterISO3, PartnerISO3, Year, TradeFlowName, ProductCode and TradeValue in
1000 USD, which a file of Stata has without its blanks. Headings of four digits are read; what has
another number of digits is left out, since chapters beside headings would count double. A file that
was cut is refused: WITS ends one at 100,000 rows and does not say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from catrade_build.tables.definitions import PARTIAL
from catrade_build.tables.names import is_known
from catrade_build.tables.trade import read_table
from catrade_fetch import door, store
from catrade_fetch.codes import unplaced
from catrade_fetch.door import Odd
from catrade_fetch.kept import sha256
from catrade_fetch.publishers import directed

NAME = "wits_goods"
#: As many rows as WITS gives; a file with all of them was cut.
_MOST = 100_000
#: What one figure is of.
_KEY = ["reporter", "partner", "flow", "period", "heading"]
_VALUE = "TradeValue in 1000 USD"
_FLOWS = {"Export": "export", "Import": "import"}
_WORLD = ("All", "WLD")


def import_products(
    records: Iterable[tuple[str, Mapping[str, str]]],
    file: Path,
    data_dir: Path,
    published: str | None = None,
) -> str:
    """Keep the headings of a file; return what was kept, and what was not.

    Parameters
    ----------
    records
        Where each row stands, and its cells by column.

    Raises
    ------
    FetchError
        If the file was cut, a figure is none, or a heading stands twice.
    Odd
        If it has no heading of a country that is known.
    ParameterError
        If `published` is no day, or one before the end of its years.
    """
    rows = pd.DataFrame(map(_row, records), columns=[*_KEY, "name", "value_usd"])
    if len(rows) >= _MOST:
        raise door.fault(
            file.name,
            f"has {len(rows):,} rows, where WITS cuts a file: ask for fewer years or partners",
        )
    is_heading = rows["heading"].isin(read_table("hs_headings")["heading"])
    is_country = rows["reporter"].map(is_known) & rows["partner"].map(is_known)
    kept = rows[is_heading & is_country & (rows["flow"] != "")]
    if kept.empty:
        raise Odd(
            "has no heading of four digits between countries that are known: at WITS choose"
            " products of HS, 4 digits"
        )
    door.unique(kept, _KEY, file.name)
    source_id = f"wits-headings-{sha256(file)[:8]}"
    day = door.publication_day(published, sorted(set(kept["period"])), file.name)
    made = directed(kept).assign(coverage=PARTIAL)
    store.keep_headings(made, file, data_dir, NAME, source_id, day)
    told = [f"kept {len(kept):,} figures by heading as {source_id}"]
    told.append(
        unplaced(rows[~is_country].groupby("name")["value_usd"].sum().to_dict())
    )
    if left := len(rows) - len(kept):
        told.append(f"{left:,} rows are not read: other digits, flows or countries")
    return "; ".join(filter(None, told))


def _row(record: tuple[str, Mapping[str, str]]) -> tuple[str | float, ...]:
    where, cells = record
    thousands = cells.get(_VALUE) or cells.get(_VALUE.replace(" ", "")) or 0
    value = door.number(thousands, f"{where}: {_VALUE}") * 1000
    partner = "WLD" if cells["PartnerISO3"] in _WORLD else cells["PartnerISO3"]
    is_of_hs = cells.get("Nomenclature", "H").startswith("H")
    code = cells["ProductCode"] if is_of_hs else ""
    return (
        cells["ReporterISO3"],
        partner,
        _FLOWS.get(cells["TradeFlowName"], ""),
        door.name(cells["Year"], f"{where}: Year", r"(19|20)\d\d"),
        f"0{code}" if len(code) == 3 else code,  # a spreadsheet takes it for a number
        cells.get("PartnerName", partner),
        round(value, 2),
    )
