"""The claims shipped: every verdict worked out by hand from cited rows, and what would flip it."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from by_hand import rows_of
from by_hand_cells import cell_of

from catrade.claim_check.claims import (
    FAILS,
    HOLDS,
    UNKNOWN,
    WITHIN,
    Facts,
    Verdict,
    check_claim,
    check_claims,
    evidence,
    verdict_frame,
)
from catrade.load.claims import load_claims

ARTICLE, CHINESE = "dailymail-2026-01", "stheadline-mofcom-2026"


TRADE = rows_of("trade")


def _published(reporter: str, partner: str, flow: str, period: str, source: str) -> float:
    """Return a figure straight from the file, in billions, so that no loader is trusted."""
    found = [
        float(row["value"]) / 1e9
        for row in TRADE
        if (row["reporter"], row["partner"], row["flow"], row["period"], row["source_id"])
        == (reporter, partner, flow, period, source)
    ]
    assert len(found) == 1
    return found[0]


def _none_published(reporter: str, partners: set[str], period: str) -> bool:
    return not [
        row
        for row in TRADE
        if row["reporter"] == reporter and row["partner"] in partners and row["period"] == period
    ]


@pytest.fixture(scope="module")
def article(facts: Facts) -> dict[tuple[str, str], Verdict]:
    return _by_key(check_claims(load_claims(ARTICLE), facts))


@pytest.fixture(scope="module")
def chinese(facts: Facts) -> dict[tuple[str, str], Verdict]:
    return _by_key(check_claims(load_claims(CHINESE), facts))


def _by_key(verdicts: list[Verdict]) -> dict[tuple[str, str], Verdict]:
    return {(v.claim_id, v.books): v for v in verdicts}


def _interval(value: float, unit: float) -> tuple[float, float]:
    return value - unit / 2, value + unit / 2


# --- the shipped documents: the whole list of verdicts, then the arithmetic of each ---------------

#: Claims on trade: verdict by China's (or each partner's own) figures, then by the other side's.
ARTICLE_TRADE = {
    "largest-partner-2025": (UNKNOWN, UNKNOWN),
    "largest-partner-2025-eu": (UNKNOWN, UNKNOWN),
    "became-largest-2025": (UNKNOWN, UNKNOWN),
    "total-2025": (HOLDS, UNKNOWN),
    "growth-2025": (HOLDS, UNKNOWN),
    "growth-faster-2025": (HOLDS, UNKNOWN),
    "exports-2025": (HOLDS, UNKNOWN),
    "exports-imports-total": (WITHIN, UNKNOWN),
    "export-goods-2025": (UNKNOWN, UNKNOWN),
    "imports-2025": (HOLDS, UNKNOWN),
    "imports-rose-2025": (HOLDS, UNKNOWN),
    "imports-diverse-2025": (UNKNOWN, UNKNOWN),
    "exports-rose-2025": (HOLDS, UNKNOWN),
}
ARTICLE_RECORD = {
    "import-goods-2025": UNKNOWN,
    "e-commerce": UNKNOWN,
    "platform-nanjing": HOLDS,
    "platform-issuer": HOLDS,
    "projects-raised-exports": UNKNOWN,
    "three-meetings-one-week": HOLDS,
    "roundtable-issuers": HOLDS,
    "roundtable-17": HOLDS,
    "roundtable-weekday": FAILS,
    "roundtable-agenda": HOLDS,
    "symposium-day-before": HOLDS,
    "symposium-weekday": FAILS,
    "symposium-issuer": HOLDS,
    "symposium-chair": HOLDS,
    "symposium-12": HOLDS,
    "symposium-sectors": UNKNOWN,
    "conference-same-day": HOLDS,
    "conference-weekday": FAILS,
    "conference-issuer": HOLDS,
    "conference-agenda": HOLDS,
    "battery-four-regulators": HOLDS,
    "battery-companies": HOLDS,
    "innovation-decides": UNKNOWN,
}
CHINESE_TRADE = {
    "largest-partner-each": (UNKNOWN, UNKNOWN),
    "largest-partner-kaz": (UNKNOWN, UNKNOWN),
    "largest-partner-kgz": (UNKNOWN, UNKNOWN),
    "largest-partner-tjk": (UNKNOWN, UNKNOWN),
    "largest-partner-tkm": (UNKNOWN, UNKNOWN),
    "largest-partner-uzb": (UNKNOWN, HOLDS),
    "largest-partner-kaz-eu": (UNKNOWN, UNKNOWN),
    "first-time-each": (UNKNOWN, UNKNOWN),
    "total-2025": (HOLDS, UNKNOWN),
    "total-above-100": (HOLDS, UNKNOWN),
    "growth-2025": (HOLDS, UNKNOWN),
    "exports-2025": (HOLDS, UNKNOWN),
    "exports-growth-2025": (HOLDS, UNKNOWN),
    "imports-2025": (HOLDS, UNKNOWN),
    "imports-growth-2025": (HOLDS, UNKNOWN),
}


def test_article_verdicts(article: dict[tuple[str, str], Verdict]) -> None:
    expected = {(name, ""): verdict for name, verdict in ARTICLE_RECORD.items()}
    for name, (china, other) in ARTICLE_TRADE.items():
        expected |= {(name, "CHN"): china, (name, "partner"): other}
    assert {key: v.verdict for key, v in article.items()} == expected


def test_chinese_wording_verdicts(chinese: dict[tuple[str, str], Verdict]) -> None:
    expected = {}
    for name, (china, other) in CHINESE_TRADE.items():
        expected |= {(name, "CHN"): china, (name, "partner"): other}
    assert {key: v.verdict for key, v in chinese.items()} == expected


def test_every_statement_of_the_article_has_a_claim() -> None:
    assert set(load_claims(ARTICLE)["number"]) == {str(n) for n in range(1, 18)}


def _bounds(reporter: str, partner: str, year: str, flow: str) -> tuple[float, float]:
    """The bounds of a cell in billions, chosen again in plain Python (`by_hand_cells`)."""
    figure = cell_of(reporter, partner, year, flow)
    assert figure is not None
    return float(figure.low) / 1e9, float(figure.high) / 1e9


def test_levels_and_growth_by_hand(article: dict[tuple[str, str], Verdict]) -> None:
    new, base, before = (_bounds("CHN", "CA5", year, "total") for year in ("2025", "2024", "2023"))
    assert 106.25 <= new[0] < new[1] <= 106.35  # the sum of the five leaves less than the rounding
    fast = (new[0] / base[1] - 1, new[1] / base[0] - 1)
    slow = (base[0] / before[1] - 1, base[1] / before[0] - 1)
    assert 0.115 < fast[0] < fast[1] < 0.125  # inside "12 per cent"
    assert 0.055 < fast[0] - slow[1] < fast[1] - slow[0] < 0.065  # inside "six points"
    found = article["growth-2025", "CHN"].computed
    assert found is not None
    # within what the two levels allow alone: identities leave less
    assert fast[0] - 1e-9 <= found.low < found.high <= fast[1] + 1e-9
    gap = article["growth-faster-2025", "CHN"].computed
    assert gap is not None
    assert fast[0] - slow[1] - 1e-9 <= gap.low < gap.high <= fast[1] - slow[0] + 1e-9


def test_sum_by_hand(article: dict[tuple[str, str], Verdict]) -> None:
    exports = _published("CHN", "CA5", "export", "2025", "kommersant-2026-01-19")
    imports = _published("CHN", "CA5", "import", "2025", "kommersant-2026-01-19")
    assert (exports, imports) == (71.2, 35.1)
    found = article["exports-imports-total", "CHN"].computed
    assert found is not None
    # 71.15 + 35.05 and 71.25 + 35.15 reach over both ends of 106.25 to 106.35; the flows with each
    # of the five leave less.
    assert 106.2 <= found.low / 1e9 < found.high / 1e9 <= 106.4


def test_flow_growth_by_hand(chinese: dict[tuple[str, str], Verdict]) -> None:
    """Base of 2024: the five added up, from yuan where only yuan were published."""
    rows = evidence([chinese["imports-growth-2025", "CHN"]])
    base = rows[(rows["role"] == "base") & rows["used"]].iloc[0]
    assert base["basis"] == "sum_of_partners"
    kaz = _published("CHN", "KAZ", "import", "2024", "comtrade-chn-github-2024")
    yuan = sum(
        _published("CHN", code, "import", "2024", "gacc-country-months")
        for code in ("KGZ", "TJK", "TKM", "UZB")
    )
    rate = next(
        float(row["rate"])
        for row in rows_of("exchange_rates")
        if (row["currency"], row["period"]) == ("CNY", "2024")
    )
    assert base["value"] / 1e9 == pytest.approx(kaz + yuan / rate)
    low, high = (_bounds("CHN", "CA5", year, "import") for year in ("2024", "2025"))
    growth = (high[0] / low[1] - 1, high[1] / low[0] - 1)
    found = chinese["imports-growth-2025", "CHN"].computed
    assert found is not None
    assert (found.low, found.high) == pytest.approx(growth)
    assert 0.135 < growth[0] < growth[1] < 0.145  # all of it is "14 per cent"


def test_region_led_before_by_hand(article: dict[tuple[str, str], Verdict]) -> None:
    china = _published("CHN", "CA5", "total", "2024", "astanatimes-2025-01")
    russia = _published("RUS", "CA5", "total", "2024", "trend-putin-2025-10-09")
    assert china - 0.005 > russia + 1.0  # "over 45" is up to 46
    for books in ("CHN", "partner"):
        assert "2024" in article["became-largest-2025", books].reason
    assert _none_published("RUS", {"CA5", "KAZ", "KGZ", "TJK", "TKM", "UZB"}, "2025")
    assert _none_published("KAZ", {"CHN", "RUS"}, "2025")


def test_all_five_led_before_by_hand(chinese: dict[tuple[str, str], Verdict]) -> None:
    """2013: China's figures against Russia's own, exports plus imports, in billions."""
    for code in ("KAZ", "KGZ", "TJK", "TKM", "UZB"):
        totals = {}
        for who, sources in (
            ("CHN", ("wits-partner-github-2017",)),
            ("RUS", ("rus-fts-rosstat-1994-2021", "wits-partner-github-2017")),
        ):
            flows = [
                row
                for row in TRADE
                if row["reporter"] == who and row["partner"] == code and row["period"] == "2013"
                and row["flow"] in {"export", "import"} and row["source_id"] in sources
            ]  # fmt: skip
            by_source = {
                source: sum(float(r["value"]) for r in flows if r["source_id"] == source)
                for source in sources
                if sum(r["source_id"] == source for r in flows) == 2
            }
            totals[who] = by_source
        assert totals["CHN"]
        assert totals["RUS"]
        assert min(totals["CHN"].values()) > max(totals["RUS"].values()), code
    reason = chinese["first-time-each", "CHN"].reason
    assert "2013 to 2014 and 2019 to 2020" in reason


def test_uzbekistan_by_hand(chinese: dict[tuple[str, str], Verdict]) -> None:
    china = _published("UZB", "CHN", "total", "2025", "sputnik-uzb-2026-03-04")
    russia = _published("UZB", "RUS", "total", "2025", "prime-2026-01-22")
    found = chinese["largest-partner-uzb", "partner"].computed
    assert found is not None
    assert found.low / 1e9 == pytest.approx(china - 0.05 - (russia + 0.0005))
    assert found.low > 0
    # The other figure for the year, 17.2, leads too, so nothing hangs on the choice.
    assert _published("UZB", "CHN", "total", "2025", "caspianpost-boom-2026") - 0.05 > russia
    assert chinese["largest-partner-uzb", "partner"].sensitive == ""


def test_tajikistan_says_what_is_known_of_part_of_the_year(
    chinese: dict[tuple[str, str], Verdict],
) -> None:
    china = _published("TJK", "CHN", "total", "2025-5M", "asiaplus-2025-07-15")
    assert china == pytest.approx(0.964)
    reason = chinese["largest-partner-tjk", "partner"].reason
    assert "January–May 2025 China ($964 million) was ahead of Russia" in reason
    assert "in 2024 China ($2.0 billion) was too close to tell from Russia" in reason


def test_gold_by_hand(article: dict[tuple[str, str], Verdict]) -> None:
    """No table of goods for 2025; known are 4.95 of 35.1, and (5.23 − 2.808) of (35.1 − 30.69)."""
    gold = next(
        float(row["value"])
        for row in rows_of("highlights")
        if (row["exporter"], row["importer"], row["topic"], row["period"], row["unit"])
        == ("KGZ", "CHN", "gold", "2025", "USD")
    )
    reason = article["imports-diverse-2025", "CHN"].reason
    assert f"{100 * gold / 35.1e9:.1f}%" == "14.1%"
    assert "$4.95 billion, made up 14.1% of the $35.1 billion imported" in reason
    rise = []
    for code in ("KGZ", "CA5"):
        now, then = (cell_of("CHN", code, year, "import") for year in ("2025", "2024"))
        assert now
        assert then
        rise.append(now.value - then.value)
    assert f"{100 * float(rise[0] / rise[1]):.0f}%" == "55%"
    assert "Kyrgyzstan brought 55% of the increase" in reason


def test_goods_by_hand(article: dict[tuple[str, str], Verdict]) -> None:
    """China's exports to Uzbekistan 2024 by its own figures: machinery, electronics, vehicles."""
    groups = {row["chapter"]: row["group"] for row in rows_of("hs_chapters")}
    values: dict[str, float] = {}
    for row in rows_of("composition"):
        flow = (row["exporter"], row["importer"], row["reporter"], row["year"])
        if flow == ("CHN", "UZB", "CHN", "2024"):
            group = groups[row["hs_chapter"]]
            values[group] = values.get(group, 0.0) + float(row["value_usd"])
    named = [values[group] for group in ("machinery", "electronics", "vehicles")]
    others = sum(values.values()) - sum(named)
    largest = max(
        value
        for group, value in values.items()
        if group not in ("machinery", "electronics", "vehicles")
    )
    assert min(named) > largest
    reason = article["export-goods-2025", "CHN"].reason
    share = sum(named) / (sum(named) + others)
    assert f"Uzbekistan 2024 by China's figures {100 * share:.1f}%, ahead of all" in reason


