"""What is made of chosen figures is made once, never of old tables, and nobody can change it."""

import datetime as dt
import os
import shutil
import struct
from pathlib import Path

import pandas as pd
import pytest

from catrade_build.cells import memory
from catrade_build.cells.memory import kept
from catrade_build.tables import as_of
from catrade_build.tables.paths import data_dir
from pagemill import reads

_calls: list[object] = []


@kept
def _counted(frequency: str = "annual", *, goods: bool = False) -> pd.DataFrame:
    _calls.append((frequency, goods))
    return pd.DataFrame({"value": [1.0, 2.0]})


def test_it_is_made_once_however_it_is_asked_for_and_anew_of_a_changed_table(
    tmp_path, monkeypatch
):
    data = Path(shutil.copytree(data_dir(), tmp_path / "data"))
    monkeypatch.setenv("CATRADE_DATA", str(data))
    _calls.clear()
    for _ in range(2):
        _counted()
        _counted("annual", goods=False)
    assert _calls == [("annual", False)]
    table = data / "highlights.csv"
    table.write_bytes(table.read_bytes() + b"\n")
    _counted()
    assert len(_calls) == 2


def test_a_caller_changes_only_its_own_frame():
    mine = _counted()
    mine["value"] = 0.0
    other = _counted()
    other.loc[0, "value"] = 9.0
    assert _counted()["value"].tolist() == [1.0, 2.0]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of caches with the frame of `_counted`, which this process has forgotten."""
    monkeypatch.setenv("CATRADE_CACHE", str(tmp_path / "caches"))
    monkeypatch.setattr(memory, "SETTLED", 0)
    _forget()
    _counted()
    memory.save(0)
    _forget()
    (file,) = (tmp_path / "caches").glob("chosen-*.arrow")
    return file


def _forget() -> None:
    memory._of_state.clear()
    memory._kept.clear()
    _calls.clear()


def test_nothing_is_taken_for_other_data_or_of_a_broken_file(
    cache, data_copy, monkeypatch
):
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("CATRADE_DATA", str(data_copy))
        assert memory.take() == 1  # the same tables in another folder
        _forget()
        table = data_copy / "trade.csv"
        table.write_bytes(table.read_bytes() + b"\n")
        assert memory.take() == 0
    saved = cache.read_bytes()
    cache.write_bytes(saved[: len(saved) // 2])
    assert memory.take() == 0
    assert _counted()["value"].tolist() == [1.0, 2.0]


def test_nothing_is_taken_that_other_code_made(cache, tmp_path, monkeypatch):
    code = tmp_path / "code.py"
    code.write_text("a = 1", "utf-8")
    own = memory._code()
    monkeypatch.setattr(memory, "_LIBRARY", Path("/"))
    monkeypatch.setattr(memory, "_code", lambda: [*own, code])
    assert memory.take() == 0  # it was saved after this process began
    monkeypatch.setattr(memory, "IMPORTED", float("inf"))
    assert memory.take() == 0
    memory.save(0)  # nothing is kept yet
    _counted()
    memory.save(0)
    _forget()
    # Of two checkouts neither throws the other's away.
    assert memory.take() == 1
    assert cache.exists()


def test_a_changed_number_is_seen(cache):
    """Of a file of the right length and form whose frame says 3 where 2 was made."""
    saved = cache.read_bytes()
    two, three = struct.pack("<d", 2.0), struct.pack("<d", 3.0)
    assert saved.count(two) == 1
    cache.write_bytes(saved.replace(two, three))
    assert memory.take() == 0


def test_a_page_that_is_checked_takes_nothing(cache, monkeypatch):
    with monkeypatch.context() as checked:
        checked.setenv(reads.CHECKING, "1")
        assert memory.take() == 0
    assert memory.take() == 1


def test_the_newest_three_files_stay(cache, monkeypatch):
    cache.unlink()
    _counted()
    for number in range(4):
        file = cache.parent / f"chosen-{number}.arrow"
        monkeypatch.setattr(memory, "_name", lambda name=file.name: name)
        memory.save(0)
        os.utime(file, (1e9 + number, 1e9 + number))
    left = sorted(file.name for file in cache.parent.iterdir())
    assert left == ["chosen-1.arrow", "chosen-2.arrow", "chosen-3.arrow"]


def test_every_kind_of_column_comes_back_as_it_was(cache):
    frame = pd.DataFrame(
        {
            "text": ["a", None],
            "number": [1.5, float("nan")],
            "whole": [1, 2],
            "is_so": [True, False],
            "day": pd.to_datetime(["2026-01-18", None]),
        }
    )
    asked = ("frequency", "annual"), ("goods", False)
    # Of all that is held, and as of a day: one must not be taken for the other.
    keys = [("one", day, *asked) for day in (None, dt.date(2026, 1, 18))]
    read = memory._read(memory._written(dict.fromkeys(keys, frame)))
    assert [*read] == keys
    for made in read.values():
        pd.testing.assert_frame_equal(made, frame, check_exact=True)


def test_frames_as_of_a_day_are_saved_too(cache):
    memory.take()
    with as_of.holding(dt.date(2026, 1, 18)):
        _counted()
    memory.save(1)
    _forget()
    assert memory.take() == 2
    with as_of.holding(dt.date(2026, 1, 18)):
        _counted()
    assert _calls == []
    with as_of.holding(dt.date(2026, 1, 19)):
        _counted()
    assert _calls == [("annual", False)]


def test_a_file_of_somebody_else_is_not_read(cache, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: cache.stat().st_uid + 1)
    assert memory.take() == 0


def test_a_link_a_pipe_and_what_others_may_write_are_not_read(cache, tmp_path):
    """What they lead to is not the user's: seen with a link to a mail's attachment."""
    for file in (cache, cache.parent):
        own = file.stat().st_mode
        file.chmod(own | 0o020)
        assert memory.take() == 0
        file.chmod(own)
    attachment = tmp_path / "attachment"
    cache.rename(attachment)
    cache.symlink_to(attachment)
    assert memory.take() == 0
    cache.unlink()
    os.mkfifo(cache)
    assert memory.take() == 0
    cache.unlink()
    attachment.rename(cache)
    assert memory.take() == 1


def test_nothing_is_saved_while_the_code_is_being_written(cache, monkeypatch):
    cache.unlink()
    _counted()
    monkeypatch.setattr(memory, "SETTLED", float("inf"))
    memory.save(0)
    assert not cache.exists()


def test_who_explores_takes_what_reports_have_made(cache):
    """JupyterLab, a script and plain papermill call no `take`: their first call does."""
    assert _counted()["value"].tolist() == [1.0, 2.0]
    assert _calls == []


def test_the_file_is_the_same_however_text_is_stored(cache):
    """The server of kernels stores text as Python does, a plain kernel as Arrow does."""
    stored = {"python", "pyarrow"} - {pd.options.mode.string_storage}
    with pd.option_context("mode.string_storage", stored.pop()):
        assert memory.take() == 1


#: A session of its own, as a kernel of JupyterLab is; it says how many frames it has then.
