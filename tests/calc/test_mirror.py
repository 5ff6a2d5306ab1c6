"""Mirror statistics: pairs, ratios, freight, goods, and what is said of them."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pandas as pd
import pytest
from computed import displayed
from fetch_files import cases

import catrade as ct
from catrade.pages import mirror_statistics as page
from catrade_build.calc import mirror
from pagemill.display import Chart
from rounding.errors import ParameterError
from rounding.told import Row

#: Both sides' figures of China's flows.
pairs = partial(mirror.pairs, reporter="CHN")
Book = tuple[str, str, int, float | None, float | None]


def books(*rows: Book, half: float = 0) -> pd.DataFrame:
    """Return cells from (country, flow, year, China's billions, the partner's)."""
    keys = ["country", "china_flow", "year"]
    frame = pd.DataFrame(rows, columns=[*keys, "CHN", "own"])
    frame = frame.melt(keys, var_name="side", value_name="value").dropna()
    is_china = frame["side"] == "CHN"
    value = frame["value"].astype(float)
    return frame.assign(
        reporter=frame["side"].where(is_china, frame["country"]),
        period=frame["year"].astype(str),
        value_bn=value,
        low_bn=value - half,
        high_bn=value + half,
        sources=frame["side"].str.lower() + "-" + frame["china_flow"],
        basis="published",
        quality="ok",
    )


TWO = books(
    ("KAZ", "export", 2024, 28.0, 15.0),
    ("KAZ", "import", 2024, 16.0, 15.0),
    half=0.5,
)
TOTAL = books(("KAZ", "total", 2024, 44.0, 30.0))


def ends(row: pd.Series[Any], name: str, unit: str = "") -> list[float]:
    return row[[f"{name}{unit}", f"{name}_low{unit}", f"{name}_high{unit}"]].tolist()


def test_pairs_by_hand():
    by_flow = pairs(pd.concat([TWO, TOTAL])).set_index("flow")
    row = by_flow.loc["export"]
    assert ends(row, "ratio") == pytest.approx([28 / 15, 27.5 / 15.5, 28.5 / 14.5])
    assert ends(row, "difference", "_bn") == pytest.approx([13, 12, 14])
    assert row["sources"] == "chn-export;own-export"
    # The margin that would close a gap is importer over exporter less 1.
    margin = by_flow["implied_margin"]
    assert margin["export"] == pytest.approx(15 / 28 - 1)
    assert margin["import"] == pytest.approx(16 / 15 - 1)
    assert pd.isna(margin["total"])
    closed = pairs(TWO, cif_margin=1 / 15).set_index("flow")
    assert closed.loc["import", "implied_margin"] == pytest.approx(0)


def test_what_makes_no_pair_no_ratio_or_no_margin():
    lone = books(
        ("KAZ", "export", 2024, 2.0, None),
        ("KAZ", "export", 2023, None, 1),
    )
    assert pairs(lone).empty
    may_be_zero = books(("KAZ", "export", 2024, 2.0, 0.2), half=0.2)
    ratios = pairs(may_be_zero)[["ratio", "ratio_low"]]
    assert ratios.isna().all(axis=None)
    nothing = books(("KAZ", "export", 2024, 0.0, 5.0))
    assert pairs(nothing)["implied_margin"].isna().all()


def test_one_doubtful_side_is_enough():
    of_side = {"CHN": "ok", "KAZ": "doubtful"}
    weak = TWO.assign(quality=TWO["reporter"].map(of_side))
    assert set(pairs(weak)["quality"]) == {"doubtful"}


def test_margin_takes_freight_from_the_importer_only():
    """China's exports are f.o.b. and Kazakhstan's imports of them c.i.f.; the other way round."""
    at = pairs(pd.concat([TWO, TOTAL]), cif_margin=0.1).set_index("flow")
    both = at[["china_bn", "partner_bn"]]
    assert both.loc["export"].tolist() == pytest.approx([28, 15 / 1.1])
    assert both.loc["import"].tolist() == pytest.approx([16 / 1.1, 15])
    assert set(at["cif_margin"]) == {0.1}
    # China's total holds imports of 16 (15.5 to 16.5), Kazakhstan's imports of 15.
    part = 0.1 / 1.1
    assert ends(at.loc["total"], "china", "_bn") == pytest.approx(
        [44 - 16 * part, 44 - 16.5 * part, 44 - 15.5 * part]
    )
    assert at.loc["total", "partner_bn"] == pytest.approx(30 - 15 * part)
    assert len(pairs(TWO, cif_margin=0.5)) == 2  # the largest there may be
    # Of unknown imports a total loses between the freight of none and of all.
    row = pairs(books(("TJK", "total", 2024, 4.4, 2.2)), cif_margin=0.1).iloc[0]
    assert ends(row, "china", "_bn") == pytest.approx([4.2, 4.0, 4.4])
    assert ends(row, "ratio")[1:] == pytest.approx([4.0 / 2.2, 4.4 / 2.0])


def test_freight_of_a_region_is_that_of_its_members():
    """A referee's: with 10% China has 82.30 of 2024, the four 46.34, and Kyrgyzstan 17.38 of 35.97.

    Of Tajikistan's own total nobody has the imports; China's, of 0.35 billion, are known.
    """
    keys = ["china_bn", "partner_bn", "difference_bn"]
    at = ct.mirror(start=2024, end=2024, cif_margin=0.1)
    totals = at[at["flow"] == "total"].set_index("partner")[keys]
    assert totals.loc["CA4"].tolist() == pytest.approx([82.30, 46.34, 35.97], abs=5e-3)
    members = totals.drop("CA4")
    assert members.sum().tolist() == pytest.approx(totals.loc["CA4"].tolist())
    assert members.loc["KGZ", "difference_bn"] == pytest.approx(17.38, abs=5e-3)
    assert members.loc["TJK", "china_bn"] == pytest.approx(3.51 + 0.348 / 1.1, abs=5e-3)
    # Asked for by itself the region is the same.
    (alone,) = ct.mirror("CA4", 2024, 2024, cif_margin=0.1)["difference_bn"]
    assert alone == totals.loc["CA4", "difference_bn"]
    # China's exports of 3.51 f.o.b. and 0.348 of imports, at 25%: 3.79, no less than the exports.
    far = ct.mirror("TJK", 2024, 2024, cif_margin=0.25).iloc[0]
    assert far["china_bn"] == pytest.approx(3.51 + 0.348 / 1.25, abs=5e-3)
    assert far["china_bn"] - far["partner_bn"] == far["difference_bn"]


def test_single_chapters_stand_in_where_a_side_has_no_whole_table():
    # China lists seven chapters of 2024: ores 4,548,351,248 of 11,300,400,884 dollars in all seven,
    # and 15,911,621,031 of all goods; Kazakhstan has the ores it sent at 3.94 billion.
    goods = ct.mirror_goods("KAZ", "CHN", singly=True).set_index("goods")
    ores = goods.loc["Ores"]
    assert ores["importer_bn"] == 4.548351248
    assert ores["covered"] == pytest.approx(11_300_400_884 / 15_911_621_031)
    assert ores["covered_of"] == "CHN"
    # Among all flows it has the groups of 2023, which both sides hold whole.
    every = ct.mirror_goods(["CHN", "KAZ"], ["CHN", "KAZ"])
    assert every["covered"].isna().all()
    assert {*every["year"]} == {2023}


def test_what_one_side_alone_has_is_kept_where_that_is_asked_for():
    assert ct.mirror("TKM", 2020).empty
    alone = ct.mirror("TKM", 2020, alone=True)
    assert alone["china_bn"].notna().all()
    assert alone[["partner_bn", "ratio", "difference_bn"]].isna().all(axis=None)


# --- what is drawn and said ---------------------------------------------------------------------


def wide(cells: pd.DataFrame) -> pd.DataFrame:
    """Return pairs with names, as the page takes them."""
    named = page.by_role(pairs(cells), "CHN")
    return named.assign(partner_name=named["partner"].map(ct.names.name_of))


def of_years(partner: str, reporter: str = "CHN", **years: int) -> pd.DataFrame:
    """Return pairs of the tables, as the page takes them."""
    mirrored = ct.mirror(partner, reporter=reporter, full=True, **years)
    return page.by_role(mirrored, reporter)


def test_the_gaps_of_a_year_are_of_that_year_and_add_up():
    """Tajikistan's flows are known to 2023 alone: of 2024 its total stands in, 3 less 2."""
    cells = books(
        ("KAZ", "export", 2023, 9.0, 1.0),
        ("KAZ", "export", 2024, 6.0, 4.0),
        ("KAZ", "import", 2024, 3.0, 4.0),
        ("KAZ", "total", 2024, 9.0, 8.0),
        ("TJK", "export", 2023, 3.0, 1.0),
        ("TJK", "total", 2023, 3.0, 1.0),
        ("TJK", "total", 2024, 3.0, 2.0),
    )
    gaps = page.gaps(wide(cells), 2024)
    assert gaps.set_index("label")["difference_bn"].to_dict() == {
        "China’s exports to Kazakhstan": 2,
        "China’s trade with Tajikistan": 1,
        "China’s imports from Kazakhstan": -1,
    }


