"""The choice among several sources, on frames made by hand."""

from pathlib import Path

import pandas as pd
import pytest
from fetch_files import cases, options

from catrade_build.cells.selection import RULE, select_published
from rounding.errors import ParameterError

ROW = {
    "reporter": "CHN",
    "partner": "KAZ",
    "period": "2025",
    "flow": "total",
    "year": 2025,
    "frequency": "annual",
    "value_usd": 100.0,
    "low_usd": 95.0,
    "high_usd": 105.0,
    "converted": False,
    "quality": "ok",
    "source_kind": "press",
    "published": "2026-01-10",
    "sources": "a",
}


def _frame(*changes: dict) -> pd.DataFrame:
    return pd.DataFrame(
        [{**ROW, "sources": f"s{n}", **row} for n, row in enumerate(changes)]
    )


def _chosen(*changes: dict) -> str:
    ids = select_published(_frame(*changes))["sources"].item()
    return ids.partition(";")[0]  # the figure's own comes first


def test_the_rule_in_the_readme_is_the_rule():
    text = (Path(__file__).parents[2] / "data" / "README.md").read_text("utf-8")
    assert RULE in " ".join(line.removeprefix("> ") for line in text.splitlines())


def _of(value: float, low: float, high: float, **more: object) -> dict[str, object]:
    return {"value_usd": value, "low_usd": low, "high_usd": high, **more}


NARROW = {"low_usd": 99.0, "high_usd": 101.0}


#: What is better | and worse: each step of the rule, against a rival that is better in every later
#: step. Of sources that relay a figure the narrowest interval decides, whoever they are; computed
#: figures come last, however fine; a converted figure within the published one says the same, and
#: more.
STEPS = """
"quality": "ok" | "quality": "doubtful", "source_kind": "official", NARROW
"converted": false | "converted": true, "source_kind": "official", BESIDE
"source_kind": "official" | "source_kind": "dataset", NARROW
"source_kind": "dataset" | "source_kind": "press", NARROW
"source_kind": "dataset" | "source_kind": "research", NARROW
"source_kind": "dataset" | "source_kind": "official_statement", NARROW
"source_kind": "press", NARROW | "source_kind": "official_statement"
"source_kind": "research", NARROW | "source_kind": "press"
NARROW, "rounding": "floor" | "rounding": "nearest", GROWTH
"rounding": "nearest" | "rounding": "floor", GROWTH, "published": "2026-03"
"rounding": "nearest" | "rounding": "about", GROWTH, "published": "2026-03"
NARROW, "published": "2020" | "published": "2026-03"
"published": "2026-03-01" | "published": "2026-02-28"
"published": "2019" | "published": ""
"converted": true | "basis": "sum_of_chapters", "source_kind": "official", NARROW
"converted": true, "source_kind": "official", NARROW | "converted": false
"converted": true, NARROW | "converted": false, "source_kind": "official"
"""
STEPS = STEPS.replace("NARROW", '"low_usd": 99, "high_usd": 101')
#: As narrow, but not within 95 to 105: what is "better in every later step" must not be the same.
STEPS = STEPS.replace("BESIDE", '"value_usd": 106, "low_usd": 104, "high_usd": 107')
STEPS = STEPS.replace("GROWTH", '"growth_printed": 0.1')


@pytest.mark.parametrize("two", cases(STEPS))
def test_each_step_of_the_rule(two):
    usual = {"rounding": "nearest", "growth_printed": None, "basis": "published"}
    better, worse = (usual | options(row) for row in two)
    assert _chosen({**better, "sources": "b"}, {**worse, "sources": "a"}) == "b"
    assert _chosen({**worse, "sources": "a"}, {**better, "sources": "b"}) == "b"


#: Figures: value, half a unit, when published | what is used.
FIGURES = """
94.82 0.005 2025-01, 94.7 0.05 2025-06, 94.7 0.05 2025-09 | 94.7 94.65 94.75
1018679900 0.5 2017, 1018680000 5000 2018 | 1018679900 1018679899.5 1018679900.5
94.72 0.005 2025-01, 94.7 0.05 2025-06 | 94.72 94.715 94.725
10 0.5 2025, 10.9 0.5 2025, 9.1 0.5 2025 | 10 9.5 10.5
10 0.5 2025, 10.75 0.25 2025, 9 0.5 2025 | 10 9.5 10.5
10 0.5 2025, 12 0.1 2025 | 12 11.9 12.1
12 0.5 2025, 10 0.5 2025 | 10 9.5 10.5
"""


