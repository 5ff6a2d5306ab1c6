"""Fetches and imports that are killed, or meet a full disk: each is whole or not there."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import faults
import fetch_files as made
import pytest
from comtrade_server import Api, fetch, serve
from fetch_files import FILES, Y2022, zipped
from steps import Killed

from catrade_build.tables.reading import read_faults
from catrade_fetch import answers, baci, gacc, rows, store
from catrade_fetch.baci_import import import_release
from catrade_fetch.check import fetched_faults
from catrade_fetch.kept import check_hash
from catrade_fetch.kept import manifests as manifests_of
from catrade_fetch.store import listing
from pagemill.unfinished import PREFIX
from rounding.errors import DataError

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="looks for processes in /proc"
)

_QUERY = "fetch comtrade --reporter CHN --partner KAZ --years 2021-2024 --level 2"
ASKED = _QUERY.split()
#: Requests that these take: one of totals; at two digits an answer holds two years of one partner.
REQUESTS = 1 + 2
#: Four years, two flows: a total and 96 chapters.
FIGURES = 4 * 2 * 97
SAME = {"start": 2021, "end": 2024}


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with serve() as served:
        served.release(156, range(2015, 2025))
        yield served


class Command:
    """The command of a user whose fetches go to the server on loopback."""

    def __init__(
        self, nursery: faults.Nursery, url: str, root: Path, temporary: Path
    ) -> None:
        self.nursery, self.root, self.temporary = nursery, root, temporary
        self.env = {"CATRADE_COMTRADE_URL": url, "CATRADE_COMTRADE_PAUSE": "0"}
        self.env |= {"COMTRADE_API_KEY": "", "TMPDIR": str(temporary)}
        self.killed = Killed(nursery, root, self.env)

    def __call__(self, data: Path, *words: str | Path) -> faults.Ended:
        return self.nursery.run(*words, "--data", data, cwd=self.root, env=self.env)

    def done(self, data: Path, *words: str | Path) -> None:
        ended = self(data, *words)
        assert ended.status == 0, ended.err
        _whole(data)
        assert list(self.temporary.iterdir()) == []


@pytest.fixture
def command(nursery: faults.Nursery, api: Api, tmp_path: Path) -> Iterator[Command]:
    api.headings = 1
    with tempfile.TemporaryDirectory(prefix="ct-") as folder:
        yield Command(nursery, api.url, tmp_path, Path(folder))


def _tables(data: Path) -> None:
    """What stands in the tables can be read, and has its sources."""
    for name in ("trade", "composition"):
        if (data / f"fetched/{name}.csv").is_file():
            assert read_faults(name, data / "fetched")[1] == []


def _whole(data: Path) -> None:
    rows.write_tables(data)
    _tables(data)
    assert not [path for path in data.rglob("*") if path.name.startswith(".")]
    assert fetched_faults(data) == []


def _values(data: Path) -> dict[tuple[str, ...], float]:
    """Return what is there of UN Comtrade, whenever it was fetched."""
    frame = answers.load_answers(data)
    return frame.set_index(["period", "flow", "code"])["value_usd"].to_dict()


def _kept(data: Path) -> list[str]:
    """Return the queries whose answers are kept, after a look at each file's hash."""
    kept = []
    for path, manifest in manifests_of(data / "fetched" / "comtrade" / "CHN"):
        check_hash(path.with_suffix(".parquet"), manifest["sha256"])
        kept.append(json.dumps(manifest["query"], sort_keys=True))
    return kept


def _asked(api: Api) -> list[str]:
    queries = [
        {k: v for k, v in q.items() if k != "maxRecords"} for q in api.data_requests
    ]
    return [json.dumps(query, sort_keys=True) for query in queries]


def test_a_fetch_killed_before_any_step_goes_on_where_it_stopped(
    command, api, tmp_path
):
    fetch(api, tmp_path / "whole", **SAME)
    whole = _values(tmp_path / "whole")
    assert len(_kept(tmp_path / "whole")) == REQUESTS
    (start := tmp_path / "start").mkdir()
    kept_before = set()
    for data in command.killed.before_each(start, *ASKED, inside="/comtrade/"):
        kept = _kept(data)
        kept_before.add(len(kept))
        rows.trade_rows(data)  # what is there can be read
        _tables(data)
        listed = any((data / "fetched").rglob("availability-annual.json"))
        api.log.clear()
        fetch(api, data, **SAME)
        _whole(data)
        assert _values(data) == whole
        assert len(_asked(api)) == REQUESTS - len(kept)
        assert not set(_asked(api)) & set(kept)
        assert len(api.log) - len(api.data_requests) == (0 if listed else 1)
    assert kept_before >= {0, REQUESTS - 1, REQUESTS}


