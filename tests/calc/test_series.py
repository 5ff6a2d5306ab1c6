"""Cells: what is published, what is computed from it, and what stays a gap."""

import pandas as pd
import pytest
from fetch_files import cases, options
from hypothesis import given, settings
from hypothesis import strategies as st
from published_rows import one, raw
from trade_totals import annual

from catrade_build.cells.chosen import all_cells
from catrade_build.tables.names import CENTRAL_ASIA

_ENDS = ["value_bn", "low_bn", "high_bn"]


def kaz(*figures: tuple, **more) -> pd.DataFrame:
    """China's trade with Kazakhstan in 2024: flow, value, half width, source."""
    return raw(*(("CHN", "KAZ", "2024", *figure) for figure in figures), **more)


def told(frame: pd.DataFrame, columns: list[str], **where) -> list:
    return [one(frame, **where)[column] for column in columns]


def test_a_sum_disagrees_as_a_part_of_it_does():
    book = annual(kaz(("export", 10, 0.5), ("import", 5, 0.5), ("import", 9, 0.5, "b")))
    apart = {flow: one(book, flow=flow)["disagrees"] for flow in ("export", "total")}
    assert apart == {"export": False, "total": True}


def test_a_total_is_added_only_where_both_flows_are_and_no_total_is():
    book = annual(
        raw(
            # 2020: both flows. 2021: one. 2022: both, and a total that says something else.
            ("CHN", "KAZ", "2022", "import", 6, 0.5, "e"),
            ("CHN", "KAZ", "2022", "total", 20, 0.1, "t"),
            ("CHN", "KAZ", "2022", "export", 12, 0.5, "e"),
            ("CHN", "KAZ", "2020", "export", 10, 0.5, "e"),
            ("CHN", "KAZ", "2020", "import", 5, 0.25, "i"),
            ("CHN", "KAZ", "2021", "export", 11, 0.5, "e"),
        )
    )
    order = ["export"] * 3 + [
        "import",
        "import",
        "total",
        "total",
        "balance",
        "balance",
    ]
    assert book["flow"].tolist() == order
    assert book["year"].tolist() == [2020, 2021, *[2022, 2020] * 3, 2022]
    how = ["basis", "sources", "n_sources", *_ENDS]
    summed = told(book, how, flow="total", year=2020)
    assert summed == ["sum_of_flows", "e;i", 2, 15, 14.25, 15.75]
    assert told(book, how, flow="total", year=2022) == [
        "published",
        "t",
        1,
        20,
        19.9,
        20.1,
    ]
    balance = told(book, how, flow="balance", year=2020)
    # 10 − 5, from 9.5 − 5.25 to 10.5 − 4.75
    assert balance == ["difference_of_flows", "e;i", 2, 5, 4.25, 5.75]


#: A total, half its unit and what it is besides exports of 5.5 to 6.5 and imports of 4.5 to 5.5, 10
#: to 12 | what is used: the sum where it is the same with more digits, also where an end is the
#: same; not where it is no finer, where it may lie below or above, nor where the two differ.
TOTALS = """
11.5 1.5 |  | sum_of_flows
10.5 1.5 |  | sum_of_flows
11 1 |  | published
12 1.5 |  | published
10 1.5 |  | published
15 0.1 |  | published
15 0.1 | "quality": "doubtful" | sum_of_flows
11 1 | "converted": true | sum_of_flows
11 0.1 | "converted": true | converted
"""


@pytest.mark.parametrize(("published", "more", "basis"), cases(TOTALS))
def test_a_sum_replaces_a_total_only_if_it_is_the_same_but_finer_or_sounder(
    published, more, basis
):
    flows = kaz(("export", 6, 0.5), ("import", 5, 0.5))
    total = ("total", *map(float, published.split()))
    frame = pd.concat([flows, kaz(total, **options(more))])
    for rows in (frame, frame.iloc[::-1]):
        assert told(annual(rows), ["basis"], flow="total") == [basis]


def test_doubtful_flows_do_not_replace_a_sound_total():
    doubted = kaz(("export", 8, 0.01), quality="doubtful")
    flows = pd.concat([doubted, kaz(("import", 1, 0.01))])
    figures = annual(pd.concat([flows, kaz(("total", 9, 0.5))]))
    assert told(figures, ["basis", "quality"], flow="total") == ["published", "ok"]
    assert told(annual(flows), ["quality"], flow="total") == ["doubtful"]


#: Kind and coverage of exports, of imports and of a total | what is used, and whether the two are
#: said to differ: what counts something else is no total of these flows, and no contradiction;
#: exports with services and imports of goods are what a total with services is made of.
BETTER = """
dataset goods, dataset goods, press goods | sum_of_flows True
official goods, official goods, dataset goods | sum_of_flows True
dataset goods, dataset goods, dataset goods | published True
press goods, press goods, dataset goods | published True
dataset goods, dataset goods, press goods_and_services | sum_of_flows False
dataset goods_and_services, dataset goods, press goods_and_services | sum_of_flows True
"""


