"""One year of a BACI release: unzipped in pieces, converted by DuckDB, checked."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import duckdb

from catrade.errors import FetchError

COLUMNS = ["t", "i", "j", "k", "v", "q"]
#: Bytes of CSV converted at a time.
PIECE = 16 << 20
#: What zipfile raises for a damaged member.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError)


def convert_year(
    archive: zipfile.ZipFile, member: str, con: duckdb.DuckDBPyConnection, year: int, staging: Path
) -> int:
    """Write `trade/year=<year>/*.parquet` below `staging` and return the number of rows.

    Raises
    ------
    FetchError
        If the member is damaged, its columns are others, a row cannot be read or is of another
        year, has no value, no product of six digits, or a country the release does not list.
    """
    name = Path(member).name
    folder = staging / "trade" / f"year={year}"
    folder.mkdir(parents=True)
    # Unzipping keeps one core busy and DuckDB the others: the next piece is cut off meanwhile.
    pieces = _pieces(archive, member, staging)
    with ThreadPoolExecutor(max_workers=1) as ahead:
        waiting = ahead.submit(next, pieces, None)
        number = 0
        while (piece := waiting.result()) is not None:
            waiting = ahead.submit(next, pieces, None)
            try:
                _convert(con, piece, folder / f"part-{number:03d}.parquet", name)
            finally:
                piece.unlink()
                number += 1
    return _check_year(con, folder, staging / "countries.parquet", year, name)


def _pieces(archive: zipfile.ZipFile, member: str, staging: Path) -> Iterator[Path]:
    """Cut a yearly CSV at line ends into files of some 16 MB, without its header."""
    name = Path(member).name
    try:
        with archive.open(member) as source:
            header = columns_of(source.readline(4096))
            if header != COLUMNS:
                message = (
                    f"{name} has the columns {', '.join(header) or '(none)'} instead of"
                    f" {', '.join(COLUMNS)}: the release has changed, nothing was imported"
                )
                raise FetchError(message)
            for number in count():
                target = staging / f"piece-{number % 3}.csv"
                with target.open("wb") as out:
                    left = PIECE
                    while left > 0 and (block := source.read(min(left, 1 << 20))):
                        out.write(block)
                        left -= len(block)
                    out.write(source.readline())
                    size = out.tell()
                if not size:
                    target.unlink()
                    return
                yield target
    except DAMAGE as error:
        raise FetchError(damaged(archive, member, error)) from error


def _convert(con: duckdb.DuckDBPyConnection, piece: Path, part: Path, name: str) -> None:
    """Write one piece as Parquet: thousands become dollars, padding and NA go."""
    with piece.open("rb") as file:
        seen = {match.decode() for match in re.findall(rb",( *NA)\r?\n", file.read(1 << 20))}
    blanks = ", ".join(f"'{text}'" for text in sorted({"", "NA"} | seen))
    # Quick: DuckDB parses q itself. With another padding of NA or with quotes: as text.
    for kind, quote, quantity in (
        ("DOUBLE", "", "q"),
        ("VARCHAR", '"', "CASE WHEN trim(q) IN ('NA', '') THEN NULL ELSE q::DOUBLE END"),
    ):
        kinds = "{'t': 'SMALLINT', 'i': 'SMALLINT', 'j': 'SMALLINT', 'k': 'INTEGER',"
        kinds += f" 'v': 'DOUBLE', 'q': '{kind}'}}"
        try:
            con.execute(
                "COPY (SELECT i AS exporter, j AS importer, k AS hs6,"
                f" round(v * 1000, 3) AS value_usd, {quantity} AS quantity_t, t"
                " FROM read_csv(?, header = false, auto_detect = false, delim = ',',"
                f" quote = '{quote}', escape = '{quote}', columns = {kinds},"
                f" nullstr = [{blanks}])) TO '{quoted(part)}' (FORMAT parquet, COMPRESSION snappy,"
                " ROW_GROUP_SIZE 122880, DICTIONARY_SIZE_LIMIT 5000)",
                [str(piece)],
            )
        except duckdb.Error as error:
            if kind == "VARCHAR":
                raise FetchError(unreadable(name, error)) from error
        else:
            return


def _check_year(
    con: duckdb.DuckDBPyConnection, folder: Path, countries: Path, year: int, name: str
) -> int:
    parts = str(folder / "*.parquet")
    if not any(folder.iterdir()):
        message = f"{name} has no rows: nothing was imported"
        raise FetchError(message)
    row = con.execute(
        "SELECT count(*), count(*) FILTER (t IS DISTINCT FROM ?),"
        " count(*) FILTER (value_usd IS NULL OR value_usd < 0),"
        " count(*) FILTER (hs6 IS NULL OR hs6 NOT BETWEEN 10000 AND 999999)"
        " FROM read_parquet(?, hive_partitioning = false)",
        [year, parts],
    ).fetchone()
    unknown = con.execute(
        "SELECT DISTINCT side FROM (SELECT exporter AS side FROM read_parquet($1)"
        " UNION SELECT importer FROM read_parquet($1))"
        " WHERE side IS NULL OR side NOT IN (SELECT country_code FROM read_parquet($2))"
        " ORDER BY 1",
        [parts, str(countries)],
    ).fetchall()
    total, other, bad, codes = row or (0, 0, 0, 0)
    for number, what in (
        (other, f"{other} rows of another year than {year}"),
        (bad, f"{bad} rows without a value or with a negative one"),
        (codes, f"{codes} rows whose product is not a code of six digits"),
        (len(unknown), f"the country {unknown[0][0] if unknown else ''}, which its table lacks"),
    ):
        if number:
            message = f"{name} has {what}: nothing was imported"
            raise FetchError(message)
    return int(total)


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


def unreadable(name: str, error: Exception) -> str:
    """Return the sentence for a file DuckDB cannot read."""
    said = next((line for line in str(error).splitlines() if line.strip()), "")
    return f"{name} cannot be read ({said[:200]}): nothing was imported"
