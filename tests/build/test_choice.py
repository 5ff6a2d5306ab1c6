"""One figure a cell: the choice among sources, sums, figures that follow from others, intervals.

All on frames made by hand; every figure of the tables has its twin in truth/test_recomputed.py.
"""

import pandas as pd
import pytest
from fetch_files import cases, options
from published_rows import annual, one, raw

from catrade_build.cells.chosen import all_cells, begins, chosen
from catrade_build.cells.implied import (
    shares_of_totals,
    sums_of_chapters,
    with_computed,
)
from catrade_build.cells.rows import CellRow, narrowed
from catrade_build.cells.selection import select_published
from catrade_build.kept import every_row
from catrade_build.tables.trade import load_trade

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


def kaz(*figures: tuple, **more) -> pd.DataFrame:
    """China's trade with Kazakhstan in 2024: flow, value, half width, source."""
    return raw(*(("CHN", "KAZ", "2024", *figure) for figure in figures), **more)


def told(frame: pd.DataFrame, columns: list[str], **where) -> list:
    return [one(frame, **where)[column] for column in columns]


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


#: Kind and coverage of exports, of imports and of a total that they contradict | what is used.
BETTER = """
dataset goods, dataset goods, press goods | sum_of_flows
official goods, official goods, dataset goods | sum_of_flows
dataset goods, dataset goods, dataset goods | published
press goods, press goods, dataset goods | published
dataset goods, dataset goods, press goods_and_services | sum_of_flows
dataset goods_and_services, dataset goods, press goods_and_services | sum_of_flows
"""


@pytest.mark.parametrize(("three", "used"), cases(BETTER))
def test_only_flows_of_a_better_source_overrule_a_total(three, used):
    figures = [("export", 5, 0.1), ("import", 5, 0.1), ("total", 12, 0.5)]
    of_each = [words.split() for words in three.split(", ")]
    trade = [
        kaz(figure, source_kind=kind, coverage=coverage)
        for figure, (kind, coverage) in zip(figures, of_each, strict=True)
    ]
    assert told(annual(pd.concat(trade)), ["basis"], flow="total") == [used]


def test_what_growth_implies_is_not_shown_beside_a_total_that_it_contradicts():
    """5 and 5 are no 12; of services they are another count."""
    implied = kaz(("export", 5, 0.1), basis="implied_by_growth")
    known = kaz(("import", 5, 0.1), ("total", 12, 0.5), basis="published")
    trade = pd.concat([implied, known])
    assert {*annual(trade)["flow"]} == {"import", "total"}
    trade.loc[trade["flow"] == "total", "coverage"] = "goods_and_services"
    assert {*annual(trade)["flow"]} == {"export", "import", "total", "balance"}


# --- whose figures, and when ----------------------------------------------------------------------


def test_a_half_year_is_january_to_june():
    periods = (
        "2024-H1",
        "2025-6M",
        "2024-H2",
        "2024-Q1",
        "2024-03",
        "2024-10M",
        "2024",
    )
    trade = raw(*(("CHN", "KAZ", period, "total", 9.0, 0.05) for period in periods))
    book = all_cells(trade, "ytd")
    assert book["period"].tolist() == ["2024-3M", "2024-6M", "2024-10M", "2025-6M"]
    assert all_cells(trade, "monthly")["period"].tolist() == ["2024-03"]


def _ends(frame: pd.DataFrame) -> list[float]:
    return (frame[["low_usd", "value_usd", "high_usd"]].iloc[0] / 1e9).tolist()


def test_only_whole_flows_of_either_side_are_added_up():
    frame = pd.DataFrame(
        {
            "exporter": "KAZ",
            "importer": "CHN",
            "reporter": ["CHN", "CHN", "KAZ", "BACI"],
            "year": [2023, 2023, 2023, 2023],
            "hs_chapter": ["26", "74", "26", "26"],
            "value_usd": [3e9, 2e9, 4e9, 5e9],
            "low_usd": [2.5e9, 1.5e9, 3.5e9, 4.5e9],
            "high_usd": [3.5e9, 2.5e9, 4.5e9, 5.5e9],
            "unlisted_usd": [0.25e9, 0.25e9, 0.0, 0.0],
            "coverage": ["complete", "complete", "partial", "complete"],
            "sources": ["a", "a", "b", "c"],
        }
    )
    sums = sums_of_chapters(frame)
    assert sums[["reporter", "partner", "flow", "sources"]].to_numpy().tolist() == [
        ["CHN", "KAZ", "import", "a"]
    ]
    assert _ends(sums) == [4.0, 5.0, 6.25]


SHARES = pd.DataFrame({"reporter": ["KAZ"], "partner": "CHN", "period": "2025"})
SHARES = SHARES.assign(flow="export", share=0.192, share_precision=0.001)
SHARES = SHARES.assign(quality="ok", coverage="goods", sources="s")


