"""Imports of downloaded files that are killed: each is whole or not there, and can be repeated."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import faults
import pytest

from catrade.fetch import baci, fetched_trade_rows, listing
from catrade.fetch.store import fetched_faults
from pagemill.unfinished import PREFIX

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

#: Moments at which an import is killed.
OF_BACI, OF_GACC = 8, 6
COUNTRIES = {156: "CHN", 276: "DEU", 398: "KAZ", 417: "KGZ", 762: "TJK", 795: "TKM", 860: "UZB"}
PAIRS = [(i, j) for i in COUNTRIES for j in COUNTRIES if i != j]
#: Rows of each pair by year; 2021 has more than the importer converts at a time (8 MB).
EARLIER, OTHER, NEW = {2021: 50}, {2021: 90, 2022: 70}, {2021: 2600, 2022: 300, 2023: 300}
Release = tuple[str, dict[int, int]]
_WIDE = {"COLUMNS": "200"}
PLACED = ("HS17_V202501", EARLIER)
REPLACED, WANTED = ("HS17_V202601", OTHER), ("HS17_V202601", NEW)


class Import:
    """A command that imports files into a data folder."""

    def __init__(self, nursery: faults.Nursery, root: Path, temporary: Path) -> None:
        self._nursery = nursery
        self._root = root
        self._temporary = temporary

    def __call__(
        self, source: str, data: Path, *files: str | Path, kill_after: float | None = None
    ) -> faults.Ended:
        return self._nursery.run(
            "fetch", source, *files, "--data", data, cwd=self._root,
            env={"TMPDIR": str(self._temporary)}, kill_after=kill_after,
        )  # fmt: skip

    def whole(self, source: str, before: Path, *files: str | Path) -> tuple[Path, float]:
        """Import unhindered, twice; return the data folder and the seconds of the quicker run."""
        seconds = []
        for number in range(2):
            data = self._root / f"whole{number}"
            shutil.rmtree(data, ignore_errors=True)
            shutil.copytree(before, data)
            ended = self(source, data, *files)
            assert ended.status == 0, ended.err
            seconds.append(ended.seconds)
        return data, min(seconds)

    def killed(
        self, source: str, data: Path, *files: str | Path, moment: float
    ) -> tuple[faults.Ended, list[str]]:
        """Kill an import; return how it ended, and what unfinished folders it left."""
        ended = self(source, data, *files, kill_after=moment)
        self._nursery.until_gone()
        assert "Traceback" not in ended.said
        assert fetched_faults(data) == []
        return ended, _unfinished(data)

    def again(self, source: str, data: Path, *files: str | Path) -> None:
        """Run the killed command again, to its end."""
        ended = self(source, data, *files)
        assert ended.status == 0, ended.err
        assert _unfinished(data) == []
        assert list(self._temporary.iterdir()) == []

    def listed(self, data: Path) -> list[str]:
        """Return the names that the command lists, once `check` has found no fault with them."""
        checked = self._nursery.run("check", "--data", data, cwd=self._root)
        assert "trade.csv: there is no such file" in checked.out  # it did look
        assert "fetched/" not in checked.said
        ended = self._nursery.run("fetch", "--list", "--data", data, cwd=self._root, env=_WIDE)
        assert ended.status == 0, ended.err
        return [line.split()[0].partition("/")[2] for line in ended.out.splitlines()[1:]]


@pytest.fixture
def importing(nursery: faults.Nursery, tmp_path: Path) -> Iterator[Import]:
    with tempfile.TemporaryDirectory(prefix="ct-") as folder:
        yield Import(nursery, tmp_path, Path(folder))


def _unfinished(data: Path) -> list[str]:
    """Return what no finished import has: hidden folders, and files of other kinds than its own."""
    kept = {".csv", ".json"} if (data / "fetched/gacc").is_dir() else {".parquet", ".json"}
    return [
        path.name
        for path in data.rglob("*")
        if path.name.startswith(".") or (path.is_file() and path.suffix not in kept)
    ]


def _files(folder: Path) -> dict[str, str]:
    """Return the hashes of the tables below a folder; the manifests hold the time of day."""
    return {name: hashed for name, hashed in faults.content(folder).items() if ".json" not in name}


# --- BACI ------------------------------------------------------------------------------------


def _thousands(pair: int, row: int, year: int) -> int:
    return (pair * 7919 + row * 31 + year) % 9973


def _zip(path: Path, release: Release) -> Path:
    name, years = release
    edition, version = name.split("_")
    codes = [f"{chapter:02d}{rest:04d}" for chapter in range(1, 98) for rest in range(1001, 1051)]
    countries = "".join(f"{number},{iso},,{iso}\n" for number, iso in COUNTRIES.items())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for year, rows in years.items():
            lines = [
                f"{year},{i},{j},{codes[row]},{_thousands(pair, row, year):26d}.000,{row:26d}.000\n"
                for pair, (i, j) in enumerate(PAIRS)
                for row in range(rows)
            ]
            text = "t,i,j,k,v,q\n" + "".join(lines)
            archive.writestr(f"BACI_{edition}_Y{year}_{version}.csv", text)
        archive.writestr(
            f"country_codes_{version}.csv",
            f"country_code,country_name,country_iso2,country_iso3\n{countries}",
        )
        archive.writestr(
            f"product_codes_{edition}_{version}.csv",
            "code,description\n" + "".join(f"{code},Goods\n" for code in codes),
        )
    return path


def _dollars(release: Release) -> dict[int, int]:
    """Return the trade of a release's years, from how it was made."""
    return {
        year: 1000 * sum(_thousands(p, r, year) for p in range(len(PAIRS)) for r in range(rows))
        for year, rows in release[1].items()
    }