#: A gap with its interval.
ENDS = ["difference_bn", "difference_low_bn", "difference_high_bn"]


def title(gap: float, flow: str) -> str:
    """Return the title over a gap of billions, known to the last digit."""
    ends = dict.fromkeys(ENDS, gap)
    return page.gap_title(
        Row({**ends, "year": 2025, "flow": flow}), "China", "Kazakhstan"
    )


def test_a_title_says_who_counts_more_and_of_when():
    assert (
        title(14.5, "total") == "In 2025 China counts $14.5bn more than Kazakhstan does"
    )
    assert (
        title(-14.5, "total")
        == "In 2025 Kazakhstan counts $14.5bn more than China does"
    )
    # Of one flow it says so: what China exports Kazakhstan imports.
    assert (
        title(2.8, "export")
        == "In 2025 Kazakhstan counts $2.8bn less of China’s exports"
    )
    assert (
        title(-2.8, "import")
        == "In 2025 Kazakhstan counts $2.8bn more of China’s imports"
    )
    # A name that ends in s has no second one.
    imports = Row({"year": 2025, "flow": "import", **dict.fromkeys(ENDS, 2.8)})
    american = page.gap_title(imports, "the United States", "Kazakhstan")
    assert american == (
        "In 2025 Kazakhstan counts $2.8bn less of the United States’ imports"
    )
    # Of 0.02 billion, known to 0.05, nobody counts more.
    ends = dict(zip(ENDS, (0.02, -0.03, 0.07), strict=True))
    even = Row({"year": 2025, "flow": "total", **ends})
    said = page.gap_title(even, "China", "Kazakhstan")
    assert said == "In 2025 China and Kazakhstan agree within rounding"
    of_flow = Row({"year": 2025, "flow": "export", **ends})
    said = page.gap_title(of_flow, "China", "Kazakhstan")
    assert (
        said == "In 2025 China and Kazakhstan agree on China’s exports within rounding"
    )
    # Known to half a billion, a gap of 35 has no decimals.
    assert page.wide(ct.Rounded(35e9, 34.5e9, 35.5e9)) == "$35bn"


