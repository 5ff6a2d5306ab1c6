"""The policy tables and their loaders."""

import pandas as pd
import pytest
from fetch_files import cases

from catrade_build.tables import trade as data
from catrade_build.tables.definitions import definition_of
from catrade_build.tables.policy import load_market, load_policy_events
from catrade_build.tables.reading import row_faults


@pytest.fixture
def raw() -> pd.DataFrame:
    return data.read_table("policy_events")


RULES = """
2026-purchase-tax-half | effective_date |  | must not be empty where the stage is
2022-purchase-subsidy-expiry | end_date |  | where the stage is ended
2026-purchase-tax-half | date_precision | month | month does not fit '2026-01-01'
2026-purchase-tax-half | end_date | 2025-12-31 | must not be before 2026-01-01
2026-purchase-tax-half | measure_title | Other | as in other rows
2024-eu-countervailing-duties | supersedes | nothing | is not another measure
2026-purchase-tax-half | quality_reason | x | must say why, and only why
2026-purchase-tax-half | event_id | 2025-tax | must begin with the year of its date
"""


@pytest.mark.parametrize(("event", "column", "value", "sentence"), cases(RULES))
def test_a_broken_rule_is_told_with_row_column_and_event(
    raw, event, column, value, sentence
):
    place = raw.index[raw["event_id"] == event][0]
    raw.loc[place, column] = value
    (fault,) = row_faults(raw, definition_of("policy_events"))
    start = f"policy_events.csv, row {place}, column {column}: "
    assert str(fault).startswith(start)
    assert sentence in str(fault)
    assert f"({raw.loc[place, 'event_id']})" in str(fault)


def test_what_the_article_mentions():
    mentioned = set(load_policy_events().query("in_article")["event_id"])
    assert {"2026-nev-joint-conference", "2025-china-ca-trade-platform"} <= mentioned


def test_market_rows_carry_what_their_rounding_allows():
    frame = load_market().query("jurisdiction == 'CHN'").set_index(["series", "period"])
    first = frame.loc[("nev_sales", "2009")]  # "fewer than 500"
    assert (first["low"], first["high"]) == (0, 500)
    bound = (
        frame.loc[("auto_exports", "2025")].set_index("sources").loc["gasgoo-2025-auto"]
    )
    assert bound["low"] == 7_000_000 < bound["high"]  # "topped 7 million"
    counted = frame.loc[("nev_sales", "2015")]
    assert (counted["low"], counted["high"]) == (331_091.5, 331_092.5)
    derived = frame.loc[
        ("nev_sales", "2018")
    ]  # 1.206 million in 2019, down 4.0 percent
    assert derived["derived"]
    assert derived["low"] < 1_205_500 / 0.9605 < 1_206_500 / 0.9595 < derived["high"]


def test_two_counts_of_the_same_months_are_both_known():
    """The agency prints 6,730 more than a year before; customs had counted 22,400 by then."""
    months = load_market().query(
        "series == 'ev_imports' and jurisdiction == 'UZB' and period == '2023-10M'"
    )
    assert dict(zip(months["value"], months["quality"], strict=True)) == {
        20_190 - 6_730: "ok",
        22_400: "doubtful",
    }


#: Printed as 1.88, 1.71, 1.06 and 1.823 million, and 30 percent.
UNITS = """
nev_production | 2025-11 | 10000
nev_sales | 2025-12 | 10000
nev_exports | 2025-6M | 10000
nev_sales | 2025-11 | 1000
nev_share_of_sales | 2024-2M | 0.01
"""


@pytest.mark.parametrize(("series", "period", "unit"), cases(UNITS))
def test_the_rounding_unit_is_the_last_digit_printed(series, period, unit):
    frame = load_market().query("series == @series and jurisdiction == 'CHN'")
    assert set(frame.loc[frame["period"] == period, "precision"]) == {float(unit)}


def test_landmarks_are_few_short_and_have_sources():
    marked = load_policy_events()
    marked = marked[marked["landmark"] != ""]
    assert 10 <= len(marked) <= 15
    assert marked["landmark"].is_unique
    assert marked["measure_id"].nunique() >= 10
    assert (marked["quality"] == "ok").all()
    assert marked["sources"].str.contains(";").all()  # two sources each at least


def test_a_quotation_has_the_sources_that_print_it(raw):
    for row in raw[(raw["quote"] != "") | (raw["quote_source"] != "")].itertuples():
        assert row.quote, row.event_id
        assert row.quote_source, row.event_id
        cited = set(row.sources.split(";"))
        assert set(row.quote_source.split(";")) <= cited, row.event_id


def test_embers_six_groups_are_its_clean_technology():
    frame = load_market()
    frame = frame[frame["series"].str.startswith("ember_")]
    parts = frame["series"].str.extract(
        r"^ember_(?P<group>.+)_exports_to_(?P<to>.+)_usd$"
    )
    frame = frame.assign(**parts)
    assert frame["group"].nunique() == 7
    values = frame.pivot_table(index=["to", "period"], columns="group", values="value")
    annual = values[values.index.get_level_values("period").str.len() == 4]
    six = annual.drop(columns="cleantech").sum(axis=1)
    assert six.to_dict() == annual["cleantech"].to_dict()
    # 3.33 billion dollars of electric vehicles as Ember groups them, to the five in 2024
    ev = annual["ev"].xs("2024", level="period").sum()
    assert round(ev / 1e9, 2) == 3.33


def test_a_forecast_of_a_year_is_not_its_figure():
    """The passenger car association: twelve months of 2024 come to 10.895 million."""
    frame = load_market().query(
        "series == 'cpca_nev_retail_sales' and period == '2024'"
    )
    used = frame[frame["quality"] == "ok"]
    assert (used["value"] / 1e6).round(3).tolist() == [10.895]
    assert used["derived"].all()
    assert set(frame["quality"]) == {"ok", "rejected"}
