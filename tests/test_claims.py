"""The claims shipped: every verdict worked out by hand from cited rows, and what would flip it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from by_hand import rows_of
from by_hand_cells import cell_of

from catrade.claim_check.claims import Verdict, check_claim, check_claims, evidence
from catrade.claim_check.core import FAILS, HOLDS, UNKNOWN, WITHIN, Facts
from catrade.load.claims import load_claims

ARTICLE, CHINESE = "dailymail-2026-01", "stheadline-mofcom-2026"
#: Whose statistics judge a claim, by how many verdicts it gets.
BOOKS: dict[int, tuple[str, ...]] = {1: ("",), 2: ("CHN", "partner")}
Verdicts = dict[tuple[str, str], Verdict]


def _published(reporter: str, partner: str, flow: str, period: str, source: str) -> float:
    """Return a figure straight from the file, in billions, so that no loader is trusted."""
    names = ("reporter", "partner", "flow", "period", "source_id")
    wanted = (reporter, partner, flow, period, source)
    (found,) = [
        float(row["value"]) / 1e9
        for row in rows_of("trade")
        if tuple(row[name] for name in names) == wanted
    ]
    return found


@pytest.fixture(scope="module")
def article(facts: Facts) -> Verdicts:
    return {(v.claim_id, v.books): v for v in check_claims(load_claims(ARTICLE), facts)}


@pytest.fixture(scope="module")
def chinese(facts: Facts) -> Verdicts:
    return {(v.claim_id, v.books): v for v in check_claims(load_claims(CHINESE), facts)}


# --- the shipped documents: the whole list of verdicts, then the arithmetic of some -------------

#: Verdicts by China's (or each partner's own) figures and the other side's, or by the record.
ARTICLE_VERDICTS = {
    (UNKNOWN, UNKNOWN): "largest-partner-2025 largest-partner-2025-eu became-largest-2025 "
    "export-goods-2025 imports-diverse-2025",
    (HOLDS, UNKNOWN): "total-2025 growth-2025 growth-faster-2025 exports-2025 imports-2025 "
    "imports-rose-2025 exports-rose-2025",
    (WITHIN, UNKNOWN): "exports-imports-total",
    (HOLDS,): "platform-nanjing platform-issuer three-meetings-one-week roundtable-issuers "
    "roundtable-17 roundtable-agenda symposium-day-before symposium-issuer symposium-chair "
    "symposium-12 conference-same-day conference-issuer conference-agenda battery-four-regulators "
    "battery-companies",
    (FAILS,): "roundtable-weekday symposium-weekday conference-weekday",
    (UNKNOWN,): "import-goods-2025 e-commerce projects-raised-exports symposium-sectors "
    "innovation-decides",
}
CHINESE_VERDICTS = {
    (UNKNOWN, UNKNOWN): "largest-partner-each largest-partner-kaz largest-partner-kgz "
    "largest-partner-tjk largest-partner-tkm largest-partner-kaz-eu first-time-each",
    (UNKNOWN, HOLDS): "largest-partner-uzb",
    (HOLDS, UNKNOWN): "total-2025 total-above-100 growth-2025 exports-2025 exports-growth-2025 "
    "imports-2025 imports-growth-2025",
}


def test_the_verdicts(article: Verdicts, chinese: Verdicts) -> None:
    for found, expected in ((article, ARTICLE_VERDICTS), (chinese, CHINESE_VERDICTS)):
        wanted = {
            (name, books): verdict
            for verdicts, names in expected.items()
            for name in names.split()
            for books, verdict in zip(BOOKS[len(verdicts)], verdicts, strict=True)
        }
        assert {key: v.verdict for key, v in found.items()} == wanted


def test_every_statement_of_the_article_has_a_claim() -> None:
    assert set(load_claims(ARTICLE)["number"]) == {str(n) for n in range(1, 18)}


def test_the_base_of_flow_growth_by_hand(chinese: Verdicts) -> None:
    """Base of 2024: the five added up, from yuan where only yuan were published."""
    rows = evidence([chinese["imports-growth-2025", "CHN"]])
    base = rows[(rows["role"] == "base") & rows["used"]].iloc[0]
    assert base["basis"] == "sum_of_partners"
    kaz = _published("CHN", "KAZ", "import", "2024", "comtrade-chn-github-2024")
    yuan = sum(
        _published("CHN", code, "import", "2024", "gacc-country-months")
        for code in ("KGZ", "TJK", "TKM", "UZB")
    )
    (rate,) = [
        float(row["rate"])
        for row in rows_of("exchange_rates")
        if (row["currency"], row["period"]) == ("CNY", "2024")
    ]
    assert base["value"] / 1e9 == pytest.approx(kaz + yuan / rate)


def test_uzbekistan_by_hand(chinese: Verdicts) -> None:
    china = _published("UZB", "CHN", "total", "2025", "sputnik-uzb-2026-03-04")
    russia = _published("UZB", "RUS", "total", "2025", "prime-2026-01-22")
    found = chinese["largest-partner-uzb", "partner"].computed
    assert found is not None
    assert found.low / 1e9 == pytest.approx(china - 0.05 - (russia + 0.0005))
    # The other figure for the year, 17.2, leads too, so nothing hangs on the choice.
    assert _published("UZB", "CHN", "total", "2025", "caspianpost-boom-2026") - 0.05 > russia
    assert chinese["largest-partner-uzb", "partner"].sensitive == ""


def test_gold_by_hand(article: Verdicts) -> None:
    """No table of goods for 2025; known are 4.95 of 35.1, and (5.23 − 2.808) of (35.1 − 30.69)."""
    wanted = {
        "exporter": "KGZ",
        "importer": "CHN",
        "topic": "gold",
        "period": "2025",
        "unit": "USD",
    }
    (gold,) = [
        float(row["value"]) for row in rows_of("highlights") if wanted.items() <= row.items()
    ]
    reason = article["imports-diverse-2025", "CHN"].reason
    assert f"$4.95 billion, was {100 * gold / 35.1e9:.1f}% of the $35.1 billion imported" in reason
    (kgz, was), (region, before) = (
        [cell_of("CHN", code, year, "import").value for year in ("2025", "2024")]  # type: ignore[union-attr]
        for code in ("KGZ", "CA5")
    )
    rise = 100 * float((kgz - was) / (region - before))
    assert f"Kyrgyzstan brought {rise:.0f}% of the increase" in reason


def test_goods_by_hand(article: Verdicts) -> None:
    """China's exports to Uzbekistan 2024 by its own figures: machinery, electronics, vehicles."""
    groups = {row["chapter"]: row["group"] for row in rows_of("hs_chapters")}
    values: dict[str, float] = {}
    for row in rows_of("composition"):
        flow = (row["exporter"], row["importer"], row["reporter"], row["year"])
        if flow == ("CHN", "UZB", "CHN", "2024"):
            group = groups[row["hs_chapter"]]
            values[group] = values.get(group, 0.0) + float(row["value_usd"])
    named = [values.pop(group) for group in ("machinery", "electronics", "vehicles")]
    assert min(named) > max(values.values())
    share = 100 * sum(named) / (sum(named) + sum(values.values()))
    reason = article["export-goods-2025", "CHN"].reason
    assert f"Uzbekistan 2024 by China’s figures {share:.1f}%, ahead of all" in reason