def of_two_years() -> pd.DataFrame:
    """Return pairs of 2024 beside those of 2023; Tajikistan's have another source in 2024."""
    rows: list[Book] = [
        ("CA4", "total", 2023, 14, 9),
        ("CA4", "total", 2024, 18, 9),
    ]
    for flow in ("export", "total"):
        rows += [
            ("KAZ", flow, 2023, 10, 7),
            ("KAZ", flow, 2024, 14, 6),
            ("TJK", flow, 2023, 4, 2),
            ("TJK", flow, 2024, 24, 3),
        ]
    both_years = wide(books(*rows))
    is_new = both_years["partner"].isin(["TJK", "CA4"]) & (both_years["year"] == 2024)
    both_years = both_years.assign(new_source=is_new)
    before = both_years.assign(year=both_years["year"] + 1)
    return both_years.merge(
        before, on=["partner", "flow", "year"], suffixes=("", "_before")
    )


def test_a_gap_over_a_new_source_is_told_with_that_doubt():
    # The gap was 5; Kazakhstan's moved from 3 to 8, Tajikistan's more, over its new source.
    steps = of_two_years()
    assert page.gap_before(steps, 2024) == (
        "In 2023 the gap was $5.0 billion, with other sources for Tajikistan."
    )
    every_one = page.gap_before(steps.assign(new_source=True), 2024)
    assert every_one.endswith("billion, with other sources for both.")
    none = page.gap_before(steps.assign(new_source=False), 2024)
    assert none == "In 2023 the gap was $5.0 billion."
    # Which flow moved most is asked of those of one source.
    assert page.gap_moved_most(steps, 2024) == (
        "In 2024 China’s exports to Kazakhstan rose from $10.0 billion to $14.0 billion by China’s"
        " statistics and fell from $7.0 billion to $6.0 billion by Kazakhstan’s."
    )
    assert page.gap_before(steps, 2023) == page.gap_moved_most(steps, 2023) == ""


