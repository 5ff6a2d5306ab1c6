"""The trade growth page and its register: frames, words and figures, from hand-made rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import computed
import pandas as pd
import pytest
from test_running import of, row
from test_series import raw

from catrade.calc.vintages import growth_in_vintage
from catrade.cells.implied import with_computed
from catrade.cells.series import annual
from catrade.pages.trade_growth import charts, news, pair, register, say, sides, titles
from catrade.tables.trade import load_trade
from pagemill import cites
from rounding.rounded import Rounded

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
ASKED = {"reporter": "CHN", "partner": "UZB"}


def years_of(
    rows: pd.DataFrame, reporter: str = "CHN", partner: str = "UZB"
) -> pd.DataFrame:
    rows = rows.assign(growth_printed=rows.get("growth_printed"), currency="USD")
    rows = rows.assign(
        growth_printed=rows["growth_printed"].astype(float), quality_reason=""
    )
    rows = rows.assign(growth_precision=0.01)
    cells = annual(rows, reporter=reporter)
    rates = growth_in_vintage(cells, rows)
    return pair.yearly(cells, rows, reporter=reporter, partner=partner, rates=rates)


def totals(*figures: tuple[str, float, float], **more: Any) -> pd.DataFrame:
    """China's trade with Uzbekistan: year, figure, half a unit."""
    return raw(
        *(
            ("CHN", "UZB", year, "total", value * 1e9, half * 1e9)
            for year, value, half in figures
        )
    ).assign(**more)


# ---- years ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        # 106.3 / 94.82 = 1.12107
        ((("2024", 94.82, 0.005), ("2025", 106.3, 0.05)), ", 12.1% more than in 2024"),
        (
            (("2024", 10, 0.05), ("2025", 11, 0.05)),
            ", 10% more than in 2024",
        ),  # 8.96 to 11.06
        (
            (("2024", 10, 0.4), ("2025", 10.2, 0.4)),
            ", as much as in 2024 within rounding",
        ),
        ((("2024", 10, 0.005), ("2025", 9.44, 0.005)), ", 5.6% less than in 2024"),
        ((("2023", 10, 0.005), ("2025", 9.44, 0.005)), ""),  # no base
        # −33 to +50 per cent is no growth rate
        ((("2024", 10, 2.0), ("2025", 10, 2.0)), ""),
    ],
)
def test_growth_of_a_year_in_words(figures: Any, said: str) -> None:
    last = pair.newest(years_of(totals(*figures)))
    assert last is not None
    assert say.change(last) == said


def test_a_base_revised_since_is_the_publishers_own_rate() -> None:
    # 17.8 / 12.5 = 42.4%, but the publisher prints 34%: its 2024 must be about 13.3 by now.
    rows = totals(
        ("2024", 12.5, 0.05), ("2025", 17.8, 0.05), growth_printed=[None, 0.34]
    )
    years = years_of(rows)
    assert say.change(pair.newest(years)) == ", 34% more than in 2024 (its own rate)"
    assert "would give 42.4%." in say.remarks(years, rows, partner="UZB")