def test_weekdays_by_hand(article: dict[tuple[str, str], Verdict]) -> None:
    dates = {row["event_id"]: row["date"] for row in rows_of("policy_events")}
    roundtable = dt.date.fromisoformat(dates["2026-nev-roundtable-17-automakers"])
    symposium = dt.date.fromisoformat(dates["2026-manufacturing-symposium-18"])
    assert dates["2026-nev-joint-conference"] == symposium.isoformat()
    assert (roundtable.strftime("%A"), symposium.strftime("%A")) == ("Wednesday", "Tuesday")
    assert (roundtable - symposium).days == 1
    assert "14 January 2026, a Wednesday, not a Tuesday" in article["roundtable-weekday", ""].reason
    assert "13 January 2026, a Tuesday, not a Monday" in article["symposium-weekday", ""].reason


def test_partner_books_cannot_judge_2025(article: dict[tuple[str, str], Verdict]) -> None:
    for code in ("KAZ", "KGZ", "TKM", "TJK"):
        assert _none_published(code, {"CHN"}, "2025"), code
    reason = article["total-2025", "partner"].reason
    assert "without one: Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan" in reason
    # Without Turkmenistan, whose figures are China's: 30.05 + 5.57 + 2.0 + 12.5 billion.
    assert "the newest of the four that publish is $50.1 billion for 2024" in reason


