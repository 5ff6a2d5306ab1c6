"""Goods by heading from a file: of WITS by product, and of one's own.

WITS gives by its advanced query of UN Comtrade, among others, ReporterISO3, PartnerISO3, Year,
TradeFlowName, ProductCode and TradeValue in 1000 USD, which a file of Stata has without its blanks.
Headings of four digits are read; what has another number of digits is left out, since chapters
beside headings would count double. A file that was cut is refused: WITS ends one at 100,000 rows
and does not say so.

A CSV of one's own has reporter, partner, period (a year), flow (export or import), heading (four
digits of the HS), value and currency (USD), and `net_weight_t`, which may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from catrade_build.tables.definitions import PARTIAL, Column, definition_of
from catrade_build.tables.names import is_known
from catrade_build.tables.trade import read_table
from catrade_fetch import door, store
from catrade_fetch.codes import unplaced
from catrade_fetch.door import Odd
from catrade_fetch.kept import sha256
from catrade_fetch.publishers import directed, source_row, sourced_rows
from rounding.errors import counted

WITS, OWN = "wits_goods", "own_goods"
TABLE = "composition_headings"
#: As many rows as WITS gives; a file with all of them was cut.
_MOST = 100_000
_VALUE = "TradeValue in 1000 USD"


def own_columns() -> dict[str, Column]:
    """Return the columns of a CSV of one's own, and what may stand in them."""
    trade = definition_of("trade").columns
    goods = definition_of(TABLE).columns
    return {
        "reporter": trade["reporter"],
        "partner": trade["partner"],
        "period": replace(trade["period"], form=r"(19|20)\d\d", must_be="a year"),
        "flow": replace(
            trade["flow"],
            choices=("export", "import"),
            must_be="one of export, import",
        ),
        "heading": replace(
            goods["heading"],
            form="|".join(read_table("hs_headings")["heading"]),
            must_be="a heading of the HS (four digits)",
        ),
        "value": trade["value"],
        "currency": replace(trade["currency"], choices=("USD",), must_be="one of USD"),
        "net_weight_t": goods["net_weight_t"],
    }


def keep_headings(
    rows: pd.DataFrame,
    file: Path,
    data_dir: Path,
    publisher: str,
    source_id: str,
    published: str | None,
    own: Mapping[str, str] | None = None,
) -> str:
    """Keep rows of `composition_headings` that a file holds; return what was kept.

    Parameters
    ----------
    published
        The day of publication, where it is known.
    own
        Of a file of one's own, who published the figures, and where: `who` and `where`.

    Raises
    ------
    FetchError
        If a heading stands twice.
    ParameterError
        If `published` is no day, or one before the end of a period.
    """
    periods = sorted(set(rows["period"]))
    day = door.publication_day(published, periods, file.name)
    span = "-".join(dict.fromkeys([periods[0], periods[-1]]))
    source = source_row(
        publisher, source_id, day, what=span, file=file.name, **(own or {})
    )
    columns = tuple(definition_of(TABLE).columns)
    read = sourced_rows(rows.assign(source_id=source_id), [source], columns)
    return store.keep(read, file, data_dir, publisher, table=TABLE)


def import_goods(
    rows: pd.DataFrame,
    kind: str,
    file: Path,
    data_dir: Path,
    published: str | None,
    own: Mapping[str, str] | None = None,
) -> str:
    """Keep goods of WITS or of one's own; `kind` is which."""
    source_id = f"{kind.partition('_')[0]}-headings-{sha256(file)[:8]}"
    rows = directed(rows).assign(coverage=PARTIAL)
    return keep_headings(rows, file, data_dir, kind, source_id, published, own)


def of_wits(table: pd.DataFrame, where: str, remarks: list[str]) -> pd.DataFrame:
    """Return the headings of a file of WITS by product; add what is left out to the remarks.

    Raises
    ------
    FetchError
        If the file was cut, or a figure is none.
    Odd
        If it has no heading of a country that is known.
    """
    if len(table) >= _MOST:
        why = f"has {len(table):,} rows, where WITS cuts a file: ask for fewer years or partners"
        raise door.fault(where, why)
    door.fits(table["Year"], r"(19|20)\d\d", "no year")
    # A file of Stata has the name of the value without its blanks.
    table = table.rename(columns={_VALUE.replace(" ", ""): _VALUE})
    code = table["ProductCode"]
    partner = table["PartnerISO3"].replace({"All": "WLD"})
    rows = pd.DataFrame(
        {
            "reporter": table["ReporterISO3"],
            "partner": partner,
            "flow": table["TradeFlowName"].str.lower(),
            "period": table["Year"],
            # A spreadsheet takes a code for a number.
            "heading": code.mask(code.str.len() == 3, "0" + code),
            "value_usd": (door.numbers(table[_VALUE].replace({"": 0})) * 1000).round(2),
        }
    )
    is_of_hs = table.get("Nomenclature", partner.map(lambda _: "H")).str.startswith("H")
    is_heading = rows["heading"].isin(read_table("hs_headings")["heading"]) & is_of_hs
    is_country = rows["reporter"].map(is_known) & rows["partner"].map(is_known)
    kept = rows[is_heading & is_country & rows["flow"].isin(["export", "import"])]
    if kept.empty:
        raise Odd(
            "has no heading of four digits between countries that are known: at WITS choose"
            " products of HS, 4 digits"
        )
    names = table.get("PartnerName", partner)
    worth = rows["value_usd"][~is_country].groupby(names).sum()
    remarks += filter(None, [unplaced(worth.to_dict())])
    if left := len(rows) - len(kept):
        remarks.append(
            f"not read, as of other digits, flows or countries: {counted(left, 'row')}"
        )
    return kept
