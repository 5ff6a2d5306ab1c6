"""Every verdict that the claim check's answer counts, worked out again without the library."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from fractions import Fraction
from functools import cache
from typing import Any

import nbformat
import pytest
from by_hand import FIVE, Figure, cell_of, days_of, growth_of, rounded, rows_of, sum_of
from by_hand_cells import ROOT

import catrade as ct
from catrade.claim_check import say
from catrade.claim_check.claims import check_claim, check_claims
from catrade.load.claims import load_claims

HOLDS, ROUNDING, FAILS = "holds", "holds within rounding", "does not hold"
UNKNOWN, ANNOUNCED = "cannot be checked", "stands as announced"


def _against(computed: Figure | None, claim: dict[str, str]) -> str:
    """Compare what the figures allow with what the claim allows."""
    if computed is None:
        return UNKNOWN
    value = Fraction(claim["value"])
    if claim["rounding"] == "above":
        return (
            HOLDS
            if computed.low > value
            else ROUNDING
            if computed.high > value
            else FAILS
        )
    _, low, high = rounded(claim["value"], claim["precision"], claim["rounding"])
    if claim["unit"] != "USD":
        low = value - (value - low if low else Fraction(claim["precision"]) / 2)
    if low <= computed.low and computed.high <= high:
        return HOLDS
    return ROUNDING if computed.low <= high and low <= computed.high else FAILS


def _held(*cell: str) -> Figure:
    figure = cell_of(*cell)
    assert figure, cell
    return figure


def _change(one: str, other: str, period: str, flow: str) -> Figure | None:
    new = cell_of(one, other, period, flow)
    base = cell_of(one, other, str(int(period) - 1), flow)
    return growth_of(new, base)[0] if new and base else None


def _ahead(reporters: tuple[str, str], partner: str, year: str) -> bool | None:
    """Say whether China's trade with a country was surely above its rival's; None if unknown.

    `reporters` are (CHN, rival) for each partner's own books, (country, country) for the country's.
    """
    if reporters[0] == "CHN":
        china, rival = (cell_of(one, partner, year, "total") for one in reporters)
    else:
        china, rival = (
            cell_of(partner, one, year, "total") for one in ("CHN", reporters[1])
        )
    return china.low > rival.high if china and rival else None


def _trade_claim(claim: dict[str, str], books: str) -> str:
    own, flow = books == "partner", claim["flow"]
    partner, year = claim["partner"], claim["period"]
    ends = (partner, "CHN") if own else ("CHN", partner)
    mirrored = {"export": "import", "import": "export"}.get(flow, flow) if own else flow
    rival = claim["terms"].split(";")[0]
    sides = ("own" if own else "CHN", rival)
    match claim["kind"]:
        case "level":
            return _against(cell_of(*ends, year, mirrored), claim)
        case "growth":
            return _against(_change(*ends, year, mirrored), claim)
        case "growth_difference":
            now = _change(*ends, year, mirrored)
            before = _change(*ends, claim["base_period"], mirrored)
            if not (now and before):
                return UNKNOWN
            apart = Figure(
                now.value - before.value, now.low - before.high, now.high - before.low
            )
            return _against(apart, claim)
        case "sum":
            return _against(
                sum_of(cell_of(*ends, year, f) for f in ("export", "import")), claim
            )
        case "rank_among_partners":
            countries = FIVE if claim["scope"] == "each" else (partner,)
            leads = [_ahead(sides, country, year) for country in countries]
            return UNKNOWN if None in leads else HOLDS if all(leads) else FAILS
        case "became_largest":
            # As written it means all partners; only being behind one in the year itself decides.
            countries = FIVE if claim["scope"] == "each" else (partner,)
            leads = [_ahead(sides, country, year) for country in countries]
            return FAILS if False in leads else UNKNOWN
    return UNKNOWN  # no table of the region's goods in 2025 is held


def _event_claim(claim: dict[str, str]) -> str:
    events = {event["event_id"]: event for event in rows_of("policy_events")}
    event, terms = events.get(claim["event_id"], {}), claim["terms"].split(";")
    match claim["kind"]:
        case "event_weekday":
            true = f"{days_of(event['date'])[0]:%A}" == terms[0]
        case "event_issuer":
            true = set(terms) <= set(event["issuers"].split(";"))
        case "event_issuer_count":
            true = len(event["issuers"].split(";")) == int(claim["value"])
        case "event_count":
            true = Fraction(event["value"]) == Fraction(claim["value"])
        case "event_gap":
            days = (
                days_of(event["date"])[0] - days_of(events[terms[0]]["date"])[0]
            ).days
            most = int(claim["value"])
            true = 0 <= days <= most if claim["rounding"] == "below" else days == most
        case "event_mentions":
            said = f"{event['title_en']} {event['summary']}".casefold()
            return HOLDS if all(term.casefold() in said for term in terms) else UNKNOWN
        case _:
            return UNKNOWN
    return HOLDS if true else FAILS


def _claims(document: str) -> list[dict[str, str]]:
    return [claim for claim in rows_of("claims") if claim["document"] == document]


def _verdicts(claim: dict[str, str]) -> dict[str, str]:
    """Return what a claim comes to by each set of statistics, "" for the record."""
    if not claim["books"]:
        return {"": _event_claim(claim)}
    return {books: _trade_claim(claim, books) for books in claim["books"].split(";")}


def _standing(claim: dict[str, str]) -> tuple[str, str]:
    """Return the topic of a claim and what it comes to, by both sides' statistics."""
    by = _verdicts(claim)
    if "" in by:
        return "untestable" if claim["kind"] == "not_checkable" else "meetings", by[""]
    own, other = by.get("CHN", UNKNOWN), by.get("partner", UNKNOWN)
    if own == UNKNOWN or (claim["kind"] in RANKS and other != UNKNOWN):
        return "trade", other
    if own == FAILS or other in (HOLDS, ROUNDING):
        return "trade", own if other == HOLDS else max(own, other, key=ORDER.index)
    return "trade", ANNOUNCED


