"""Cells: what is published, what is computed from it, and what stays a gap."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catrade.cells.rows import ALL_COLUMNS
from catrade.cells.selection import select_published
from catrade.cells.series import (
    add_balance,
    add_region,
    all_cells,
    annual,
    cells,
    complete_flows,
    partner_reported,
    trade_cells,
    with_country,
)
from catrade.load.trade import load_trade
from catrade.names import CENTRAL_ASIA
from pagemill.errors import ParameterError

_TWO = ("export", "import")
DEFAULTS = {
    "precision_usd": 1.0,
    "currency": "USD",
    "converted": False,
    "quality": "ok",
    "quality_reason": "",
    "coverage": "goods",
    "rounding": "nearest",
    "source_kind": "dataset",
    "published": "2024-01-01",
    "note": "",
}


def raw(*rows: tuple, **more) -> pd.DataFrame:
    """Rows as load_trade gives them: reporter, partner, period, flow, value, half width, source."""
    kinds = {"M": "ytd", "Q": "quarterly", "H": "half"}
    return pd.DataFrame(
        [
            {
                **dict(zip(("reporter", "partner", "period", "flow"), row[:4], strict=True)),
                "year": int(row[2][:4]),
                "frequency": next((f for mark, f in kinds.items() if mark in row[2]), None)
                or ("monthly" if "-" in row[2] else "annual"),
                "value_usd": float(row[4]),
                "low_usd": float(row[4] - row[5]),
                "high_usd": float(row[4] + row[5]),
                "source_id": row[6] if len(row) > 6 else "s1",
                **DEFAULTS,
                **more,
            }
            for row in rows
        ]
    )


def made(*rows: tuple, **more) -> pd.DataFrame:
    return cells(select_published(raw(*rows, **more)))


def one(frame: pd.DataFrame, **where) -> dict:
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, frame
    return frame.iloc[0].to_dict()


def test_cells_say_how_a_figure_is_known():
    frame = pd.concat(
        [
            raw(
                ("CHN", "KAZ", "2024", "total", 44, 1, "a"),
                ("CHN", "KAZ", "2024", "total", 44, 1, "b"),
            ),
            raw(
                ("CHN", "KAZ", "2024", "export", 28, 1, "yuan"), converted=True, quality="doubtful"
            ),
        ]
    )
    found = cells(select_published(frame))
    assert list(found.columns) == ALL_COLUMNS
    total = one(found, flow="total")
    assert (total["basis"], total["n_sources"], total["source_ids"]) == ("published", 2, "a")
    assert (total["value_usd"], total["low_usd"], total["high_usd"]) == (44, 43, 45)
    export = one(found, flow="export")
    assert (export["basis"], export["quality"], export["frequency"]) == (
        "converted",
        "doubtful",
        "annual",
    )


def test_a_sum_counts_what_its_parts_count():
    flows = [("UZB", "CHN", "2024", "export", 2, 0.1), ("UZB", "CHN", "2024", "import", 9, 0.1)]
    for kinds, counted in (
        (("goods_and_services", "goods_and_services"), "goods_and_services"),
        (("goods_and_services", "goods"), "mixed"),
        (("mixed", "mixed"), "mixed"),
    ):
        book = complete_flows(cells(select_published(raw(*flows).assign(coverage=kinds))))
        assert one(book, flow="total")["coverage"] == counted
        assert one(book, flow="import")["coverage"] == kinds[1]


def test_a_total_is_added_only_where_both_flows_are_and_no_total_is():
    book = complete_flows(
        made(
            # 2020: both flows. 2021: one. 2022: both, and a total that says something else.
            ("CHN", "KAZ", "2020", "export", 10, 0.5, "e"),
            ("CHN", "KAZ", "2020", "import", 5, 0.25, "i"),
            ("CHN", "KAZ", "2021", "export", 11, 0.5, "e"),
            ("CHN", "KAZ", "2022", "export", 12, 0.5, "e"),
            ("CHN", "KAZ", "2022", "import", 6, 0.5, "e"),
            ("CHN", "KAZ", "2022", "total", 20, 0.1, "t"),
        )
    )
    totals = book[book["flow"] == "total"].set_index("period")
    assert list(totals.index) == ["2020", "2022"]
    assert totals.loc["2020", ["value_usd", "low_usd", "high_usd"]].tolist() == [15, 14.25, 15.75]
    assert totals.loc["2020", ["basis", "source_ids", "n_sources"]].tolist() == [
        "sum_of_flows",
        "e;i",
        2,
    ]
    assert totals.loc["2022", ["value_usd", "basis"]].tolist() == [20, "published"]
    # Nothing new the second time.
    pd.testing.assert_frame_equal(complete_flows(book), book)


def test_a_computed_figure_replaces_a_published_one_only_if_it_is_the_same_but_finer_or_sounder():
    flows = [
        ("CHN", "UZB", "2012", "export", 21.3, 0.01),
        ("CHN", "UZB", "2012", "import", 24.6, 0.01),
    ]

    def total(published: float, half: float, quality: str = "ok") -> tuple[float, str]:
        figure = raw(("CHN", "UZB", "2012", "total", published, half, "t"), quality=quality)
        frame = complete_flows(cells(select_published(pd.concat([raw(*flows), figure]))))
        row = one(frame, flow="total")
        return round(row["value_usd"], 2), row["basis"]

    # 46 ± 0.5 holds 45.9 ± 0.02: the same with more digits.
    assert total(46, 0.5) == (45.9, "sum_of_flows")
    # 46 ± 0.05 does not: the two figures differ, and the published one is shown.
    assert total(46, 0.05) == (46, "published")
    # 45.9 ± 0.005 is finer than the sum.
    assert total(45.9, 0.005) == (45.9, "published")
    # A doubtful figure gives way even where it differs.
    assert total(40, 0.05, "doubtful") == (45.9, "sum_of_flows")


#: The referee's cells (W4): a press total, and the flows of a better source that contradict it.
OVERRULED = {
    ("CHN", "KAZ", "2024"): 27.954 + 15.912,  # a first release beside UN Comtrade
    ("CHN", "TKM", "2012"): 10.372,
    ("TJK", "CHN", "2023"): 1.088,
    ("CHN", "WLD", "2020"): 4658.7,
    ("CHN", "WLD", "2021"): 5995.4,
    ("KGZ", "RUS", "2023"): 3.007,
    ("UZB", "RUS", "2019"): 2.532 + 4.138,
    ("UZB", "RUS", "2020"): 1.486 + 4.174,
    ("UZB", "RUS", "2023"): 3.496 + 6.661,
    ("UZB", "CHN", "2021"): 2.529 + 4.923,
    ("UZB", "CHN", "2023"): 2.487 + 11.339,
}


def test_flows_of_a_better_source_overrule_a_total():
    found = all_cells(load_trade())
    totals = found[found["flow"] == "total"]
    for (reporter, partner, period), billions in OVERRULED.items():
        row = one(totals, reporter=reporter, partner=partner, period=period)
        assert (row["basis"], row["disagrees"]) == ("sum_of_flows", True)
        assert row["value_usd"] / 1e9 == pytest.approx(billions, rel=2e-4)


@pytest.mark.parametrize(
    ("kinds", "counts", "basis"),
    [
        (("dataset", "press"), ("goods", "goods"), "sum_of_flows"),
        (("official", "dataset"), ("goods", "goods"), "sum_of_flows"),
        (("dataset", "dataset"), ("goods", "goods"), "published"),
        (("press", "dataset"), ("goods", "goods"), "published"),
        (("dataset", "press"), ("goods", "goods_and_services"), "published"),
    ],
)
def test_only_flows_of_a_better_source_that_count_the_same_overrule_a_total(kinds, counts, basis):
    flows = raw(*(("UZB", "CHN", "2023", flow, 5, 0.1) for flow in _TWO))
    total = raw(("UZB", "CHN", "2023", "total", 12, 0.5))
    frames = zip((flows, total), kinds, counts, strict=True)
    trade = pd.concat([f.assign(source_kind=kind, coverage=c) for f, kind, c in frames])
    row = one(annual(trade, reporter="partner"), country="UZB", flow="total")
    assert (row["basis"], row["disagrees"]) == (basis, counts[0] == counts[1])


def test_doubtful_flows_do_not_replace_a_sound_total():
    frame = pd.concat(
        [
            raw(("CHN", "TKM", "2025-10M", "export", 8, 0.01), quality="doubtful"),
            raw(("CHN", "TKM", "2025-10M", "import", 1, 0.01)),
            raw(("CHN", "TKM", "2025-10M", "total", 9, 0.5)),
        ]
    )
    row = one(complete_flows(cells(select_published(frame))), flow="total")
    assert (row["basis"], row["quality"]) == ("published", "ok")
    without = complete_flows(cells(select_published(frame[frame["flow"] != "total"])))
    assert one(without, flow="total")["quality"] == "doubtful"


def test_a_missing_flow_is_derived_only_on_request():
    book = made(
        ("CHN", "UZB", "2023", "total", 14.0, 0.05, "t"),
        ("CHN", "UZB", "2023", "import", 1.8, 0.05, "i"),
    )
    assert set(complete_flows(book)["flow"]) == {"total", "import"}
    row = one(complete_flows(book, missing_flow=True), flow="export")
    # 14.0 − 1.8 = 12.2, from 13.95 − 1.85 = 12.1 to 14.05 − 1.75 = 12.3.
    assert [row[c] for c in ("value_usd", "low_usd", "high_usd")] == pytest.approx(
        [12.2, 12.1, 12.3]
    )
    assert row["basis"] == "difference_of_flows"
    impossible = made(
        ("CHN", "UZB", "2023", "total", 1.0, 0.5), ("CHN", "UZB", "2023", "import", 0.8, 0.2)
    )
    assert "export" not in set(complete_flows(impossible, missing_flow=True)["flow"])


FIVE_2025 = {
    "KAZ": (48.6, 0.05),
    "KGZ": (27.2, 0.05),
    "TJK": (4.3, 0.05),
    "TKM": (10.0, 0.5),
    "UZB": (16.2, 0.05),
}


def test_the_region_is_summed_only_when_all_five_are_there():
    rows = [("CHN", p, "2025", "total", v, h, p.lower()) for p, (v, h) in FIVE_2025.items()]
    row = one(add_region(made(*rows)), partner="CA5")
    # 48.6 + 27.2 + 4.3 + 10.0 + 16.2 = 106.3; half widths 0.05·4 + 0.5 = 0.7.
    assert [row[c] for c in ("value_usd", "low_usd", "high_usd")] == pytest.approx(
        [106.3, 105.6, 107.0]
    )
    assert (row["basis"], row["n_sources"]) == ("sum_of_partners", 5)
    assert row["source_ids"] == "kaz;kgz;tjk;tkm;uzb"
    four = made(*rows[:-1])
    assert "CA5" not in set(add_region(four)["partner"])
    without_tkm = [row for row in rows if row[1] != "TKM"]
    assert one(add_region(made(*without_tkm), "CA4"), partner="CA4")["value_usd"] == pytest.approx(
        96.3
    )


def test_a_published_region_wins_over_the_sum():
    rows = [("CHN", p, "2025", "total", v, h) for p, (v, h) in FIVE_2025.items()]
    row = one(add_region(made(*rows, ("CHN", "CA5", "2025", "total", 106.3, 0.05))), partner="CA5")
    assert (row["basis"], row["low_usd"]) == ("published", pytest.approx(106.25))


def test_the_regions_flows_come_before_its_members_totals():
    # Members' own totals are rounded to 1, their flows exact: the region's three figures must fit.
    rows = [
        ("CHN", p, "2012", flow, v, 0)
        for p in CENTRAL_ASIA
        for flow, v in (("export", 4), ("import", 5))
    ]
    rows += [("CHN", p, "2012", "total", 10, 0.5) for p in CENTRAL_ASIA]
    region = add_region(complete_flows(made(*rows)))
    region = region[region["partner"] == "CA5"].set_index("flow")
    assert region["value_usd"].to_dict() == {"export": 20, "import": 25, "total": 45}
    assert region.loc["total", "basis"] == "sum_of_flows"


def test_of_two_equal_sums_the_one_from_the_flows_stays():
    flows = (("export", 4), ("import", 5))
    rows = [("CHN", p, "2012", flow, v, 0.5) for p in CENTRAL_ASIA for flow, v in flows]
    region = add_region(complete_flows(made(*rows)))
    assert one(region, partner="CA5", flow="total")["basis"] == "sum_of_flows"


def test_sound_members_totals_replace_a_doubtful_sum_of_flows():
    flows = [("CHN", p, "2012", f, 4, 0.1) for p in CENTRAL_ASIA for f in ("export", "import")]
    totals = [("CHN", p, "2012", "total", 9, 0.1) for p in CENTRAL_ASIA]
    frame = pd.concat([raw(*flows, quality="doubtful"), raw(*totals)])
    row = one(add_region(cells(select_published(frame))), partner="CA5", flow="total")
    assert (row["value_usd"], row["basis"], row["quality"]) == (45, "sum_of_partners", "ok")


def test_the_balance_has_the_interval_of_both_flows():
    book = add_balance(
        made(
            ("CHN", "CA5", "2025", "export", 71.2, 0.05, "e"),
            ("CHN", "CA5", "2025", "import", 35.1, 0.05, "i"),
            ("CHN", "CA5", "2024", "export", 64.0, 0.05, "e"),
        )
    )
    row = one(book, flow="balance")
    # 71.2 − 35.1 = 36.1, from 71.15 − 35.15 = 36.0 to 71.25 − 35.05 = 36.2.
    assert [row[c] for c in ("value_usd", "low_usd", "high_usd")] == pytest.approx(
        [36.1, 36.0, 36.2]
    )
    assert (row["period"], row["basis"], row["source_ids"]) == (
        "2025",
        "difference_of_flows",
        "e;i",
    )


def test_zero_is_a_figure_and_missing_is_not():
    book = annual(
        raw(("CHN", "TJK", "1993", "export", 0, 0.5), ("CHN", "TJK", "1995", "export", 7, 0.5))
    )
    assert book.set_index("period")["value_usd"].to_dict() == {"1993": 0.0, "1995": 7.0}


def test_both_books_line_up():
    book = with_country(
        made(
            ("CHN", "KAZ", "2024", "export", 28, 1),
            ("KAZ", "CHN", "2024", "import", 15, 1),
            ("KAZ", "RUS", "2024", "export", 9, 1),
            ("CHN", "WLD", "2024", "total", 6000, 1),
            ("CA5", "CHN", "2024", "total", 60, 1),
        )
    )
    assert one(book, reporter="CHN", partner="KAZ")["country"] == "KAZ"
    row = one(book, reporter="KAZ", partner="CHN")
    assert (row["country"], row["flow"], row["china_flow"]) == ("KAZ", "import", "export")
    row = one(book, reporter="KAZ", partner="RUS")
    assert (row["country"], row["china_flow"]) == ("KAZ", "")
    assert one(book, partner="WLD")["country"] == "WLD"
    own = partner_reported(book)
    assert own[["reporter", "partner"]].to_numpy().tolist() == [["KAZ", "CHN"], ["CA5", "CHN"]]
    assert one(partner_reported(book, "RUS"), reporter="KAZ")["value_usd"] == 9


def test_each_states_own_figures_sum_to_the_region_too():
    trade = raw(
        *(
            (code, "CHN", "2023", "import", value, 0)
            for code, value in zip(CENTRAL_ASIA, range(1, 6), strict=True)
        )
    )
    book = annual(trade, reporter="partner")
    row = one(book, reporter="CA5")
    assert (row["value_usd"], row["partner"], row["china_flow"]) == (15, "CHN", "export")
    assert set(annual(trade, reporter="partner", partner="CA4")["value_usd"]) == {1 + 2 + 3 + 5}


def test_the_books_of_others():
    trade = raw(
        ("CHN", "KAZ", "2024", "total", 44, 1),
        ("KAZ", "CHN", "2024", "total", 30, 1),
        ("KAZ", "RUS", "2024", "total", 27, 1),
        ("RUS", "KAZ", "2024", "total", 28, 1),
        ("CHN", "WLD", "2024", "total", 6000, 1),
    )

    def values(**choice) -> list[float]:
        return annual(trade, **choice)["value_usd"].tolist()

    assert values() == [44]
    assert values(reporter="partner") == [30]
    assert values(reporter="partner", partner="KAZ", counterpart="RUS") == [27]
    assert values(reporter="RUS", partner=["KAZ", "UZB"]) == [28]
    assert values(partner="WLD") == [6000]
    assert values(partner="TKM") == []


def test_years_are_cut_after_the_computing():
    trade = raw(*(("CHN", "KAZ", str(year), "total", year, 1) for year in range(2010, 2016)))
    assert annual(trade, start=2012, end=2014)["year"].tolist() == [2012, 2013, 2014]
    assert annual(trade, end=2011)["year"].tolist() == [2010, 2011]


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
    book = trade_cells(trade, frequency="ytd")
    assert book["period"].tolist() == ["2024-3M", "2024-6M", "2024-10M", "2025-6M"]
    assert set(book["frequency"]) == {"ytd"}
    assert trade_cells(trade, frequency="monthly")["period"].tolist() == ["2024-03"]


def test_rows_say_their_sources():
    book = annual(
        raw(
            ("CHN", "KAZ", "2024", "total", 44, 1, "b"), ("CHN", "KGZ", "2024", "total", 22, 1, "a")
        )
    )
    assert book.attrs == {"table": "trade", "unit": "USD", "sources": ("a", "b")}
    assert book["partner"].tolist() == ["KAZ", "KGZ"]


def test_all_cells_hold_every_pair_and_the_regions_on_both_sides():
    trade = raw(
        *(
            (reporter, partner, "2024", flow, value, 0.5)
            for place, member in enumerate(CENTRAL_ASIA)
            for reporter, partner, flow, value in (
                ("CHN", member, "export", 10 + place),
                ("CHN", member, "import", 1 + place),
                (member, "CHN", "import", 20 + place),
                (member, "RUS", "total", 5),
            )
        ),
        ("KAZ", "CHN", "2024-H1", "import", 7, 0.5),
    )
    found = all_cells(trade)
    region = found[found["period"] == "2024"]
    assert one(region, reporter="CHN", partner="CA5", flow="export")["value_usd"] == 60
    assert one(region, reporter="CHN", partner="CA5", flow="balance")["value_usd"] == 45
    assert one(region, reporter="CHN", partner="CA4", flow="import")["value_usd"] == 1 + 2 + 3 + 5
    assert one(region, reporter="CA5", partner="CHN", flow="import")["value_usd"] == 110
    assert one(region, reporter="CA5", partner="RUS", flow="total")["value_usd"] == 25
    assert one(region, reporter="KAZ", partner="CHN", flow="import")["china_flow"] == "export"
    assert set(found["frequency"]) == {"annual"}
    assert all_cells(trade, "ytd")["period"].tolist() == ["2024-6M"]
    with pytest.raises(ParameterError, match="frequency must be one of annual, monthly"):
        all_cells(trade, "weekly")


def test_a_sum_disagrees_only_where_one_of_its_own_figures_does():
    frame = made(
        *(("CHN", "KAZ", year, flow, 5, 0.5) for year in ("2023", "2024") for flow in _TWO),
        ("CHN", "KAZ", "2024", "import", 9, 0.5, "s2"),
    )
    total = complete_flows(frame).query("flow == 'total'")
    assert total["disagrees"].tolist() == [False, True]
    assert total["period"].tolist() == ["2023", "2024"]


def test_the_place_of_a_row_does_not_decide_whether_it_stays():
    flows = [("CHN", "KAZ", "2024", "export", 5, 0.5), ("CHN", "KAZ", "2024", "import", 3, 0.5)]
    for half, value, basis in ((0.5, 8.2, "published"), (5, 8, "sum_of_flows")):
        frame = made(*flows, ("CHN", "KAZ", "2024", "total", 8.2, half))
        found = complete_flows(frame.iloc[::-1])  # the published total stands first
        total = one(found, flow="total")
        assert (total["value_usd"], total["basis"]) == (value, basis)


def test_a_published_regions_total_is_completed_without_its_members():
    region = made(("CHN", "CA5", "2024", "export", 7, 0.5), ("CHN", "CA5", "2024", "import", 3, 0))
    total = one(add_region(region), flow="total")
    assert (total["value_usd"], total["low_usd"], total["basis"]) == (10, 9.5, "sum_of_flows")


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(8)))
def test_the_order_of_rows_does_not_matter(order):
    trade = raw(
        *(
            ("CHN", p, "2024", "total", v, 0.5)
            for p, v in zip(CENTRAL_ASIA, (5, 4, 3, 2, 1), strict=True)
        ),
        ("CHN", "KAZ", "2023", "export", 3, 0.5),
        ("CHN", "KAZ", "2023", "import", 2, 0.5),
        ("CHN", "CA5", "2022", "total", 12, 0.5),
    )
    expected = annual(trade).drop(columns="source_ids")
    found = annual(trade.iloc[list(order)]).drop(columns="source_ids")
    pd.testing.assert_frame_equal(found, expected)


def test_nothing_in_nothing_out():
    empty = raw(("CHN", "KAZ", "2024", "total", 1, 0)).iloc[:0]
    found = annual(empty)
    assert found.empty
    assert {*ALL_COLUMNS, "country", "china_flow"} == set(found.columns)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda f: annual(f, partner="UZZ"),
            r"partner must be one of .*got 'UZZ' \(did you mean 'UZB'\?\)",
        ),
        (lambda f: annual(f, reporter="partners"), r"did you mean 'partner'\?"),
        (
            lambda f: annual(f, start=2020, end=2019),
            "start must not be after end; got start=2020, end=2019",
        ),
        (
            lambda f: trade_cells(f, frequency="anual"),
            r"frequency must be one of annual, monthly, ytd; .*'annual'",
        ),
        (lambda f: annual(f.drop(columns="period")), "trade_cells needs column 'period'"),
        (lambda f: cells(f), "cells needs column 'n_sources'"),
        (
            lambda f: add_region(cells(select_published(f)), "CA6"),
            r"region must be one of CA5, CA4; got 'CA6'",
        ),
        (
            lambda f: add_region(cells(select_published(f)), side="both"),
            "side must be one of partner, reporter",
        ),
        (lambda f: complete_flows(f), "complete_flows needs column 'basis'"),
    ],
)
def test_a_mistake_is_one_sentence(call, sentence):
    with pytest.raises(ParameterError, match=sentence) as caught:
        call(raw(("CHN", "KAZ", "2024", "total", 1, 0)))
    assert "\n" not in str(caught.value)


def test_several_rows_a_cell_must_be_chosen_from_first():
    frame = raw(
        ("CHN", "KAZ", "2024", "total", 1, 0, "a"), ("CHN", "KAZ", "2024", "total", 2, 0, "b")
    )
    frame = frame.assign(n_sources=2, disagrees=True)
    with pytest.raises(ParameterError, match=r"period 2024, flow total has several"):
        cells(frame)


# Sum of the five as China reports it, billion dollars: the WITS rows added up by hand when the
# figures were gathered (exports, imports, turnover).
FIVE_TOGETHER = {
    1993: (0.26, 0.35, 0.61),
    2000: (0.77, 1.05, 1.82),
    2005: (5.23, 3.50, 8.73),
    2008: (22.60, 8.23, 30.82),
    2011: (18.59, 21.02, 39.61),
    2012: (21.31, 24.64, 45.94),
    2013: (23.24, 27.03, 50.27),
    2014: (24.05, 20.96, 45.01),
    2016: (17.97, 12.08, 30.05),
}


def test_the_region_in_the_bundled_figures():
    book = annual(load_trade())
    region = book[book["country"] == "CA5"].set_index(["year", "flow"])["value_usd"].unstack()  # noqa: PD010
    for year, figures in FIVE_TOGETHER.items():
        found = (region.loc[year, ["export", "import", "total"]] / 1e9).tolist()
        assert found == pytest.approx(figures, abs=0.0051), year
    assert (region.loc[2025] / 1e9).to_dict() == pytest.approx(
        {"export": 71.2, "import": 35.1, "total": 106.3, "balance": 36.1}, abs=0.05
    )