def test_a_balance_is_told_in_both_books():
    """China sells 28 and buys 16; by Kazakhstan it sells 15 and buys 15.5."""
    both_ways = books(
        ("KAZ", "export", 2024, 28, 15),
        ("KAZ", "import", 2024, 16, 15.5),
        ("KAZ", "export", 2025, 30, None),
    )
    assert page.balances(wide(both_ways)) == (
        "By China’s statistics it had a surplus of $12.0 billion with Kazakhstan in 2024, by"
        " Kazakhstan’s a deficit of $500 million."
    )
    assert page.balances(wide(both_ways).query("flow == 'export'")) == ""


def test_what_freight_explains():
    both_ways = books(
        ("KAZ", "export", 2024, 28.0, 15.0),
        ("KAZ", "import", 2024, 16.2, 15.0),
    )
    assert page.freight(wide(both_ways)).endswith(
        "in one of two flows it widens the gap, because the importer’s figure, which includes"
        " freight and insurance, is the smaller one. A margin would close the gap of 8.0% in"
        " China’s imports from Kazakhstan."
    )
    # A margin that trebles in a year is no freight, be it 24.8% or 25%.
    for now, size in ((18.72, "24.8%"), (18.75, "25.0%")):
        grown = books(
            ("KAZ", "import", 2024, 16.05, 15.0),
            ("KAZ", "import", 2025, now, 15.0),
        )
        assert page.freight(wide(grown)).endswith(
            "It would have to be more than 10% in China’s imports from Kazakhstan"
            f" ({size} in 2025 after 7.0%); the IMF takes 6%."
        )
        assert page.margin(now / 15 - 1) == f"{size}: more than freight"
    far = page.freight(wide(books(("KGZ", "import", 2024, 2.8, 0.1))))
    assert "(over 100% in 2024)" in far
    # A region is its members.
    assert page.freight(wide(books(("CA4", "export", 2024, 2.8, 0.1)))) == ""


def test_figures_that_agree_are_about_as_much():
    """15.2 over 15.0 is 1.01, which as "1.0 times as much" would say the same less plainly."""
    near = wide(books(("KAZ", "export", 2024, 15.2, 15.0)))
    assert page.heads(near, "flow") == {"export": "China counts about as much (2024)"}
    far = wide(books(("KAZ", "export", 2024, 30.0, 15.0)))
    assert page.heads(far, "flow")["export"] == "China counts 2.0 times as much (2024)"


def test_flows_of_two_sides_that_differ_are_told_apart():
    """One side has the total of 2023, the other alone what the first sells it in 2021."""
    columns = ["side", "flow", "year", "value_bn", "low_bn", "high_bn"]
    rows = [
        ("RUS", "total", 2023, 2.0, 1.95, 2.05),
        ("TJK", "export", 2021, 0.7, 0.6995, 0.7005),
    ]
    alone = pd.DataFrame(rows, columns=columns).assign(partner="TJK", quality="ok")
    assert page.each_alone(alone, "RUS") == (
        "Russia counts $2.0 billion of trade in 2023; Tajikistan counts $700 million of Russia’s"
        " exports in 2021. No year has sound figures of both."
    )
    alike = page.each_alone(alone.assign(flow="export"), "RUS")
    assert (
        "$2.0 billion of exports in 2023; Tajikistan counts $700 million of the"
        in alike
    )
    assert page.each_alone(alone.head(0), "RUS") == "No year has sound figures of both."
    assert page.later(alone, Row({})) == ""


