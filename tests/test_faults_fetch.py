"""Checks and fetches that are killed, or meet a full disk: data and what was fetched stay whole."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import faults
import pytest
from comtrade_server import Api, serve
from test_fetch_gacc import _english

from catrade.errors import FetchError
from catrade.fetch import comtrade_rows, fetched_trade_rows, gacc, listing, store
from pagemill import unfinished as paths_unfinished

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

KILLS = 30
ASKED = ("--reporter", "CHN", "--partner", "KAZ", "--years", "2017-2024", "--level", "2")
#: Requests that these take: one of totals; at two digits an answer holds two years of one partner.
REQUESTS = 1 + 4


@pytest.fixture
def server() -> Iterator[tuple[str, Api]]:
    with serve() as (url, api):
        api.release(156, range(2015, 2025))
        api.headings = 1
        yield url, api


class Fetch:
    """A command that fetches from the server on loopback into a folder."""

    def __init__(self, nursery: faults.Nursery, url: str, root: Path, temporary: Path) -> None:
        self._nursery = nursery
        self._root = root
        self.temporary = temporary
        self._env = {
            "CATRADE_COMTRADE_URL": url,
            "CATRADE_COMTRADE_PAUSE": "0",
            "COMTRADE_API_KEY": "",
            "TMPDIR": str(temporary),
        }

    def __call__(self, data: Path, *more: str, kill_after: float | None = None) -> faults.Ended:
        return self._nursery.run(
            "fetch", "comtrade", *ASKED, *more, "--data", data, cwd=self._root, env=self._env,
            kill_after=kill_after,
        )  # fmt: skip


@pytest.fixture
def fetch(nursery: faults.Nursery, server: tuple[str, Api], tmp_path: Path) -> Iterator[Fetch]:
    with tempfile.TemporaryDirectory(prefix="ct-") as folder:
        yield Fetch(nursery, server[0], tmp_path, Path(folder))


def _files(data: Path) -> list[Path]:
    return sorted(path for path in (data / "fetched").rglob("*") if path.is_file())


def _tables(data: Path) -> dict[str, bytes]:
    """Return the Parquet files, which hold no time of day, by name."""
    return {path.name: path.read_bytes() for path in _files(data) if path.suffix == ".parquet"}


def _kept(data: Path) -> list[str]:
    """Return the queries whose answers are kept, after a look at each file's hash."""
    kept = []
    for path, manifest in store.manifests(data / "fetched" / "comtrade" / "CHN"):
        store.check_hash(path.with_suffix(".parquet"), manifest["sha256"])
        kept.append(json.dumps(manifest["query"], sort_keys=True))
    return kept


def _asked(api: Api) -> list[str]:
    queries = [dict(query) for query in api.data_requests]
    for query in queries:
        query.pop("maxRecords", None)
    return [json.dumps(query, sort_keys=True) for query in queries]


def _unfinished(data: Path) -> list[str]:
    names = [path.name for path in data.rglob("*")]
    return [name for name in names if name.startswith(".") or name.endswith(".part")]


def test_a_fetch_killed_at_any_moment_goes_on_where_it_stopped(
    nursery: faults.Nursery, server: tuple[str, Api], fetch: Fetch, tmp_path: Path
) -> None:
    _, api = server
    seconds = [fetch(tmp_path / f"whole{number}").seconds for number in range(2)]
    whole = _tables(tmp_path / "whole0")
    assert len(whole) == REQUESTS
    done_before, data = set(), tmp_path / "killed0"
    moments = faults.Moments(7, min(seconds), 20 * KILLS)
    for number, moment in moments.until(lambda: moments.killed >= KILLS and len(done_before) > 2):
        moments.learn(fetch(data, kill_after=moment))
        nursery.until_gone()
        kept = _kept(data)
        done_before.add(len(kept))
        fetched_trade_rows(data)  # what is there can be read
        if number % 5 != 4 and len(kept) < REQUESTS:
            continue  # killed again where it stopped
        before = len(api.data_requests)
        ended = fetch(data)
        assert ended.status == 0, ended.err
        again = _asked(api)[before:]
        assert len(again) == REQUESTS - len(kept)
        assert not set(again) & set(kept)
        assert _tables(data) == whole
        assert _unfinished(data) == []
        assert list(fetch.temporary.iterdir()) == []
        data = tmp_path / f"killed{number + 1}"