def test_lines_and_rates_end_where_another_statistic_begins() -> None:
    of_office = {"source_kind": "official", "source_id": "xinhua-gacc-2025-06-15"}
    copied = {"source_kind": "dataset", "source_id": "wits-summary-2017"}
    kinds = {one["source_id"]: one for one in (of_office, copied)}
    old = totals(("2022", 4.0, 0.005), ("2023", 5.0, 0.005), **copied)
    new = totals(("2024", 9.0, 0.005), ("2025", 9.5, 0.005), **of_office)
    years = years_of(pd.concat([old, new], ignore_index=True))
    assert years.loc[years["begins"], "period"].tolist() == ["2024"]
    total = years[years["flow"] == "total"]
    note = charts.levels(total, title="A finding").note
    assert note.count("break") == 1
    assert "no figure, and where another statistic begins (2024)" in note
    rates = years.set_index("period")["growth"]
    assert rates.notna().tolist() == [False, True, False, True]
    drawn = charts.broken(years[years["flow"] == "total"], "flow", "value_usd")
    assert drawn.loc[drawn["value_usd"].isna(), "year"].tolist() == [2023.5]
    # The office's own figure of 2023 within one per cent of the copied one: it is one statistic.
    same = totals(("2023", 5.04, 0.005), **kinds["xinhua-gacc-2025-06-15"])
    assert not years_of(pd.concat([old, new, same], ignore_index=True))["begins"].any()
    # What is counted changes: another statistic, whoever publishes it.
    services = new.assign(coverage="goods_and_services", **copied)
    marked = years_of(
        pd.concat([old.assign(coverage="goods"), services], ignore_index=True)
    )
    assert marked.loc[marked["begins"], "period"].tolist() == ["2024"]


def test_the_newest_total_says_what_it_stands_beside() -> None:
    trade = load_trade(end=2025)
    rows = pair.pair_rows(trade, reporter="partner", partner="TKM")
    own = pair.yearly(
        annual(trade, reporter="partner", partner="TKM"),
        trade,
        reporter="partner",
        partner="TKM",
    )
    said = say.remarks(own, rows, partner="TKM")
    assert "The total of 2024 is doubtful: equal to the Chinese figure" in said
    assert "counts services too" in said
    assert say.remarks(own.iloc[:0], rows, partner="TKM") == ""


def test_contributions_add_up_to_growth() -> None:
    # Customs: 760.8 over 674.0 billion yuan, at 7.1161 and 7.1551 yuan a dollar; the parts are the
    # five and what is left.
    trade = load_trade(end=2025)
    book = annual(trade)
    years = pair.yearly(book, trade, reporter="CHN", partner="CA5")
    latest = pair.contributions(book, years, "CA5").query("year == 2025")
    assert latest["contribution"].sum() == pytest.approx(
        760.8 / 674.0 * 7.1161 / 7.1551 - 1, abs=2e-4
    )
    rest = latest.set_index("country")["contribution"]["not allocated"]
    assert abs(rest) < 5e-4  # 106.3 is rounded
    assert set(latest["country"]) == {
        "KAZ",
        "KGZ",
        "TJK",
        "TKM",
        "UZB",
        "not allocated",
    }


def split_of(*parts: tuple[str, float, float], year: int = 2025) -> pd.DataFrame:
    rows = [(by, value, value - half, value + half) for by, value, half in parts]
    ends = ["contribution", "contribution_low", "contribution_high"]
    return pd.DataFrame(rows, columns=["flow", *ends]).assign(year=year)


@pytest.mark.parametrize(
    ("exports", "imports", "half", "title"),
    [
        (0.04, 0.07, 0.0001, "Imports added 7.0 of 11.0 points of growth in 2025"),
        (0.05, 0.06, 0.02, "Imports and Exports added most in 2025"),
        (0.05, -0.11, 0.0001, "Imports took 11.0 points off growth in 2025"),
        (
            0.178,
            -0.01,
            0.0001,
            "Exports added 17.8 points to growth in 2025",
        ),  # more than all
    ],
)
def test_who_led_growth(
    exports: float, imports: float, half: float, title: str
) -> None:
    assert (
        titles.led(split_of(("export", exports, half), ("import", imports, half)))
        == title
    )


def test_growth_of_no_known_part_cannot_be_split() -> None:
    unknown = split_of(("not allocated", 0.05, 0.0))
    assert titles.led(unknown) == "Growth of 5.0% in 2025 cannot be split"
    assert titles.led(split_of()) == ""


