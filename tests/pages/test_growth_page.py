"""The trade growth page: frames, words and figures, from hand-made rows."""

import re
from typing import Any

import pandas as pd
import pytest
from computed import displayed, named
from customs_rows import of, row
from fetch_files import cases
from published_rows import raw
from trade_totals import annual

import catrade as ct
from catrade.pages import running_year as running
from catrade.pages import trade_growth as page
from catrade_build.cells.chosen import begins
from pagemill import cites
from pagemill.display import Chart
from rounding.told import Row, newest

UZB = ct.pair("UZB")


def figures(*rows: tuple[int, float, float], flow: str = "total") -> pd.DataFrame:
    """China's trade with Uzbekistan as `ct.trade` gives it: year, figure, half a unit."""
    cells = pd.DataFrame(rows, columns=["year", "value_bn", "half"])
    return cells.assign(
        partner="UZB",
        flow=flow,
        low_bn=cells["value_bn"] - cells["half"],
        high_bn=cells["value_bn"] + cells["half"],
        begins=False,
        quality="ok",
    )


# ---- years ---------------------------------------------------------------------------------------


def published(*rows: tuple[str, float, float], **more: Any) -> pd.DataFrame:
    """Published totals of China and Uzbekistan: year, billions, half a unit."""
    cells = raw(*(("CHN", "UZB", year, "total", v, half) for year, v, half in rows))
    return cells.assign(**more)


def test_lines_and_rates_end_where_another_statistic_begins():
    of_office = {"source_kind": "official", "sources": "xinhua-gacc-2025-06-15"}
    copied = {"source_kind": "dataset", "sources": "wits-summary-2017"}
    old = published(("2022", 4.0, 0.005), ("2023", 5.0, 0.005), **copied)
    new = published(("2024", 9.0, 0.005), ("2025", 9.5, 0.005), **of_office)

    def begun(*parts: pd.DataFrame) -> list[str]:
        rows = pd.concat(parts, ignore_index=True)
        cells = annual(rows)
        cells = cells[cells["flow"] == "total"]
        return cells.loc[begins(cells, rows), "period"].tolist()

    assert begun(old, new) == ["2024"]
    # The office's own figure of 2023 within one per cent of the copied one: it is one statistic.
    assert begun(old, new, published(("2023", 5.04, 0.005), **of_office)) == []
    # What is counted changes: another statistic, whoever publishes it.
    services = new.assign(coverage="goods_and_services", **copied)
    assert begun(old.assign(coverage="goods"), services) == ["2024"]
    # A region's sums are of many sources, and go on.
    assert begun(old.assign(partner="CA5"), new.assign(partner="CA5")) == []


#: Four years of 8 to 10 billion before the two of a case.
EARLIER = [(2019 + n, 8.0 + n / 2, 0.005) for n in range(4)]


def test_a_record_is_one_beyond_rounding():
    high = figures(*EARLIER, (2023, 10, 0.005), (2024, 11, 0.005))
    name = "China’s trade with Uzbekistan"
    assert page.level_title(high, UZB) == f"{name} reached a record $11.00bn in 2024"
    vague = figures(*EARLIER, (2023, 10.65, 0.005), (2024, 11, 0.5))
    assert page.level_title(vague, UZB) == f"{name}: $11bn in 2024"
    lower = figures(*EARLIER, (2023, 11, 0.005), (2024, 10, 0.005))
    assert page.level_title(lower, UZB) == f"{name}: $10.00bn in 2024, $11.00bn in 2023"
    assert page.level_title(high.iloc[:0], UZB) == f"{name}: no figure"
    exports = figures((2024, 11, 0.005), flow="export")
    said = page.level_title(exports, UZB)
    assert said == "China’s exports to Uzbekistan: $11.00bn in 2024"


def test_no_record_over_a_missing_year_a_break_or_few_years():
    """Russia's trade with Kyrgyzstan: 2022 is missing, and 2023 is of the press, after a series."""
    high = figures(*EARLIER, (2023, 10, 0.005), (2024, 11, 0.005))
    plain = "China’s trade with Uzbekistan: $11.00bn in 2024"
    for year in (2020, 2022, 2023):
        assert page.level_title(high[high["year"] != year], UZB) == plain
        broken = high.assign(begins=high["year"] == year)
        assert page.level_title(broken, UZB) == plain
    assert page.level_title(high.tail(4), UZB) == plain
    assert "a record" in page.level_title(high.tail(5), UZB)
    # What was higher by another statistic is set beside nothing.
    lower = high.assign(value_bn=high["value_bn"].where(high["year"] > 2020, 20.0))
    ends = {"low_bn": lower["value_bn"], "high_bn": lower["value_bn"]}
    broken = lower.assign(**ends, begins=high["year"] == 2022)
    assert page.level_title(broken, UZB) == plain


