"""Trade by heading from WITS: the CSV of its advanced query of UN Comtrade, by product.

Columns, among others: ReporterISO3, PartnerISO3, Year, TradeFlowName, ProductCode and TradeValue in
1000 USD. Headings of four digits are read; what has another number of digits is left out, since
chapters beside headings would count double. A file that was cut is refused: WITS ends one at
100,000 rows and does not say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from catrade_build.tables.definitions import PARTIAL, definition_of
from catrade_build.tables.names import is_known
from catrade_build.tables.paths import fetched_dir
from catrade_build.tables.trade import read_table
from catrade_fetch import door, store
from catrade_fetch.codes import unplaced
from catrade_fetch.door import Odd
from catrade_fetch.kept import sha256
from catrade_fetch.publishers import directed, source_row

NAME = "wits_goods"
COLUMNS = tuple(definition_of("composition_headings").columns)
#: Columns that must be there.
NEEDED = (
    *("ReporterISO3", "PartnerISO3", "Year", "TradeFlowName", "ProductCode"),
    "TradeValue in 1000 USD",
)
#: As many rows as WITS gives; a file with all of them was cut.
_MOST = 100_000
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
    held = set(read_table("hs_headings")["heading"])
    is_heading = rows["heading"].isin(held)
    is_country = rows["reporter"].map(is_known) & rows["partner"].map(is_known)
    is_flow = rows["flow"].isin(_FLOWS.values())
    kept = rows[is_heading & is_country & is_flow]
    if kept.empty:
        raise Odd(
            "has no heading of four digits between countries that are known: at WITS choose"
            " products of HS, 4 digits"
        )
    door.unique(kept, _KEY, file.name)
    years = sorted(set(kept["period"]))
    source_id = f"wits-headings-{sha256(file)[:8]}"
    source = source_row(
        NAME,
        source_id,
        door.publication_day(published, years, file.name),
        what="-".join(dict.fromkeys([years[0], years[-1]])),
        file=file.name,
    )
    about = {
        "file": file.name,
        "file_sha256": sha256(file),
        "periods": years,
        "source": source,
    }
    made = directed(kept).assign(coverage=PARTIAL, source_id=source_id)
    folder = fetched_dir(data_dir, NAME)
    with store.alone(folder):
        path = folder / f"{source_id}.csv"
        store.write_pair(path, made.reindex(columns=list(COLUMNS)), about)
    others = rows[~is_country].groupby("name")["value_usd"].sum().to_dict()
    left = len(rows) - len(kept)
    return "; ".join(
        filter(
            None,
            [
                f"kept {len(kept):,} figures by heading as {source_id}",
                unplaced(others),
                f"{left:,} rows are not read: other digits, flows or countries"
                if left
                else "",
            ],
        )
    )


#: What one figure is of.
_KEY = ["reporter", "partner", "flow", "period", "heading"]


def _row(record: tuple[str, Mapping[str, str]]) -> tuple[str | float, ...]:
    where, cells = record
    thousands = door.number(cells[NEEDED[-1]] or 0, f"{where}: {NEEDED[-1]}")
    partner = "WLD" if cells["PartnerISO3"] in _WORLD else cells["PartnerISO3"]
    return (
        cells["ReporterISO3"],
        partner,
        _FLOWS.get(cells["TradeFlowName"], ""),
        cells["Year"],
        cells["ProductCode"].strip(),
        cells.get("PartnerName", partner),
        round(thousands * 1000, 2),
    )