def test_an_unknown_part_is_drawn_only_where_it_is_more_than_rounding() -> None:
    parts = [("export", 0.04, 0.0001), ("import", 0.07, 0.0001)]
    small = charts.contributions(
        split_of(*parts, ("not allocated", 0.0004, 0.0)), title="A title"
    )
    large = charts.contributions(
        split_of(*parts, ("not allocated", 0.03, 0.0)), title="A title"
    )
    assert "Unknown" not in small.note
    assert "Unknown: growth that the figures give to no part." in large.note
    assert "Unknown" in large.alt
    assert charts.contributions(split_of(), title="A title") is None


def test_a_record_is_one_beyond_rounding() -> None:
    high = years_of(totals(("2023", 10, 0.005), ("2024", 11, 0.005)))
    assert (
        titles.level(high, **ASKED)
        == "Trade with Uzbekistan reached a record $11.00bn in 2024"
    )
    vague = years_of(totals(("2023", 10.65, 0.005), ("2024", 11, 0.5)))
    assert titles.level(vague, **ASKED) == "Trade with Uzbekistan: $11bn in 2024"
    assert (
        titles.level(high.iloc[1:], **ASKED)
        == "Trade with Uzbekistan: $11.00bn in 2024"
    )
    lower = years_of(totals(("2023", 11, 0.005), ("2024", 10, 0.005)))
    assert (
        titles.level(lower, **ASKED)
        == "Trade with Uzbekistan: $10.00bn, below $11.00bn of 2023"
    )
    assert titles.level(high.iloc[:0], **ASKED) == "Trade with Uzbekistan: no figure"


def test_a_table_of_years_has_dashes_for_what_is_not_known() -> None:
    rows = pd.concat(
        [
            totals(("2023", 10, 0.05), ("2024", 11, 0.05)),
            raw(("CHN", "UZB", "2024", "export", 8e9, 0)),
        ]
    )
    table = pair.by_year(years_of(rows))
    assert table["year"].tolist() == [2024, 2023]
    assert table["growth_text"].tolist() == ["+10%", "–"]
    assert table["export"].isna().tolist() == [False, True]
    assert table["import"].isna().all()


# ---- the running year ----------------------------------------------------------------------------


def flows(
    partner: str, *figures: tuple[str, str, float, float | None]
) -> list[dict[str, Any]]:
    """Return rows of a partner: flow, period, figure in billions, growth."""
    return [
        row(partner, period, value * 1e9, float("nan") if g is None else g, flow=flow)
        for flow, period, value, g in figures
    ]


def to_date_of(*rows: list[dict[str, Any]]) -> pd.DataFrame:
    found = of(*(one for some in rows for one in some))
    return found.assign(country=found["partner"])


KAZ = flows(
    "KAZ",
    ("total", "2026-7M", 224.3, 0.194),
    ("export", "2026-7M", 126.7, 0.046),
    ("import", "2026-7M", 97.6, 0.463),
)


def test_only_what_is_newer_than_the_last_year_is_news() -> None:
    to_date = to_date_of(KAZ)
    asked: dict[str, Any] = {"partner": "KAZ", "after": 2025}
    nowhere = to_date.iloc[:0]
    assert news.running(to_date, nowhere, **asked) == (
        "In January–July 2026 trade with Kazakhstan rose 19.4% to 224.3 billion yuan "
        "(exports +4.6%, imports +46.3%)."
    )
    own = news.running(to_date, nowhere, **asked, reporter="partner")
    assert own.startswith(
        "In January–July 2026 Kazakhstan’s trade with China rose 19.4% to $224.3"
    )
    title = titles.months(to_date, reporter="CHN", **asked)
    assert title == "Imports from Kazakhstan rose 46.3% in January–July 2026"
    asked["after"] = 2026
    assert news.running(to_date, nowhere, **asked) == ""
    assert (
        titles.months(to_date, reporter="CHN", **asked)
        == "Trade with Kazakhstan by month"
    )