#: Exports and imports of the five by year: who has none of 2023 leaves a title that compares none.
def of_the_five(**newest: int) -> pd.DataFrame:
    rows = [
        {"country": code, "flow": flow, "year": year, "value_bn": year - 2000.0}
        for code in ct.names.CENTRAL_ASIA
        for flow in ("export", "import")
        for year in range(2020, newest.get(f"{code}_{flow}", 2023) + 1)
    ]
    return pd.DataFrame(rows)


def test_what_is_of_another_year_is_not_told_as_of_the_newest():
    """As of 1 March 2024 the last exports held to Kyrgyzstan are of 2022, to Uzbekistan of 2021."""
    pair = ct.pair("CA5")
    every = of_the_five()
    said = page.panels_title(every, pair)
    assert said == "China sells more to all five than in 2020"
    few = of_the_five(KGZ_export=2022, UZB_export=2021)
    title = "China’s exports and imports by country, 2020–2023"
    assert page.panels_title(few, pair) == title


def changed(
    *figures: tuple[str, str, float, float, float], **more: Any
) -> pd.DataFrame:
    """As `ct.revisions` gives them: period, flow, first, later, beyond rounding."""
    names = ["period", "flow", "first", "later", "beyond"]
    frame = pd.DataFrame(figures, columns=names)
    ends = {
        f"{name}_{end}": frame[name] for name in names[2:4] for end in ("low", "high")
    }
    return frame.assign(**ends, partner="UZB", country="UZB", currency="USD", **more)


def test_the_doubts_tell_the_widest_change():
    years = figures((2024, 10.0, 0.05), (2025, 11.0, 0.05))
    later = changed(
        ("2019", "import", 1e9, 1.01e9, 0.004),
        ("2024", "total", 9e9, 9.01e9, 0.001),  # newer, and less
        ("2020-6M", "total", 1e9, 2e9, 0.9),  # no year
    )
    others = changed(("2020", "total", 0, 0, 0), chosen_bn=39.19, difference_bn=-0.59)

    def doubts(*away: pd.DataFrame) -> str:
        return page.firmness(*away, UZB, newest(years))

    # Of a region the countries of its panels count, and are named: 0.64 of 9.73 is 6.6%.
    of_member = later.head(1).assign(country="KAZ", beyond=0.066, period="2020")
    of_region = pd.concat([later, of_member])
    assert "are up to 6.6% away (imports from Kazakhstan, 2020)." in page.firmness(
        of_region, others, ct.pair("CA5"), newest(years)
    )
    # 0.59 of 39.19 is 1.5%.
    assert "are up to 1.5% away (trade of 2020)." in doubts(later, others)
    assert "are up to 0.4% away (imports of 2019)." in doubts(later, others.head(0))


def test_a_table_shows_no_change_that_its_digits_do_not():
    # Referee G18: "first 0.07, later 0.07, change 0.2%". Of the second row no digit shows any.
    later = changed(
        ("2016", "import", 70.98e6, 71.14e6, 0.002),
        ("2017", "import", 70.981e6, 70.982e6, 0.00001),
    )
    written = page.told_apart(later)
    assert written[["first_text", "later_text"]].to_numpy().tolist() == [
        ["$71.0 million", "$71.1 million"]
    ]


def test_another_count_of_a_countrys_exports_is_named():
    facts = pd.DataFrame({"year": [2024], "period": "2024", "unit": "USD"})
    who = "all goods (Kyrgyz ministry of agriculture)"
    facts = facts.assign(
        flow="export", item=who, value=2.04e9, low=2.035e9, high=2.045e9
    )
    own = pd.concat(
        [figures((2024, 5.6, 0.005)), figures((2024, 0.123, 0.0005), flow="export")]
    )
    kyrgyz = ct.pair("KGZ", "partner")
    assert page.another_count(own, facts, kyrgyz) == (
        "Of the exports to China in it, $123 million, there is another figure: $2.04 billion "
        "(Kyrgyz ministry of agriculture)."
    )
    assert page.another_count(own, facts, ct.pair("KGZ")) == ""
    assert (
        page.another_count(own, facts.assign(value=0.123e9, low=0, high=1e9), kyrgyz)
        == ""
    )


