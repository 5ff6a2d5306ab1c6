"""One year of a BACI release: unzipped in pieces, converted by DuckDB, checked."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from pathlib import Path

import duckdb

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
    # A piece keeps DuckDB busy on one core only: two at a time, while the next is cut off.
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        running: deque[Future[None]] = deque()
        for number, piece in enumerate(_pieces(archive, member, staging)):
            part = folder / f"part-{number:03d}.parquet"
            running.append(pool.submit(_convert, con.cursor(), piece, part, name))
            if len(running) > _AT_ONCE:
                running.popleft().result()
        for conversion in running:
            conversion.result()
    return _check_year(con, folder, staging / "countries.parquet", year, name)


def _pieces(archive: zipfile.ZipFile, member: str, staging: Path) -> Iterator[Path]:
    """Cut a yearly CSV at line ends into files of about `PIECE`, without its header."""
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
                target = staging / f"piece-{number}.csv"
                with target.open("wb") as out:
                    left = PIECE
                    while left > 0 and (block := source.read(min(left, 1 << 20))):
                        out.write(block)
                        left -= len(block)
                    rest = source.readline(_LONGEST_LINE)
                    if len(rest) >= _LONGEST_LINE:
                        message = f"{name} has a line of more than {_LONGEST_LINE} characters"
                        raise FetchError(message)
                    out.write(rest)
                    size = out.tell()
                if not size:
                    target.unlink()
                    return
                yield target
    except DAMAGE as error:
        raise FetchError(damaged(archive, member, error)) from error


def _convert(con: duckdb.DuckDBPyConnection, piece: Path, part: Path, name: str) -> None:
    """Write one piece as Parquet and remove it: thousands become dollars, padding and NA go."""
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
            piece.unlink()
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
    _refuse_duplicates(con, parts, countries, year, name)
    return int(total)


def _refuse_duplicates(
    con: duckdb.DuckDBPyConnection, parts: str, countries: Path, year: int, name: str
) -> None:
    """Raise FetchError if a product of a pair stands in a year twice: its sums would be wrong."""
    # Releases are sorted by pair and product; where each is larger than the one before, none
    # is there twice. Otherwise a few exporters at a time, as a year would not fit in the memory.
    disorder = con.execute(
        "SELECT count(*) FROM (SELECT key, lag(key) OVER () AS before FROM (SELECT"
        " (exporter::BIGINT * 100000 + importer) * 1000000 + hs6 AS key FROM read_parquet(?)))"
        " WHERE key <= before",
        [parts],
    ).fetchone()
    if not (disorder or (0,))[0]:
        return
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


def unreadable(name: str, error: Exception) -> str:
    """Return the sentence for a file DuckDB cannot read."""
    said = next((line for line in str(error).splitlines() if line.strip()), "")
    return f"{name} cannot be read ({said[:200]}): nothing was imported"