@pytest.mark.parametrize(
    ("growth", "said"),
    [
        (-0.348, "Kazakhstan fell 34.8% to 10.0 billion yuan."),
        # ±0.05%
        (0.0, "Kazakhstan was unchanged within rounding at 10.0 billion yuan."),
        (None, "Kazakhstan came to 10.0 billion yuan."),
    ],
)
def test_growth_of_the_running_year_in_words(growth: float | None, said: str) -> None:
    to_date = to_date_of(flows("KAZ", ("total", "2026-7M", 10, growth)))
    text = news.running(to_date, to_date.iloc[:0], partner="KAZ", after=2025)
    assert text.endswith(said)


def test_all_of_chinas_trade_is_the_yardstick() -> None:
    # 224.3 of 30,000 billion is 0.75%; a year before 224.3 / 1.194 of 30,000 / 1.173 was 0.73%.
    world = to_date_of(flows("WLD", ("total", "2026-7M", 30000, 0.173)))
    said = news.running(to_date_of(KAZ), world, partner="KAZ", after=2025)
    assert said.endswith(
        "; all of China’s trade rose 17.3%, so the share of Kazakhstan rose from 0.73% to 0.75%."
    )
    # As fast as the world: no share moves.
    same = to_date_of(flows("WLD", ("total", "2026-7M", 30000, 0.194)))
    said = news.running(to_date_of(KAZ), same, partner="KAZ", after=2025)
    assert said.endswith("; all of China’s trade rose 19.4%.")


def test_the_yardstick_of_the_five_is_customs_own() -> None:
    """Referee: China's whole trade +17.3 (exports 14.0, imports 22.0), the five +1.8 per cent.

    Customs, January to July 2026: 30,127.46 billion yuan; 438.23 / 30127.46 = 1.4546%.
    """
    published = load_trade(end="2026-07", frequency=None, convert=False)
    asked = {"reporter": "CHN", "partner": "CA5"}
    five = pair.within_year(published, "ytd", **asked)
    world = pair.within_year(published, "ytd", reporter="CHN", partner="WLD")
    assert news.running(five, world, partner="CA5", after=2025) == (
        "In January–July 2026 trade with Central Asia rose 1.8% to 438.2 billion yuan (exports "
        "+3.4%, imports −1.4%); all of China’s trade rose 17.3%, so the share of Central Asia fell "
        "from 1.68% to 1.45%."
    )
    assert news.whole_world(five, world, "CA5", 2025) == (
        "In January–July 2026 China’s exports to all countries rose 14.0% and its imports rose "
        "22.0%."
    )
    assert news.whole_world(five, world, "CA5", 2026) == ""


def test_a_rise_that_fell_in_two_months_says_so() -> None:
    # 97.6 after 97.6 / 1.463 = 66.71 is +30.89; of that 36.8 after 36.8 / 2.4 = 15.33 is +21.47, or
    # 69.5%. The months left: 60.8 after 51.38, +18.3%.
    start = flows("KAZ", ("import", "2026-2M", 36.8, 1.4))
    said = news.early(to_date_of(KAZ, start), "KAZ", 2025)
    assert said == (
        "69% of the rise in imports fell in January and February (+140.0%); in March–July imports "
        "rose 18.3%."
    )
    even = flows("KAZ", ("import", "2026-2M", 26.0, 0.463))
    assert news.early(to_date_of(KAZ, even), "KAZ", 2025) == ""
    assert news.early(to_date_of(KAZ), "KAZ", 2025) == ""


def test_a_flow_that_has_all_but_ended_is_named() -> None:
    to_date = to_date_of(
        flows(
            "KGZ",
            ("import", "2025-7M", 34.7, None),
            ("import", "2026-7M", 0.8756, -0.975),
        ),
        flows("KGZ", ("total", "2026-7M", 81.2, -0.348)),
    )
    gold = pd.DataFrame({"period": ["2024", "2025"], "share": [0.5, 0.945]})
    said = news.gone(to_date, gold, "KGZ", 2025)
    assert said.startswith(
        "China’s imports from Kyrgyzstan fell from 34.7 billion yuan to 875.6 million yuan."
    )
    assert said.endswith(
        "In 2025 94.5% of them was gold, as RIA Novosti counted in customs data."
    )
    assert news.gone(to_date_of(KAZ), gold, "KAZ", 2025) == ""
    rows = news.ended(to_date, "KGZ", 2025)
    assert list(zip(rows["country"], rows["flow"], strict=True)) == [("KGZ", "import")]


