"""What is made of chosen figures is made once, never of old tables, and nobody can change it."""

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd

from catrade_build.kept import kept
from catrade_build.tables import as_of
from catrade_build.tables.paths import data_dir

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


def test_as_of_a_day_it_is_another():
    _counted()
    _calls.clear()
    for day in (18, 18, 19):
        with as_of.holding(dt.date(2026, 1, day)):
            _counted()
    assert len(_calls) == 2