@pytest.mark.parametrize(("figures", "expected"), cases(FIGURES))
def test_the_newer_of_two_that_contradict_the_finer_of_two_that_agree(
    figures, expected
):
    """A first release and what was printed of it since; to the dollar, of more than a billion; a
    finer older one that agrees; of three as new as each other the one that both others touch, even
    in a point only, before a finer one; of two that contradict each other the finer, else the less.
    """
    rows = [
        (float(v), float(h), day) for v, h, day in map(str.split, figures.split(", "))
    ]
    frame = _frame(
        *(_of(v, v - half, v + half, published=day) for v, half, day in rows)
    )
    for order in (frame, frame.iloc[::-1]):
        names = [f"s{n}" for n in range(len(order))]
        for ids in (names, names[::-1]):  # ties never fall to the alphabet
            chosen = select_published(order.assign(sources=ids)).iloc[0]
            ends = chosen[["value_usd", "low_usd", "high_usd"]].round(6).tolist()
            assert ends == [*map(float, expected.split())]


def _interval(*changes: dict) -> list[object]:
    row = select_published(_frame(*changes)).iloc[0]
    return row[["value_usd", "low_usd", "high_usd", "sources"]].tolist()


def test_a_figure_has_the_interval_its_equal_sources_have_in_common():
    # "over 48.6" and, to the nearest tenth, 48.7: 48.65 to 48.7, and only 48.7 is in it.
    over = _of(48.6, 48.6, 48.7, rounding="floor")
    near = _of(48.7, 48.65, 48.75, rounding="nearest")
    assert _interval(over, near) == [48.7, 48.65, 48.7, "s1;s0"]
    # A floor that is narrower comes first, but its value is not in what both leave.
    fine = _of(48.68, 48.68, 48.73, rounding="floor")
    low = _of(48.7, 48.69, 48.9, rounding="nearest")
    assert _interval(fine, low) == [48.7, 48.69, 48.73, "s1;s0"]
    # "Over 100" to 104 and 98 within 97 to 103: 100 to 103, in which 100 itself lies.
    over = _of(100.0, 100.0, 104.0, rounding="floor")
    near = _of(98.0, 97.0, 103.0)
    assert _interval(over, near) == [100, 100, 103, "s0;s1"]
    # Of three, whoever sets an end is named: over 48.68 the lower one, 48.5 to 48.9 neither.
    near = _of(48.7, 48.65, 48.75)
    over = _of(48.68, 48.68, 48.8)
    wide = _of(48.7, 48.5, 48.9)
    assert _interval(near, over, wide) == [48.7, 48.68, 48.75, "s0;s1"]
    # The wider one is named only where it takes something away.
    assert _interval({**NARROW}, {}) == [100, 99, 101, "s0"]


#: A converted figure beside the published 95 to 105: what sticks out is cut off.
CONVERTED = """
100 99 101 |  | 100 99 101 s1
104 103 106 |  | 104 103 105 s1;s0
105 104 106 |  | 105 104 105 s1;s0
95 94 96 |  | 95 95 96 s1;s0
106 104 107 |  | 100 95 105 s0
100 99 101 | "quality": "doubtful" | 100 95 105 s0
100 99 101 | "coverage": "mixed" | 100 95 105 s0
100 99 101 | "basis": "sum_of_chapters" | 100 95 105 s0
"""


@pytest.mark.parametrize(("figure", "more", "used"), cases(CONVERTED))
def test_a_finer_converted_figure_takes_its_place_within_the_published_one(
    figure, more, used
):
    other = _of(*map(float, figure.split()), converted=True)
    every = {"coverage": "goods", "basis": "published"}
    ends = _interval(every, every | other | options(more))
    assert " ".join(f"{end:g}" if end != ends[3] else end for end in ends) == used


def test_a_row_a_cell_in_the_order_these_first_appear():
    frame = _frame({"partner": "UZB"}, {"partner": "KAZ"}, {"partner": "UZB"})
    result = select_published(frame)
    assert result["partner"].tolist() == ["UZB", "KAZ"]
    assert [*result] == [*frame, "n_sources", "disagrees"]


def test_a_wider_figure_that_holds_the_chosen_one_does_not_disagree():
    fine = {"source_kind": "official", **NARROW}
    frame = _frame(fine, {"low_usd": 95.0, "high_usd": 105.0})
    assert select_published(frame)["disagrees"].tolist() == [False]
    below = _of(97.0, 95.0, 98.5)
    assert select_published(_frame(fine, below))["disagrees"].tolist() == [True]


def test_an_unknown_quality_or_kind_is_told():
    with pytest.raises(ParameterError, match="source_kind must be one of official"):
        select_published(_frame({"source_kind": "blog"}))
    with pytest.raises(ParameterError, match="quality must be one of ok, doubtful"):
        select_published(_frame({"quality": "good"}))