def test_chinas_surplus_by_both_sides():
    # Referee G13: 29.69 − 18.97 and 18.97 − 15.20.
    both = [("export", 29.69, 18.97), ("import", 18.97, 15.2)]
    rows = pd.DataFrame(both, columns=["flow", "china_bn", "partner_bn"])
    for side in ("china", "partner"):
        for end, half in (("low", -0.005), ("high", 0.005)):
            rows[f"{side}_{end}_bn"] = rows[f"{side}_bn"] + half
    rows = page.by_role(rows.assign(year=2025, quality="ok"), "CHN")
    last = Row({"year": 2025})
    assert page.surplus(rows, ct.pair("KAZ"), last) == (
        "China’s surplus in goods with Kazakhstan in 2025: $10.72 billion by its own figures, "
        "$3.77 billion by Kazakhstan’s."
    )
    assert page.surplus(rows.assign(partner_bn=1.0), ct.pair("KAZ"), last) == ""
    # Six years on it is no news of today.
    assert page.surplus(rows, ct.pair("KAZ"), Row({"year": 2031})) == ""
    assert page.surplus(rows, ct.pair("KAZ"), Row({})) == ""


# ---- any pair ----

#: By hand from `data/trade.csv`. Russia with Kazakhstan: 18.496 + 7.135 of 2021 over 14.107 + 5.073
#: of 2020; Kazakhstan's own 24.62 of it. Of 2023 Uzbekistan has imports of 3.069 from Kazakhstan,
#: who has 3.130 exported. The EU's 13.10 of 2023 over 10.90, Kazakhstan's 10.31. Kazakhstan with
#: Kyrgyzstan 1.69 of 2023, Kyrgyzstan's own 1.311. Uzbekistan with Türkiye
#: 1.263 + 1.898 of 2023 over 1.643 + 1.739.
PAGES = """
Russia | KAZ | Russia counts $25.63 billion of trade with Kazakhstan in 2021, 33.6% more than a year
  before. | Kazakhstan itself counts 96% of the yearly figure.
KAZ | UZB | Kazakhstan counts $4.76 billion of trade with Uzbekistan in 2025, 15.3% more than a year
  before. | For 2023 Uzbekistan itself counts 98% of Kazakhstan’s figure of exports.
EU | KAZ | The EU counts $13.1 billion of exports to Kazakhstan in 2023, about 20% more than a year
  before. | Kazakhstan itself counts 79% of the yearly figure.
KAZ | KGZ | Kazakhstan counts $2.36 billion of trade with Kyrgyzstan in 2025, 32.6% more than a year
  before. | For 2023 Kyrgyzstan itself counts 78% of Kazakhstan’s figure.
UZB | TUR | Uzbekistan counts $3.16 billion of trade with Türkiye in 2023, 6.5% less than a year
  before. | The total of 2023 counts services too.
TUR | KAZ | Türkiye’s exports to Kazakhstan: $3.19bn in 2025, which is doubtful |
  The export figure of 2025 is doubtful: not tested; other figures of this copy are wrong.
"""


@pytest.mark.slow
@pytest.mark.parametrize(("reporter", "partner", "sentence", "other"), cases(PAGES))
def test_the_page_of_two_countries_without_china(reporter, partner, sentence, other):
    shown = displayed("trade_growth", reporter=reporter, partner=partner)
    charts = [thing for thing in shown if isinstance(thing, Chart)]
    drawn = " ".join(f"{chart.title} {chart.note}" for chart in charts)
    printed = f"{shown[0]} {drawn}"
    assert sentence in printed
    assert other in printed
    # Nothing of it is China's, and a doubtful figure is no record.
    assert not re.search("China|yuan|Central Asia", printed)
    assert "$28bn" not in printed


# ---- the running year ----------------------------------------------------------------------------