@pytest.mark.parametrize(
    ("document", "claim", "books", "says"),
    [
        ("article", "roundtable-weekday", "", "January 2026, a Wednesday; the claim has Tuesday"),
        ("article", "symposium-weekday", "", "13 January 2026, a Tuesday; the claim has Monday"),
        (
            "article",
            "total-2025",
            "partner",
            "without one: Kazakhstan, Kyrgyzstan, Tajikistan and Turkmenistan",
        ),
        # Without Turkmenistan, whose figures are China's: 30.05 + 5.57 + 2.0 + 12.5 billion.
        (
            "article",
            "total-2025",
            "partner",
            "the newest of the four that publish is $50.1 billion for 2024",
        ),
        (
            "chinese",
            "largest-partner-tjk",
            "partner",
            "in 2024 China ($2.0 billion) was too close to tell from Russia",
        ),
        (
            "chinese",
            "largest-partner-tjk",
            "partner",
            "January–May 2025 China ($964 million) was ahead of Russia",
        ),
    ],
)
def test_reasons(
    document: str, claim: str, books: str, says: str, request: pytest.FixtureRequest
) -> None:
    assert says in request.getfixturevalue(document)[claim, books].reason


def test_choice_among_sources_is_told(article: Verdicts) -> None:
    """With the revised 94.7 for 2024 the gap reaches to 6.5 points: (106.35 / 94.65) and so on."""
    other = _published("CHN", "CA5", "total", "2024", "bastillepost-cgtn-2025-06")
    low = 106.25 / (other + 0.05) - (other + 0.05) / 89.35
    high = 106.35 / (other - 0.05) - (other - 0.05) / 89.45
    assert low < 0.065 < high
    found = article["growth-faster-2025", "CHN"].sensitive
    assert found == (
        "with $94.7 billion for 2024, as another source has it, it holds within rounding"
    )


