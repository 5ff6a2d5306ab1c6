"""CEPII BACI: a release the user downloaded, as Parquet that DuckDB reads by pair.

BACI (Gaulier and Zignago 2010, CEPII Working Paper 2010-23) reconciles both sides' books of every
trade flow at six digits. A release is a zip of one CSV a year (`BACI_HS17_Y2017_V202601.csv` with
columns t, i, j, k, v, q: year, exporter, importer, product, thousand US dollars, tonnes) and the
tables `country_codes_V202601.csv` and `product_codes_HS17_V202601.csv`. The country table has had
two layouts: `country_name_full`, `iso_3digit_alpha` until V2023…, `country_name`, `country_iso3`
since; older ones write `N/A` for the three areas that are no country.

On disk: `data/fetched/baci/HS17_V202601/` with `trade/year=2017/part-000.parquet` … (columns
exporter and importer as the release's numbers, hs6 as a number without its leading zero,
value_usd, quantity_t), `countries.parquet`, `products.parquet` and `manifest.json`. Releases
stand side by side. An import is whole or not there.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import duckdb
import pandas as pd

from catrade.errors import DataError, FetchError, ParameterError, choice_error
from catrade.fetch import door, grids, known, store
from catrade.fetch.codes import baci_country, unknown_country

NAME = "baci"
LEVELS = (0, 2, 4, 6)
#: What DuckDB may use: of the import, which then takes more time and not more memory, and of sums.
_IMPORT_MEMORY, _MEMORY = "128MB", "1GB"
# A release has some 0.5 GB a year, packed about 6 to 1, and tables below 1 MB.
_YEAR_SIZE, _TABLE_SIZE, _TIGHTEST, _LONGEST_LINE = 8 << 30, 32 << 20, 200, 1 << 16
_FIRST_YEAR = 1988  # of the Harmonized System
_TRADE = re.compile(r"BACI_(HS\d{2})_Y(\d{4})_(V\d{6}[a-z]?)\.csv", re.ASCII)
_TABLES = {"countries": "country_codes_{version}.csv", "products": "product_codes_{name}.csv"}
_COLUMNS = ["t", "i", "j", "k", "v", "q"]
# Column of ours -> what it is called in the layouts, the best first.
_LAYOUTS: dict[str, dict[str, tuple[str, ...]]] = {
    "countries": {
        "country_code": ("country_code",),
        "name": ("country_name", "country_name_full", "country_name_abbreviation"),
        "iso3": ("country_iso3", "iso_3digit_alpha"),
    },
    "products": {"code": ("code",), "name": ("description",)},
}
# Numbers are read as DOUBLE, as a whole one's fraction would be dropped; q may be NA or padding.
_READ = """read_csv({csv}, header = true, auto_detect = false, delim = ',', quote = '"',
  nullstr = '', max_line_size = {line}, columns = {{t: 'DOUBLE', i: 'DOUBLE', j: 'DOUBLE',
  k: 'DOUBLE', v: 'DOUBLE', q: 'VARCHAR'}})"""
_CONVERT = """COPY (SELECT
  if(t = {year}, t, error(concat('a row of the year ', t)))::SMALLINT AS t,
  if(i = trunc(i) AND i BETWEEN 1 AND 999, i, error(concat('a row of the exporter ', i)))::SMALLINT
    AS exporter,
  if(j = trunc(j) AND j BETWEEN 1 AND 999, j, error(concat('a row of the importer ', j)))::SMALLINT
    AS importer,
  if(k = trunc(k) AND k BETWEEN 10000 AND 999999, k, error(concat('a row of the product ', k)))
    ::INTEGER AS hs6,
  if(v BETWEEN 0 AND {most}, round(v * 1000, 3),
    error(concat('the value ', v, ' in a row of ', i, ' to ', j))) AS value_usd,
  CASE WHEN q IS NULL OR trim(q) IN ('', 'NA') THEN NULL
    WHEN TRY_CAST(q AS DOUBLE) BETWEEN 0 AND {most} THEN q::DOUBLE
    ELSE error(concat('the quantity ', trim(q), ' in a row of ', i, ' to ', j)) END AS quantity_t
  FROM {read}) TO {parquet} (FORMAT parquet)"""
# Releases are sorted; where each key is larger than the one before, none is there twice.
_UNSORTED = """SELECT 1 FROM (SELECT key <= lag(key) OVER () AS unsorted FROM (SELECT
  (exporter::BIGINT * 1000 + importer) * 1000000 + hs6 AS key FROM read_parquet({parquet})))
  WHERE unsorted LIMIT 1"""
_TWICE = """SELECT exporter, importer, hs6 FROM read_parquet({parquet})
  GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1"""
_UNKNOWN = """SELECT number FROM (SELECT exporter AS number FROM read_parquet({parquet}) UNION
  SELECT importer FROM read_parquet({parquet})) ANTI JOIN read_parquet({countries})
  ON number = country_code ORDER BY 1 LIMIT 1"""


@dataclass(frozen=True)
class _Release:
    """A release in a zip or folder: its name, and which part has which year or table."""

    path: Path
    name: str
    years: dict[int, str]
    tables: dict[str, str]

    def sha256(self) -> str:
        """Return the hash of the zip, or of the hashes of the parts in a folder."""
        if self.path.is_file():
            return store.sha256(self.path)
        parts = sorted([*self.years.values(), *self.tables.values()])
        digests = "".join(store.sha256(self.path / part) for part in parts)
        return hashlib.sha256(digests.encode()).hexdigest()

    def extract(self, part: str, target: Path, most: int) -> None:
        """Write a part to a file, within a bound whatever its header says."""
        what = f"{self.path.name} is damaged at {Path(part).name}: it"
        with contextlib.ExitStack() as stack:
            out = stack.enter_context(target.open("wb"))
            # What cannot be written is no fault of the file: only the reading is.
            with door.reading(what, "download it again"):
                if self.path.is_dir():
                    source: IO[bytes] = stack.enter_context((self.path / part).open("rb"))
                else:
                    archive = stack.enter_context(zipfile.ZipFile(self.path))
                    source = stack.enter_context(archive.open(part))
                blocks = iter(lambda: source.read(1 << 20), b"")
            while block := _next(blocks, what):
                if out.tell() + len(block) > most:
                    raise _odd(self.path, f"holds {Path(part).name} with more than {most:,} bytes")
                out.write(block)


def _next(blocks: Iterator[bytes], what: str) -> bytes:
    with door.reading(what, "download it again"):
        return next(blocks, b"")


def import_release(
    file: Path,
    data_dir: Path,
    *,
    force: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> str:
    """Import a BACI release and return its name, such as `HS17_V202601`.

    Parameters
    ----------
    file
        The zip as downloaded, or the folder it was unpacked into.
    data_dir
        The data folder; the release goes to `fetched/baci/<name>` below it.
    force
        Import again although the same file was imported before.
    progress
        Called with a sentence for each year.

    Raises
    ------
    FetchError
        If the file is no BACI release, is damaged or cut short, or a column has changed. Nothing
        is left behind and what was there before stays.
    """
    release = _release(Path(file))
    root = store.fetched_dir(data_dir, NAME)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _alone(root, progress):
            return _import(release, root, force=force, progress=progress)
    except OSError as error:
        said = error.strerror or error
        message = f"BACI {release.name} could not be written below {root} ({said})"
        raise FetchError(message) from error


def _release(path: Path) -> _Release:
    """Find the parts of a release by their names, which must be those of one release."""
    content = grids.look(path)
    parts = {member: Path(member).name for member in content.members}
    named = {member: base for member, base in parts.items() if base.startswith("BACI_")}
    found = {member: _TRADE.fullmatch(base) for member, base in named.items()}
    for member, match in found.items():
        if match is None or not _FIRST_YEAR <= int(match[2]) <= int(match[3][1:5]):
            raise _odd(path, f"holds {door.shown(named[member])}, which no release has")
    names = sorted({f"{match[1]}_{match[3]}" for match in found.values() if match})
    if not names:
        if content.format not in ("zip", "folder"):
            raise known.refuse(
                content, path, "a BACI release, a zip or the folder unpacked from it"
            )
        message = f"{path.name} holds no BACI_HS…_Y…_V….csv: it is not a BACI release"
        raise FetchError(message)
    if len(names) > 1:
        message = f"{path.name} mixes the releases {', '.join(names)}; it must hold one"
        raise FetchError(message)
    tables = {}
    for table, pattern in _TABLES.items():
        begin = pattern.partition("_{")[0]
        wanted = pattern.format(version=names[0].partition("_")[2], name=names[0])
        there = [member for member, base in parts.items() if base.startswith(begin)]
        if [parts[member] for member in there] != [wanted]:
            held = ", ".join(door.shown(parts[member]) for member in there) or f"no {begin}_V….csv"
            message = f"{path.name} holds {held}, where a BACI release has {wanted} once"
            raise FetchError(message)
        tables[table] = there[0]
    bases = list(named.values())
    if twice := next((base for base in bases if bases.count(base) > 1), ""):
        raise _odd(path, f"holds {twice} more than once")
    years = {int(match[2]): member for member, match in found.items() if match}
    release = _Release(path, names[0], years, tables)
    if path.is_file():
        _refuse_bombs(release)
    return release


def _refuse_bombs(release: _Release) -> None:
    """Refuse parts so large, or packed so tight, that they cannot be figures of trade."""
    with door.reading(release.path.name), zipfile.ZipFile(release.path) as archive:
        for part in (*release.years.values(), *release.tables.values()):
            member = archive.getinfo(part)
            size, packed = member.file_size, max(member.compress_size, 1)
            most = _TABLE_SIZE if part in release.tables.values() else _YEAR_SIZE
            if size > most:
                fault = f"with {size / 1e9:.1f} GB, far more than a release has"
                raise _odd(release.path, f"holds {Path(part).name} {fault}")
            if size > _TABLE_SIZE and size / packed > _TIGHTEST:
                fault = f"packed {size / packed:.0f} to 1, which figures of trade cannot be"
                raise _odd(release.path, f"holds {Path(part).name} {fault}")


def _odd(path: Path, fault: str) -> FetchError:
    return FetchError(f"{path.name} {fault}: it is not a release as published")


def _import(release: _Release, root: Path, *, force: bool, progress: Callable[[str], None]) -> str:
    name = release.name
    target = root / name
    _tidy(target)
    digest = release.sha256()
    if (target / "manifest.json").is_file() and not force:
        if store.read_json(target / "manifest.json")["sha256"] == digest:
            progress(f"BACI {name} was imported from this very file before")
            return name
        message = f"BACI {name} is there, from another file; add --force to replace it"
        raise FetchError(message)
    staging = root / f".{name}.part"
    staging.mkdir()
    try:
        counts = _build(release, staging, progress)
        store.write_json(
            staging / "manifest.json",
            {
                "source": NAME,
                "release": name,
                "file": release.path.name,
                "bytes": release.path.stat().st_size,
                "sha256": digest,
                "fetched": store.now(),
                "years": {str(year): rows for year, rows in sorted(counts.items())},
                "records": sum(counts.values()),
                "unit": "US dollars (thousands in the release) and tonnes",
            },
        )
        _swap(staging, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return name


def _build(release: _Release, staging: Path, progress: Callable[[str], None]) -> dict[int, int]:
    """Write tables and years below `staging`; return the number of rows by year."""
    counts: dict[int, int] = {}
    plain, spill = staging / "part.csv", staging / "spill"
    for table, part in release.tables.items():
        release.extract(part, plain, _TABLE_SIZE)
        frame = _table_of(plain.read_bytes(), table, Path(part).name)
        frame.to_parquet(staging / f"{table}.parquet", index=False)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _IMPORT_MEMORY,
        "temp_directory": str(spill),
    }
    with duckdb.connect(config=config) as con:
        for number, (year, part) in enumerate(sorted(release.years.items()), 1):
            progress(f"{year} ({number} of {len(release.years)})")
            release.extract(part, plain, _YEAR_SIZE)
            counts[year] = _convert(con, plain, year, staging, Path(part).name)
    plain.unlink()
    shutil.rmtree(spill, ignore_errors=True)
    return counts


def _table_of(content: bytes, table: str, name: str) -> pd.DataFrame:
    """Return the countries or products of a release in our columns, whatever its layout."""
    with door.reading(name):
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:  # names hold accents in some releases
            text = content.decode("latin-1")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    there = list(rows[0]) if rows else []
    chosen = {}
    for column, names in _LAYOUTS[table].items():
        chosen[column] = next((one for one in names if one in there), "")
        if not chosen[column]:
            held = ", ".join(str(one)[:30] for one in there) or "none"
            message = (
                f"{name} has no column {' or '.join(names)} but {held}: the release has changed,"
                " nothing was imported"
            )
            raise FetchError(message)
    frame = pd.DataFrame({ours: [row[theirs] for row in rows] for ours, theirs in chosen.items()})
    first = str(frame.columns[0])
    if table == "countries":
        codes = [int(door.name(code, f"{first} in {name}", r"\d{1,3}")) for code in frame[first]]
        frame["iso3"] = [baci_country(*pair) for pair in zip(codes, frame["iso3"], strict=True)]
        frame[first] = pd.array(codes, dtype="int32")
    else:
        frame[first] = [
            door.name(code, f"{first} in {name}", r"[0-9A-Z]{5,6}").zfill(6)
            for code in frame[first]
        ]
    door.unique(frame, [first], name)
    return frame


def _convert(
    con: duckdb.DuckDBPyConnection, plain: Path, year: int, staging: Path, name: str
) -> int:
    """Write `trade/year=<year>/part-000.parquet` and return the number of rows.

    Raises
    ------
    FetchError
        If the columns are others, a row cannot be read or is of another year, has no value, no
        product of six digits, or a country the release does not list, or a product of a pair
        stands there twice.
    """
    with plain.open("rb") as file:
        line = file.readline(4096).decode("utf-8-sig", errors="replace")
    columns = [column.strip().strip('"') for column in line.split(",") if column.strip()]
    if columns != _COLUMNS:
        message = (
            f"{name} has the columns {', '.join(columns)[:200] or '(none)'} instead of"
            f" {', '.join(_COLUMNS)}: the release has changed, nothing was imported"
        )
        raise FetchError(message)
    target = staging / "trade" / f"year={year}" / "part-000.parquet"
    target.parent.mkdir(parents=True)
    parquet, countries = _quoted(target), _quoted(staging / "countries.parquet")
    try:
        read = _READ.format(csv=_quoted(plain), line=_LONGEST_LINE)
        done = con.execute(
            _CONVERT.format(read=read, year=year, most=door.MOST_VALUE / 1000, parquet=parquet)
        ).fetchone()
        unknown = con.execute(_UNKNOWN.format(parquet=parquet, countries=countries)).fetchone()
        twice = con.execute(_UNSORTED.format(parquet=parquet)).fetchone()
        twice = twice and con.execute(_TWICE.format(parquet=parquet)).fetchone()
    except duckdb.Error as error:
        raise _unreadable(name, str(error)) from error
    rows = int(done[0]) if done else 0
    fault = "" if rows else "no rows"
    if unknown:
        fault = f"the country {unknown[0]}, which its table lacks"
    elif twice:
        fault = f"the product {twice[2]:06d} from {twice[0]} to {twice[1]} in {year} more than once"
    if fault:
        message = f"{name} has {fault}: nothing was imported"
        raise FetchError(message)
    return rows


def _unreadable(name: str, said: str) -> FetchError:
    """Return the sentence for rows that DuckDB refuses, from its own words."""
    line = re.search(r"CSV Error on Line: (\d+)", said)
    at = f"row {line[1]}" if line else "a row"
    if ours := re.match(r"Invalid Input Error: ((?:a row|the value|the quantity) .*)", said):
        why = f"it has {ours[1][:120]}"
    elif width := re.search(r"Expected Number of Columns: \d+ Found: (\d+)", said):
        why = f"{at} has {width[1]} values instead of {len(_COLUMNS)}"
    elif cell := re.search(
        r'converting column "(\w)". Could not convert string "([^"]{0,60})', said
    ):
        why = f"{at}, column {cell[1]}: {cell[2]!r} is not a number"
    elif "Maximum line size" in said:
        why = f"{at} has more than {_LONGEST_LINE} characters"
    else:
        why = " ".join(said.split())[:120]
    return FetchError(f"{name} cannot be read ({why}): nothing was imported")


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


@contextlib.contextmanager
def _alone(root: Path, progress: Callable[[str], None]) -> Iterator[None]:
    """Wait until no other import runs below a folder; the system ends a dead process's lock."""
    if os.name != "posix":
        yield
        return
    import fcntl

    lock = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("another import of BACI runs: waiting for its end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(lock)


def _swap(staging: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.old")
    if target.exists():
        target.rename(old)
    staging.rename(target)
    _discard(old)


def _tidy(target: Path) -> None:
    """Put back or remove what a killed import of a release left, also if it is there whole."""
    old = target.with_name(f".{target.name}.old")
    if old.is_dir() and not target.exists():  # killed between the two renames of _swap
        old.rename(target)
    for left in target.parent.glob(f".{target.name}.*"):
        _discard(left)


def _discard(folder: Path) -> None:
    """Remove a folder, its manifest first: half removed and put back, it must not count."""
    with contextlib.suppress(OSError):
        (folder / "manifest.json").unlink()
    shutil.rmtree(folder, ignore_errors=True)


def releases(data_dir: Path) -> list[str]:
    """Return the names of the releases that are there, oldest version first."""
    root = store.fetched_dir(data_dir, NAME)
    found = [path.parent.name for path in root.glob("[!.]*/manifest.json")]
    return sorted(found, key=lambda name: (name.partition("_")[2], name))


def entries(data_dir: Path) -> list[store.Entry]:
    """List the releases."""
    found = []
    for name in releases(data_dir):
        folder = store.fetched_dir(data_dir, NAME) / name
        manifest = store.read_json(folder / "manifest.json")
        years = sorted(manifest["years"])
        found.append(
            store.Entry(
                source=NAME,
                name=name,
                about=f"trade of the world, six digits, {years[0]}-{years[-1]}",
                fetched=store.parse_time(manifest["fetched"]),
                records=int(manifest["records"]),
                paths=(folder,),
            )
        )
    return found


def load(
    data_dir: Path,
    *,
    exporter: str | Sequence[str] | None = None,
    importer: str | Sequence[str] | None = None,
    level: int = 2,
    start: int | None = None,
    end: int | None = None,
    by: Sequence[str] = ("exporter", "importer", "year", "code"),
    release: str | None = None,
) -> pd.DataFrame:
    """Return sums of trade from a BACI release; filters and sums are done by DuckDB.

    Parameters
    ----------
    exporter, importer
        ISO 3166-1 alpha-3, several, or None for the whole world.
    level
        Digits of the product codes: 2, 4, 6, or 0 for all goods together (code `TOTAL`).
    start, end
        First and last year.
    by
        What to keep apart: any of exporter, importer, year, code. What is left out is summed.
    release
        Name such as `HS17_V202601`; by default the newest version.

    Returns
    -------
    DataFrame
        The columns of `by`, `value_usd` (US dollars) and `quantity_t` (tonnes, where known).
        A pair or product without trade has no row. `attrs` has table, unit and sources.

    Raises
    ------
    ParameterError
        If a country, level, grouping or release is not there.
    DataError
        If no release was imported.
    """
    if level not in LEVELS:
        raise choice_error(name="level", value=level, choices=LEVELS)
    for column in by:
        if column not in ("exporter", "importer", "year", "code"):
            choices = ("exporter", "importer", "year", "code")
            raise choice_error(name="by", value=column, choices=choices)
    folder = _folder(data_dir, release)
    expressions = {
        "exporter": "e.iso3",
        "importer": "m.iso3",
        "year": "t.year",
        "code": f"t.hs6 // {10 ** (6 - level)}",
    }
    with duckdb.connect(config={"memory_limit": _MEMORY}) as con:
        iso = con.execute(
            "SELECT country_code, iso3 FROM read_parquet(?)", [str(folder / "countries.parquet")]
        ).fetchall()
        where, values = ["true"], []
        for side, chosen in (("exporter", exporter), ("importer", importer)):
            if chosen is not None:
                numbers = _numbers(iso, [chosen] if isinstance(chosen, str) else chosen, side)
                where.append(f"t.{side} IN ({', '.join(map(str, numbers))})")
        for sign, year in ((">=", start), ("<=", end)):
            if year is not None:
                where.append(f"t.year {sign} ?")
                values.append(int(year))
        joins = "".join(
            f" JOIN iso {alias} ON {alias}.country_code = t.{side}"
            for side, alias in (("exporter", "e"), ("importer", "m"))
            if side in by
        )
        columns = ", ".join(f"{expressions[column]} AS {column}" for column in by)
        # Codes are stored as numbers; their zeros come back once, after the sums.
        shown = {
            "code": f"lpad(code::VARCHAR, {level}, '0') AS code" if level else "'TOTAL' AS code"
        }
        listed = ", ".join(shown.get(column, column) for column in by)
        order = ", ".join(str(number) for number in range(1, len(by) + 1))
        query = (
            f"WITH iso AS (SELECT * FROM read_parquet(?)), sums AS (SELECT {columns}"
            f"{', ' if by else ''}sum(t.value_usd) AS value_usd, sum(t.quantity_t) AS quantity_t"
            f" FROM read_parquet(?, hive_partitioning = true) t{joins}"
            f" WHERE {' AND '.join(where)}{f' GROUP BY {order}' if by else ''})"
            f" SELECT {listed}{', ' if by else ''}value_usd, quantity_t FROM sums"
            + (f" ORDER BY {order}" if by else "")
        )
        paths = [str(folder / "countries.parquet"), str(folder / "trade" / "*" / "*.parquet")]
        frame: pd.DataFrame = con.execute(query, [*paths, *values]).df()
    if "year" in by:
        frame["year"] = frame["year"].astype("int64")
    frame.attrs = {"table": "baci", "unit": "USD", "sources": [source_id(folder.name)]}
    return frame


def load_composition(
    data_dir: Path,
    exporter: str,
    importer: str,
    *,
    start: int | None = None,
    end: int | None = None,
    release: str | None = None,
) -> store.Rows:
    """Return one pair's HS chapters in the columns of the table `composition`, with the source.

    `reporter` is `BACI` and `basis` is `reconciled`: the figures are neither side's books.

    Raises
    ------
    ParameterError, DataError
        As `load`.
    """
    frame = load(
        data_dir, exporter=exporter, importer=importer, start=start, end=end, release=release
    )
    name = _folder(data_dir, release).name
    rows = pd.DataFrame(
        {
            "exporter": frame["exporter"],
            "importer": frame["importer"],
            "reporter": "BACI",
            "year": frame["year"],
            "hs_chapter": frame["code"],
            "value_usd": frame["value_usd"],
            "basis": "reconciled",
            "coverage": "complete",
            "source_id": source_id(name),
            "note": f"classified in {name.partition('_')[0]} throughout",
        }
    )
    return store.Rows(
        store.frame(rows.to_dict("records"), store.COMPOSITION_COLUMNS),
        store.frame([_source(data_dir, name)], store.SOURCE_COLUMNS),
    )


def totals(data_dir: Path, *, release: str | None = None) -> pd.DataFrame:
    """Return all pairs' yearly totals: exporter, importer, year, value_usd, quantity_t."""
    by = ("exporter", "importer", "year")
    return load(data_dir, level=0, by=by, release=release)


def countries(data_dir: Path, *, release: str | None = None) -> pd.DataFrame:
    """Return the countries of a release: iso3 and the release's own name, one row a code."""
    frame = _table(data_dir, release, "countries")
    return frame[["iso3", "name"]].drop_duplicates("iso3", ignore_index=True)


def products(data_dir: Path, *, release: str | None = None) -> pd.DataFrame:
    """Return the six-digit products of a release: code and name."""
    return _table(data_dir, release, "products")


def sources(data_dir: Path) -> pd.DataFrame:
    """Return the row of the table `sources` of every release that is there."""
    rows = [_source(data_dir, name) for name in releases(data_dir)]
    return store.frame(rows, store.SOURCE_COLUMNS)


def trade_rows(data_dir: Path) -> store.Rows:
    """Return no rows: BACI is nobody's published total, so it does not enter the table `trade`."""
    return store.combine([], store.TRADE_COLUMNS)


def composition_rows(data_dir: Path) -> store.Rows:
    """Return no rows: BACI is asked by pair (`load_composition`)."""
    return store.combine([], store.COMPOSITION_COLUMNS)


def source_id(release: str) -> str:
    """Return the source id of a release.

    Examples
    --------
    >>> source_id("HS17_V202601")
    'cepii-baci-hs17-v202601'
    """
    return f"cepii-baci-{release.lower().replace('_', '-')}"


def _source(data_dir: Path, release: str) -> dict[str, Any]:
    manifest = store.read_json(_folder(data_dir, release) / "manifest.json")
    version = release.partition("_V")[2]
    return {
        "source_id": source_id(release),
        "publisher": "CEPII",
        "title": f"BACI {release}, imported {manifest['fetched'][:10]}",
        "url": "http://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37",
        "published": f"{version[:4]}-{version[4:6]}",
        "kind": "dataset",
        "licence": "terms of CEPII's page; cite Gaulier and Zignago (2010)",
        "locator": f"{manifest['file']}, sha256 {manifest['sha256']}",
        "note": "both sides' books reconciled by CEPII, imports without freight and insurance;"
        " values in thousand US dollars, multiplied by 1000 here",
    }


def _folder(data_dir: Path, release: str | None) -> Path:
    there = releases(data_dir)
    if not there:
        message = "no BACI release is there; download one and run catrade fetch baci FILE"
        raise DataError(message)
    if release is not None and release not in there:
        raise choice_error(name="release", value=release, choices=there)
    return store.fetched_dir(data_dir, NAME) / (release or there[-1])


def _table(data_dir: Path, release: str | None, name: str) -> pd.DataFrame:
    with duckdb.connect() as con:
        path = str(_folder(data_dir, release) / f"{name}.parquet")
        frame: pd.DataFrame = con.execute("SELECT * FROM read_parquet(?)", [path]).df()
    return frame


def _numbers(iso: list[tuple[int, str]], chosen: Sequence[str], side: str) -> list[int]:
    numbers: list[int] = []
    for code in chosen:
        found = [number for number, name in iso if name == code]
        if not found:
            raise unknown_country(side, code, {name for _, name in iso})
        numbers += found
    if not numbers:
        message = f"{side} must name at least one country"
        raise ParameterError(message)
    return numbers
