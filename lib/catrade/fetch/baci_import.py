"""Import of a BACI release: zip to Parquet, year by year, in bounded memory, all or nothing."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from catrade.errors import FetchError
from catrade.fetch import store
from catrade.fetch.baci_year import DAMAGE, columns_of, convert_year, damaged, quoted, unreadable

NAME = "baci"
#: What DuckDB may use in a search for duplicates; more rows take more time, not more memory.
_MEMORY = "128MB"
# A release has some 0.5 GB a year, packed about 6 to 1, and tables below 1 MB.
_YEAR_SIZE, _TABLE_SIZE, _TIGHTEST = 8 << 30, 32 << 20, 200
_TRADE = re.compile(r"BACI_(HS\d{2})_Y(\d{4})_(V\d{6}[a-z]?)\.csv")
_COUNTRIES = re.compile(r"country_codes_V\d{6}[a-z]?\.csv")
_PRODUCTS = re.compile(r"product_codes_HS\d{2}_V\d{6}[a-z]?\.csv")


def import_release(
    file: Path,
    data_dir: Path,
    *,
    force: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> str:
    """Import the zip of a BACI release and return its name, such as `HS17_V202601`.

    Parameters
    ----------
    file
        The zip as downloaded.
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
    file = Path(file)
    members = _members(file)
    years = {int(match[2]): name for name, match in members.items()}
    names = {f"{match[1]}_{match[3]}" for match in members.values()}
    if len(names) != 1:
        message = f"{file.name} mixes the releases {', '.join(sorted(names))}; it must hold one"
        raise FetchError(message)
    name = names.pop()
    root = store.fetched_dir(data_dir, NAME)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _alone(root, progress):
            return _import(file, name, years, root, force=force, progress=progress)
    except OSError as error:
        message = f"BACI {name} could not be written below {root} ({error.strerror or error})"
        raise FetchError(message) from error


def _import(
    file: Path,
    name: str,
    years: dict[int, str],
    root: Path,
    *,
    force: bool,
    progress: Callable[[str], None],
) -> str:
    target = root / name
    _tidy(target)
    digest = store.sha256(file)
    if (target / "manifest.json").is_file() and not force:
        if store.read_json(target / "manifest.json")["sha256"] == digest:
            progress(f"BACI {name} was imported from this very file before")
            return name
        message = f"BACI {name} is there, from another file; add --force to replace it"
        raise FetchError(message)
    staging = root / f".{name}.part"
    staging.mkdir()
    try:
        counts = _build(file, years, staging, progress)
        store.write_json(
            staging / "manifest.json",
            {
                "source": NAME,
                "release": name,
                "file": file.name,
                "bytes": file.stat().st_size,
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


def _members(file: Path) -> dict[str, re.Match[str]]:
    if not file.is_file():
        message = f"there is no file {file}"
        raise FetchError(message)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        message = (
            f"{file.name} is not a whole zip file: it is damaged or the download was cut short"
        )
        raise FetchError(message) from error
    names = [member.filename for member in members]
    for member in members:
        _refuse_odd(file, member, names)
    found = {name: match for name in names if (match := _TRADE.fullmatch(Path(name).name))}
    if not found:
        message = f"{file.name} holds no BACI_HS…_Y…_V….csv: it is not a BACI release"
        raise FetchError(message)
    for pattern, what in ((_COUNTRIES, "country_codes"), (_PRODUCTS, "product_codes")):
        if not any(pattern.fullmatch(Path(name).name) for name in names):
            message = f"{file.name} holds no {what}_V….csv, which belongs to a BACI release"
            raise FetchError(message)
    return found


def _refuse_odd(file: Path, member: zipfile.ZipInfo, names: list[str]) -> None:
    """Raise FetchError for a member that no release has: its figures could not be trusted."""
    name = Path(member.filename).name
    if not any(pattern.fullmatch(name) for pattern in (_TRADE, _COUNTRIES, _PRODUCTS)):
        return
    size, packed = member.file_size, max(member.compress_size, 1)
    is_table = not _TRADE.fullmatch(name)
    fault = ""
    if [Path(other).name for other in names].count(name) > 1:
        fault = f"holds {name} more than once"
    elif size > (_TABLE_SIZE if is_table else _YEAR_SIZE):
        fault = f"holds {name} with {size / 1e9:.1f} GB, far more than a release has"
    elif size > _TABLE_SIZE and size / packed > _TIGHTEST:
        fault = f"holds {name} packed {size / packed:.0f} to 1, which figures of trade cannot be"
    if fault:
        message = f"{file.name} {fault}: it is not a release as published"
        raise FetchError(message)


def _build(
    file: Path, years: dict[int, str], staging: Path, progress: Callable[[str], None]
) -> dict[int, int]:
    counts: dict[int, int] = {}
    spill = staging / "spill"
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY,
        "temp_directory": str(spill),
    }
    with zipfile.ZipFile(file) as archive, duckdb.connect(config=config) as con:
        _tables(archive, con, staging)
        for number, (year, member) in enumerate(sorted(years.items()), 1):
            progress(f"{year} ({number} of {len(years)})")
            counts[year] = convert_year(archive, member, con, year, staging)
    shutil.rmtree(spill, ignore_errors=True)
    return counts


def _tables(archive: zipfile.ZipFile, con: duckdb.DuckDBPyConnection, staging: Path) -> None:
    for pattern, wanted, columns, target in (
        (
            _COUNTRIES,
            ["country_code", "country_name", "country_iso2", "country_iso3"],
            "country_code::INTEGER AS country_code, country_name AS name, country_iso3 AS iso3",
            "countries",
        ),
        (
            _PRODUCTS,
            ["code", "description"],
            "lpad(code, 6, '0') AS code, description AS name",
            "products",
        ),
    ):
        member = next(m for m in archive.namelist() if pattern.fullmatch(Path(m).name))
        csv = _extract(archive, member, staging)
        try:
            with csv.open("rb") as file:
                header = columns_of(file.readline(4096))
            for column in wanted:
                if column not in header and not column.endswith("iso2"):
                    message = (
                        f"{Path(member).name} has no column {column!r} but {', '.join(header)}:"
                        " the release has changed, nothing was imported"
                    )
                    raise FetchError(message)
            # Names hold accents in some releases and are not always UTF-8.
            text = csv.read_bytes()
            try:
                text.decode("utf-8")
            except UnicodeDecodeError:
                csv.write_text(text.decode("latin-1"), encoding="utf-8")
            # nullstr is set apart: NA is Namibia's ISO2 code.
            con.execute(
                f"COPY (SELECT {columns} FROM read_csv(?, header = true, all_varchar = true,"
                " delim = ',', quote = '\"', nullstr = ''))"
                f" TO '{quoted(staging / target)}.parquet' (FORMAT parquet)",
                [str(csv)],
            )
        except duckdb.Error as error:
            raise FetchError(unreadable(Path(member).name, error)) from error
        finally:
            csv.unlink()


def _extract(archive: zipfile.ZipFile, member: str, staging: Path) -> Path:
    target = staging / "member.csv"
    try:
        with archive.open(member) as source, target.open("wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
    except DAMAGE as error:
        raise FetchError(damaged(archive, member, error)) from error
    return target


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
