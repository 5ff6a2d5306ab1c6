"""What a year of a BACI release must be to be imported.

Each piece is looked at as it is converted; only a year out of order is read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catrade.errors import FetchError

# How many numbers of countries are searched for duplicates at a time.
_EXPORTERS = 50


@dataclass(frozen=True)
class Seen:
    """What the check of a year needs to know of one of its pieces.

    Attributes
    ----------
    rows, of_other_years, without_value, without_product, without_country
        How many rows it has, and how many of each fault.
    countries
        Numbers of the countries in it.
    in_order
        Whether each row's key (exporter, importer, product) is larger than the one before.
    first, last
        Key of its first and last row; None if it has no rows, or one without a key.
    """

    rows: int
    of_other_years: int
    without_value: int
    without_product: int
    without_country: int
    countries: frozenset[int]
    in_order: bool
    first: int | None
    last: int | None


def seen(table: pa.Table, year: int) -> Seen:
    """Look at a piece of the year that it should be of."""

    def count(right: pa.ChunkedArray) -> int:
        """Return how many rows are not right; what is missing is not."""
        right_rows: int = pc.sum(right).as_py() or 0
        return int(table.num_rows) - right_rows

    sides = (table["exporter"], table["importer"])
    product, value = table["hs6"], table["value_usd"]
    whole = not any(column.null_count for column in (*sides, product))
    keys = np.empty(0, dtype="int64")
    if whole:
        exporter, importer, code = (c.to_numpy().astype("int64") for c in (*sides, product))
        keys = (exporter * 100_000 + importer) * 1_000_000 + code
    return Seen(
        rows=table.num_rows,
        of_other_years=count(pc.equal(table["t"], year)),
        without_value=count(pc.and_(pc.is_finite(value), pc.greater_equal(value, 0.0))),
        without_product=count(
            pc.and_(pc.greater_equal(product, 10_000), pc.less_equal(product, 999_999))
        ),
        without_country=count(pc.and_(pc.is_valid(sides[0]), pc.is_valid(sides[1]))),
        countries=frozenset(
            code for side in sides for code in pc.unique(side).to_pylist() if code is not None
        ),
        in_order=whole and bool((keys[1:] > keys[:-1]).all()),
        first=int(keys[0]) if len(keys) else None,
        last=int(keys[-1]) if len(keys) else None,
    )


def refuse_faulty(
    found: list[Seen], con: duckdb.DuckDBPyConnection, countries: Path, year: int, name: str
) -> None:
    """Raise FetchError if a row of a year is not what a row of a release is."""
    if not any(piece.rows for piece in found):
        message = f"{name} has no rows: nothing was imported"
        raise FetchError(message)
    query = con.execute("SELECT country_code FROM read_parquet(?)", [str(countries)])
    listed = {code for (code,) in query.fetchall()}
    unknown = sorted(set().union(*(piece.countries for piece in found)) - listed)
    other = sum(piece.of_other_years for piece in found)
    bad = sum(piece.without_value for piece in found)
    codes = sum(piece.without_product for piece in found)
    nowhere = sum(piece.without_country for piece in found)
    for number, what in (
        (other, f"{other} rows of another year than {year}"),
        (bad, f"{bad} rows without a value or with a negative one"),
        (codes, f"{codes} rows whose product is not a code of six digits"),
        (nowhere, f"{nowhere} rows without a country"),
        (len(unknown), f"the country {unknown[0] if unknown else ''}, which its table lacks"),
    ):
        if number:
            message = f"{name} has {what}: nothing was imported"
            raise FetchError(message)


def in_order(found: list[Seen]) -> bool:
    """Say whether every row's pair and product is larger than the one before.

    Releases are sorted so; where it holds, none is there twice.
    """
    ends = [end for piece in found if piece.rows for end in (piece.first, piece.last)]
    between = zip(ends[1:-1:2], ends[2::2], strict=True)
    return all(piece.in_order for piece in found) and all(
        last is not None and first is not None and last < first for last, first in between
    )


def refuse_duplicates(
    con: duckdb.DuckDBPyConnection, folder: Path, countries: Path, year: int, name: str
) -> None:
    """Raise FetchError if a product of a pair stands in a year twice: its sums would be wrong.

    A few exporters at a time, as a year would not fit in the memory.
    """
    parts = str(folder / "*.parquet")
    (most,) = con.execute("SELECT max(exporter) FROM read_parquet(?)", [parts]).fetchone() or (0,)
    for low in range(0, most + 1, _EXPORTERS):
        twice = con.execute(
            "SELECT coalesce(e.iso3, t.exporter::VARCHAR), coalesce(i.iso3, t.importer::VARCHAR),"
            " t.hs6 FROM (SELECT exporter, importer, hs6 FROM read_parquet($1)"
            " WHERE exporter >= $3 AND exporter < $4 GROUP BY ALL HAVING count(*) > 1"
            " ORDER BY ALL LIMIT 1) t"
            " JOIN read_parquet($2) e ON e.country_code = t.exporter"
            " JOIN read_parquet($2) i ON i.country_code = t.importer",
            [parts, str(countries), low, low + _EXPORTERS],
        ).fetchone()
        if twice is not None:
            exporter, importer, product = twice
            message = (
                f"{name} has the product {product:06d} from {exporter} to {importer} in {year}"
                " more than once: nothing was imported"
            )
            raise FetchError(message)