def test_a_refresh_killed_at_any_moment_leaves_what_can_be_read(
    nursery: faults.Nursery, server: tuple[str, Api], fetch: Fetch, tmp_path: Path
) -> None:
    _, api = server
    data = tmp_path / "data"
    whole = fetch(data).seconds
    old = _tables(data)
    api.headings += 1  # the values of all chapters change
    assert fetch(tmp_path / "new").status == 0
    new = _tables(tmp_path / "new")
    assert not set(old.values()) & set(new.values())
    moments = faults.Moments(8, whole, 100)
    for number, moment in moments.until(lambda: moments.killed >= 6):
        moments.learn(fetch(data, "--refresh", kill_after=moment))
        nursery.until_gone()
        assert len(_kept(data)) >= REQUESTS - 1
        for name, content in _tables(data).items():
            assert content in (old[name], new[name])
        fetched_trade_rows(data)
        if number % 4 == 3:
            assert fetch(data, "--refresh").status == 0
            assert _tables(data) == new
            assert _unfinished(data) == []


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_refresh_stopped_between_the_moves_of_a_pair_is_no_damage(
    server: tuple[str, Api], fetch: Fetch, tmp_path: Path, step: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The moments between two moves are too short to be met by chance."""
    data = tmp_path / "data"
    assert fetch(data).status == 0
    whole = _tables(data)
    path = next(path for path in _files(data) if path.suffix == ".parquet")
    left = [step]

    def stop(move: object) -> object:
        def moved(*arguments: object, **options: object) -> object:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
            return move(*arguments, **options)  # type: ignore[operator]

        return moved

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop(Path.replace))
        patch.setattr(Path, "unlink", stop(Path.unlink))
        with pytest.raises(KeyboardInterrupt):
            store.write_pair(path, lambda file: file.write_bytes(b"new"), lambda digest: {})
    assert len(_kept(data)) == REQUESTS - (step > 1)
    fetched_trade_rows(data)
    assert fetch(data).status == 0
    assert _tables(data) == whole


def test_a_check_killed_at_any_moment_changes_nothing(
    nursery: faults.Nursery, data_copy: Path, tmp_path: Path
) -> None:
    for table in data_copy.glob("*.csv"):  # a check of all takes a second
        if table.stem not in ("countries", "sources", "exchange_rates"):
            table.unlink()
    before = faults.content(data_copy)
    with tempfile.TemporaryDirectory(prefix="ct-") as temporary:
        env = {"TMPDIR": temporary}
        check = ("check", "--data", str(data_copy))
        whole = nursery.run(*check, cwd=tmp_path, env=env)
        assert whole.status == 1
        assert "trade.csv: there is no such file" in whole.out
        moments = faults.Moments(9, whole.seconds, 20 * KILLS)
        for _, moment in moments.until(lambda: moments.killed >= KILLS):
            ended = nursery.run(*check, cwd=tmp_path, env=env, kill_after=moment)
            moments.learn(ended)
            assert "Traceback" not in ended.said
            nursery.until_gone()
            assert faults.content(data_copy) == before
            assert os.listdir(temporary) == []
        again = nursery.run(*check, cwd=tmp_path, env=env)
    assert (again.status, again.said) == (1, whole.said)


def test_a_full_disk_stops_a_fetch_with_a_sentence_and_keeps_what_it_has(
    nursery: faults.Nursery, fetch: Fetch, tmp_path: Path
) -> None:
    assert fetch(tmp_path / "whole").status == 0
    disk = tmp_path / "disk"
    with faults.small_disk(disk, 1_000_000) as mounted:
        if not mounted:
            _limited(nursery, fetch, tmp_path, disk)
            return
        for free in (0, 8192, 20_480):
            filler = faults.fill(disk, free)
            ended = fetch(disk)
            assert ended.status == 1
            said = ended.err.strip().splitlines()[-1]
            assert "Traceback" not in ended.said
            assert said.endswith("No space left on device; what was there stays")
            assert len(_kept(disk)) < REQUESTS
            filler.unlink()
        assert fetch(disk).status == 0
        assert _tables(disk) == _tables(tmp_path / "whole")
        assert _unfinished(disk) == []


def _limited(nursery: faults.Nursery, fetch: Fetch, tmp_path: Path, disk: Path) -> None:
    ended = nursery.run(
        "fetch", "comtrade", *ASKED, "--data", disk, cwd=tmp_path, env=fetch._env, largest_file=2000
    )
    assert ended.status == 1
    assert ended.err.strip().endswith("File too large; what was there stays")
    assert fetch(disk).status == 0
    assert _tables(disk) == _tables(tmp_path / "whole")


def test_two_fetches_at_once_end_with_one_set_of_files(
    nursery: faults.Nursery, fetch: Fetch, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    asked = ("fetch", "comtrade", *ASKED, "--data", str(data))
    for ended in nursery.run_together([asked, asked], cwd=tmp_path, env=fetch._env):
        assert ended.status == 0, ended.err
    assert len(_kept(data)) == REQUESTS
    assert fetch(tmp_path / "whole").status == 0
    assert _tables(data) == _tables(tmp_path / "whole")
    assert _unfinished(data) == []


def test_read_only_data_keep_what_was_fetched(fetch: Fetch, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert fetch(data).status == 0
    before = faults.content(data)
    folders = [path for path in [*data.rglob("*"), data] if path.is_dir()]
    for folder in folders:
        folder.chmod(0o555)
    assert fetch(data).status == 0  # nothing is to be fetched
    ended = fetch(data, "--refresh")
    assert ended.status == 1
    assert "Traceback" not in ended.said
    said = ended.err.strip().splitlines()[-1]
    assert said.endswith("cannot be written: Permission denied; what was there stays")
    for folder in folders:
        folder.chmod(0o755)
    assert faults.content(data) == before


def test_a_table_of_customs_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "table.html"
    file.write_text(_english(), encoding="utf-8")
    gacc.import_file(file, tmp_path)
    before = faults.content(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
        with pytest.raises(FetchError, match=r"gacc-2026-05.*csv cannot be written: No space left"):
            gacc.import_file(file, tmp_path)
    assert faults.content(tmp_path) == before
    (entry,) = listing(tmp_path)
    assert entry.label.startswith("gacc/gacc-2026-05")


def test_what_killed_runs_left_is_removed_where_nothing_is_to_be_fetched(
    fetch: Fetch, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    assert fetch(data).status == 0
    for folder in (data / "fetched" / "comtrade", data / "fetched" / "comtrade" / "CHN"):
        (folder / f"{paths_unfinished.PREFIX}left").mkdir()
    assert len(_unfinished(data)) == 2
    assert fetch(data).status == 0
    assert _unfinished(data) == []
    assert len(comtrade_rows.load(data)) == 8 * 2 * 97
