"""Ten tasks of an analyst, each in three lines of public names at most, and wrong first tries.

Values are those that the sources print, or worked out from them by hand in the test.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
import seaborn as sns
from matplotlib import pyplot as plt

import catrade as ct
from catrade.cells.chosen import chosen
from catrade.cells.selection import select_published
from catrade.tables.policy import load_market
from catrade.tables.trade import load_trade
from rounding.errors import ParameterError


@pytest.fixture(autouse=True)
def _figures_are_closed() -> Any:
    yield
    plt.close("all")


def exports_to_each_of_the_five() -> pd.DataFrame:
    exports = ct.trade(flow="export", start=2018, end=2025)
    return exports.pivot(index="year", columns="partner_name", values="value_bn")  # noqa: PD010


def share_of_vehicles_in_exports_to_uzbekistan() -> Any:
    vehicles = ct.goods("China", "Uzbekistan", 87)
    return sns.lineplot(vehicles, x="year", y="share")


def nev_sales_beside_the_dates_of_policy() -> Any:
    axes = sns.lineplot(ct.cars("nev_sales", "2023-01"), x="date", y="value")
    days = ct.policies("demand_support", 2023)["date"]
    return axes, axes.vlines(days, 0, 2e6)


def growth_table_in_excel(path: Path) -> Any:
    rates = ct.growth(ct.trade("Kazakhstan", start=2013))
    return ct.to_excel(ct.table(rates, "Trade of China and Kazakhstan"), path)


def who_says_what_of_kyrgyzstans_imports() -> Any:
    said = ct.published("KGZ", "export", 2024, 2024)
    return said, ct.sources(said)


def concentration_of_kazakh_exports() -> pd.DataFrame:
    return ct.hhi(ct.goods("KAZ", "CHN"))


def russia_and_china_as_partners_of_uzbekistan() -> pd.DataFrame:
    return ct.trade(["China", "Russia"], "total", 2017, reporter="Uzbekistan")


def compound_growth_by_partner_and_flow() -> pd.DataFrame:
    return ct.cagr(ct.trade(), 2013, 2024)


def monthly_exports_to_kazakhstan() -> Any:
    months = ct.trade("KAZ", "export", freq="month", start=2024)
    return months, sns.lineplot(months, x="date", y="value_bn")


def own_figure_with_title_source_and_data() -> Any:
    exports = ct.trade("Uzbekistan", "export", start=2017)
    axes = sns.lineplot(exports, x="year", y="value_bn")
    return ct.chart(axes, "Exports to Uzbekistan have more than tripled", data=exports)


TASKS = [
    value
    for value in list(globals().values())
    if inspect.isfunction(value)
    and value.__module__ == __name__
    and not value.__name__.startswith("_")
]


def test_there_are_ten_and_each_takes_three_lines_at_most() -> None:
    assert len(TASKS) == 10
    for task in TASKS:
        body = textwrap.dedent(inspect.getsource(task)).splitlines()[1:]
        assert len(body) <= 3, task.__name__
        assert " ".join(body).count("sns.") <= 1
        assert "catrade" not in " ".join(body)


def test_1_pivot_of_the_five() -> None:
    table = exports_to_each_of_the_five()
    assert table.shape == (8, 5)
    # UN Comtrade, as China reported 2024 in dollars: 27,954,331,...
    assert table.loc[2024, "Kazakhstan"] == pytest.approx(27.954, abs=0.001)
    assert table.notna().all(axis=None)


def test_2_share_by_year() -> None:
    (line,) = share_of_vehicles_in_exports_to_uzbekistan().lines
    frame = ct.goods("CHN", "UZB")
    of_2023 = frame[frame["year"] == 2023]
    vehicles = of_2023.loc[of_2023["hs_chapter"] == "87", "value_bn"].sum()
    expected = vehicles / of_2023["value_bn"].sum()
    assert dict(zip(*line.get_data(), strict=True))[2023] == pytest.approx(expected)


def test_3_sales_and_rules() -> None:
    axes, rules = nev_sales_beside_the_dates_of_policy()
    at = dict(zip(*axes.lines[0].get_data(), strict=True))
    # The makers' association: 1,715,000 in October 2025; see market_series.csv.
    assert max(value for value in at.values() if value == value) < 2_000_000
    assert len(rules.get_segments()) == len(ct.policies("demand_support", 2023))


def test_4_workbook(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(growth_table_in_excel(tmp_path / "growth.xlsx"))
    assert book.sheetnames == ["Trade of China and Kazakhsta", "Sources"]
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    place = {name: number for number, name in enumerate(head)}
    of_2024 = next(
        r for r in rows if (r[place["year"]], r[place["flow"]]) == (2024, "export")
    )
    # 27.954331 after 24.696910 billion.
    assert of_2024[place["growth"]] == pytest.approx(
        27.954331 / 24.696910 - 1, abs=1e-6
    )
    assert book["Sources"]["A1"].value == "publisher"
    # The office that published a figure, and apart from it whose copy was read.
    head, *rows = book["Sources"].iter_rows(values_only=True)
    copies = {
        row[head.index("publisher")]: row[head.index("read_from")] for row in rows
    }
    assert copies["UN Comtrade"].startswith("GitHub user ")


def test_5_both_sides_of_a_figure() -> None:
    said, sources = who_says_what_of_kyrgyzstans_imports()
    largest = said.groupby("reporter")["value_bn"].max()
    # China's customs: 141.8 billion yuan at 7.12; Kyrgyzstan's own in UN Comtrade: 5.45 billion.
    assert largest["CHN"] == pytest.approx(19.9, abs=0.05)
    assert largest["KGZ"] == pytest.approx(5.45, abs=0.005)
    assert said.set_index("reporter")["flow"].to_dict() == {
        "CHN": "export",
        "KGZ": "import",
    }
    assert set(sources.frame["source_id"]) == set(said["sources"])
    assert "copied by GitHub user Ex-Caliburn" in str(sources)
    assert re.search(
        r"\d\. General Administration of Customs of China \(GACC\): ", str(sources)
    )


def test_6_concentration() -> None:
    found = concentration_of_kazakh_exports().set_index("year")
    parts = ct.goods("KAZ", "CHN", start=2024, end=2024)["value_bn"]
    assert found.loc[2024, "hhi"] == pytest.approx(((parts / parts.sum()) ** 2).sum())
    assert found.loc[2024, "hhi"] == pytest.approx(ct.hhi(parts))


def test_7_one_answer_for_two_partners() -> None:
    found = russia_and_china_as_partners_of_uzbekistan()
    table = found.pivot(index="year", columns="partner_name", values="value_bn")  # noqa: PD010
    # With China 17.8 billion, as the agency announced; with Russia the exports of July 2026,
    # 4,552.1 million, and the imports of January, 8,644.0: the total of January had other exports.
    assert table.loc[2025].round(3).to_dict() == {"China": 17.8, "Russia": 13.196}
    assert table.notna().all(axis=None)


def test_8_compound_growth() -> None:
    found = compound_growth_by_partner_and_flow().set_index(["partner", "flow"])
    value = ct.trade("KAZ", "export").set_index("year")["value_bn"]
    expected = (value[2024] / value[2013]) ** (1 / 11) - 1
    assert found.loc[("KAZ", "export"), "cagr"] == pytest.approx(expected)
    assert len(found) == 15


def test_9_a_missing_month_breaks_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = chosen("monthly")
    without = whole[~((whole["period"] == "2024-03") & (whole["partner"] == "KAZ"))]
    monkeypatch.setattr("catrade.face.figures.chosen", lambda _: without)
    months, axes = monthly_exports_to_kazakhstan()
    march = months[months["date"] == "2024-03-01"]
    assert march["value_bn"].isna().all()
    assert len(march) == 1
    assert str(months["date"].dtype).startswith("datetime64")
    assert axes.lines


def test_10_a_chart_of_ones_own() -> None:
    chart = own_figure_with_title_source_and_data()
    assert "China" in chart.source
    assert "2017" in chart.alt
    assert len(chart.table) == 9
    assert "data:text/csv" in chart._repr_html_()


# --- first tries that once went wrong without a word, or to a dead end ---------------------


def test_a_month_as_start_means_months() -> None:
    months = ct.trade("Uzbekistan", "export", start="2026-05")
    assert months["date"].dt.strftime("%Y-%m").tolist()[:2] == ["2026-05", "2026-06"]
    assert months["month"].tolist()[:2] == [5, 6]
    assert months.attrs["freq"] == "month"
    assert set(ct.trade("UZB", "export", end="2025-7M")["month"]) >= {2, 7}
    assert "month" in ct.published("UZB", "export", "2026-05")
    assert ct.cars("nev_sales", "2026-01")["month"].iloc[0] == 1
    assert "month" not in ct.trade("UZB", start=2024, freq="year")


def test_what_one_reads_stands_first() -> None:
    for frame in (ct.trade("KAZ"), ct.growth(ct.trade("KAZ"))):
        first = ["partner_name", "year", "flow", "value_bn", "quality"]
        assert frame.columns[:5].tolist() == first
    assert ct.goods("CHN", "UZB").columns[:3].tolist() == ["goods", "year", "value_bn"]
    assert ct.mirror("KGZ").columns[:3].tolist() == ["partner_name", "year", "flow"]


def test_a_country_that_reports_trades_with_china() -> None:
    assert set(ct.trade(reporter="Kazakhstan")["partner_name"]) == {"China"}
    assert set(ct.trade(reporter="partner")["partner"]) == {"KAZ", "KGZ", "TJK", "UZB"}


def test_both_sides_have_the_year_that_shares_give() -> None:
    # Kazakhstan's bureau prints shares of 2025: 19.2% of exports and 29.2% of imports with China.
    found = ct.mirror("KAZ", 2025, 2025).set_index("flow")
    assert found.loc["total", "partner_bn"] == pytest.approx(34.11, abs=0.08)


def test_events_are_found_by_their_words() -> None:
    found = ct.policies(search="byd", jurisdiction="UZB")
    assert "Production launch at BYD Uzbekistan Factory by video link" in set(
        found["title"]
    )


def test_gold_is_a_single_fact() -> None:
    found = ct.facts("Kyrgyzstan", "China", 2025, topic="gold")
    # RIA, of Chinese customs: 4.95 billion dollars of gold.
    assert found["value"].tolist() == [4.95e9]
    assert ct.sources(found).frame["source_id"].tolist() == ["pravda-au-2026-01-24"]


def test_series_are_listed_by_the_names_that_notebooks_use(root: Path) -> None:
    notebook = (root / "notebooks" / "explore.ipynb").read_text(encoding="utf-8")
    used = re.findall(r'ct\.cars\(\\"(\w+)', notebook)
    assert used
    assert set(used) <= set(ct.cars()["series"])


def test_a_workbook_has_a_sheet_of_years_by_partners(tmp_path: Path) -> None:
    exports = ct.trade(flow="export", start=2024)
    book = openpyxl.load_workbook(ct.to_excel(exports, tmp_path / "five.xlsx"))
    assert book.sheetnames == ["Data", "Data by year", "Sources"]
    head, first, *_ = book["Data by year"].iter_rows(values_only=True)
    assert head[:3] == ("year", "Kazakhstan, export", "Kyrgyzstan, export")
    assert first[0] == 2024
    assert first[1] == pytest.approx(27.954331, abs=1e-6)
    months = ct.trade("UZB", freq="month", start=2026)
    of_months = openpyxl.load_workbook(ct.to_excel(months, tmp_path / "months.xlsx"))
    assert of_months.sheetnames == ["Data", "Sources"]


# --- wrong first tries -----------------------------------------------------------------------


def doubtful_exports() -> pd.DataFrame:
    exports = ct.trade("CHN", "export", reporter="Tajikistan")
    return exports[exports["quality"] == "doubtful"]


WRONG: list[tuple[Callable[[], Any], str]] = [
    (
        lambda: ct.trade(flow="exports"),
        r"flow must be one of .*\(did you mean 'export'\?\)",
    ),
    (
        lambda: ct.trade("Usbekistan"),
        r"partner must be .*Central Asia, World, EU27 .*\(did you mean 'Uzbekistan'\?\)",
    ),
    (
        lambda: ct.trade("KAZ", reporter="partners"),
        r"reporter must be one of CHN, partner, .*\(did you mean 'partner'\?\)",
    ),
    (lambda: ct.trade(reporter=["CHN", "KAZ"]), "reporter must be one country; got"),
    (
        lambda: ct.trade("Turkmenistan", reporter="partner"),
        "Turkmenistan publishes no trade statistics by partner regularly, so it cannot be the",
    ),
    (lambda: ct.trade("CHN", reporter="TKM"), "use reporter='CHN', China's figures"),
    (lambda: ct.published("KAZ", reporter="RUS"), "must be one of CHN, partner; got"),
    (
        lambda: ct.share(ct.trade("KAZ")),
        "share cannot sum total with its own parts, export, import: leave it out",
    ),
    (
        lambda: ct.contributions(ct.trade(["CA5", "KAZ"], "total")),
        "contributions cannot sum CA5 with its own parts, Kazakhstan: leave it out",
    ),
    (
        lambda: ct.share(ct.trade(["World", "KAZ"], "total"), by="partner_name"),
        "share cannot sum WLD with its own parts, Kazakhstan",
    ),
    (
        lambda: ct.share(ct.goods("China", "Uzbekistan", 87)),
        "share of one part needs its whole in of=: the column hs_chapter holds '87'",
    ),
    (lambda: ct.share(ct.trade(), of="all"), "of must be a table of the whole or 'pre"),
    (
        lambda: ct.contributions(ct.goods("CHN", "KAZ", start=2024)),
        "contributions compares dates years=1 apart; the frame has 2024 alone",
    ),
    (
        lambda: ct.cagr(ct.trade(), 1990, 2025),
        "a figure above zero for both 1990 and 2025; its figures run from 1992 to 2025",
    ),
    (
        lambda: ct.growth(doubtful_exports()),
        "growth leaves doubtful figures out, and this frame has no others; doubtful=True",
    ),
    (
        lambda: ct.goods("KGZ", "CHN", "gold"),
        r"single figures are in ct\.facts\('KGZ', 'CHN', topic='gold'\)",
    ),
    (lambda: ct.goods("CHN", "UZB", "cars"), "counted within only='Road vehicles'"),
    (lambda: ct.goods("KAZ", "CHN", "oil", level="group"), "within only='Fuels'"),
    (lambda: ct.facts(topic="golf"), r"topic must be .*\(did you mean 'gold'\?\)"),
    (lambda: ct.facts("CHN", "TJK", topic="gold"), "there is vehicles, "),
    (lambda: ct.policies("BYD"), r"\(did you mean search='BYD'\?\)"),
    (lambda: ct.policies(search="no such maker"), "no policy event asked for names"),
    (lambda: ct.table(ct.trade().head(0), "Trade"), "'Trade' has nothing to show"),
    (
        lambda: ct.charts.lines(ct.trade("UZB"), title="x", marks={"BYD": "2024"}),
        "marks of lines need days such as 2024-01-25; got BYD",
    ),
    (
        lambda: ct.trade("Mongolia"),
        "no table has such a figure of China on trade with Mongolia; ",
    ),
    (
        lambda: ct.trade(freq="monthly"),
        r"freq must be one of .*\(did you mean 'month'\?\)",
    ),
    (lambda: ct.trade(start=2025, end=2020), "end must not be before start"),
    (lambda: ct.goods("CHN", "UZB", "vehicle"), r"\(did you mean 'Road vehicles'\?\)"),
    (
        lambda: ct.goods("CHN", "TKM"),
        "no table lists the goods from China to Turkmenistan; ",
    ),
    (
        lambda: ct.cars("nev sales"),
        r"no series is called 'nev sales' \(did you mean 'nev_sales'",
    ),
    (
        lambda: ct.cars("bev_passenger_registrations", freq="year"),
        "it has freq='month'",
    ),
    (lambda: ct.cars("nev_sales", jurisdiction="KAZ"), "it has of China"),
    (lambda: ct.policies("demand"), r"theme must be one of .*demand_support"),
    (lambda: ct.in_force("2026-01"), "a day must look like 2026-01-14; got '2026-01'"),
    (
        lambda: ct.growth("KAZ"),
        r"growth needs a table, such as ct\.trade\('KAZ'\) returns; got",
    ),
    (lambda: ct.growth(ct.policies()), "growth needs figures in a column value_bn"),
    (lambda: ct.growth(ct.cars()), "growth needs figures in a column value_bn"),
    (lambda: ct.growth(load_trade("CHN", "KAZ")), "growth needs one row for each"),
    (
        lambda: ct.share(ct.trade().drop(columns=["date", "year"])),
        "needs a column date, year or",
    ),
    (lambda: ct.index_to(ct.trade("KAZ"), 1900), "the nearest period that has one is"),
    (lambda: ct.cagr(ct.trade("KAZ", freq="month")), "cagr needs yearly figures"),
    (
        lambda: ct.hhi(ct.trade("KAZ")),
        r"hhi needs goods, such as ct\.goods\('KAZ', 'CHN'\)",
    ),
    (
        lambda: ct.hhi(["exporter", "importer"]),
        r"amounts must be numbers, such as frame\['value_bn'\]; got",
    ),
    (lambda: ct.mirror("China"), "partner must be one of KAZ"),
    (lambda: ct.nowcast("Russia"), "partner must be one of KAZ, .*CA5"),
    (lambda: ct.check_claims("dailymail-2026"), r"did you mean 'dailymail-2026-01'\?"),
    (
        lambda: ct.disagreements(ct.trade("KAZ")),
        "disagreements needs what ct.published returns",
    ),
    (lambda: ct.table([1, 2], "x"), "table needs a frame"),
    (lambda: ct.table(ct.trade("KAZ"), ""), "caption of a table must say"),
    (
        lambda: ct.to_excel(ct.trade("KAZ"), "x.xls"),
        r"must end in \.xlsx; got 'x\.xls'",
    ),
    (
        lambda: ct.to_excel([1], "x.xlsx"),
        "to_excel needs frames, tables or charts; got int",
    ),
    (lambda: ct.trade(5), "partner must be one of .*got '5'"),
    (lambda: ct.trade(flow=5), "flow must be one of .*got '5'"),
    (lambda: ct.mirror("KGZ", "x"), "period must look like 2025"),
    (lambda: ct.cars(5), "no series is called '5'"),
    (
        lambda: select_published(load_market("nev_sales")),
        "select_published needs column",
    ),
    (lambda: ct.chart(None, "Title"), "chart needs the axes or figure"),
    (
        lambda: ct.charts.lines(load_trade(partner="UZB"), title="x"),
        "column for lines must be one",
    ),
    (lambda: ct.charts.bars(None, title="x"), "bars draws a DataFrame; got NoneType"),
]


@pytest.mark.parametrize(("call", "sentence"), WRONG)
def test_a_wrong_try_ends_in_a_sentence_that_leads_on(
    call: Callable[[], Any], sentence: str
) -> None:
    with pytest.raises(ParameterError, match=sentence) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("partner", ["uzb", "UZB", "Uzbekistan", "uzbekistan", " UZB "])
def test_a_name_does_for_a_code(partner: str) -> None:
    assert set(ct.trade(partner)["partner"]) == {"UZB"}
    assert set(load_trade(partner=partner)["partner"]) == {"UZB"}


def test_a_region_never_counts_the_other_sides_figures() -> None:
    assert set(ct.trade("Central Asia", reporter="partner")["partner"]) == {"CA4"}
    assert set(ct.trade("Central Asia")["partner"]) == {"CA5"}


def test_a_rate_that_says_nothing_is_none_and_the_others_stay() -> None:
    frame = ct.trade("UZB", "export", 2020, 2024)
    vague = frame["year"].eq(2022)
    frame = frame.assign(
        value_bn=frame["value_bn"].mask(vague, 8.0),
        low_bn=frame["low_bn"].mask(vague, 0.1),
        high_bn=frame["high_bn"].mask(vague, 90.0),
    )
    found = ct.growth(frame).set_index("year")["growth"]
    assert found.notna().to_dict() == {
        2020: True,
        2021: True,
        2022: False,
        2023: True,
        2024: True,
    }


def test_a_single_fact_in_yuan_is_said_in_words() -> None:
    """Customs' own 16,747,050,000 yuan stood as 1.674705e+10 CNY."""
    said = ct.facts("KGZ", "CHN", topic="all_goods")["figure"]
    assert "16.7 billion yuan" in set(said)
    assert not said.str.contains("e+", regex=False).any()


