"""Changes of the HS edition: found, marked, and growth across a split code refused."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from catrade.errors import ParameterError
from catrade.fetch.revisions import CHANGED, REFUSED, SAME, code_growth, revision_breaks


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


def test_growth_within_an_edition_across_it_and_refused() -> None:
    frame = _rows(
        (2020, "8517", "H5", 100.0),
        (2021, "8517", "H5", 110.0),
        (2022, "8517", "H6", 121.0),
        (2021, "8548", "H5", 50.0),  # ends with the edition
        (2022, "8549", "H6", 60.0),  # begins with the edition
        (2021, "0101", "H5", 5.0),  # no trade in 2020, same edition: no row
    )
    found = code_growth(frame).set_index(["code", "year"])
    assert found["comparison"].to_dict() == {
        ("8517", 2021): SAME,
        ("8517", 2022): CHANGED,
        ("8548", 2022): REFUSED,
        ("8549", 2022): REFUSED,
        ("0101", 2022): REFUSED,
    }
    assert found.loc[("8517", 2021), "growth"] == pytest.approx(0.10)
    assert found.loc[("8517", 2022), "growth"] == pytest.approx(0.10)
    assert math.isnan(found.loc[("8549", 2022), "growth"])


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ParameterError, match="code_growth needs column 'classification'"):
        code_growth(_rows().drop(columns="classification"))
