"""Import of a BACI release: zip or folder to Parquet, year by year, all or nothing."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from catrade_build.tables.definitions import quoted
from catrade_build.tables.paths import fetched_dir
from catrade_fetch import door, grids, store
from catrade_fetch.baci import NAME
from catrade_fetch.codes import baci_countries
from catrade_fetch.errors import FetchError
from catrade_fetch.kept import read_json, sha256
from pagemill.unfinished import unfinished

#: What DuckDB may use; more rows take more time, not more memory.
_MEMORY = "128MB"
# A release has some 0.5 GB a year, packed about 6 to 1, and tables below 1 MB.
_YEAR_SIZE = 8 << 30
_TABLE_SIZE = 32 << 20
_TIGHTEST = 200
_LONGEST_LINE = 1 << 16
_TRADE = re.compile(r"BACI_(HS\d{2})_Y(\d{4})_(V\d{6}[a-z]?)\.csv", re.ASCII)
_COLUMNS = ["t", "i", "j", "k", "v", "q"]
_NOTHING = "nothing was imported"
_WAITS = "another import of BACI runs: waiting for its end"
_CHANGED = f"the release has changed, {_NOTHING}"
#: What the country table calls the code, the name and the ISO code, then and now.
_LAYOUTS = {
    "country_code": ["country_code"],
    "name": ["country_name", "country_name_full", "country_name_abbreviation"],
    "iso3": ["country_iso3", "iso_3digit_alpha"],
}
#: Converts a year, and looks for an unknown country, for disorder and for what stands there twice.
_STATEMENTS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class _Release:
    """A release in a zip or folder: its name, and which part has which year or the countries."""

    path: Path
    name: str
    years: dict[int, str]
    countries: str

    def sha256(self) -> str:
        """Return the hash of the zip, or of the hashes of the parts in a folder."""
        if self.path.is_file():
            return sha256(self.path)
        parts = sorted([*self.years.values(), self.countries])
        digests = [sha256(self.path / part) for part in parts]
        text = "".join(digests)
        return hashlib.sha256(text.encode()).hexdigest()

    def blocks(self, part: str) -> Iterator[bytes]:
        """Yield the bytes of a part; only their reading is the file's fault, not what follows."""
        what = f"{self.path.name} is damaged at {Path(part).name}: it"
        root = self.path if self.path.is_dir() else zipfile.Path(self.path)
        with (
            door.reading(what, "download it again"),
            (root / part).open("rb") as source,
        ):
            yield from iter(lambda: source.read(1 << 20), b"")


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
    release = _release(file)
    name = release.name
    root = fetched_dir(data_dir, NAME)
    target = root / name
    # One import at a time: everything is built beside the others and put in its place at the end.
    with (
        store.writing(target),
        store.alone(root, lambda: progress(_WAITS)),
        unfinished(root) as made,
    ):
        digest = release.sha256()
        if (target / "manifest.json").is_file() and not force:
            if read_json(target / "manifest.json")["sha256"] == digest:
                progress(f"BACI {name} was imported from this very file before")
                return name
            raise FetchError(
                f"BACI {name} is there, from another file; add --force to replace it"
            )
        staging = made / name
        staging.mkdir()
        counts = _build(release, staging, made, progress)
        manifest = {
            "release": name,
            "file": release.path.name,
            "sha256": digest,
            "fetched": store.now(),
            "years": counts,
            "records": sum(counts.values()),
            "unit": "US dollars (thousands in the release) and tonnes",
        }
        store.write_json(staging / "manifest.json", manifest)
        if target.exists():  # it goes with what is unfinished
            target.rename(made / "old")
        staging.rename(target)
    return name


def _release(path: Path) -> _Release:
    """Find the parts of a release by their names, which must be those of one release."""
    # The years first, which say the release's name; then the countries, whose name must have it.
    content = grids.recognise(path)
    parts = {m: Path(m).name for m in content.members if m.casefold().endswith(".csv")}
    trade = {
        member: _year_of(base, path.name)
        for member, base in parts.items()
        if base.startswith("BACI_")
    }
    names = sorted({name for name, _ in trade.values()})
    years = {year: member for member, (_, year) in trade.items()}
    if not names:
        wanted = "a BACI release, as a zip or the folder unpacked from it"
        raise grids.refuse(content, path, wanted)
    if len(names) > 1:
        raise _odd(path.name, f"mixes the releases {', '.join(names)}")
    if len(years) < len(trade):
        raise _odd(path.name, "holds a year more than once")
    name = names[0]
    wanted = f"country_codes_{name.partition('_')[2]}.csv"
    there = [member for member, base in parts.items() if base == wanted]
    if len(there) != 1:
        many = "more than one" if there else "no"
        raise _odd(path.name, f"has {many} {wanted}")
    release = _Release(path, name, years, there[0])
    if path.is_file():
        _refuse_bombs(release)
    return release


def _year_of(base: str, where: str) -> tuple[str, int]:
    """Return release and year of a part with trade, by its name."""
    match = _TRADE.fullmatch(base)
    if match is None:
        raise _odd(where, f"holds {quoted(base)}, which no release has")
    return f"{match[1]}_{match[3]}", int(match[2])


