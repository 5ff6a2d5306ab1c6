"""Goods by heading in a CSV of one's own: the columns of trade.csv, with `heading`.

reporter, partner, period (a year), flow (export or import), heading (four digits of the HS), value
and currency (USD), and `net_weight_t`, which may be missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from catrade_build.tables.definitions import PARTIAL
from catrade_build.tables.names import canonical, is_known
from catrade_build.tables.trade import read_table
from catrade_fetch import door, store
from catrade_fetch.door import Odd
from catrade_fetch.kept import sha256
from catrade_fetch.publishers import directed
from rounding.errors import did_you_mean

NAME = "own_goods"
_KEY = ["reporter", "partner", "flow", "period", "heading"]
_COLUMNS = [*_KEY, "value", "currency", "net_weight_t"]
_FLOWS = ["export", "import"]


def import_goods(
    records: Iterable[tuple[str, Mapping[str, str]]],
    file: Path,
    data_dir: Path,
    published: str | None,
    own: Mapping[str, str],
) -> str:
    """Keep the headings of a file; return what was kept.

    Parameters
    ----------
    records
        Where each row stands, and its cells by column.
    own
        Who published the figures, and where: `who` and `where`.

    Raises
    ------
    FetchError
        If a cell is not what it must be, or a heading stands twice.
    Odd
        If the file has no row, or a column that is not known.
    ParameterError
        If `published` is no day, or one before the end of its years.
    """
    headings = {*read_table("hs_headings")["heading"]}
    rows = pd.DataFrame([_row(where, cells, headings) for where, cells in records])
    if rows.empty:
        raise Odd("has no row below its headings")
    door.unique(rows, _KEY, file.name)
    source_id = f"own-headings-{sha256(file)[:8]}"
    day = door.publication_day(published, sorted(set(rows["period"])), file.name)
    made = directed(rows).assign(coverage=PARTIAL)
    store.keep_headings(made, file, data_dir, NAME, source_id, day, **own)
    return f"kept {len(rows):,} figures by heading as {source_id}"


def _row(where: str, cells: Mapping[str, str], headings: set[str]) -> dict[str, object]:
    if unknown := [column for column in cells if column not in {*_COLUMNS, ""}]:
        hint = did_you_mean(unknown[0], _COLUMNS)
        raise Odd(
            f"has a column {unknown[0]!r}, which goods of one's own have not{hint}"
        )
    sides = {side: canonical(cells[side]) for side in ("reporter", "partner")}
    for side, code in sides.items():
        if not is_known(code):
            why = f"has {cells[side]!r} as {side}, which is no country's code or name"
            raise door.fault(where, why)
    if sides["reporter"] == sides["partner"]:
        raise door.fault(where, f"has {sides['partner']} as reporter and as partner")
    if cells["flow"] not in _FLOWS:
        why = f"has the flow {cells['flow']!r}: export or import"
        raise door.fault(where, why + did_you_mean(cells["flow"], _FLOWS))
    if cells.get("currency", "USD") != "USD":
        raise door.fault(where, f"is in {cells['currency']}: goods are kept in USD")
    if cells["heading"] not in headings:
        why = f"has {cells['heading']!r} as heading, which is none of the HS (four digits)"
        raise door.fault(where, why)
    period = door.name(cells["period"], f"{where}: period", r"(19|20)\d\d")
    if unended := door.unended(period, dt.date.today()):
        raise door.fault(f"{where}, period {period},", unended)
    weight = cells.get("net_weight_t", "")
    return {
        **sides,
        "flow": cells["flow"],
        "period": period,
        "heading": cells["heading"],
        "value_usd": door.number(cells["value"], f"{where}: value"),
        "net_weight_t": door.number(weight, f"{where}: net_weight_t")
        if weight
        else None,
    }
