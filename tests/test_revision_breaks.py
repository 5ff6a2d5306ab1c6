"""Changes of the HS edition are found, for each reporter in its own year."""

from __future__ import annotations

import pandas as pd
import pytest

from catrade.trade_composition.changes import revision_breaks
from pagemill.errors import ParameterError


def _rows(*rows: tuple[int, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["year", "code", "classification", "value_usd"])
    return frame.assign(exporter="CHN", importer="KAZ", reporter="CHN")


def test_each_reporter_changes_in_its_own_year() -> None:
    frame = pd.DataFrame(
        {
            "reporter": ["CHN", "CHN", "KAZ", "KAZ", "KAZ"],
            "year": [2021, 2022, 2021, 2022, 2024],  # Kazakhstan without 2023
            "classification": ["H5", "H6", "H5", "H5", "H6"],
        }
    )
    found = revision_breaks(frame).set_index("reporter")
    assert found["year"].to_dict() == {"CHN": 2022, "KAZ": 2024}
    assert found["previous_year"].to_dict() == {"CHN": 2021, "KAZ": 2022}


def test_no_change_no_break() -> None:
    assert revision_breaks(_rows((2022, "87", "H6", 1.0), (2023, "87", "H6", 2.0))).empty


def test_two_editions_in_one_year_are_refused() -> None:
    with pytest.raises(ParameterError, match="CHN 2022 has several"):
        revision_breaks(_rows((2022, "87", "H5", 1.0), (2022, "88", "H6", 2.0)))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ParameterError, match="revision_breaks needs column 'classification'"):
        revision_breaks(_rows().drop(columns="classification"))