def test_a_refresh_killed_before_any_step_leaves_what_can_be_read(
    command, api, tmp_path, monkeypatch
):
    """What was fetched on another day has a source of its own, which goes at the end."""
    start = tmp_path / "start"
    with monkeypatch.context() as earlier:
        earlier.setattr(store, "now", lambda: "2026-01-01T00:00:00Z")
        fetch(api, start, **SAME)
    rows.write_tables(start)
    old = _values(start)
    api.headings += 1  # the values of all chapters change
    fetch(api, tmp_path / "new", **SAME)
    new = _values(tmp_path / "new")
    assert all(new[cell] != old[cell] for cell in old)
    for data in command.killed.before_each(start, *ASKED, "--refresh"):
        assert len(_kept(data)) >= REQUESTS - 1
        assert all(
            value in (old[cell], new[cell]) for cell, value in _values(data).items()
        )
        rows.trade_rows(data)
        _tables(data)
    command.done(data, *ASKED, "--refresh")
    assert _values(data) == new


def test_a_release_of_baci_killed_before_any_step_is_whole_or_not_there(
    command, tmp_path
):
    """It takes the place of another file's, beside another release."""
    other = {name.replace("V202601", "V202501"): text for name, text in FILES.items()}
    beside = zipped(tmp_path / "beside.zip", **(dict.fromkeys(FILES) | other))
    old = zipped(tmp_path / "old.zip")
    new = zipped(
        tmp_path / "new.zip",
        **{"BACI_HS17_Y2022_V202601.csv": Y2022.replace("3000", "3333")},
    )
    start, wanted = tmp_path / "start", ("fetch", "baci", new, "--force")

    def cars(data: Path) -> float:
        frame = baci.load_flows(data, exporter="CHN", importer="KAZ", start=2022)
        return float(frame["value_usd"].item())

    import_release(beside, start)
    import_release(old, start)
    rows.write_tables(start)
    for data in command.killed.before_each(start, *wanted, inside="/baci/"):
        assert fetched_faults(data) == []
        _tables(data)
        there = [entry.name for entry in listing(data)]
        assert there[0] == "HS17_V202501"
        if "HS17_V202601" in there:
            assert cars(data) in (4_000_000.0, 4_333_000.0)
        else:  # between two renames
            assert any((data / "fetched/baci").glob(f"{PREFIX}*/old"))
        import_release(new, data, force=True)
        _whole(data)
        assert cars(data) == 4_333_000.0
        assert len(baci.load_flows(data, level=6)) == 9  # two numbers of Sudan are one


def _page(path: Path, *changes: str) -> Path:
    return made.write(path, made.changed(made.ENGLISH, *changes))


#: Exports to Kazakhstan, and the total they are part of.
OTHER = ("2,500,100=>2,500,200", "4,000,123=>4,000,223")


def test_tables_of_customs_killed_before_any_step_are_whole_or_not_there(
    command, tmp_path
):
    early = _page(tmp_path / "early.html")
    may = _page(tmp_path / "may.html", *OTHER)
    start = tmp_path / "start"
    gacc.import_customs(early, start)
    rows.write_tables(start)
    cell = ("CHN", "KAZ", "2026-05", "export")
    for data in command.killed.before_each(
        start, "fetch", "gacc", may, inside="/gacc/"
    ):
        assert fetched_faults(data) == []
        _tables(data)
        assert made.figures(data)[cell] in (2_500_100_000, 2_500_200_000)
        gacc.import_customs(may, data)
        _whole(data)
        assert made.figures(data)[cell] == 2_500_200_000


def test_a_full_disk_stops_a_fetch_with_a_sentence_and_keeps_what_it_has(
    command, tmp_path
):
    disk = tmp_path / "disk"
    with faults.small_disk(disk, 1_000_000) as mounted:
        free_space = [0, 8192, 20_480] if mounted else [None]
        for free in free_space:
            filler = faults.fill(disk, free) if free is not None else None
            ended = command.nursery.run(
                *ASKED,
                "--data",
                disk,
                cwd=tmp_path,
                env=command.env,
                largest_file=None if mounted else 2000,
            )
            assert ended.status == 1
            assert "Traceback" not in ended.said
            sentence = ended.err.strip().splitlines()[-1]
            why = "No space left on device" if mounted else "File too large"
            assert sentence.endswith(f"{why}; what was there stays")
            assert len(_kept(disk)) < REQUESTS
            if filler:
                filler.unlink()
        command.done(disk, *ASKED)
        assert len(_values(disk)) == FIGURES


def test_a_manifest_that_another_fetch_takes_away_meanwhile_does_not_count(
    tmp_path,
):
    """A name that is listed, and leads to nothing when it is read."""
    (tmp_path / "gone.json").symlink_to(tmp_path / "nothing")
    assert manifests_of(tmp_path) == []
    (tmp_path / "torn.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match=r"torn\.json is not a readable manifest"):
        manifests_of(tmp_path)


def test_two_files_at_once_are_both_kept(command, tmp_path):
    """Under one name: of the same month, with other figures."""
    data, pages = tmp_path / "data", []
    for place, changes in (("a", ()), ("b", OTHER)):
        (tmp_path / place).mkdir()
        pages.append(_page(tmp_path / place / "table.html", *changes))
    asked = [("fetch", "file", page, "--data", data) for page in pages]
    for ended in command.nursery.run_together(asked, cwd=tmp_path, env=command.env):
        assert ended.status == 0, ended.err
    assert len(listing(data)) == 2
    _whole(data)