def test_single_chapters_are_a_share_of_the_gap_of_all_goods():
    """Iron and steel are 0.69 of Kazakhstan’s 1.02 billion of 2024, not of seven chapters’ gap."""
    every = of_years("KAZ")
    goods = page.of_whole_gap(ct.mirror_goods("KAZ", "CHN", singly=True), every)
    shares = goods.set_index("goods")["share_of_gap"]
    assert shares["Iron and steel"] == pytest.approx(0.676, abs=5e-4)
    # Of goods that both sides list in full nothing changes.
    full = ct.mirror_goods("CHN", "KAZ")
    pd.testing.assert_frame_equal(page.of_whole_gap(full, every), full)


def test_the_page_of_one_country_says_what_ministries_make_of_it():
    """China's 2.8 billion over the ministry's 2.04 is 1.4."""
    text = " ".join(map(str, displayed("mirror_statistics", partner="KGZ")))
    assert "(Kyrgyz ministry of agriculture) is $2.04 billion" in text
    assert "would be 1.4 times Kyrgyzstan’s, not 23 times" in text


def test_the_page_of_a_country_without_figures_of_its_own_holds():
    text = " ".join(map(str, displayed("mirror_statistics", partner="TKM")))
    assert "No sound figure of Turkmenistan’s own stands beside it" in text
    assert "China alone has figures of these years" in text
    assert "each side’s own statistics" not in text
    assert "nothing can be held against China’s" in text


def test_years_without_a_pair_of_totals_make_a_page():
    """Of 2004 some flows have two sides, but no total of the four has."""
    shown = displayed("mirror_statistics", partner="CA5", start=1995, end=2004)
    assert "No sound figure of Central Asia’s own stands beside it" in str(shown[0])
    assert [chart.title for chart in shown if isinstance(chart, Chart)]


#: Worked out by hand from `data/trade.csv`. Russia's exports of 18,496 and imports of 7,135
#: million of 2021 are 25.63 billion, Kazakhstan's 17,605.6 and 7,018.7 are 24.62.
PAGES = """
Russia | KAZ | The gap between Russia’s count of 2021 and Kazakhstan’s is $1.0 billion. |
  Russia counts $25.63 billion of goods, Kazakhstan $24.62 billion.
UZB | KAZ | Uzbekistan counts $3.07 billion of imports from Kazakhstan, Kazakhstan $3.13 billion. |
  In 2022 the gap was $392 million.
EU | KAZ | The EU counts $13.1 billion of exports to Kazakhstan, Kazakhstan $10.31 billion. |
  The gap between the EU’s count of 2023 and Kazakhstan’s is $2.8 billion.
TUR | UZB | Türkiye counts $2.05 billion of exports in 2025, which is doubtful; |
  Uzbekistan counts $1.90 billion of the same exports in 2023. No year has sound figures of both.
"""


@pytest.mark.slow
@pytest.mark.parametrize(("reporter", "partner", "sentence", "other"), cases(PAGES))
def test_the_page_of_two_countries_without_china(reporter, partner, sentence, other):
    shown = displayed("mirror_statistics", reporter=reporter, partner=partner)
    text = " ".join(map(str, shown))
    assert sentence in text
    assert other in text
    # No finding of the page is of China.
    titles = [chart.title for chart in shown if isinstance(chart, Chart)]
    assert not re.search("China|yuan|Central Asia", " ".join([str(shown[0]), *titles]))


def test_two_countries_without_china_are_set_side_by_side():
    """Kazakhstan and Kyrgyzstan, 2023, as `trade.csv` has both sides."""
    both = ct.mirror("Kyrgyzstan", 2023, 2023, reporter="KAZ").set_index("flow")
    assert both.loc["export", "reporter_bn"] == pytest.approx(1.147176218)
    assert both.loc["export", "partner_bn"] == pytest.approx(0.862182567)
    theirs = ct.mirror("KAZ", 2023, 2023, reporter="KGZ").set_index("flow")
    assert theirs.loc["import", "ratio"] == pytest.approx(0.862182567 / 1.147176218)
    # What was asked for is a total, and what is said of it names no goods.
    sentence = (
        "no table has trade in goods of Türkiye and Uzbekistan as both of them count it"
    )
    with pytest.raises(ParameterError, match=sentence):
        ct.mirror("UZB", reporter="TUR")