def test_every_verdict_has_a_sentence_and_sources(article: Verdicts, chinese: Verdicts) -> None:
    known = {row["source_id"] for row in rows_of("sources")}
    for verdict in [*article.values(), *chinese.values()]:
        assert verdict.reason.endswith(".")
        assert verdict.reason[0].isupper() or verdict.reason[0].isdigit()
        assert ".." not in verdict.reason
        used = set(filter(None, verdict.source_ids.split(";")))
        assert used <= known - {ARTICLE, CHINESE}
        assert used or verdict.verdict == UNKNOWN, verdict.claim_id


# --- flipping an input flips the verdict ----------------------------------------------------------


def _one(facts: Facts, document: str, claim_id: str, books: str) -> Verdict:
    claims = load_claims(document)
    claim = claims[claims["claim_id"] == claim_id].iloc[0].to_dict()
    return next(v for v in check_claim(claim, facts) if v.books == books)


@pytest.mark.parametrize(
    ("claim_id", "template", "billions", "half", "verdict"),
    [
        ("largest-partner-2025", ("RUS", "total"), 90.0, 0.5, HOLDS),
        ("largest-partner-2025", ("RUS", "total"), 106.3, 0.5, WITHIN),
        ("largest-partner-2025", ("RUS", "total"), 120.0, 0.5, FAILS),
        ("total-2025", ("CHN", "total"), 107.0, 0, FAILS),
        ("growth-2025", ("CHN", "total"), 107.0, 0, FAILS),
        ("growth-faster-2025", ("CHN", "total"), 105.0, 0, FAILS),
        ("exports-2025", ("CHN", "export"), 71.0, 0, FAILS),
        ("imports-rose-2025", ("CHN", "import"), 30.0, 0, FAILS),
        ("exports-imports-total", ("CHN", "export"), 60.0, 0, FAILS),
    ],
)
def test_another_figure_flips_the_verdict(
    facts: Facts,
    claim_id: str,
    template: tuple[str, str],
    billions: float,
    half: float,
    verdict: str,
) -> None:
    """A figure of better quality in place of the printed one (an official, exact one)."""
    assert _one(facts, ARTICLE, claim_id, "CHN").verdict != FAILS
    t = facts.trade
    same = (t["reporter"] == template[0]) & (t["partner"] == "CA5") & (t["flow"] == template[1])
    row = t[same & t["period"].isin(["2024", "2025"])].tail(1)
    ends = {"value": billions, "low": billions - half, "high": billions + half}
    more = row.assign(
        period="2025",
        year=2025,
        source_id="invented",
        source_kind="official",
        rounding="nearest",
        **{f"{name}_usd": value * 1e9 for name, value in ends.items()},
    )
    trade = pd.concat([t, more], ignore_index=True)
    changed = Facts(trade, facts.events, facts.composition, facts.highlights)
    assert _one(changed, ARTICLE, claim_id, "CHN").verdict == verdict


def test_another_date_flips_the_weekday(facts: Facts) -> None:
    events = facts.events.copy()
    place = events["event_id"] == "2026-nev-roundtable-17-automakers"
    events.loc[place, "date"] = "2026-01-13"
    changed = replace(facts, events=events)
    assert _one(changed, ARTICLE, "roundtable-weekday", "").verdict == HOLDS
    assert _one(changed, ARTICLE, "symposium-day-before", "").verdict == FAILS


def test_without_the_years_of_a_lead_it_is_not_told(facts: Facts) -> None:
    t = facts.trade
    years = t["year"].isin([2013, 2014, 2019, 2020]) & (t["reporter"] == "RUS")
    changed = Facts(t[~years], facts.events, facts.composition, facts.highlights)
    told, untold = (_one(given, CHINESE, "first-time-each", "CHN") for given in (facts, changed))
    assert "being ahead of Russia was not new in 2025" in told.reason
    assert "was not new" not in untold.reason
