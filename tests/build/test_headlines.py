"""What a change that is news says, by hand: its sentence, its headline, its place in the order."""

import numpy as np
import pandas as pd
import pytest

from catrade_build.edition import table
from catrade_build.headlines import headline, ranks, sentence
from catrade_build.releases import release_of

#: Sales of September, which fell from 1.30 to 1.14 million.
SALES = {
    "table": "market_series", "id": "sales", "reporter": "CHN", "partner": "", "flow": "",
    "period": "2026-09", "day": pd.Timestamp("2026-10-10"), "kind": "new", "not_news": "",
    "what": "China: retail sales, by the association", "short": "", "why": "",
    "told": "1.14 million vehicles, 1.30 million a year before", "after": 1.14e6, "base": 1.3e6,
    "growth": -0.12, "growth_low": -0.1205, "growth_high": -0.1195, "base_growth": 0.1,
    "surprise": np.nan, "sources": "a", "release": "",
}  # fmt: skip
RULE = SALES | {
    "table": "policy_events", "id": "e", "period": "2026-09-28", "kind": "decided",
    "what": "Plan for batteries", "told": "in force in China", "after": np.nan,
    "base": np.nan, "growth": np.nan,
}  # fmt: skip
LEVEL = {"told": "1.14 million vehicles", "growth": np.nan, "base": np.nan}
FELL = (
    "China: retail sales, by the association, fell 12.0% on a year before, to 1.14 million vehicles"
    " in September 2026"
)
#: A change, what it differs in, and its sentence.
SAID = [
    (SALES, {}, f"{FELL}."),
    (SALES, {"base_growth": 1.63}, f"{FELL}, from a base that had itself risen 163%."),
    (SALES, {"why": "further than ever"}, f"{FELL}; further than ever."),
    # Rounding leaves open whether it fell.
    (
        SALES,
        {"growth_high": 0.01},
        "China: retail sales, by the association: 1.14 million vehicles in September 2026, 1.30"
        " million a year before.",
    ),
    (
        SALES,
        {"what": "Buses, China to Kazakhstan", "period": "2026-8M"} | LEVEL,
        "Buses, China to Kazakhstan: 1.14 million vehicles in January–August 2026.",
    ),
    (RULE, {}, "Plan for batteries: in force in China."),
    # A title that has its own verb is not said with another.
    (
        RULE,
        {"what": "Battery standard takes effect", "short": "Battery standard"},
        "Battery standard: in force in China.",
    ),
]


@pytest.mark.parametrize(("like", "other", "said"), SAID)
def test_a_sentence_says_what_moved_and_no_more(like, other, said):
    assert sentence(like | other) == said


def test_a_headline_leaves_out_by_whom():
    assert headline(SALES) == "China: retail sales fell 12.0% in September 2026"
    assert (
        headline(SALES | LEVEL)
        == "China: retail sales, 1.14 million vehicles in September 2026"
    )
    assert (
        headline(RULE | {"short": "Battery plan"}) == "Battery plan: in force in China"
    )


def test_growth_is_told_in_the_currency_that_is_printed_where_dollars_differ():
    # Customs' 31.01 on 29.43 billion yuan are 5.4 per cent; the yuan rose by about as much.
    trade = SALES | {"what": "China: trade with Kazakhstan", "period": "2026-05"}
    trade |= {"told": "$4.5 billion, $4.1 billion a year before", "own_currency": "CNY"}
    trade |= {"growth": 0.11, "growth_low": 0.106, "growth_high": 0.114}
    trade |= dict.fromkeys(["own_growth", "own_growth_low", "own_growth_high"], 0.0537)
    assert headline(trade) == "China: trade with Kazakhstan rose 5.4% in yuan, May 2026"
    assert sentence(trade) == (
        "China: trade with Kazakhstan rose 5.4% on a year before in yuan (+11% in dollars), to $4.5"
        " billion in May 2026."
    )


def test_words_for_what_is_done_fit_one_thing_and_several():
    # Legalised cars, and a title that names the place already.
    assert event("2025-kgz-legalised-cars-stay")["deed"] == "in force"


def event(name: str) -> dict:
    """An event as the edition has it."""
    things = table("things").set_index("id")
    return things[things["table"] == "policy_events"].loc[name].to_dict()


def order(*changes: dict) -> list[float]:
    return ranks(pd.DataFrame([*changes])).tolist()


def test_what_moved_comes_first_then_the_corridor_then_china():
    corridor = SALES | {"table": "trade", "partner": "KAZ", "sources": "b"}
    other = SALES | {"reporter": "KAZ", "partner": "UZB", "sources": "c"}
    bare = corridor | LEVEL | {"sources": "d"}
    assert order(bare, other, RULE, SALES, corridor) == [5, 4, 3, 2, 1]
    # A rule of one of the five is of the corridor.
    assert order(SALES, RULE | {"reporter": "KAZ"}) == [2, 1]


def test_a_surprise_leads_then_the_series_that_its_release_is_known_by():
    lead, large = SALES | {"release": "cpca-retail"}, SALES | {"surprise": 1.2}
    assert order(SALES, lead, large) == [3, 2, 1]
    # Of trade that is the total, whatever moved more.
    total = lead | {"table": "trade", "partner": "KAZ", "flow": "total"}
    assert order(total | {"flow": "export", "after": 2e6}, total) == [2, 1]
    # One that is no more than usual is none.
    assert order(lead, SALES | {"surprise": 0.9}) == [1, 2]


def test_three_figures_of_a_source_are_told_and_what_is_no_news_is_not():
    placed = order(*[SALES] * 4, SALES | {"not_news": "doubtful"}, RULE)
    assert placed[:3] == [1, 2, 3]
    assert np.isnan(placed[3:5]).all()
    assert placed[5] == 4  # a rule stands beside the figures of its source


def test_who_can_say_more():
    trade = SALES | {"table": "trade", "id": "", "partner": "KAZ", "flow": "total"}
    rows = [
        trade,
        trade | {"partner": "WLD", "flow": "export"},
        trade | {"reporter": "KAZ", "partner": "WLD"},
        SALES | {"id": "cpca_nev_retail_sales"},
        SALES | {"id": "ev_prices"},
        SALES | {"table": "highlights", "partner": "KGZ"},
    ]
    assert release_of(pd.DataFrame(rows)).tolist() == [
        "gacc-by-country", "gacc-totals", "kaz-trade", "cpca-retail", "", "",
    ]  # fmt: skip


def test_a_statement_is_not_called_a_decision():
    # The ministry says who is Central Asia's largest partner; nothing is decided by that.
    assert event("2026-china-ca-largest-partner")["deed"] == "new in China"


def test_a_rule_told_ahead_says_the_day_on_which_it_takes_effect():
    # The standard of 15 April 2025 for battery fires applies from 1 July 2026.
    standard = event("2026-gb38031-in-force")
    assert standard["when"] == "2025-04-15"
    told = headline(RULE | standard | {"told": standard["deed"]})
    assert told == "Battery fire standard: in force in China from 1 July 2026"