RANKS = ("rank_among_partners", "became_largest")
ORDER = (HOLDS, ROUNDING, FAILS, UNKNOWN)
ARTICLE, CHINESE = "dailymail-2026-01", "stheadline-mofcom-2026"


@cache
def page(document: str) -> tuple[str, ...]:
    """Run all cells and return the answer, the captions of the tables and the titles of charts."""
    said: list[str] = []
    patch = pytest.MonkeyPatch()
    patch.setattr(ct.display, "answer", lambda sentence, **_: said.append(sentence))
    patch.setattr(ct.display, "table", lambda frame, caption, **_: said.append(caption))
    for name in ("grid", "lines"):
        patch.setattr(ct.charts, name, lambda *_, title, **__: said.append(title))
    patch.setattr(
        ct.display, "folded", lambda summary, *parts: said.extend([summary, *parts])
    )
    names: dict[str, Any] = {}
    for cell in nbformat.read(ROOT / "notebooks" / "claim_check.ipynb", 4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "cell", "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names["document"] = document
    patch.undo()
    return tuple(map(str, said))


@pytest.mark.parametrize("document", [ARTICLE, CHINESE])
def test_verdicts(document: str, facts: Any) -> None:
    found = check_claims(load_claims(document), facts)
    assert {(v.claim_id, v.books): v.verdict for v in found} == {
        (claim["claim_id"], books): verdict
        for claim in _claims(document)
        for books, verdict in _verdicts(claim).items()
    }


@pytest.mark.parametrize("document", [ARTICLE, CHINESE])
def test_claims(document: str) -> None:
    printed: Counter[tuple[str, str]] = Counter()
    text = "\n".join(page(document))
    standing = r"(\d+) (holds?(?: within rounding)?|do(?:es)? not hold|cannot be checked|stands? as"
    for number, topic, told in re.findall(r"Of (\d+) claims on (\w+) (.+)", text):
        found = re.findall(rf"{standing} announced)", told)
        assert int(number) == sum(int(count) for count, _ in found)
        for count, words in found:
            one = re.sub(r"^(hold|stand)(?!s)", r"\1s", words).replace(
                "do not", "does not"
            )
            printed[topic, one] += int(count)
    if untestable := re.search(r"(\d+) statements that no figure can judge", text):
        printed["untestable", UNKNOWN] = int(untestable[1])
    assert printed == Counter(map(_standing, _claims(document)))


def _money(figure: Figure) -> str:
    return f"${float(figure.value) / 1e9:.4g} billion"


def test_the_answer_to_the_article() -> None:
    """The figures as announced; the rank open, with both sides' figures of the year before."""
    lede, titles = page(ARTICLE)[0], " ".join(page(ARTICLE))
    assert lede.startswith(
        "The trade figures stand as announced, not independently confirmed"
    )
    assert (
        "became the region’s largest trading partner in 2025 cannot be checked" in lede
    )
    china, russia = (_held(who, "CA5", "2024", "total") for who in ("CHN", "RUS"))
    own, other = (_held("CA4", who, "2024", "total") for who in ("CHN", "RUS"))
    assert china.low > russia.high  # "ahead"
    assert f"({_money(china)} to over $45 billion by China’s and Russia’s own" in lede
    assert own.low > other.high
    ends = f"{float(own.value) / 1e9:.1f} billion to ${float(other.value) / 1e9:.0f} billion"
    assert ends in lede
    low, high = china.low / russia.high, china.high / russia.low
    assert f"{float(low):.1f}" == f"{float(high):.1f}"
    assert f"In 2024 China’s trade was {float(low):.1f} times Russia’s" in titles


def test_the_answer_to_the_chinese_wording() -> None:
    lede = page(CHINESE)[0]
    years = [
        year
        for year in range(2008, 2025)
        if all(_ahead(("CHN", "RUS"), country, str(year)) for country in FIVE)
    ]
    assert years == [2013, 2014, 2019, 2020]
    assert "of each of the five cannot be checked" in lede
    assert (
        "ahead of Russia in all five at once in 2013–2014 and 2019–2020 already" in lede
    )


@pytest.mark.parametrize(
    ("since", "reporters", "title"),
    [
        (2022, ("CHN", "RUS"), "China ahead of Russia in the region since 2022"),
        (2023, ("own", "RUS"), "China ahead by the countries’ own figures since 2023"),
    ],
)
def test_since_when_china_is_ahead(
    since: int, reporters: tuple[str, str], title: str
) -> None:
    region = "CA5" if reporters[0] == "CHN" else "CA4"
    known = {
        year: _ahead(reporters, region, str(year)) for year in range(since - 1, 2025)
    }
    assert not known.pop(since - 1)
    assert all(known.values())
    assert title in page(ARTICLE)


def test_the_titles_of_the_plan_say_what_is_found() -> None:
    """They are written by hand: they must fall with the verdicts they name."""
    plan = tomllib.loads(
        (ROOT / "notebooks" / "reports.toml").read_text(encoding="utf-8")
    )
    titles = {
        r["parameters"]["document"]: r["title"]
        for r in plan["report"]
        if r["notebook"] == "claim_check"
    }
    assert titles[ARTICLE].endswith("totals match, rank unproven")
    assert titles[CHINESE].endswith("Unproven")
    for document in titles:
        levels = [
            _verdicts(one)["CHN"] for one in _claims(document) if one["kind"] == "level"
        ]
        ranks = [
            _verdicts(one)
            for one in _claims(document)
            if one["kind"] == "became_largest"
        ]
        assert set(levels) == {HOLDS}
        assert {verdict for by in ranks for verdict in by.values()} <= {UNKNOWN}


def test_how_much_russia_would_have_had_to_gain(facts: Any) -> None:
    china, russia = (
        _held("CHN", "CA5", "2025", "total"),
        _held("RUS", "CA5", "2024", "total"),
    )
    low, high = china.low / russia.high - 1, china.high / russia.low - 1
    claims = load_claims(ARTICLE)
    (first, _) = check_claim(
        claims[claims["claim_id"] == "largest-partner-2025"].iloc[0], facts
    )
    told = (
        f"would have had to rise by {100 * float(low):.0f} to {100 * float(high):.0f}%"
    )
    assert told in first.reason
    assert "(over $45 billion)" in first.reason


def test_the_register_of_evidence(facts: Any) -> None:
    claims = load_claims(ARTICLE)
    rows = say.evidence_rows(
        claims[claims["claim_id"] == "total-2025"], facts
    ).set_index("figure")
    used = rows.loc["$106.3 billion"]
    assert (used["what"], used["used"]) == ("China: trade with Central Asia", "yes")
    cell = {
        "reporter": "CHN",
        "partner": "CA5",
        "period": "2025",
        "value": "106300000000",
    }
    printed = {
        row["source_id"] for row in rows_of("trade") if cell.items() <= row.items()
    }
    # the announcement itself is no evidence
    assert set(used["source_ids"].split(";")) == printed - {ARTICLE}
    events = say.evidence_rows(claims[claims["claim_id"] == "roundtable-17"], facts)
    assert events[["what", "period", "figure"]].to_numpy().tolist() == [
        [
            "Symposium of NEV companies on competition order (17 automakers)",
            "14 January 2026",
            "17 automakers attending",
        ]
    ]
