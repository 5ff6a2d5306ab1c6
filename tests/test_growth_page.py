"""The trade growth page and its register: frames, words and figures, from hand-made rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import computed
import pandas as pd
import pytest
from test_running import of, row
from test_series import raw

from catrade.cells.series import annual
from catrade.load.trade import load_trade
from catrade.trade_growth import charts, news, pair, register, say, titles
from catrade.trade_growth.vintages import growth_in_vintage
from pagemill.rounded import Rounded

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
    assert news.running(to_date, **asked) == (
        " In January–July 2026 China’s figure rose 19.4% to 224.3 billion yuan: exports +4.6% and "
        "imports +46.3%."
    )
    title = titles.months(to_date, reporter="CHN", **asked)
    assert title == "Imports from Kazakhstan rose 46.3% in January–July 2026"
    asked["after"] = 2026
    assert news.running(to_date, **asked) == news.without(to_date, **asked) == ""
    assert (
        titles.months(to_date, reporter="CHN", **asked)
        == "Trade with Kazakhstan by month"
    )


@pytest.mark.parametrize(
    ("growth", "said"),
    [
        (-0.348, "figure fell 34.8% to 10.0 billion yuan."),
        (0.0, "figure was unchanged within rounding at 10.0 billion yuan."),  # ±0.05%
        (None, "figure was 10.0 billion yuan."),
    ],
)
def test_growth_of_the_running_year_in_words(growth: float | None, said: str) -> None:
    to_date = to_date_of(flows("KAZ", ("total", "2026-7M", 10, growth)))
    assert news.running(to_date, partner="KAZ", after=2025).endswith(said)


def test_a_flow_that_went_away_is_named_and_last_years_months_are_no_measure() -> None:
    to_date = to_date_of(
        flows(
            "KGZ",
            ("import", "2025-7M", 34.7, None),
            ("import", "2026-7M", 0.8756, -0.975),
        ),
        flows("KGZ", ("total", "2026-7M", 81.2, -0.348)),
    )
    said = news.gone(to_date, "KGZ", 2025)
    assert said.startswith(
        "Imports from Kyrgyzstan fell from 34.7 billion yuan to 875.6 million yuan"
    )
    assert news.gone(to_date_of(KAZ), "KAZ", 2025) == ""


def test_gold_is_a_count_by_ria_novosti_of_the_year_it_is_of() -> None:
    facts = pd.DataFrame({"period": ["2025"], "share": [0.945]})
    assert "in 2025, 94.5% was gold, as RIA Novosti counted" in news.gold(facts)
    assert news.gold(facts.iloc[:0]) == ""
    assert pair.gold("UZB").empty
    assert len(pair.gold("CA5"))


# ---- both sides ----------------------------------------------------------------------------------


COUNTED = "counted $5.57 billion in 2024, a quarter of China’s figure for"


@pytest.mark.parametrize(
    ("reporter", "partner", "said"),
    [
        ("CHN", "KGZ", f"; Kyrgyzstan itself {COUNTED} that year ($22.71 billion)"),
        (
            *("CHN", "CA5"),
            f"; the four of the five that publish statistics {COUNTED} them ($22.71 billion)",
        ),
        (
            *("partner", "KGZ"),
            "; of goods China counted $22.71 billion in 2024, Kyrgyzstan $5.57 billion",
        ),
    ],
)
def test_the_other_side_in_words(reporter: str, partner: str, said: str) -> None:
    own, china = Rounded(5.57e9, 5.565e9, 5.575e9), Rounded(22.71e9, 22.705e9, 22.715e9)
    both = pair.BothSides(2024, own, china)
    assert say.other_side(both, reporter=reporter, partner=partner) == said


def test_without_both_sides_only_turkmenistan_is_explained() -> None:
    assert "publishes no trade statistics" in say.other_side(
        None, reporter="CHN", partner="TKM"
    )
    assert say.other_side(None, reporter="CHN", partner="UZB") == ""
    assert pair.other_side("TKM", 2026) is None
    assert pair.other_side("UZB", 1995) is None
    assert "Turkmenistan publishes no trade statistics" in say.nothing("partner", "TKM")


def test_shares_go_both_ways() -> None:
    trade = load_trade()
    kgz = pair.both_ways(trade, "KGZ", 2015, 2023)
    assert (
        titles.weights(kgz, "KGZ")
        == "China is 34.5% of Kyrgyzstan’s trade, Kyrgyzstan 0.3% of China’s"
    )
    assert "34.5% of Kyrgyzstan’s trade in 2023 is a floor" in say.floor(kgz, "KGZ")
    tkm = pair.both_ways(trade, "TKM", 2015, 2025)
    assert titles.weights(tkm, "TKM") == "Turkmenistan is 0.2% of China’s trade"
    assert say.floor(tkm, "TKM") == ""
    assert "with services" in say.floor(pair.both_ways(trade, "UZB", 2015, 2023), "UZB")
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
    revised = pd.DataFrame({"period": ["2024", "2024-7M"], "relative": [0.09, -0.2]})
    assert say.revised(revised) == (
        "Whiskers are rounding only; past revisions of these yearly figures were up to 9.0%."
    )
    assert "no revision of these yearly figures is known" in say.revised(
        revised.iloc[:0]
    )


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
        ({"partner": "TKM", "reporter": "partner", "start": 1992, "end": 1994}, set()),
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
        ({"value": 106.3e9, "precision": 1e8}, "$106.3bn"),
        ({"value": 22e9, "precision": 1e9}, "$22bn"),
        ({"value": 48.6e9, "precision": 1e8, "rounding": "floor"}, "over $48.6bn"),
        ({"value": 875_638_203, "precision": 1, "currency": "CNY"}, "875.638m yuan"),
        ({"value": 0, "precision": 1}, "$0.000m"),
    ],
)
def test_figures_keep_the_digits_they_were_printed_with(figure: Any, text: str) -> None:
    assert register.printed({"rounding": "nearest", "currency": "USD"} | figure) == text


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