def to_date_of(*rows: tuple[str, str, str, float, float | None]) -> pd.DataFrame:
    """As `ct.as_printed` gives it: partner, flow, period, figure in billions, growth."""
    printed = of(
        *(
            row(who, period, v * 1e9, float("nan") if g is None else g, flow=flow)
            for who, flow, period, v, g in rows
        )
    )
    ends = {name: printed[name] / 1e9 for name in ("value", "low", "high")}
    ends |= {name: printed[name] / 1e9 for name in ("base", "base_low", "base_high")}
    printed = printed.drop(columns=[*ends])
    printed = printed.assign(**{f"{name}_bn": column for name, column in ends.items()})
    printed["when"] = "January–July 2026"
    return printed.assign(
        currency="CNY",
        country=printed["partner"],
        country_name=printed["partner"].map(ct.names.name_of),
    )


KAZ = [
    ("KAZ", "total", "2026-7M", 224.3, 0.194),
    ("KAZ", "export", "2026-7M", 126.7, 0.046),
    ("KAZ", "import", "2026-7M", 97.6, 0.463),
]


def parts_of(rows: pd.DataFrame, code: str = "KAZ") -> pd.DataFrame:
    return running.parts_of(rows[rows["period"] == "2026-7M"], ct.pair(code))


def test_a_rise_that_fell_in_two_months_says_so():
    # 97.6 after 97.6 / 1.463 = 66.71 is +30.89; of that 36.8 after 36.8 / 2.4 = 15.33 is +21.47, or
    # 69.5%. The months left: 60.8 after 51.38, +18.3%.
    def early(*more: Any) -> str:
        rows = to_date_of(*KAZ, *more)
        return running.early(rows, running.moved_most(parts_of(rows)), ct.pair("KAZ"))

    assert early(("KAZ", "import", "2026-2M", 36.8, 1.4)) == (
        "69% of the rise in imports fell in January and February (+140.0%); in March–July imports "
        "rose 18.3%."
    )
    assert early(("KAZ", "import", "2026-2M", 26.0, 0.463)) == ""
    assert early() == ""
    assert running.early(to_date_of(*KAZ), Row({}), ct.pair("KAZ")) == ""


def gone_of(parts: pd.DataFrame) -> pd.DataFrame:
    """The flows of which the notebook says that they have all but ended."""
    return parts[parts["value_bn"] < 0.1 * parts["base_bn"]]


def test_a_flow_that_has_all_but_ended_is_named():
    rows = to_date_of(
        ("KGZ", "import", "2025-7M", 34.7, None),
        ("KGZ", "import", "2026-7M", 0.8756, -0.975),
        ("KGZ", "total", "2026-7M", 81.2, -0.348),
    )
    gone = gone_of(parts_of(rows, "KGZ"))
    assert running.flow_list(gone) == "the imports from Kyrgyzstan"
    assert running.what_ended(gone, Row({})) == (
        "China’s imports from Kyrgyzstan fell from 34.7 billion yuan to 875.6 million yuan in"
        " January–July 2026."
    )


SEVEN = [
    ("KAZ", "import", "2026-7M", 60.9, 1.03),  # after 30.0
    ("KGZ", "import", "2026-7M", 0.8, -0.98),  # after 40.0
    ("UZB", "export", "2026-7M", 22.0, 0.1),  # after 20.0
]


def test_what_moved_stands_from_the_largest_rise_to_the_largest_fall():
    parts = parts_of(to_date_of(*SEVEN), "CA5")
    assert running.moves(parts)["label"].tolist() == [
        "Kazakhstan, China buys",
        "Uzbekistan, China sells",
        "Kyrgyzstan, China buys",
    ]


def test_growth_without_gold_is_said_only_where_the_data_bear_it():
    parts = parts_of(to_date_of(*SEVEN), "CA5")
    gone, nearly = gone_of(parts), {"year": 2025, "share": 0.945}
    gold = Row({**nearly, "share_low": 0.9435, "share_high": 0.9465})
    left = ct.Rounded(0.104, 0.1035, 0.1045)

    def title(*more: Any) -> str:
        return running.moves_title(parts, *more)

    grown = "January–July 2026: trade +10.4% without imports from Kyrgyzstan"
    # All imports are left out, of which 5% are no gold.
    assert title(gone, left, gold) == f"{grown} (gold)"
    part = Row({"year": 2025, "share": 0.6, "share_low": 0.55, "share_high": 0.65})
    for unknown in (part, Row({})):
        assert title(gone, left, unknown) == grown
    assert title(gone.head(0), left, gold) == (
        "Imports from Kyrgyzstan fell most in January–July 2026"
    )