def rate(year: int, flow: str, value: float, base: float) -> dict[str, Any]:
    """A figure and its base, in billions, both to half a hundredth."""
    ends = {"reporter": "CHN", "country": "UZB", "flow": flow, "year": year}
    for name, figure in (("", value), ("base_", base)):
        ends[f"{name or 'value_'}usd"] = figure * 1e9
        ends[f"{name}low_usd"] = (figure - 0.005) * 1e9
        ends[f"{name}high_usd"] = (figure + 0.005) * 1e9
    return ends


def test_growth_without_a_flow_that_has_ended_since() -> None:
    # 110 of which 30 after 100 of which 10: 80 / 90 − 1 = −11.1%, as are both ends.
    rates = pd.DataFrame(
        [
            rate(2024, "total", 100, 90),
            rate(2025, "total", 110, 100),
            rate(2025, "import", 30, 10),
        ]
    )
    ended = pd.DataFrame({"country": ["UZB"], "flow": ["import"]})
    rest = news.growth_without(rates, ended, "UZB")
    assert rest.index.tolist() == [2025]
    assert rest.loc[2025].tolist() == pytest.approx(
        [80 / 90 - 1, 79.99 / 90.01 - 1, 80.01 / 89.99 - 1]
    )
    assert say.rest_of(rest, ended, 2025) == (
        "−11.1% without the imports from Uzbekistan, which have all but ended since"
    )
    assert say.rest_of(rest, ended, 2024) == ""
    assert say.without(rest, ended) == (
        "Without the imports from Uzbekistan: −11.1% in 2025."
    )
    none = news.growth_without(rates, ended.iloc[:0], "UZB")
    assert none.empty
    assert say.without(none, ended) == ""


def test_gold_is_known_of_kyrgyzstan_alone() -> None:
    assert pair.gold("UZB").empty
    assert len(pair.gold("CA5"))


# ---- both sides ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reporter", "partner", "last", "said"),
    [
        (
            "CHN",
            "KGZ",
            2025,
            "For 2024 Kyrgyzstan itself counts $5.57 billion, a quarter of China’s figure "
            "($22.71 billion).",
        ),
        (
            "CHN",
            "KGZ",
            2024,
            "Kyrgyzstan itself counts $5.57 billion, a quarter of that.",
        ),
        (
            "CHN",
            "CA5",
            2025,
            "For 2024 the four of the five that publish statistics count $5.57 billion, a quarter "
            "of China’s figure for them ($22.71 billion).",
        ),
        (
            "partner",
            "KGZ",
            2024,
            "China counts $22.71 billion, of goods alone.",
        ),
        (
            "partner",
            "KGZ",
            2025,
            "Of goods China counted $22.71 billion in 2024, Kyrgyzstan $5.57 billion.",
        ),
    ],
)
def test_the_other_side_in_words(
    reporter: str, partner: str, last: int, said: str
) -> None:
    own, china = Rounded(5.57e9, 5.565e9, 5.575e9), Rounded(22.71e9, 22.705e9, 22.715e9)
    both = sides.BothSides(2024, own, china)
    assert say.other_side(both, last, reporter=reporter, partner=partner) == said