def test_choice_among_sources_is_told(article: dict[tuple[str, str], Verdict]) -> None:
    """With the revised 94.7 for 2024 the gap reaches to 6.5 points: (106.35 / 94.65) and so on."""
    other = _published("CHN", "CA5", "total", "2024", "bastillepost-cgtn-2025-06")
    low = 106.25 / (other + 0.05) - (other + 0.05) / 89.35
    high = 106.35 / (other - 0.05) - (other - 0.05) / 89.45
    assert low < 0.065 < high
    assert article["growth-faster-2025", "CHN"].sensitive == (
        "with $94.7 billion for 2024 (bastillepost-cgtn-2025-06) it holds within rounding"
    )


def test_every_verdict_has_a_sentence_and_sources(
    article: dict[tuple[str, str], Verdict], chinese: dict[tuple[str, str], Verdict]
) -> None:
    known = {row["source_id"] for row in rows_of("sources")}
    for verdict in [*article.values(), *chinese.values()]:
        assert verdict.reason.endswith(".")
        assert verdict.reason[0].isupper() or verdict.reason[0].isdigit()
        assert ".." not in verdict.reason
        assert set(filter(None, verdict.source_ids.split(";"))) <= known
        if verdict.verdict != UNKNOWN:
            assert verdict.source_ids, verdict.claim_id