def test_growth_beside_that_of_all_trade():
    """Referee 5.1: of 2025's exports +11.0 beside +5.5 per cent, of imports +14.3 beside −0.1."""
    flows = [*ct.names.FLOWS, "balance"]
    everyone = ct.growth(ct.trade(["CA5", "World"], flows, full=True))
    july = ct.as_printed(["CA5", "World"], start=2026).query("period == '2026-7M'")
    beside = running.beside_world(everyone, july, ct.pair("CA5")).set_index("period")
    # The last seven years, and the running one.
    assert beside.index.tolist() == [*map(str, range(2019, 2026)), "2026-7M"]
    # 0.676 · 5.5 + 0.324 · (−0.05) = 3.70; 12.3 − 3.7 = 8.6
    year = beside.loc["2025", ["world", "mix", "won"]]
    assert year.tolist() == pytest.approx([0.032, 0.005, 0.086], abs=1e-3)
    # 284.3 of 430.7 billion yuan: 0.6601 · 14.0 + 0.3399 · 22.0 = 16.7; 1.75 − 16.7 = −15.0
    now = beside.loc["2026-7M", ["world", "mix", "won"]]
    expected = [0.173, 0.1672 - 0.173, 0.0175 - 0.1672]
    assert now.tolist() == pytest.approx(expected, abs=2e-4)


def own_totals(*rows: tuple[str, int, float, float]) -> pd.DataFrame:
    """Countries' own totals with China and Russia, in billions to half a tenth; 0: not held."""
    own = pd.DataFrame(rows, columns=["reporter", "year", "CHN", "RUS"])
    own = own.melt(["reporter", "year"], ["CHN", "RUS"], "partner", "value_bn")
    own = own[own["value_bn"] > 0]
    own["low_bn"], own["high_bn"] = own["value_bn"] - 0.05, own["value_bn"] + 0.05
    return own.assign(sources="s", quality="ok", coverage="goods")


KAZAKH = [
    ("KAZ", 2020, 15.0, 18.0),
    ("KAZ", 2021, 18.0, 24.0),
    ("KAZ", 2022, 24.0, 27.0),
    ("KAZ", 2023, 31.0, 26.0),
    ("KAZ", 2024, 30.0, 28.0),
]
KYRGYZ = [
    ("KGZ", 2019, 2.0, 2.0),
    ("KGZ", 2020, 1.0, 1.5),
    ("KGZ", 2021, 1.5, 2.5),
    ("KGZ", 2022, 4.0, 3.5),
    ("KGZ", 2023, 5.0, 3.0),
]


def test_chinas_and_russias_trade_is_summed_over_countries_that_have_both():
    # Of Tajikistan two years are too few. In 2019 Kazakhstan has none, in 2024 Kyrgyzstan none
    # with China: 30 at least, beside 28 + 3.
    last = ("KGZ", 2024, 0, 3.0)
    tajik = [("TJK", 2023, 1.1, 1.7), ("TJK", 2024, 2.0, 1.9)]
    sums = page.weights.side_by_side(own_totals(*KAZAKH, *KYRGYZ, last, *tajik))
    china = sums[sums["partner"] == "CHN"].set_index("year")
    assert china["value_bn"].to_dict() == {
        2020: 16.0,
        2021: 19.5,
        2022: 28.0,
        2023: 36.0,
        2024: 30.0,
    }
    assert china["lacking_note"].tolist() == ["", "", "", "", "Kyrgyzstan"]
    # Half a tenth below 30 is 29.95: surely at least 29.9.
    assert china["told"].tolist()[-2:] == ["36.0", "at least 29.9"]
    note = "Trade with China in 2024 is without Kyrgyzstan’s."
    assert page.weights.lacking(sums) == note
    assert sums["countries"].unique().tolist() == ["Kazakhstan and Kyrgyzstan"]
    # 36 to 29 in 2023; what is at least 30 in 2024 is not surely ahead of 31.
    assert page.weights.overtaking(sums, "CHN", "RUS").empty
    until = sums[sums["year"] < 2024]
    since = page.weights.overtaking(until, "CHN", "RUS")
    assert since.to_numpy().tolist() == [[2023, 36.0, 29.0]]
    # Who was ahead in every year has overtaken nobody.
    ahead = page.weights.overtaking(until[until["year"] == 2023], "CHN", "RUS")
    assert ahead.empty


