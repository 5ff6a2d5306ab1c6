"""Claims on rank, and who led when: worked out by hand from a few invented figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from claim_cells import (
    BILLION,
    EVENTS,
    FACTS,
    FIGURES,
    GOODS,
    NO_HIGHLIGHTS,
    claim_row,
    facts_with,
    judged,
    trade_rows,
)

from catrade.claim_check.claims import standings
from catrade.claim_check.core import ANNOUNCED, FAILS, HOLDS, UNKNOWN, WITHIN, Facts, Span
from catrade.claim_check.leaders import (
    changes_of_lead,
    describe,
    lead_history,
    leaders,
    newest_decided,
    part_year,
    together,
)
from catrade.claim_check.rank import rank_among_partners
from pagemill.errors import ParameterError

# --- ranks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "verdict", "ends", "sentence"),
    [
        (
            {},
            HOLDS,
            (19, 21),
            "By China's and Russia's own figures for 2025, trade of Kazakhstan with China, $110"
            " billion, was ahead of that with Russia, $90 billion.",
        ),
        (
            {"period": "2024", "terms": "RUS;EU27"},  # behind one is not the first
            FAILS,
            (-6, -4),
            "By China's, Russia's and the EU's own figures for 2024, trade of Kazakhstan with"
            " China, $100 billion, was behind that with Russia, $105 billion.",
        ),
        (
            {"period": "2024", "books": "partner"},
            WITHIN,
            (-5.5, 1.5),
            "By Kazakhstan's own figures for 2024, trade of Kazakhstan with China, $60 billion,"
            " was too close to tell from that with Russia, about $62 billion.",
        ),
    ],
)
def test_a_rank(
    changes: dict[str, Any], verdict: str, ends: tuple[float, float], sentence: str
) -> None:
    found = judged("rank_among_partners", **changes)
    assert (found.verdict, found.reason) == (verdict, sentence)
    assert found.computed == Span(ends[0] * BILLION, ends[1] * BILLION)
    assert found.asserted == Span(0.0, float("inf"))
    roles = found.evidence.loc[found.evidence["used"], "role"].tolist()
    assert roles == ["subject", "rival RUS"]
    own = changes.get("books") == "partner"
    assert found.whose == ("Kazakhstan's own" if own else "each partner's own")


def test_a_rank_that_cannot_be_told_names_the_newest_that_can() -> None:
    own = judged("rank_among_partners", books="partner")
    assert (own.verdict, own.reason) == (
        UNKNOWN,
        "Kazakhstan's own figures for 2025 do not give trade of Kazakhstan with China and Russia;"
        " in 2024 China ($60 billion) was too close to tell from Russia (about $62 billion) and in"
        " January–May 2025 China ($30 billion) was ahead of Russia ($20 billion).",
    )
    ahead = judged("rank_among_partners", terms="RUS;EU27")
    assert (ahead.verdict, ahead.reason) == (
        UNKNOWN,
        "China's, Russia's and the EU's own figures for 2025 do not give trade of Kazakhstan with"
        " the EU; in 2024 China ($100 billion) was behind Russia ($105 billion).",
    )
    nobody = judged("rank_among_partners", partner="TJK")
    assert nobody.reason == (
        "China's and Russia's own figures for 2025 do not give trade of Tajikistan with China and"
        " Russia; nor do they for any of the ten years before."
    )
    assert ahead.evidence["role"].tolist()[0] == "subject"
    assert "earlier, RUS" in ahead.evidence["role"].tolist()
    assert ahead.evidence.index.is_unique
    assert judged("rank_among_partners", partner="CA5", books="partner").reason.startswith(
        "The countries' own figures for 2025 do not give trade of Central Asia without Turkmenistan"
    )


def test_it_is_said_by_how_much_the_rival_would_have_had_to_grow() -> None:
    # 110 (109.5 to 110.5) over 50 (49.5 to 50.5): 109.5/50.5 = 2.168 and 110.5/49.5 = 2.232.
    facts = facts_with(("CHN", "TJK", "2025", "total", 110, 0.5, "a"),
                       ("CHN", "TJK", "2024", "total", 99, 0.5, "a"),
                       ("RUS", "TJK", "2024", "total", 50, 0.5, "r"))  # fmt: skip
    found = judged("rank_among_partners", facts, partner="TJK")
    assert found.verdict == UNKNOWN
    assert found.reason.endswith(
        "was ahead of Russia ($50 billion); to draw level Russia's would have had to rise by"
        " 117 to 123% in one year."
    )


def test_goods_are_compared_with_goods() -> None:
    # The chosen figure with China counts services (99), a weaker source only goods (60).
    facts = facts_with(("KGZ", "CHN", "2024", "total", 99, 0.5, "a"),
                       ("KGZ", "CHN", "2024", "total", 60, 0.5, "x"),
                       ("KGZ", "RUS", "2024", "total", 70, 0.5, "a"))  # fmt: skip
    wide = facts.trade["value_usd"] == 99e9
    facts.trade.loc[wide, "coverage"] = "goods_and_services"
    found = judged("rank_among_partners", facts, partner="KGZ", books="partner", period="2024")
    assert (found.verdict, found.computed) == (FAILS, Span(-11e9, -9e9))
    # Where goods alone are not published, unlike figures are compared and called doubtful.
    alone = replace(facts, trade=facts.trade[facts.trade["value_usd"] != 60e9], _cache={})
    unlike = judged("rank_among_partners", alone, partner="KGZ", books="partner", period="2024")
    used = unlike.evidence[unlike.evidence["used"]]
    assert set(used["quality"]) == {"doubtful"}


@pytest.mark.parametrize(
    ("kind", "by", "standing"),
    [
        ("level", {"CHN": HOLDS, "partner": UNKNOWN}, ANNOUNCED),
        ("level", {"CHN": HOLDS, "partner": FAILS}, ANNOUNCED),
        ("level", {"CHN": HOLDS, "partner": WITHIN}, WITHIN),
        ("level", {"CHN": FAILS, "partner": UNKNOWN}, FAILS),
        ("level", {"CHN": UNKNOWN, "partner": HOLDS}, HOLDS),
        ("level", {"CHN": UNKNOWN, "partner": UNKNOWN}, UNKNOWN),
        ("rank_among_partners", {"CHN": HOLDS, "partner": FAILS}, FAILS),
        ("rank_among_partners", {"CHN": HOLDS, "partner": UNKNOWN}, ANNOUNCED),
        ("event_count", {"": HOLDS}, HOLDS),
    ],
)
def test_the_verdicts_on_a_claim_together(kind: str, by: dict[str, str], standing: str) -> None:
    rows = [{"books": books, "verdict": verdict} for books, verdict in by.items()]
    frame = pd.DataFrame(rows).assign(claim_id="c", number="1", statement="s", kind=kind)
    assert standings(frame)["standing"].tolist() == [standing]


def test_a_figure_is_written_with_the_digits_it_bears() -> None:
    # "almost 62": 59 to 62
    facts = facts_with(
        *(("KGZ", who, "2024", "total", *figure, "k") for who, figure in
          (("CHN", (99, 0.5)), ("RUS", (62, (3, 0)))))
    )  # fmt: skip
    found = judged("rank_among_partners", facts, partner="KGZ", books="partner", period="2024")
    assert found.reason.endswith("was ahead of that with Russia, about $62 billion.")
    more = facts_with(("KGZ", "CHN", "2024", "total", 62, (0, 3), "k"),
                  ("KGZ", "RUS", "2024", "total", 99, 0.5, "k"))  # fmt: skip
    found = judged("rank_among_partners", more, partner="KGZ", books="partner", period="2024")
    assert (
        "with China, about $62 billion, was behind that with Russia, $99 billion." in found.reason
    )


def test_a_rank_in_each_country_is_as_good_as_in_the_worst() -> None:
    found = judged("rank_among_partners", partner="CA5", scope="each")
    assert (found.verdict, found.reason) == (
        UNKNOWN,
        "By China's and Russia's own figures for 2025, China against Russia: ahead in Kazakhstan;"
        " too close to tell in Uzbekistan; figures are missing for Kyrgyzstan, Tajikistan and"
        " Turkmenistan.",
    )
    others = [
        (who, country, "2025", "total", value, 0.5, source)
        for country in ("KGZ", "TJK", "TKM")
        for who, value, source in (("CHN", 5, "a"), ("RUS", 3, "r"))
    ]
    facts = facts_with(*others)
    asked = claim_row("rank_among_partners", partner="CA5", scope="each")
    close = rank_among_partners(asked, facts, "CHN")
    assert (close.verdict, close.computed) == (WITHIN, None)
    assert close.evidence.index.is_unique
    behind = [("RUS", "KGZ", "2025", "total", 9, 0.5, "r")]
    worse = [row for row in others if row[:2] != ("RUS", "KGZ")] + behind
    facts = facts_with(*worse)
    found = rank_among_partners(asked, facts, "CHN")
    assert found.verdict == FAILS
    assert "ahead in Kazakhstan, Tajikistan and Turkmenistan; too close" in found.reason
    assert found.reason.endswith("behind in Kyrgyzstan.")


@pytest.mark.parametrize(
    ("changes", "verdict", "span", "sentence"),
    [
        (
            {},
            FAILS,
            2023,
            "By China's and Russia's own figures China was ahead of Russia in Kazakhstan before"
            " 2025: in 2023.",
        ),
        (
            {"period": "2023"},
            HOLDS,
            2023,
            "By China's and Russia's own figures China was first ahead of Russia in Kazakhstan in"
            " 2023, the records going back to 2023.",
        ),
        (
            {"partner": "UZB"},
            UNKNOWN,
            None,
            "By China's and Russia's own figures China is compared with Russia in Uzbekistan for"
            " 2025, but not for every year before.",
        ),
        (
            {"books": "partner"},
            UNKNOWN,
            None,
            "Kazakhstan's own figures do not compare China with Russia in Kazakhstan for 2025;"
            " newest comparisons: Kazakhstan: in 2024 China ($60 billion) was too close to tell"
            " from Russia (about $62 billion).",
        ),
        (
            {"partner": "TJK"},
            UNKNOWN,
            None,
            "China's and Russia's own figures do not compare China with Russia in Tajikistan for"
            " 2025; nothing in the last ten years for Tajikistan.",
        ),
    ],
)
def test_the_first_year(
    changes: dict[str, Any], verdict: str, span: int | None, sentence: str
) -> None:
    found = judged("first_year_of_lead", **changes)
    assert (found.verdict, found.reason) == (verdict, sentence)
    assert found.computed == (Span(span, span) if span else None)
    year = int(changes.get("period", 2025))
    assert (found.asserted, found.unit) == (Span(year, year), "year")


def test_the_first_year_in_each_country_and_runs_of_years() -> None:
    years = [
        (who, country, str(year), "total", value, 0.5, source)
        for country in ("KAZ", "KGZ", "TJK", "TKM", "UZB")
        for year in (2010, 2011, 2012, 2014)
        for who, value, source in (("CHN", 5, "a"), ("RUS", 3, "r"))
    ]
    facts = facts_with(*years)
    found = judged("first_year_of_lead", facts, partner="CA5", scope="each", period="2013")
    assert found.reason == (
        "By China's and Russia's own figures China was ahead of Russia in each of Kazakhstan,"
        " Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan before 2013: in 2010 to 2012."
    )
    later = judged("first_year_of_lead", facts, partner="CA5", scope="each", period="2016")
    assert later.reason.endswith("before 2016: in 2010 to 2012 and 2014.")
    # the evidence is the first and the last of these years
    assert set(later.evidence["period"]) == {"2010", "2014"}
    first = judged("first_year_of_lead", facts, partner="CA5", scope="each", period="2010")
    assert first.verdict == HOLDS


def test_a_record_that_ends_ten_years_before_is_none() -> None:
    known = judged("first_year_of_lead", partner="UZB", period="2034").reason
    assert known == (
        "China's and Russia's own figures do not compare China with Russia in Uzbekistan for 2034;"
        " newest comparisons: Uzbekistan: in 2025 China ($10 billion) was too close to tell from"
        " Russia ($10 billion)."
    )
    gone = judged("first_year_of_lead", partner="UZB", period="2035").reason
    assert "for 2035; nothing in the last ten years for Uzbekistan; newest comparisons:" in gone
    behind = [
        ("KAZ", who, "2022", "total", value, 0.5, "k") for who, value in (("CHN", 1), ("RUS", 9))
    ]
    newest = judged("first_year_of_lead", facts_with(*behind), books="partner").reason
    assert newest.count("Kazakhstan: in ") == 1
    assert "in 2024 China" in newest


# --- who led when -------------------------------------------------------------------------------


def test_the_history_of_a_lead() -> None:
    found = lead_history(FACTS, ["KAZ"], rivals=["RUS"], books="each")
    assert found["year"].tolist() == [2023, 2024, 2025]
    assert found["lead"].tolist() == ["subject", "rival", "subject"]
    names = ["difference_usd", "difference_low_usd", "difference_high_usd"]
    assert (found[names] / BILLION).to_numpy().tolist() == [[10, 9, 11], [-5, -6, -4], [20, 19, 21]]
    assert found["source_ids"].tolist() == ["a;r"] * 3
    cut = lead_history(FACTS, ["KAZ"], rivals=["RUS"], books="each", start=2024, end=2024)
    assert cut["year"].tolist() == [2024]
    assert lead_history(FACTS, ["KAZ"], rivals=["KAZ"], books="each").empty
    assert lead_history(FACTS, ["UZB"], rivals=["RUS"], books="each")["lead"].tolist() == [
        "too close"
    ]
    with pytest.raises(ParameterError, match="books"):
        lead_history(FACTS, ["KAZ"], books="both")


def test_changes_of_a_lead() -> None:
    history = lead_history(FACTS, ["KAZ"], rivals=["RUS"], books="each")
    found = changes_of_lead(history)
    names = ["from_year", "year", "leader", "source_ids"]
    assert found[names].to_numpy().tolist() == [
        [2023, 2024, "RUS", "a;r"],
        [2024, 2025, "CHN", "a;r"],
    ]
    assert (
        changes_of_lead(history[::-1])[names].to_numpy().tolist()
        == found[names].to_numpy().tolist()
    )
    assert changes_of_lead(history, "EU27").empty


def test_the_largest_of_those_there_are() -> None:
    history = lead_history(FACTS, ["KAZ", "UZB"], rivals=["RUS", "EU27"], books="each")
    found = leaders(history).set_index(["country", "year"])
    assert found["leader"].to_dict() == {
        ("KAZ", 2023): "CHN",
        ("KAZ", 2024): "RUS",
        ("KAZ", 2025): "CHN",
        ("UZB", 2025): "too close",
    }
    assert set(found["compared"]) == {"CHN;RUS"}
    assert set(found["missing"]) == {"EU27"}
    alone = lead_history(FACTS, ["KAZ"], rivals=["EU27"], books="each")
    assert set(leaders(alone)["leader"]) == {"unknown"}


def test_leaders_stand_in_the_order_asked_for_and_carry_the_worse_quality() -> None:
    assert leaders(lead_history(FACTS, ["UZB", "KAZ"], rivals=["RUS"], books="each"))[
        "country"
    ].unique().tolist() == ["UZB", "KAZ"]
    turned = [
        (who, "UZB", "2024", "total", value, 0.5, source)
        for who, value, source in (("CHN", 3, "a"), ("RUS", 5, "r"))
    ]
    turned += [
        ("CHN", "UZB", "2026", "total", 9, 0.5, "a"),
        ("RUS", "UZB", "2026", "total", 5, 0.5, "r"),
    ]
    both = lead_history(facts_with(*turned), ["UZB", "KAZ"], rivals=["RUS"], books="each")
    assert changes_of_lead(both)["country"].tolist() == ["UZB", "KAZ", "KAZ"]
    trade = trade_rows(FIGURES)
    place = (trade["reporter"] == "RUS") & (trade["year"] == 2024)
    trade.loc[place, "quality"] = "doubtful"
    history = lead_history(
        Facts(trade, EVENTS, GOODS, NO_HIGHLIGHTS), ["KAZ"], rivals=["RUS"], books="each"
    )
    assert history["quality"].tolist() == ["ok", "doubtful", "ok"]


def test_leads_of_less_than_a_dollar_and_overlapping_ends() -> None:
    dollar = 1 / BILLION
    tiny = [
        (who, "KGZ", "2025", "total", value * dollar, 0, "k")
        for who, value in (("CHN", 0.5), ("RUS", 0.25))
    ]
    lead = lead_history(facts_with(*tiny), ["KGZ"], rivals=["RUS"], books="each")["lead"]
    assert lead.tolist() == ["subject"]
    close = [
        (who, "KGZ", "2025", "total", value * dollar, 0.25 * dollar, "k")
        for who, value in (("CHN", 0.5), ("RUS", 0.25))
    ]
    lead = lead_history(facts_with(*close), ["KGZ"], rivals=["RUS"], books="each")["lead"]
    assert lead.tolist() == ["too close"]
    for china, russia in (((60, 1), (59, 1)), ((59, 1), (60, 1))):
        figures = [
            (who, "TJK", "2025", "total", *figure, "k")
            for who, figure in (("CHN", china), ("RUS", russia))
        ]
        found = leaders(lead_history(facts_with(*figures), ["TJK"], rivals=["RUS"], books="each"))
        assert found["leader"].tolist() == ["too close"]


def test_the_newest_decided_and_part_of_a_year() -> None:
    history = lead_history(FACTS, ["KAZ"], rivals=["RUS"], books="each")
    assert newest_decided(history, 2025)["year"].tolist() == [2024]
    assert newest_decided(history, 2034)["year"].tolist() == [2025]
    assert newest_decided(history, 2036).empty  # longer ago than ten years
    assert newest_decided(history, 2035)["year"].tolist() == [2025]
    asked = {"subject": "CHN", "rivals": ["RUS"], "books": "partner"}
    part = part_year(FACTS, "KAZ", 2025, **asked)
    assert part[["period", "lead"]].to_numpy().tolist() == [["2025-5M", "subject"]]
    assert part_year(FACTS, "KAZ", 2024, **asked).empty
    none = part_year(FACTS, "KAZ", 2025, subject="CHN", rivals=["KAZ"], books="each")
    assert none.empty
    assert list(none.columns) == list(history.columns)
    both = together({"a": history, "b": part})
    assert list(both.index) == [0, 1, 2, 3]
    assert "lead" in together({}).columns


def test_figures_whose_ends_meet_are_too_close_to_tell() -> None:
    for value, lead in ((61, "too close"), (61.5, "rival"), (59, "too close"), (58.5, "subject")):
        meeting = [("KAZ", "CHN", "2022", "total", 60, 0.5, "k")]
        meeting += [("KAZ", "RUS", "2022", "total", value, 0.5, "k")]
        history = lead_history(facts_with(*meeting), ["KAZ"], rivals=["RUS"], end=2022)
        assert history["lead"].tolist() == [lead]


def test_money_has_the_digits_its_interval_bears_and_no_changes_have_columns() -> None:
    row = {"subject_usd": 5.4e9, "subject_low_usd": 5.35e9, "subject_high_usd": 6.4e9}
    row |= {"rival_usd": 3.21e9, "rival_low_usd": 3.205e9, "rival_high_usd": 3.215e9}
    words = describe({**row, "period": "2025", "subject": "CHN", "rival": "RUS", "lead": "subject"})
    assert words == "in 2025 China ($5 billion) was ahead of Russia ($3.21 billion)"
    none = changes_of_lead(lead_history(FACTS, ["TJK"]))
    assert list(none.columns) == ["country", "books", "from_year", "year", "leader", "source_ids"]