# --- flipping an input flips the verdict ----------------------------------------------------------


def _with_row(facts: Facts, template: tuple[str, str, str, str], **changes: object) -> Facts:
    """Return the facts with one more row, made from a published one."""
    reporter, partner, flow, period = template
    t = facts.trade
    same = (t["reporter"] == reporter) & (t["partner"] == partner)
    row = t[same & (t["flow"] == flow) & (t["period"] == period)].iloc[[0]]
    more = row.assign(**changes)
    return Facts(
        pd.concat([t, more], ignore_index=True), facts.events, facts.composition, facts.highlights
    )


def _one(facts: Facts, document: str, claim_id: str, books: str) -> str:
    claims = load_claims(document)
    claim = claims[claims["claim_id"] == claim_id].iloc[0].to_dict()
    return next(v.verdict for v in check_claim(claim, facts) if v.books == books)


@pytest.mark.parametrize(
    ("billions", "verdict"), [(90.0, HOLDS), (106.3, WITHIN), (120.0, FAILS)], ids=str
)
def test_russia_above_china_flips_the_rank(facts: Facts, billions: float, verdict: str) -> None:
    value = billions * 1e9
    changed = _with_row(
        facts,
        ("RUS", "CA5", "total", "2024"),
        period="2025",
        year=2025,
        value_usd=value,
        low_usd=value - 0.5e9,
        high_usd=value + 0.5e9,
        source_id="invented",
    )
    assert _one(changed, ARTICLE, "largest-partner-2025", "CHN") == verdict


