"""One year of a BACI release: unzipped in pieces, converted by pyarrow."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from catrade.errors import FetchError
from catrade.fetch.baci_check import Seen, in_order, refuse_duplicates, refuse_faulty, seen

COLUMNS = ["t", "i", "j", "k", "v", "q"]
#: Bytes of CSV converted at a time.
PIECE = 8 << 20
_AT_ONCE = 2
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
    found: list[Seen] = []
    # Two at a time, while the next is unzipped.
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        running: deque[Future[Seen]] = deque()
        for number, (line, piece) in enumerate(_pieces(archive, member)):
            part = folder / f"part-{number:03d}.parquet"
            running.append(pool.submit(_convert, piece, line, part, year, name))
            if len(running) > _AT_ONCE:
                found.append(running.popleft().result())
        found += [conversion.result() for conversion in running]
    refuse_faulty(found, con, staging / "countries.parquet", year, name)
    if not in_order(found):
        refuse_duplicates(con, folder, staging / "countries.parquet", year, name)
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


def _convert(piece: bytes, line: int, part: Path, year: int, name: str) -> Seen:
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
    return seen(table, year)


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