def test_the_other_side_of_each() -> None:
    """Printed shares give Kazakhstan's own 2025; Tajikistan's 2024 is of another source.

    The bureau: exports 79,041.2 and imports 64,847.0 million, of which China 19.2 and 29.2%.
    """
    trade = load_trade(end=2025)
    trade = with_computed(trade[trade["source_id"] != "kaz-bns-panel-2026"])
    kazakh = sides.both_sides(trade, "KAZ")
    assert kazakh is not None
    assert kazakh.year == 2025
    assert kazakh.own.value == pytest.approx(
        79_041.2e6 * 0.192 + 64_847.0e6 * 0.292, rel=1e-6
    )
    said = say.other_side(kazakh, 2025, reporter="CHN", partner="KAZ")
    assert said == "Kazakhstan itself counts $34.1 billion, 70% of that."
    said = say.other_side(
        sides.both_sides(trade, "TJK"), 2025, reporter="CHN", partner="TJK"
    )
    assert said.endswith("; another source had $1.09 billion for 2023, 28% of China’s.")
    assert sides.both_sides(trade, "TKM") is None
    assert sides.both_sides(trade[trade["year"] < 1995], "UZB") is None


def test_without_both_sides_only_turkmenistan_is_explained() -> None:
    assert say.other_side(None, 2025, reporter="CHN", partner="TKM") == (
        "Turkmenistan publishes no trade statistics by partner regularly."
    )
    assert say.other_side(None, 2025, reporter="CHN", partner="UZB") == ""


def test_shares_go_both_ways() -> None:
    trade = load_trade()
    kgz = pair.both_ways(trade, "KGZ", 2015, 2025)
    # The newest year of both, not each side's own newest.
    assert titles.weights(kgz, "KGZ") == "China was 34.5% of Kyrgyzstan’s trade in 2023"
    said = say.weight(kgz, "KGZ")
    assert "In 2025 Kyrgyzstan was 0.4% of China’s trade." in said
    assert "would be 65.8%, not 34.5%, if China’s figure for its exports stood" in said
    assert "floor" not in said
    tkm = pair.both_ways(trade, "TKM", 2015, 2025)
    assert (
        titles.weights(tkm, "TKM") == "Turkmenistan was 0.2% of China’s trade in 2025"
    )
    assert say.weight(tkm, "TKM") == ""
    assert charts.shares(tkm, "TKM", title="A title") is None
    uzbek = pair.both_ways(trade, "UZB", 2015, 2023)
    assert "with services" in say.weight(uzbek, "UZB")
    five = pair.both_ways(trade, "CA5", 2015, 2025)
    assert set(five.loc[five["reporter"] == "CHN", "country"]) == {"CA5"}
    assert five["begins"].any()  # Tajikistan's own figure of 2024


def test_disagreements_name_the_widest_gap() -> None:
    # Partners' sum for 2024: CERR 60.7, EDB 66.2 billion.
    rows = pair.pair_rows(load_trade(), reporter="partner", partner="CA5")
    found = pair.disagreeing(rows[rows["period"] == "2024"])
    assert found.iloc[0][["country", "chosen_usd", "other_usd"]].tolist() == [
        *("Central Asia", 60.7e9, 66.2e9)
    ]


def test_revisions_are_said_beside_whiskers() -> None:
    whole = {"period": "2024", "flow": "total", "beyond": 0.012}
    revised = pd.DataFrame([whole, {**whole, "period": "2024-7M", "beyond": 0.2}])
    nothing = pd.DataFrame(columns=["flow", "n", "moved", "median", "ninety"])
    first = "Whiskers show rounding only."
    assert say.revised(revised, nothing) == (
        f"{first} Later figures differ by up to 1.2% beyond it (trade of 2024)."
    )
    assert say.revised(revised.iloc[1:], nothing) == first
    record = pd.DataFrame(
        {"flow": ["import", "total"], "n": 40, "ninety": [0.03, 0.01]}
    )
    last = {"growth_basis": "two releases", "period": "2025"}
    said = say.revised(revised.iloc[1:], record, last)
    assert "less than 1.0% in nine cases of ten, imports by less than 3.0% (80" in said
    assert said.endswith("2025 compares two releases, and its digits allow for that.")
    printed = {**last, "growth_basis": "printed"}
    assert "two releases" not in say.revised(revised, record, printed)
    # Too few to tell.
    assert say.revised(revised.iloc[1:], record.assign(n=3), last) == first