def test_no_rate_goes_over_the_beginning_of_another_statistic() -> None:
    """Tajikistan's own 2024 is CERR's, its 2023 UN Comtrade's; Kazakhstan's 2023 begins anew."""
    own = ct.trade(reporter="partner", flow="total")
    split = ct.contributions(own).query("period == '2024'")
    assert set(split["missing"]) == {"Tajikistan"}
    assert split["contribution"].isna().all()
    bought = ct.trade("KAZ", "import", reporter="partner")
    (begun,) = bought.loc[bought["begins"], "year"]
    rates = ct.growth(bought, 2).set_index("year")["growth"]
    assert rates[[begun, begun + 1]].isna().all()
    assert rates.notna()[[begun - 1, begun + 2]].all()
    with pytest.raises(ParameterError, match="of one statistic"):
        ct.cagr(own.query("partner == 'TJK'"), 2020, 2024)


@pytest.mark.parametrize(
    "asked",
    [
        lambda: ct.coverage("UZB", 2024, 2024, reporter="KAZ"),
        lambda: ct.nowcast("KAZ", reporter="XYZ"),
        lambda: ct.revisions("KAZ", reporter="Russia"),
    ],
)
def test_a_side_is_chinas_or_the_partners(asked: Callable[[], object]) -> None:
    with pytest.raises(ParameterError, match="reporter must be one of CHN, partner"):
        asked()
    assert len(ct.as_printed("KAZ", "total", 2025, reporter="China"))


def test_goods_are_found_by_number_and_level() -> None:
    by_section = ct.goods("CHN", "KAZ", level="sitc")
    assert len(ct.goods("CHN", "KAZ", 7, level="sitc")) == by_section["year"].nunique()
    assert len(ct.hhi(by_section)) == by_section["year"].nunique()
    cars = ct.goods("CHN", "KAZ", np.int64(87), nearest=True)
    assert set(cars["hs_chapter"]) == {"87"}


def test_a_claim_of_no_figure_is_refused() -> None:
    with pytest.raises(ParameterError, match="finite figure; got nan"):
        ct.claim("KAZ", growth=float("nan"))
