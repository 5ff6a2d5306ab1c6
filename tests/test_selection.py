"""The choice among several sources, on frames made by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from catrade.errors import ParameterError
from catrade.selection import disagreements, select_published

ROW = {
    "reporter": "CHN",
    "partner": "KAZ",
    "period": "2025",
    "flow": "total",
    "value_usd": 100.0,
    "low_usd": 95.0,
    "high_usd": 105.0,
    "converted": False,
    "quality": "ok",
    "source_kind": "press",
    "published": "2026-01-10",
    "source_id": "a",
}


def _frame(*changes: dict) -> pd.DataFrame:
    return pd.DataFrame([{**ROW, "source_id": f"s{n}", **row} for n, row in enumerate(changes)])


def _chosen(*changes: dict) -> str:
    return select_published(_frame(*changes))["source_id"].item()


NARROW = {"low_usd": 99.0, "high_usd": 101.0}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        # each step of the rule, against a rival that is better in every later step
        ({"quality": "ok"}, {"quality": "doubtful", "source_kind": "official", **NARROW}),
        ({"converted": False}, {"converted": True, "source_kind": "official", **NARROW}),
        ({"source_kind": "official"}, {"source_kind": "dataset", **NARROW}),
        ({"source_kind": "dataset"}, {"source_kind": "official_statement", **NARROW}),
        ({"source_kind": "dataset"}, {"source_kind": "press", **NARROW}),
        # sources that relay a figure: the narrowest interval decides, whoever they are
        ({"source_kind": "press", **NARROW}, {"source_kind": "official_statement"}),
        ({"source_kind": "press", **NARROW}, {"source_kind": "research"}),
        ({**NARROW, "published": "2020"}, {"published": "2026-03"}),
        ({"published": "2026-03-01"}, {"published": "2026-02-28"}),
        ({"published": "2026-03"}, {"published": "2026"}),
        ({"published": "2019"}, {"published": ""}),
    ],
)
def test_each_step_of_the_rule(better: dict, worse: dict) -> None:
    assert _chosen({**better, "source_id": "b"}, {**worse, "source_id": "a"}) == "b"
    assert _chosen({**worse, "source_id": "a"}, {**better, "source_id": "b"}) == "b"


def test_the_last_resort_is_the_source_id() -> None:
    assert _chosen({"source_id": "b"}, {"source_id": "a"}) == "a"


def test_rejected_rows_are_never_used_and_never_counted() -> None:
    frame = _frame({"quality": "rejected", "source_kind": "official"}, {"quality": "doubtful"})
    result = select_published(frame)
    assert result["source_id"].tolist() == ["s1"]
    assert result["n_sources"].tolist() == [1]
    assert select_published(frame[:1]).empty


def test_others_are_spanned_and_compared() -> None:
    result = select_published(
        _frame(
            {"source_kind": "official"},
            {"value_usd": 104.0, "low_usd": 103.0, "high_usd": 106.0},
            {"value_usd": 90.0, "low_usd": 88.0, "high_usd": 94.0},
        )
    )
    assert result["n_sources"].item() == 3
    assert result["other_low_usd"].item() == 88.0
    assert result["other_high_usd"].item() == 106.0
    assert result["disagrees"].item()


def test_intervals_that_touch_agree() -> None:
    frame = _frame({"source_kind": "official"}, {"low_usd": 105.0, "high_usd": 110.0})
    assert not select_published(frame)["disagrees"].item()
    assert disagreements(frame).empty


def test_a_single_source_has_no_others() -> None:
    result = select_published(_frame({}))
    assert result["n_sources"].item() == 1
    assert not result["disagrees"].item()
    assert result[["other_low_usd", "other_high_usd"]].isna().all(axis=None)


def test_cells_keep_their_order_and_attrs() -> None:
    frame = _frame({"period": "2024"}, {"period": "2023"}, {"period": "2024"}, {"flow": "export"})
    frame.attrs = {"table": "trade", "sources": ["s0"]}
    result = select_published(frame)
    assert result["period"].tolist() == ["2024", "2023", "2025"]
    assert result.attrs == frame.attrs
    assert not [name for name in result if name.startswith("_")]


def test_disagreements_name_both_sides() -> None:
    frame = _frame(
        {"source_kind": "official"},
        {"value_usd": 120.0, "low_usd": 119.0, "high_usd": 121.0},
        {"value_usd": 106.0, "low_usd": 105.5, "high_usd": 106.5},
        {"period": "2024"},
    )
    found = disagreements(frame)
    assert found[["chosen_source", "other_source", "difference_usd"]].to_numpy().tolist() == [
        ["s0", "s2", 6.0],
        ["s0", "s1", 20.0],
    ]
    assert found["chosen_usd"].tolist() == [100.0, 100.0]
    assert disagreements(frame, at_least=0.1)["other_source"].tolist() == ["s1"]


def test_unknown_quality_or_kind_is_told() -> None:
    with pytest.raises(ParameterError, match="source_kind must be one of official"):
        select_published(_frame({"source_kind": "blog"}))
    with pytest.raises(ParameterError, match="quality must be one of ok, doubtful"):
        select_published(_frame({"quality": "good"}))


def test_an_empty_frame_gives_an_empty_frame() -> None:
    result = select_published(_frame({})[:0])
    assert result.empty
    assert {"n_sources", "disagrees"} <= set(result)
    assert disagreements(_frame({})[:0]).empty