@pytest.mark.parametrize(
    ("claim_id", "flow", "value", "verdict"),
    [
        ("total-2025", "total", 107.0e9, FAILS),
        ("growth-2025", "total", 107.0e9, FAILS),
        ("growth-faster-2025", "total", 105.0e9, FAILS),
        ("exports-2025", "export", 71.0e9, FAILS),
        ("imports-rose-2025", "import", 30.0e9, FAILS),
        ("exports-imports-total", "export", 60.0e9, FAILS),
    ],
)
def test_another_figure_flips_the_verdict(
    facts: Facts, claim_id: str, flow: str, value: float, verdict: str
) -> None:
    """A figure of better quality in place of the printed one (an official, exact one)."""
    assert _one(facts, ARTICLE, claim_id, "CHN") in {HOLDS, WITHIN}
    changed = _with_row(
        facts,
        ("CHN", "CA5", flow, "2025"),
        value_usd=value,
        low_usd=value - 0.5,
        high_usd=value + 0.5,
        source_id="invented",
        source_kind="official",
    )
    assert _one(changed, ARTICLE, claim_id, "CHN") == verdict


def test_another_date_flips_the_weekday(facts: Facts) -> None:
    events = facts.events.copy()
    place = events["event_id"] == "2026-nev-roundtable-17-automakers"
    events.loc[place, "date"] = "2026-01-13"
    changed = Facts(facts.trade, events, facts.composition, facts.highlights)
    assert _one(changed, ARTICLE, "roundtable-weekday", "") == HOLDS
    assert _one(changed, ARTICLE, "symposium-day-before", "") == FAILS


def test_russia_first_everywhere_before_would_leave_the_claim_open(facts: Facts) -> None:
    """Without the years in which all five led, "for the first time" is not refuted."""
    t = facts.trade
    years = t["year"].isin([2013, 2014, 2019, 2020]) & (t["reporter"] == "RUS")
    changed = Facts(t[~years], facts.events, facts.composition, facts.highlights)
    claims = load_claims(CHINESE)
    claim = claims[claims["claim_id"] == "first-time-each"].iloc[0].to_dict()
    told, untold = (check_claim(claim, given)[0].reason for given in (facts, changed))
    assert "being ahead of Russia was not new in 2025" in told
    assert "was not new" not in untold


def test_verdict_frame_keeps_both_intervals(article: dict[tuple[str, str], Verdict]) -> None:
    frame = verdict_frame(article.values()).set_index(["claim_id", "books"])
    row = frame.loc[("total-2025", "CHN")]
    assert row["computed_low"] == pytest.approx(_bounds("CHN", "CA5", "2025", "total")[0] * 1e9)
    assert row["asserted_high"] == pytest.approx(106.35e9)
    rise = frame.loc[("imports-rose-2025", "CHN")]
    assert rise["asserted_low"] == 0
    assert pd.isna(rise["asserted_high"])
