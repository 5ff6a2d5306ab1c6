"""Charts of policy, market, support and Central Asia: what they say, and that nothing collides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest
from pictures import colliding, sticking_out, texts

from catrade.definitions import choices
from catrade.load.nev import load_market, load_policy_events, load_purchase_tax, load_subsidies
from catrade.nev_policy import policy
from catrade.nev_policy.charts import events as event_charts
from catrade.nev_policy.charts import link, spans, support, week
from catrade.nev_policy.charts import market as market_charts
from catrade.nev_policy.charts import timeline as policy_charts
from catrade.nev_policy.charts.timeaxis import at
from catrade.nev_policy.market import nev_share, registrations
from catrade.nev_policy.relief import subsidy_by_range
from pagemill.display import Chart
from pagemill.errors import ParameterError

EVENTS = load_policy_events()
NUMBERED = policy.numbered(EVENTS)
RECENT = policy.numbered(load_policy_events(2025, 2026))
SPANS = policy.in_force_spans(EVENTS)
CONFLICTS = policy.weekday_conflicts(EVENTS)
CHINA = load_market(jurisdiction="CHN")
SHARES = nev_share(CHINA)
REGISTERED = registrations(CHINA)
NEAR = load_market(jurisdiction=["KAZ", "KGZ", "UZB"])
PAID = subsidy_by_range(load_subsidies())
BONUSES = load_subsidies(["scrappage_bonus", "trade_in_bonus"])
TAX = load_purchase_tax()
MONTH = (dt.date(2026, 1, 1), dt.date(2026, 1, 31))


def zoomed(focus: str, events: pd.DataFrame = NUMBERED) -> Chart:
    chart = event_charts.zoom(events, focus)
    assert isinstance(chart, Chart)
    return chart


MAKERS: dict[str, Callable[[], Chart]] = {
    "timeline": lambda: policy_charts.timeline(NUMBERED, 2009, 2026),
    "timeline_recent": lambda: policy_charts.timeline(RECENT, 2025, 2026, focus=MONTH),
    "timeline_one_year": lambda: policy_charts.timeline(NUMBERED, 2013, 2014),
    "heatmap": lambda: policy_charts.events_heatmap(
        policy.events_by_theme_year(EVENTS, choices("themes"), 2009, 2026)
    ),
    "focus_month": lambda: zoomed("2026-01"),
    "focus_year": lambda: zoomed("2023"),
    "focus_event": lambda: zoomed("2026-purchase-tax-half"),
    "focus_draft": lambda: zoomed("2025-pricing-law-draft"),
    "in_force": lambda: spans.in_force(SPANS, 2009, 2026, day=dt.date(2026, 6, 1)),
    "in_force_recent": lambda: spans.in_force(SPANS, 2025, 2026),
    "in_force_early": lambda: spans.in_force(SPANS, 2009, 2013),
    "week": lambda: week.week_view(NUMBERED, CONFLICTS),
    "sales": lambda: market_charts.sales_and_exports(CHINA, SHARES, SPANS, 2009, 2026),
    "sales_recent": lambda: market_charts.sales_and_exports(CHINA, SHARES, SPANS, 2025, 2026),
    "sales_early": lambda: market_charts.sales_and_exports(CHINA, SHARES, SPANS, 2009, 2014),
    "registrations": lambda: market_charts.registrations(REGISTERED, 2009, 2026),
    "registrations_recent": lambda: market_charts.registrations(REGISTERED, 2025, 2026),
    "landmarks": lambda: event_charts.landmarks(NUMBERED),
    "landmarks_recent": lambda: event_charts.landmarks(RECENT),
    "support": lambda: support.subsidy_steps(PAID, BONUSES, TAX, 2009, 2026),
    "support_recent": lambda: support.subsidy_steps(PAID, BONUSES, TAX, 2025, 2026),
    "support_early": lambda: support.subsidy_steps(PAID, BONUSES, TAX, 2010, 2015),
    "link": lambda: link.central_asia_link(NEAR, 2009, 2026),
    "link_one": lambda: link.central_asia_link(NEAR, 2025, 2026, countries=("KAZ",)),
}
EMPTY: dict[str, Callable[[], Chart]] = {
    "timeline": lambda: policy_charts.timeline(NUMBERED[:0], 2009, 2026),
    "timeline_outside": lambda: policy_charts.timeline(RECENT, 2009, 2010),
    "heatmap": lambda: policy_charts.events_heatmap(
        policy.events_by_theme_year(EVENTS[:0], ["trade"], 2009, 2010)
    ),
    "focus": lambda: zoomed("2011"),
    "in_force": lambda: spans.in_force(SPANS[:0], 2009, 2026),
    "week": lambda: week.week_view(NUMBERED, CONFLICTS[:0]),
    "sales": lambda: market_charts.sales_and_exports(CHINA[:0], SHARES[:0], SPANS, 2009, 2026),
    "link": lambda: link.central_asia_link(NEAR, 2009, 2015),
}


# -- all charts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("which", MAKERS)
def test_every_text_is_inside_the_picture(which: str) -> None:
    assert sticking_out(MAKERS[which]()) == []


@pytest.mark.parametrize("which", MAKERS)
def test_no_text_lies_on_another(which: str) -> None:
    assert colliding(MAKERS[which]()) == []


@pytest.mark.parametrize("which", MAKERS)
def test_every_chart_is_repeatable_and_light(which: str) -> None:
    one, two = MAKERS[which](), MAKERS[which]()
    assert one._repr_html_() == two._repr_html_()
    assert len(one.svg()) < 40_000


@pytest.mark.parametrize("which", MAKERS)
def test_every_alt_can_replace_the_picture(which: str) -> None:
    chart = MAKERS[which]()
    assert len(chart.alt.split()) >= 12
    assert any(ch.isdigit() for ch in chart.alt)
    assert "nan" not in (chart.alt + chart.title + chart.note).lower().split()
    assert not chart.table.empty
    assert chart.source.endswith("listed under Sources.")


@pytest.mark.parametrize("which", MAKERS)
def test_no_chart_claims_a_cause(which: str) -> None:
    chart = MAKERS[which]()
    said = f"{chart.title} {chart.alt} {chart.note}".lower()
    for word in (
        "because",
        "caused",
        "led to",
        "thanks to",
        "due to",
        "boosted",
        "drove",
        "impact",
    ):
        assert word not in said


@pytest.mark.parametrize("which", EMPTY)
def test_nothing_to_draw_is_said_not_raised(which: str) -> None:
    chart = EMPTY[which]()
    assert chart.table.empty
    assert len(texts(chart)) == 1
    assert chart.alt.startswith("Empty chart. ")


# -- single charts -------------------------------------------------------------------------------


def test_every_event_of_the_window_has_its_number_on_the_timeline() -> None:
    chart = policy_charts.timeline(NUMBERED, 2009, 2026)
    numbers = [int(text) for text in texts(chart) if text.isdigit() and int(text) < 2000]
    assert sorted(numbers) == list(range(1, len(EVENTS) + 1))
    assert chart.title.startswith(f"{len(EVENTS)} events from 2009 to 2026")


def test_timeline_counts_the_busiest_year() -> None:
    year = RECENT["year"].value_counts()
    assert (
        f"{year.max()} of them in {year.idxmax()}"
        in policy_charts.timeline(RECENT, 2025, 2026).title
    )


def test_events_without_a_day_are_drawn_hollow_and_the_note_says_so() -> None:
    vague = NUMBERED[NUMBERED["date_precision"] != "day"]
    exact = NUMBERED[NUMBERED["date_precision"] == "day"]
    assert "Hollow" in policy_charts.timeline(vague, 2009, 2026).note
    assert "Hollow" not in policy_charts.timeline(exact, 2009, 2026).note


def test_heatmap_sums_to_the_events() -> None:
    chart = policy_charts.events_heatmap(
        policy.events_by_theme_year(EVENTS, choices("themes"), 2009, 2026)
    )
    cells = [int(text) for text in texts(chart) if text.isdigit() and int(text) < 2000]
    assert sum(cells) == len(EVENTS)
    assert f"{len(EVENTS)} events" in chart.alt


def test_zoom_draws_the_events_in_focus() -> None:
    chart = zoomed("2014-02")
    assert chart.title == "Events of February 2014: 2 events"
    assert len(chart.table) == 2
    with pytest.raises(ParameterError, match="focus must be empty"):
        event_charts.zoom(NUMBERED, "no-such-event")


def test_landmarks_are_named_and_dated() -> None:
    chart = event_charts.landmarks(NUMBERED)
    marked = EVENTS[EVENTS["landmark"] != ""]
    assert len(chart.table) == len(marked)
    assert "1 January 2026: Half the tax returns" in texts(chart)
    assert chart.title.startswith(f"{len(marked)} landmarks, from Ten Cities pilot (2009) to ")
    assert "Shaded" not in chart.note
    none = event_charts.landmarks(NUMBERED[NUMBERED["landmark"] == ""])
    assert none.title == "No landmark among the events of this selection"


def test_in_force_draws_every_spell_of_the_window_uncut_in_its_table() -> None:
    chart = spans.in_force(SPANS, 2009, 2013)
    assert set(chart.table["measure_id"]) == {
        "pilot-city-subsidy", "auto-industry-policy", "strategic-emerging-industries",
        "ev-technology-plan", "nev-plan-2012-2020", "purchase-subsidy",
    }  # fmt: skip
    assert chart.table["end"].max() == pd.Timestamp("2025-12-31")  # the list without NEVs
    assert "Hatched or pale" in chart.note


def test_week_view_puts_meetings_on_their_dates_and_reports_a_day_early() -> None:
    chart = week.week_view(NUMBERED, CONFLICTS)
    assert "Tuesday 13 January 2026 and Wednesday 14 January 2026" in chart.title
    assert "1 day before" in chart.title
    panel = chart.figure.axes[0]
    marks = {line.get_xdata()[0] for line in panel.lines if line.get_marker() == "o"}
    for day in (6, 7, 12, 13, 14):
        assert at(dt.date(2026, 1, day)) + 0.5 in marks


def test_sales_title_gives_the_newest_year_and_share() -> None:
    chart = market_charts.sales_and_exports(CHINA, SHARES, SPANS, 2009, 2026)
    assert chart.title == (
        "NEV sales: 16.49 million in 2025, 47.9% of vehicle sales (wholesale, exports included)"
    )
    assert "under 500 in 2009" in chart.alt
    assert "not what they did" in chart.note


def test_a_year_without_a_figure_breaks_the_line() -> None:
    chart = market_charts.sales_and_exports(CHINA, SHARES, SPANS, 2009, 2013)
    missing = at(dt.date(2010, 7, 2))  # no figure for 2010
    for line in chart.figure.axes[0].lines:
        x = [float(value) for value in line.get_xdata()]
        if len(x) > 1 and line.get_linestyle() != "None":
            assert not min(x) < missing < max(x)


def test_sales_draw_the_share_of_cars_from_the_first_year_and_no_production() -> None:
    chart = market_charts.sales_and_exports(CHINA, SHARES, SPANS, 2009, 2026)
    assert "Electric share of car sales (IEA): 0.0% in 2010, 48% in 2024" in chart.alt
    assert "IEA, cars 48%" in texts(chart)
    assert set(chart.table["series"]) == {"nev_sales", "nev_exports", "iea_ev_car_sales_share"}


def test_registrations_give_the_newest_month_against_a_year_before() -> None:
    chart = market_charts.registrations(REGISTERED, 2009, 2026)
    assert chart.title == "Battery cars: 685,000 registered in June 2026, 43% of all cars"
    assert "from 2018: 102 months" in chart.alt
    # 685,000 after 660,000
    assert chart.alt.endswith("In June 2026 up 4% on the same month a year before.")
    assert len(chart.table) == 102
    empty = market_charts.registrations(REGISTERED, 2009, 2017)
    assert empty.title == "No monthly registrations from 2009 to 2017"


@pytest.mark.parametrize("series", ["nev_sales", "auto_sales", "bev_passenger_registrations"])
@pytest.mark.parametrize("kind", ["zero", "absent"])
def test_a_series_of_zeros_or_none_still_makes_the_charts(series: str, kind: str) -> None:
    rows = CHINA.copy()
    mine = rows["series"] == series
    if kind == "absent":
        rows = rows[~mine]
    else:
        rows.loc[mine, ["value", "low", "high"]] = 0.0
    shares = nev_share(rows)
    for chart in (
        market_charts.sales_and_exports(rows, shares, SPANS, 2009, 2026),
        market_charts.registrations(registrations(rows), 2009, 2026),
    ):
        said = f"{chart.title} {chart.alt} {' '.join(texts(chart))}"
        assert "inf" not in said.replace("information", "")
        assert "nan" not in said


def test_support_names_first_and_last_amounts_and_the_tax_rule() -> None:
    chart = support.subsidy_steps(PAID, BONUSES, TAX, 2009, 2026)
    assert "from 60,000 yuan in 2013 to 12,600 yuan in 2022" in chart.title
    assert "half the tax, up to 15,000 yuan" in chart.title
    assert "1 January 2024 to 31 December 2025: no tax up to 30,000 yuan" in chart.alt


def test_support_after_the_subsidy_ended_shows_none() -> None:
    chart = support.subsidy_steps(PAID, BONUSES, TAX, 2025, 2026)
    assert "none in these years" in texts(chart)


def test_link_takes_the_fullest_figure_and_shows_where_there_is_none() -> None:
    chart = link.central_asia_link(NEAR, 2009, 2026)
    assert "Kyrgyzstan: imports no figure found" in chart.alt
    assert "January–October 2023 over 22,400" in chart.alt
    assert "2024 over 41,500 (hybrids included)" in chart.alt
    # KAZ 2021-2024 and 2026, KGZ all six years, UZB 2026: since 2021 imports are known.
    assert texts(chart).count("no figure") == 12