def _loaded(data: Path, name: str) -> dict[int, int]:
    frame = baci.load(data, level=0, by=("year",), release=name)
    return dict(zip(frame["year"], frame["value_usd"], strict=True))


def test_a_release_of_baci_killed_at_any_moment_is_whole_or_not_there(
    importing: Import, tmp_path: Path
) -> None:
    zips = {
        number: _zip(tmp_path / f"{number}.zip", release)
        for number, release in enumerate((PLACED, REPLACED, WANTED))
    }
    beside, instead = tmp_path / "beside", tmp_path / "instead"  # of which release it is imported
    assert importing("baci", beside, zips[0]).status == 0
    shutil.copytree(beside, instead)
    assert importing("baci", instead, zips[1]).status == 0
    plain = (zips[2],)
    whole, seconds = importing.whole("baci", instead, *plain, "--force")
    dollars = {number: _dollars(r) for number, r in enumerate((PLACED, REPLACED, WANTED))}
    assert _loaded(whole, WANTED[0]) == dollars[2]
    unfinished: list[str] = []
    moments = faults.Moments(11, seconds, 20 * OF_BACI)
    # Some runs are over before their moment, and some have not begun.
    for number, moment in moments.until(lambda: moments.killed >= OF_BACI and len(unfinished) > 2):
        before, command = ((beside, plain), (instead, (*plain, "--force")))[number % 2]
        data = tmp_path / f"killed{number}"
        shutil.copytree(before, data)
        ended, left = importing.killed("baci", data, *command, moment=moment)
        moments.learn(ended)
        unfinished.extend(left[:1])
        there = [entry.name for entry in listing(data)]
        assert PLACED[0] in there
        assert _loaded(data, PLACED[0]) == dollars[0]
        if WANTED[0] in there:
            in_place = _files(data / "fetched/baci" / WANTED[0])
            is_new = in_place == _files(whole / "fetched/baci" / WANTED[0])
            assert is_new or in_place == _files(instead / "fetched/baci" / WANTED[0])
            assert _loaded(data, WANTED[0]) == dollars[2 if is_new else 1]
        else:  # nothing was in its place, or it was killed between two renames
            assert before == beside or f".{WANTED[0]}.old" in left
        if number % 7 == 0:  # the commands, which ask the same functions
            assert importing.listed(data) == there
        importing.again("baci", data, *command)
        assert _files(data) == _files(whole)
        assert _loaded(data, WANTED[0]) == dollars[2]
    assert importing.listed(data) == [PLACED[0], WANTED[0]]


# --- customs ---------------------------------------------------------------------------------


def _page(path: Path, month: int, exports: int) -> Path:
    """An English page of the bulletin; many of its countries are none that the library knows."""
    rows: list[list[object]] = [
        ["Kazakhstan", exports + 40, exports + 400, exports, exports + 300, 40, 100, 1, 1, 1]
    ]
    rows += [[f"Land {number}", *[number] * 9] for number in range(100)]
    heads: list[list[object]] = [
        [f"(2) Imports and Exports by Country (Region) of Origin/Destination,{month}.2026"],
        ["Unit:US$1,000"],
        ["Country (Region)", "Total", "", "Exports", "", "Imports", "", *["Change (±%)"] * 3],
        ["", *[month, f"1to{month}"] * 3, "Total", "Exports", "Imports"],
    ]
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in [*heads, *rows])
    path.write_text(f"<table><tr>{'</tr><tr>'.join(lines)}</tr></table>", encoding="utf-8")
    return path


def test_tables_of_customs_killed_at_any_moment_are_whole_or_not_there(
    importing: Import, tmp_path: Path
) -> None:
    april, early, may, june = (
        _page(tmp_path / f"{name}.html", month, exports)
        for name, month, exports in (
            ("april", 4, 700), ("early", 5, 800), ("may", 5, 850), ("june", 6, 900)
        )
    )  # fmt: skip
    before = tmp_path / "before"
    assert importing("gacc", before, april, early).status == 0
    command = (may, june)
    whole, seconds = importing.whole("gacc", before, *command)
    either = {name: {hashed, _files(before).get(name)} for name, hashed in _files(whole).items()}
    moments = faults.Moments(12, seconds, 20 * OF_GACC)
    for number, moment in moments.until(lambda: moments.killed >= OF_GACC):
        data = tmp_path / f"killed{number}"
        shutil.copytree(before, data)
        if number % 2:  # what a kill leaves in the moments of writing, too short to be met
            left = data / "fetched/gacc" / f"{PREFIX}left"
            left.mkdir()
            (left / "file").write_bytes(june.read_bytes()[:4000])
        moments.learn(importing.killed("gacc", data, *command, moment=moment)[0])
        there = [entry.name for entry in listing(data)]
        assert "gacc-2026-04-usd" in there
        for name in there:
            csv = (data / f"fetched/gacc/{name}.csv").read_bytes()
            assert hashlib.sha256(csv).hexdigest() in either[f"fetched/gacc/{name}.csv"]
        rows = fetched_trade_rows(data).rows
        assert sorted(set(rows["source_id"])) == sorted(there)
        exports = rows[(rows["flow"] == "export") & (rows["period"].str.len() == len("2026-05"))]
        read = dict(zip(exports["period"], exports["value"] / 1e6, strict=True))
        assert read["2026-04"] == 0.7
        assert read.get("2026-05", 0.8) in (0.8, 0.85)
        assert read.get("2026-06", 0.9) == 0.9
        importing.again("gacc", data, *command)
        assert _files(data) == _files(whole)
    assert importing.listed(data) == [f"gacc-2026-{month:02d}-usd" for month in (4, 5, 6)]