def test_two_sums_that_both_lack_a_country_are_not_compared():
    # Of 2024 nothing of Kyrgyzstan is held: 30 at least beside 28 at least says nothing.
    sums = page.weights.side_by_side(own_totals(*KAZAKH, *KYRGYZ))
    assert sums["year"].max() == 2023


def test_a_share_of_long_ago_is_not_told_as_todays_weight():
    """Turkmenistan's own figures end with 2000; its page of 1995 on had "0.6% of … in 2000"."""
    text = " ".join(
        str(getattr(item, "html", item))
        for item in displayed("trade_growth", partner="TKM", start=1995)
    )
    weight = re.search(r"In 2025 Turkmenistan was 0.2% of China’s trade\.", text)
    assert weight
    assert "prints 60.3% for 2024" in text
    assert not re.search(r"trade in 2000|in 2000:|Turkmenistan in 2000", text)


def rate(year: int, flow: str, value: float, base: float) -> dict[str, Any]:
    """A figure and its base, in billions, both to half a hundredth."""
    ends: dict[str, Any] = {"country": "UZB", "flow": flow, "year": year}
    for name, figure in (("", value), ("base_", base)):
        ends[f"{name or 'value_'}bn"] = figure
        ends[f"{name}low_bn"] = figure - 0.005
        ends[f"{name}high_bn"] = figure + 0.005
    return ends


def test_growth_without_a_flow_that_has_ended_since():
    # 110 of which 30 after 100 of which 10: 80 / 90 − 1 = −11.1%, as are both ends.
    rates = pd.DataFrame(
        [
            rate(2024, "total", 100, 90),
            rate(2025, "total", 110, 100),
            rate(2025, "import", 30, 10),
        ]
    )
    ended = pd.DataFrame({"reporter": "CHN", "country": ["UZB"], "flow": "import"})
    rest = running.growth_without(rates, ended, UZB, 2025)
    ends = [rest.value, rest.low, rest.high]
    assert ends == pytest.approx([80 / 90 - 1, 79.99 / 90.01 - 1, 80.01 / 89.99 - 1])
    assert f"{rest:+percent}" == "−11.1%"
    assert not running.growth_without(rates, ended.iloc[:0], UZB, 2025)


# ---- both sides ----------------------------------------------------------------------------------


def test_the_other_side_of_each():
    """Tajikistan's own 2024 is of another source than 2023's; Turkmenistan has no own figures."""
    tajik = page.by_role(ct.mirror("TJK", end=2025, full=True), "CHN")
    assert page.other_side(tajik, ct.pair("TJK"), Row({"year": 2025})) == (
        "For 2024 Tajikistan itself counts 52% of China’s figure; another source had 28% for 2023."
    )
    assert page.other_side(tajik.head(0), ct.pair("TKM"), Row({})) == (
        "Turkmenistan publishes no trade statistics by partner regularly."
    )
    # Of 2025 Uzbekistan has one total, 17.2 billion with services; a page to 2024 has it not.
    both = page.by_role(ct.mirror("UZB", end=2025, full=True), "CHN")
    of_goods = "For 2024 Uzbekistan itself counts 84% of China’s figure"
    assert page.other_side(both, UZB, Row({"year": 2024})) == f"{of_goods}."
    with_services = f"{of_goods}; with services $17.2 billion (2025)."
    assert page.other_side(both, UZB, Row({"year": 2025})) == with_services
    # Beside its own figure of the same year "goods alone" is said where that has services.
    own = Row({"year": 2024, "coverage": "goods"})
    pair = ct.pair("TJK", "partner")
    assert page.other_side(tajik, pair, own) == "China counts $3.86 billion for 2024."
    own = Row({"year": 2024, "coverage": "mixed"})
    assert page.other_side(tajik, pair, own) == (
        "China counts $3.86 billion for 2024, goods alone."
    )


def test_the_other_side_of_a_region_is_measured_on_who_counts():
    """The four count 3 of the 4 billion that Russia counts."""
    both = pd.DataFrame({"flow": ["total"], "year": 2023, "quality": "ok"})
    both = both.assign(reporter_bn=4.0, partner_bn=3.0, begins=False)
    both = both.assign(ratio=4 / 3, ratio_low=4 / 3, ratio_high=4 / 3)
    assert page.other_side(both, ct.pair("CA5", "RUS"), Row({"year": 2023})) == (
        "The four countries publishing statistics count 75% of Russia’s figure for them (2023)."
    )