@pytest.mark.parametrize(("three", "used"), cases(BETTER))
def test_only_flows_of_a_better_source_overrule_a_total(three, used):
    figures = [("export", 5, 0.1), ("import", 5, 0.1), ("total", 12, 0.5)]
    of_each = [words.split() for words in three.split(", ")]
    trade = [
        kaz(figure, source_kind=kind, coverage=coverage)
        for figure, (kind, coverage) in zip(figures, of_each, strict=True)
    ]
    basis, differs = told(
        annual(pd.concat(trade)), ["basis", "disagrees"], flow="total"
    )
    assert f"{basis} {differs}" == used


# --- the region -----------------------------------------------------------------------------------

FIVE_2025 = {
    "KAZ": (48.6, 0.05),
    "KGZ": (27.2, 0.05),
    "TJK": (4.3, 0.05),
    "TKM": (10.0, 0.5),
    "UZB": (16.2, 0.05),
}
FIVE = [("CHN", p, "2025", "total", *ends, p.lower()) for p, ends in FIVE_2025.items()]


def test_the_region_is_summed_only_when_all_five_are_there():
    how = ["basis", "n_sources", "sources"]
    region = one(annual(raw(*FIVE)), partner="CA5")
    # 48.6 + 27.2 + 4.3 + 10.0 + 16.2 = 106.3; half widths 0.05·4 + 0.5 = 0.7.
    assert [region[end] for end in _ENDS] == pytest.approx([106.3, 105.6, 107.0])
    assert [region[name] for name in how] == [
        "sum_of_partners",
        5,
        "kaz;kgz;tjk;tkm;uzb",
    ]
    assert annual(raw(*FIVE[:-1]), partner="CA5").empty
    four = annual(raw(*(row for row in FIVE if row[1] != "TKM")), partner="CA4")
    assert four["value_bn"].tolist() == pytest.approx([96.3])
    published = annual(raw(*FIVE, ("CHN", "CA5", "2025", "total", 106.3, 0.05)))
    region = told(published, ["basis", "low_bn"], partner="CA5")
    assert region == ["published", pytest.approx(106.25)]


@pytest.mark.parametrize("totals", [[], [("total", 10, 0.5)]])
def test_the_regions_flows_come_before_its_members_totals(totals):
    # Members' own totals are rounded to 1, their flows exact: the region's three figures must fit.
    flows = [("export", 4, 0), ("import", 5, 0), *totals]
    rows = [("CHN", code, "2012", *flow) for code in CENTRAL_ASIA for flow in flows]
    book = annual(raw(*rows), partner="CA5")
    assert book["value_bn"].tolist() == [20, 25, 45, -5]
    assert told(book, ["basis"], flow="total") == ["sum_of_flows"]


# --- whose figures, and when ----------------------------------------------------------------------


def test_a_half_year_is_january_to_june():
    trade = raw(
        ("CHN", "KAZ", "2024-H1", "total", 21.7, 0.05, "a"),
        ("CHN", "KAZ", "2025-6M", "total", 23.0, 0.05, "b"),
        ("CHN", "KAZ", "2024-H2", "total", 22.0, 0.05, "a"),
        ("CHN", "KAZ", "2024-Q1", "total", 9.5, 0.05, "a"),
        ("CHN", "KAZ", "2024-03", "total", 3.0, 0.05, "a"),
        ("CHN", "KAZ", "2024-10M", "total", 36.5, 0.05, "a"),
        ("CHN", "KAZ", "2024", "total", 43.8, 0.05, "a"),
    )
    book = all_cells(trade, "ytd")
    assert book["period"].tolist() == ["2024-3M", "2024-6M", "2024-10M", "2025-6M"]
    assert set(book["frequency"]) == {"ytd"}
    assert all_cells(trade, "monthly")["period"].tolist() == ["2024-03"]


@settings(max_examples=6, deadline=None)
@given(st.permutations(range(8)))
def test_the_order_of_rows_does_not_matter(order):
    trade = raw(
        *FIVE,
        ("CHN", "KAZ", "2023", "export", 3, 0.5, "a"),
        ("CHN", "KAZ", "2023", "import", 2, 0.5, "b"),
        ("CHN", "CA5", "2022", "total", 12, 0.5, "c"),
    )
    expected, reordered = annual(trade), annual(trade.iloc[list(order)])
    pd.testing.assert_frame_equal(reordered, expected)
    assert annual(trade[:0]).dtypes.equals(reordered.dtypes)
