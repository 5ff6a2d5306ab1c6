"""One year of a BACI release: unzipped in pieces, converted by pyarrow, checked."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from catrade.errors import FetchError

COLUMNS = ["t", "i", "j", "k", "v", "q"]
#: Bytes of CSV converted at a time.
PIECE = 8 << 20
_AT_ONCE = 2
# How many numbers of countries are searched for duplicates at a time.
_EXPORTERS = 50
# A row has about 50.
_LONGEST_LINE = 1 << 16
#: What zipfile raises for a damaged member.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError)

# Releases pad every cell to its column's width; pyarrow wants each spelling of "not known".
_WIDEST = 40
_NOT_KNOWN = sorted(
    {f"{word:{side}{width}}" for word in ("", "NA") for side in "<>" for width in range(_WIDEST)}
)
_TYPES = {
    "t": pa.int16(),
    "i": pa.int16(),
    "j": pa.int16(),
    "k": pa.int32(),
    "v": pa.float64(),
    "q": pa.float64(),
}


@dataclass(frozen=True)
class _Piece:
    """What the check of a year needs to know of a piece; keys are None where it has no rows."""

    rows: int
    of_other_years: int
    without_value: int
    without_product: int
    without_country: int
    countries: frozenset[int]
    in_order: bool
    first: int | None
    last: int | None


def convert_year(
    archive: zipfile.ZipFile, member: str, con: duckdb.DuckDBPyConnection, year: int, staging: Path
) -> int:
    """Write `trade/year=<year>/*.parquet` below `staging` and return the number of rows.

    Raises
    ------
    FetchError
        If the member is damaged, its columns are others, a row cannot be read or is of another
        year, has no value, no product of six digits, or a country the release does not list, or
        a product of a pair stands there twice.
    """
    name = Path(member).name
    folder = staging / "trade" / f"year={year}"
    folder.mkdir(parents=True)
    found: list[_Piece] = []
    # Two at a time, while the next is unzipped.
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        running: deque[Future[_Piece]] = deque()
        for number, (line, piece) in enumerate(_pieces(archive, member)):
            part = folder / f"part-{number:03d}.parquet"
            running.append(pool.submit(_convert, piece, line, part, year, name))
            if len(running) > _AT_ONCE:
                found.append(running.popleft().result())
        found += [conversion.result() for conversion in running]
    _check_year(found, con, staging / "countries.parquet", year, name)
    if not _in_order(found):
        _refuse_duplicates(con, folder, staging / "countries.parquet", year, name)
    return sum(piece.rows for piece in found)


def _pieces(archive: zipfile.ZipFile, member: str) -> Iterator[tuple[int, bytes]]:
    """Cut a yearly CSV at line ends into pieces of about `PIECE`, each with its first line.

    The header, line 1, is left out.
    """
    name, line = Path(member).name, 2
    try:
        with archive.open(member) as source:
            header = columns_of(source.readline(4096))
            if header != COLUMNS:
                message = (
                    f"{name} has the columns {', '.join(header) or '(none)'} instead of"
                    f" {', '.join(COLUMNS)}: the release has changed, nothing was imported"
                )
                raise FetchError(message)
            while blocks := list(_blocks(source)):
                rest = source.readline(_LONGEST_LINE)
                if len(rest) >= _LONGEST_LINE:
                    message = f"{name} has a line of more than {_LONGEST_LINE} characters"
                    raise FetchError(message)
                piece = b"".join([*blocks, rest])
                yield line, piece
                line += piece.count(b"\n")
    except DAMAGE as error:
        raise FetchError(damaged(archive, member, error)) from error


def _blocks(source: IO[bytes]) -> Iterator[bytes]:
    """Read about `PIECE` bytes, in blocks that zipfile is quick with."""
    left = PIECE
    while left > 0 and (block := source.read(min(left, 1 << 20))):
        yield block
        left -= len(block)


def _convert(piece: bytes, line: int, part: Path, year: int, name: str) -> _Piece:
    """Write one piece as Parquet: thousands become dollars, padding and NA go."""
    try:
        rows = _read(piece, quotes=False)  # quicker, and releases have none
    except pa.ArrowInvalid:
        try:
            rows = _read(piece, quotes=True)
        except pa.ArrowInvalid as error:
            raise FetchError(unreadable(name, _fault(piece, line) or error)) from error
    dollars = pc.round(pc.multiply(rows["v"], 1000.0), 3, round_mode="half_towards_infinity")
    table = pa.table(
        {
            "exporter": rows["i"],
            "importer": rows["j"],
            "hs6": rows["k"],
            "value_usd": dollars,
            "quantity_t": rows["q"],
            "t": rows["t"],
        }
    )
    pq.write_table(table, part, use_dictionary=["exporter", "importer", "hs6", "t"])
    return _seen(table, year)


def _read(piece: bytes, *, quotes: bool) -> pa.Table:
    # In one block: pyarrow would else have threads of its own.
    whole = len(piece) + 1
    return pyarrow.csv.read_csv(
        pa.BufferReader(piece),
        pyarrow.csv.ReadOptions(column_names=COLUMNS, use_threads=False, block_size=whole),
        pyarrow.csv.ParseOptions(quote_char='"' if quotes else False),
        pyarrow.csv.ConvertOptions(column_types=_TYPES, null_values=_NOT_KNOWN),
    )


def _fault(piece: bytes, line: int) -> str:
    """Say which cell of a piece is no number; empty text if all are."""
    text = io.StringIO(piece.decode("utf-8", errors="replace"), newline="")
    for number, cells in enumerate(csv.reader(text), line):
        if cells and len(cells) != len(COLUMNS):
            return f"row {number} has {len(cells)} values instead of {len(COLUMNS)}"
        for column, cell in zip(COLUMNS, cells, strict=False):
            if cell.strip() not in ("", "NA"):
                try:
                    pa.scalar(cell.strip()).cast(_TYPES[column])
                except pa.ArrowInvalid:
                    kind = "a number" if column in "vq" else "a whole number a code can be"
                    return f"row {number}, column {column}: {cell.strip()[:40]!r} is not {kind}"
    return ""


def _seen(table: pa.Table, year: int) -> _Piece:
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
    return _Piece(
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


def _check_year(
    found: list[_Piece], con: duckdb.DuckDBPyConnection, countries: Path, year: int, name: str
) -> None:
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


def _in_order(found: list[_Piece]) -> bool:
    """Say whether every row's pair and product is larger than the one before.

    Releases are sorted so; where it holds, none is there twice.
    """
    ends = [end for piece in found if piece.rows for end in (piece.first, piece.last)]
    between = zip(ends[1:-1:2], ends[2::2], strict=True)
    return all(piece.in_order for piece in found) and all(
        last is not None and first is not None and last < first for last, first in between
    )


def _refuse_duplicates(
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


def columns_of(line: bytes) -> list[str]:
    """Return the column names of a header line."""
    text = line.decode("utf-8-sig", errors="replace").strip()
    return [column.strip().strip('"') for column in text.split(",") if column.strip()]


def quoted(path: Path) -> str:
    """Return a path as it stands between single quotes in SQL."""
    return str(path).replace("'", "''")


def damaged(archive: zipfile.ZipFile, member: str, error: Exception) -> str:
    """Return the sentence for a member that cannot be unzipped."""
    name = Path(str(archive.filename)).name
    return f"{name} is damaged at {Path(member).name} ({error}); download it again"


def unreadable(name: str, error: Exception | str) -> str:
    """Return the sentence for a file whose rows cannot be read."""
    said = next((line for line in str(error).splitlines() if line.strip()), "")
    return f"{name} cannot be read ({said[:200]}): nothing was imported"