def _refuse_bombs(release: _Release) -> None:
    """Refuse parts so large, or packed so tight, that they cannot be figures of trade."""
    parts = release.countries, *release.years.values()
    with door.reading(release.path.name), zipfile.ZipFile(release.path) as archive:
        members = [archive.getinfo(part) for part in parts]
    for member in members:
        size = member.file_size
        tight = size / max(member.compress_size, 1)
        most = _TABLE_SIZE if member.filename == release.countries else _YEAR_SIZE
        if size > most or (size > _TABLE_SIZE and tight > _TIGHTEST):
            what = f"{Path(member.filename).name} with {size / 1e6:,.0f} MB"
            says = f"holds {what}, packed {tight:.0f} to 1, which figures of trade cannot be"
            raise _odd(release.path.name, says)


def _odd(
    name: str, fault: str, end: str = "it is not a release as published"
) -> FetchError:
    return FetchError(f"{name} {fault}: {end}")


def _build(
    release: _Release, staging: Path, made: Path, progress: Callable[[str], None]
) -> dict[int, int]:
    """Write countries and years below `staging`, by way of `made`; return the rows by year."""
    counts: dict[int, int] = {}
    plain = made / "part.csv"
    content = b"".join(release.blocks(release.countries))
    countries = _countries(content, Path(release.countries).name)
    countries.to_parquet(staging / "countries.parquet", index=False)
    with duckdb.connect(
        config={"memory_limit": _MEMORY, "temp_directory": str(made / "spill")}
    ) as con:
        for number, (year, part) in enumerate(sorted(release.years.items()), 1):
            progress(f"{year} ({number} of {len(release.years)})")
            with plain.open("wb") as out:
                out.writelines(release.blocks(part))
            counts[year] = _convert(con, plain, year, staging, Path(part).name)
    return counts


def _countries(content: bytes, name: str) -> pd.DataFrame:
    """Return the countries of a release in our columns, whatever its layout."""
    with door.reading(name):
        text = io.StringIO(door.decoded(content))
        rows = pd.read_csv(text, dtype=str, keep_default_na=False, index_col=False)
    frame = pd.DataFrame()
    for column, names in _LAYOUTS.items():
        theirs = next((label for label in names if label in rows), None)
        if theirs is None:
            held = ", ".join(str(heading)[:30] for heading in rows)
            raise _odd(name, f"has no column {' or '.join(names)} but {held}", _CHANGED)
        frame[column] = rows[theirs]
    what = f"country_code in {name}"
    numbers = [int(door.name(code, what, r"\d{1,3}")) for code in frame["country_code"]]
    frame["country_code"] = pd.array(numbers, dtype="int32")
    frame["iso3"] = baci_countries(zip(numbers, frame["iso3"], strict=True), name)
    door.unique(frame, ["country_code"], name)
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
    # The heading, then one statement that converts and three that look for what is wrong.
    with plain.open("rb") as file:
        line = file.readline(4096).decode("utf-8-sig", errors="replace")
    columns = [column.strip('" \r\n') for column in line.split(",") if column.strip()]
    if columns != _COLUMNS:
        held = ", ".join(columns)[:200] or "(none)"
        fault = f"has the columns {held} instead of {', '.join(_COLUMNS)}"
        raise _odd(name, fault, _CHANGED)
    target = staging / "trade" / f"year={year}" / "part-000.parquet"
    target.parent.mkdir(parents=True)
    statements = _STATEMENTS.format(
        csv=_quoted(plain),
        line=_LONGEST_LINE,
        year=year,
        most=door.MOST_VALUE / 1000,
        parquet=_quoted(target),
        countries=_quoted(staging / "countries.parquet"),
    )
    convert, unknown_in, unsorted_in, twice_in = con.extract_statements(statements)
    try:
        done = con.execute(convert).fetchone()
        unknown = con.execute(unknown_in).fetchone()
        twice = con.execute(unsorted_in).fetchone() and con.execute(twice_in).fetchone()
    except duckdb.Error as error:
        raise _unreadable(name, str(error)) from error
    fault = ""
    rows = int(done[0]) if done else 0
    if unknown:
        fault = f"has the country {unknown[0]}, which its table lacks"
    elif twice:
        exporter, importer, product = twice
        fault = (
            f"has the product {product:06d} of {exporter} to {importer} more than once"
        )
    elif not rows:
        fault = "has no rows"
    if fault:
        raise _odd(name, fault, _NOTHING)
    return rows


def _unreadable(name: str, words: str) -> FetchError:
    """Return the sentence for rows that DuckDB refuses, from its own words."""
    line = re.search(r"on Line: (\d+)", words)
    own = re.search(
        r"(?:a row|the value|the quantity) .{1,112}|Could not .*|Expected .*", words
    )
    why = " ".join((own[0] if own else words).split())[:120]
    row = f"row {line[1]}: " if line else ""
    return _odd(name, f"cannot be read ({row}{why})", _NOTHING)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
