"""First and later figures, by hand and as the referee found them."""

from typing import Any

import pandas as pd
import pytest
from fetch_files import cases, options
from published_rows import customs_row as row

from catrade_build.revisions import (
    bases,
    every_base,
    record,
    revised_cells,
    usually,
)
from catrade_build.tables.names import CENTRAL_ASIA, GROUPS


def dated(value: float, published: str, **more: Any) -> dict:
    return row("KAZ", "2024", value) | {
        **{"currency": "USD", "published": published, "sources": f"s-{published}"},
        **{"quality_reason": "", "precision": 0.1},
        **more,
    }


def of(*rows: dict) -> pd.DataFrame:
    trade = pd.DataFrame(rows)
    return revised_cells(trade, bases(trade))


def test_later_figures_outside_the_first_one_are_revisions_the_largest_first():
    # Of 2024 the newest of three counts, 0.5 / 10 = 5%; of 2023 it is −0.2 / 0.8 = −25%.
    months = ((10.5, "2025-12"), (10.0, "2025-01"), (10.3, "2025-06"))
    before = (
        dated(v, m, period="2023") for v, m in ((0.8, "2025-01"), (0.6, "2025-06"))
    )
    revisions = of(*(dated(*month) for month in months), *before)
    assert revisions[["first", "later"]].to_numpy().tolist() == [
        [0.8, 0.6],
        [10.0, 10.5],
    ]
    # Half a unit, 0.05, either way on both figures: (0.2 − 0.1) / 0.8 and (0.5 − 0.1) / 10.
    assert revisions["beyond"].tolist() == pytest.approx([0.125, 0.04])


#: A first and a later figure with what is said of them besides: within the first one's rounding;
#: 9.75
#: to 10.25 touches 10.25 to 10.75, and 9.25 to 9.75; of one day or undated, nobody knows which came
#: first; doubtful; in yuan; of services; nothing to divide by.
NONE = """
10.0 2025-01 | 10.04 2025-06 "precision": 0.01
10.0 2025-01 "precision": 0.5 | 10.5 2025-06 "precision": 0.5
10.0 2025-01 "precision": 0.5 | 9.5 2025-06 "precision": 0.5
10.0 2025-01-31 | 10.5 2025-01-31 "source_kind": "dataset"
10.0 - | 10.5 2025-06
10.0 2025-01 "quality": "doubtful" | 10.5 2025-06 "quality": "doubtful"
10.0 2025-01 | 10.5 2025-06 "quality": "doubtful"
10.0 2025-01 | 10.5 2025-06 "currency": "CNY"
10.0 2025-01 | 10.5 2025-06 "coverage": "goods_and_services"
0.0 2025-01 "precision": 0.0 | 10.5 2025-06
0.0 2025-01 | 10.5 2025-01 "period": "2025", "growth_printed": 0.05
"""


@pytest.mark.parametrize("two", cases(NONE))
def test_what_is_no_revision(two):
    rows = []
    for figure in two:
        value, day, more = f"{figure} ".split(" ", 2)
        rows.append(dated(float(value), day.strip("-"), **options(more)))
    assert of(*rows).empty


def test_a_first_release_comes_first_whenever_its_copy_was_published():
    first = {"quality": "doubtful", "quality_reason": "first release; later revised up"}
    revision = of(dated(10.5, "2025-01"), dated(10.0, "2025-06", **first)).iloc[0]
    assert (revision["first"], revision["later"]) == (10.0, 10.5)


def test_growth_printed_a_year_later_shows_a_revision():
    # 0.9 is said to be 25% more, so last year's 0.8 has become 0.72.
    rows = (
        row("KAZ", "2025-7M", 0.8),
        row("KAZ", "2026-7M", 0.9, 0.25, sources="next"),
    )
    revision = of(
        *(figure | {"quality_reason": "", "precision": 0.01} for figure in rows)
    ).iloc[0]
    assert revision["period"] == "2025-7M"
    assert revision[["first", "later"]].tolist() == pytest.approx([0.8, 0.72])


def test_the_record_counts_figures_that_did_not_move_too():
    # Of four years' figures of 100 growth a year later says 100 (+1%), 101, 98 and 110.
    new = {"KAZ": (101, 0.01), "UZB": (101, 0.0), "TJK": (98, 0.0), "KGZ": (110, 0.0)}
    rows = [
        cell | {"quality_reason": "", "precision": 0.01}
        for code, (value, growth) in new.items()
        for cell in (row(code, "2024", 100.0), row(code, "2025", float(value), growth))
    ]
    summary = record(bases(pd.DataFrame(rows))).iloc[0]
    assert (summary["flow"], summary["n"], summary["moved"]) == ("total", 4, 3)
    # Sizes 0, 1, 2 and 10 per cent: the middle is 1.5, nine tenths of the way from 2 to 10 are at
    # 0.9 · 3 = 2.7, that is 2 + 0.7 · 8 = 7.6.
    assert summary["median"] == pytest.approx(0.015)
    assert summary["ninety"] == pytest.approx(0.076)


def test_the_record_of_the_referee():
    """Of 285 bases of China’s figures with the five 177 moved, nine tenths by up to so much."""
    grown = every_base().query("reporter == 'CHN' and currency == 'CNY'")
    of_five = grown["partner"].isin([*CENTRAL_ASIA, *GROUPS])
    by_flow = record(grown[of_five]).set_index("flow")
    assert by_flow["n"].sum() == 285
    assert by_flow["moved"].sum() == pytest.approx(177, abs=10)
    nine_tenths = {"export": 0.6, "import": 2.6, "total": 0.65}
    assert (100 * by_flow["ninety"]).to_dict() == pytest.approx(nine_tenths, rel=0.15)
    # The five have published too few rates for theirs.
    assert usually()["reporter"].tolist() == ["CHN"] * 3
