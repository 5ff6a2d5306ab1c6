"""Fetches and imports that are killed, or meet a full disk: each is whole or not there."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import fetch_files as made
import processes
import pytest
from comtrade_server import fetch
from fetch_files import FILES, Y2022, zipped

from catrade_build.tables.reading import read_faults
from catrade_fetch import answers, baci, rows, store
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
SAME = {"start": 2021, "end": 2024}
#: Requests that these take: one of totals; at two digits an answer holds two years of one partner.
REQUESTS = 1 + 2
#: Four years, two flows: a total and 96 chapters.
FIGURES = 4 * 2 * 97


@pytest.fixture
def env(api) -> dict[str, str]:
    """What makes a user's command go to the server on loopback."""
    api.headings = 1
    asked = {"CATRADE_COMTRADE_URL": api.url, "CATRADE_COMTRADE_PAUSE": "0"}
    return {**asked, "COMTRADE_API_KEY": ""}


def _whole(data: Path) -> None:
    """Nothing is unfinished or damaged, and all of it stands in the tables with its sources."""
    rows.write_tables(data)
    for file in (data / "fetched").glob("*.csv"):
        assert read_faults(file.stem, data / "fetched")[1] == []
    assert not [path for path in data.rglob("*") if path.name.startswith(".")]
    assert fetched_faults(data) == []


def _values(data: Path) -> dict[tuple[str, ...], float]:
    """Return what is there of UN Comtrade, whenever it was fetched."""
    frame = answers.load_answers(data)
    return frame.set_index(["period", "flow", "code"])["value_usd"].to_dict()


def _kept(data: Path, since: str = "") -> list[str]:
    """Return the queries whose answers are kept, released since a day; look at each file's hash."""
    kept = []
    for path, manifest in manifests_of(data / "fetched" / "comtrade" / "CHN"):
        check_hash(path.with_suffix(".parquet"), manifest["sha256"])
        if max(manifest["released"].values()) >= since:
            kept.append(json.dumps(manifest["query"], sort_keys=True))
    return kept


def test_a_fetch_killed_before_any_step_goes_on_where_it_stopped(
    nursery, api, env, tmp_path, monkeypatch
):
    """An older release is there, of another day with a source of its own, which goes at the end."""
    start = tmp_path / "start"
    with monkeypatch.context() as earlier:
        earlier.setattr(store, "now", lambda: "2026-01-01T00:00:00Z")
        fetch(api, start, **SAME)
    rows.write_tables(start)
    old = _values(start)
    api.headings += 1  # the values of all chapters change
    api.release(156, range(2021, 2025), on="2026-08-01T10:00:00")
    fetch(api, tmp_path / "new", **SAME)
    new = _values(tmp_path / "new")
    assert all(new[cell] != old[cell] for cell in old)
    counts = set()
    killed = processes.Killed(nursery, tmp_path, env)
    for data in killed.before_each(start, *ASKED):
        rows.trade_rows(data)  # what is there can be read
        there = _values(data)
        assert all(there[cell] in (old[cell], new[cell]) for cell in there)
        kept = _kept(data, since="2026-08-01")
        counts.add(len(kept))
        api.log.clear()
        fetch(api, data, **SAME)
        _whole(data)
        assert _values(data) == new
        asked = [{**query} for query in api.data_requests]
        again = {json.dumps(q, sort_keys=True) for q in asked if q.pop("maxRecords")}
        assert len(again) == REQUESTS - len(kept)
        assert not again & set(kept)
    assert counts >= {0, REQUESTS - 1, REQUESTS}


def test_a_release_of_baci_killed_before_any_step_is_whole_or_not_there(
    nursery, env, tmp_path
):
    """It takes the place of another file's, beside another release."""
    other = {name.replace("V202601", "V202501"): text for name, text in FILES.items()}
    beside = zipped(tmp_path / "beside.zip", **(dict.fromkeys(FILES) | other))
    late = {"BACI_HS17_Y2022_V202601.csv": Y2022.replace("3000", "3333")}
    new, start = zipped(tmp_path / "new.zip", **late), tmp_path / "start"

    def cars(data: Path) -> float:
        frame = baci.load_flows(data, exporter="CHN", importer="KAZ", start=2022)
        return float(frame["value_usd"].item())

    import_release(beside, start)
    import_release(zipped(tmp_path / "old.zip"), start)
    rows.write_tables(start)
    killed = processes.Killed(nursery, tmp_path, env)
    wanted = ("fetch", "baci", new, "--force")
    for data in killed.before_each(start, *wanted, inside="/baci/"):
        assert fetched_faults(data) == []
        there = [entry.name for entry in listing(data)]
        assert there[0] == "HS17_V202501"
        if "HS17_V202601" in there:
            assert cars(data) in (4_000_000.0, 4_333_000.0)
        else:  # between two renames
            assert any((data / "fetched/baci").glob(f"{PREFIX}*/old"))
        import_release(new, data, force=True)
        _whole(data)
        assert cars(data) == 4_333_000.0


def test_a_full_disk_stops_a_fetch_with_a_sentence_and_keeps_what_it_has(
    nursery, env, tmp_path
):
    disk = tmp_path / "disk"
    asked = (*ASKED, "--data", disk)
    with processes.small_disk(disk, 1_000_000) as mounted:
        why = "No space left on device" if mounted else "File too large"
        for free in [0, 8192, 20_480] if mounted else [None]:
            filler = processes.fill(disk, free) if free is not None else None
            bound = None if mounted else 2000
            ended = nursery.run(*asked, cwd=tmp_path, env=env, largest_file=bound)
            assert ended.status == 1
            assert "Traceback" not in ended.said
            sentence = ended.err.strip().splitlines()[-1]
            assert sentence.endswith(f"{why}; what was there stays")
            assert len(_kept(disk)) < REQUESTS
            if filler:
                filler.unlink()
        ended = nursery.run(*asked, cwd=tmp_path, env=env)
        assert ended.status == 0, ended.err
        _whole(disk)
        assert len(_values(disk)) == FIGURES


def test_a_manifest_that_another_fetch_takes_away_meanwhile_does_not_count(tmp_path):
    """A name that is listed, and leads to nothing when it is read."""
    (tmp_path / "gone.json").symlink_to(tmp_path / "nothing")
    assert manifests_of(tmp_path) == []
    made.write(tmp_path / "torn.json", "{")
    with pytest.raises(DataError, match=r"torn\.json is not a readable manifest"):
        manifests_of(tmp_path)


def test_two_files_at_once_are_both_kept(nursery, tmp_path):
    """Under one name: of the same month, with other figures."""
    data, asked = tmp_path / "data", []
    other = made.changed(made.ENGLISH, "2,500,100=>2,500,200", "4,000,123=>4,000,223")
    for place, page in (("a", made.ENGLISH), ("b", other)):
        (tmp_path / place).mkdir()
        file = made.write(tmp_path / place / "table.html", page)
        asked.append(("fetch", "file", file, "--data", data))
    for ended in nursery.run_together(asked, tmp_path, [{}, {}]):
        assert ended.status == 0, ended.err
    assert len(listing(data)) == 2
    _whole(data)