def test_another_source_that_had_about_as_much_is_told_so():
    """Of 2022 the partner counts 3.98 of 4 billion, of 2023 from another source 3 of 4."""
    both = pd.DataFrame({"year": [2022, 2023], "partner_bn": [3.98, 3.0]})
    both = both.assign(flow="total", quality="ok", reporter_bn=4.0)
    ratio = 4 / both["partner_bn"]
    both = both.assign(ratio=ratio, ratio_low=ratio, ratio_high=ratio)
    both["begins"] = [False, True]
    assert page.other_side(both, ct.pair("KAZ", "RUS"), Row({})) == (
        "For 2023 Kazakhstan itself counts 75% of Russia’s figure; another source had about as"
        " much for 2022."
    )


def test_shares_go_both_ways():
    def of_pair(code: str, end: int = 2025) -> tuple[str, str, str]:
        pair = ct.pair(code)
        shares = ct.dependence(pair.codes, 2015, end)
        ours = shares["reporter"].ne("CHN") | shares["country"].eq(pair.code)
        shares = shares[ours]
        doubts = page.weights.doubts_of_shares(shares, pair)
        return (
            page.weights.weights_title(shares),
            page.weights.weight(shares, pair),
            doubts,
        )

    # What Turkmenistan is to China is said once, of all of its trade.
    assert of_pair("TKM") == ("", "", "")
    assert "with services" in of_pair("UZB", 2023)[2]
    # Of Tajikistan's own 2.0 billion its source prints another share of its trade.
    assert of_pair("TJK")[0] == "China was 22% or 30.3% of Tajikistan’s trade in 2024"


# ---- the page for any parameters -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "figures"),
    [
        ({"partner": "CA5", "reporter": "partner"}, {"levels", "china-and-russia"}),
        ({"partner": "TKM", "start": 1992, "end": 1993}, set()),
        ({"partner": "TJK", "start": 2025, "end": 2026}, {"levels", "running-year"}),
    ],
)
def test_the_page_shows_what_there_is(asked, figures):
    shown = named(displayed("trade_growth", **asked))
    assert figures <= set(shown)
    for name in figures:
        chart: Any = shown[name]
        assert len(chart.title.split()) <= 10
        assert "nan" not in f"{chart.title} {chart.alt} {chart.note}"


def test_the_months_of_each_flow_stand_under_its_name():
    months: Any = named(displayed("trade_growth", partner="KAZ"))["running-year"]
    names = [axes.get_title(loc="left") for axes in months.figure.axes]
    assert names == ["China sells", "China buys"]


def test_the_figures_of_a_region_say_what_they_show():
    shown: dict[str, Any] = named(displayed("trade_growth", partner="CA5"))
    # Every bar of a group is called by its country.
    assert "Exports: Uzbekistan +1.2 1.0 points" in shown["share-lost"].alt
    assert "all but ended" in shown["running-year"].alt
    # In its newest year Kyrgyzstan's trade with China is not held: a lower bound.
    assert "China at least" in shown["china-and-russia"].alt
    assert "without Kyrgyzstan’s" in shown["china-and-russia"].note
    # Both books have values, and no ratio.
    held = shown["china-and-russia"].table
    assert {*held["partner"]} == {"CHN", "RUS"}


def test_the_burst_of_a_flow_that_ended_is_told_in_its_words():
    # Editor A7: the months that were the finding were in "24 more".
    burst: Any = named(displayed("trade_growth", partner="KGZ"))["ended"]
    assert "53 billion yuan, 92% of 31 months" in burst.alt
    assert "highest 8.1 billion yuan (February 2025)" in burst.alt


def test_a_copy_is_called_one_and_counted():
    # data/sources.csv says of customs' monthly tables that they were read in a copy.
    assert cites.links(["gacc-country-months"])[0].endswith(">GACC (copy)</a>")
    twice = cites.links(["cctv-xwlb-2023-05-17"])[0]
    assert twice.endswith("customs (transcript copy)</a>")
    listed = cites.sources(["gacc-country-months", "24kg-2025-01-24"])
    assert listed.copies == 1