def test_a_share_is_of_the_total_of_its_own_release():
    """Though a finer one came later: 19.2 per cent of 79 are 15.168."""
    own = raw(("KAZ", "WLD", "2025", "export", 79.0, 0.5, "s"))
    later = raw(("KAZ", "WLD", "2025", "export", 81.0, 0.01, "later"))
    estimates = shares_of_totals(SHARES, pd.concat([later, own], ignore_index=True))
    assert estimates["value_usd"].tolist() == pytest.approx([15.168e9])
    assert estimates["sources"].tolist() == ["s"]


@pytest.mark.parametrize("storage", ["python", "pyarrow"])
def test_text_stays_as_trade_has_it(storage):
    # `catrade.warm` changes how text is stored, while tables read before it are still held.
    trade = load_trade().query("reporter == 'KAZ' and frequency == 'annual'")
    with pd.option_context("mode.string_storage", storage):
        load_trade()
        figures = with_computed(trade)
    assert len(figures) > len(trade)
    assert figures[list(trade.columns)].dtypes.equals(trade.dtypes)


def _row(partner: str, flow: str, value: float, half: float, **more: object) -> CellRow:
    ends = (value, value - half, value + half)
    about = ("CHN", partner, "2024", 2024, flow, *ends)
    row = CellRow(*about, "published", "a", "ok")
    return row._replace(**more)


def _intervals(*rows: CellRow) -> list[tuple[float, float]]:
    return [(row.low_usd, row.high_usd) for row in narrowed(rows)]


EXPORTS, IMPORTS = _row("KAZ", "export", 10, 1), _row("KAZ", "import", 5, 1)
TOTAL = _row("KAZ", "total", 16, 0.5)


def test_each_of_three_is_what_the_others_leave():
    # exports 15.5 − 6 = 9.5 and more, imports 15.5 − 11 = 4.5 and more
    assert _intervals(EXPORTS, IMPORTS, TOTAL) == [(9.5, 11), (4.5, 6), (15.5, 16.5)]
    wide = TOTAL._replace(low_usd=0, high_usd=30)
    assert _intervals(EXPORTS, IMPORTS, wide)[2] == (13, 17)
    # of a total known exactly: 16 − 6 and more, 16 − 11 and more
    exact = _row("KAZ", "total", 16, 0)
    assert _intervals(EXPORTS, IMPORTS, exact) == [(10, 11), (5, 6), (16, 16)]
    flows = (_row("KAZ", "export", 10, 0), _row("KAZ", "import", 5, 0))
    assert _intervals(*flows, _row("KAZ", "total", 15, 1))[2] == (15, 15)


#: A total that contradicts the flows; the neighbouring figure, and but for float noise; past it by
#: less; doubtful, of services, computed; of another cell.
OTHER = """
"low_usd": 17.5, "value_usd": 18, "high_usd": 18.5
"low_usd": 17, "value_usd": 17.5, "high_usd": 18
"low_usd": 16.999999975, "value_usd": 25.5, "high_usd": 34
"low_usd": 17.000000002, "value_usd": 17.000000002, "high_usd": 17.000000002
"quality": "doubtful"
"coverage": "goods_and_services"
"basis": "implied_by_growth"
"partner": "UZB"
"period": "2023"
"""


@pytest.mark.parametrize("other", OTHER.strip().splitlines())
def test_what_narrows_nothing(other):
    rows = (EXPORTS, IMPORTS, TOTAL._replace(**options(other)))
    assert _intervals(*rows) == [(row.low_usd, row.high_usd) for row in rows]


def test_a_sum_of_two_publishers_flows_goes_on_with_either():
    # Imports by Kyrgyzstan's office, exports from the World Bank's copy: of the year before the
    # office alone has a figure, which is of the same statistic as what the office has a part in.
    year_before = {"year": 2009, "sources": "kgz-nsc-import-1994-2023", "value": 0.5}
    of_both = "wits-summary-2017;kgz-nsc-import-1994-2023"
    cells = pd.DataFrame(
        [year_before, {"year": 2010, "sources": of_both, "value": 0.6}]
    ).assign(reporter="KGZ", partner="KAZ", flow="total", coverage="goods")
    dollars = dict.fromkeys(("value_usd", "low_usd", "high_usd"), 0.0)
    nothing = cells.drop(columns="value").assign(**dollars).iloc[:0]
    assert begins(cells, nothing).tolist() == [False, False]
    # The copy alone is another one.
    copy = cells.replace(of_both, "wits-summary-2017")
    assert begins(copy, nothing).tolist() == [False, True]


def test_who_counts_goods_alone_has_the_figures_that_goods_alone_give():
    """They are taken over where nothing else is counted; here all are chosen anew."""
    goods = every_row().query("frequency == 'annual' and coverage == 'goods'")
    rows = with_computed(goods).query("coverage == 'goods'")
    key = ["reporter", "partner", "flow", "period"]
    anew = all_cells(rows).sort_values(key, ignore_index=True)
    taken = chosen(goods=True).sort_values(key, ignore_index=True)
    pd.testing.assert_frame_equal(taken[[*anew]], anew)