# ---- the page for any parameters -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "figures"),
    [
        ({"partner": "KGZ"}, {"levels", "monthly", "contribution", "dependence"}),
        (
            {"partner": "KAZ", "reporter": "partner", "start": 2016, "end": 2023},
            {"levels"},
        ),
        ({"partner": "CA5", "reporter": "partner"}, {"levels", "dependence"}),
        ({"partner": "TKM", "start": 1992, "end": 1993}, set()),
        ({"partner": "TJK", "start": 2025, "end": 2026}, {"levels", "monthly"}),
    ],
)
def test_the_page_shows_what_there_is(asked: dict[str, Any], figures: set[str]) -> None:
    shown = computed.shown(NOTEBOOKS / "trade_growth.ipynb", asked)
    assert figures <= set(shown)
    for name in set(shown) & {"levels", "monthly", "contribution", "dependence"}:
        chart: Any = shown[name]
        assert len(chart.title.split()) <= 10
        assert "nan" not in f"{chart.title} {chart.alt} {chart.note}"


# ---- the register --------------------------------------------------------------------------------


def test_every_published_figure_of_the_five_is_in_the_register_once() -> None:
    trade = load_trade(
        frequency=None, quality=("ok", "doubtful", "rejected"), convert=False
    )
    codes = {"KAZ", "KGZ", "TJK", "TKM", "UZB", "CA5", "CA4"}
    mine = trade[trade["reporter"].isin(codes) | trade["partner"].isin(codes)]
    rows = register.figures(trade)
    assert rows["n"].sum() == len(mine)
    values = rows[["export_value", "import_value", "total_value"]].sum().sum()
    assert values == pytest.approx(mine["value"].sum())
    assert set(rows["source_id"]) == set(mine["source_id"])
    years = register.figures(trade, frequency="annual")
    within = register.figures(trade, frequency="within")
    assert set(years["period"].str.len()) == {4}
    assert len(years) + len(within) == len(rows)
    turkmen = register.figures(trade, "TKM")
    assert (turkmen[["reporter", "partner"]] == "Turkmenistan").any(axis=1).all()


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        ({"value": 106.3e9, "precision": 1e8}, "106.3bn"),
        ({"value": 22e9, "precision": 1e9}, "22bn"),
        ({"value": 48.6e9, "precision": 1e8, "rounding": "floor"}, "over 48.6bn"),
        ({"value": 875_638_203, "precision": 1}, "875.638m"),
        ({"value": 0, "precision": 1}, "0.000m"),
    ],
)
def test_figures_keep_the_digits_they_were_printed_with(figure: Any, text: str) -> None:
    assert register.printed({"rounding": "nearest"} | figure) == text


def test_a_copy_is_called_one_and_counted() -> None:
    # data/sources.csv says of customs' monthly tables that they were read in a copy.
    assert cites.links(["gacc-country-months"]).endswith(">GACC (copy)</a>")
    listed = cites.sources(["gacc-country-months", "24kg-2025-01-24"])
    assert listed.copies == 1


def test_doubts_and_what_is_counted_are_said() -> None:
    trade = load_trade(
        frequency=None, quality=("ok", "doubtful", "rejected"), convert=False
    )
    rows = register.figures(trade)
    doubtful = rows[rows["quality"] == "doubtful"]
    assert doubtful["remark"].str.contains("doubtful: ").all()
    assert (rows.loc[rows["coverage"] == "goods_and_services", "remark"] != "").all()
    assert (
        rows.loc[rows["quality"].eq("ok") & rows["coverage"].eq("goods"), "remark"]
        == ""
    ).all()
