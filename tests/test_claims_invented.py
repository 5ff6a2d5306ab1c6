"""An invented document with claims of every kind, and claims that are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from by_hand import rows_of

from catrade.claim_check.claims import (
    FAILS,
    HOLDS,
    TESTS,
    UNKNOWN,
    WITHIN,
    Facts,
    check_claim,
    check_claims,
)
from catrade.claim_check.core import Span, asserted_span, judge
from catrade.definitions import meanings
from catrade.load.claims import ARTICLE, load_claims
from pagemill.errors import DataError, ParameterError
from pagemill.intervals import Interval

INVENTED = Path(__file__).parent / "data" / "claims_invented.csv"


# --- the invented document ------------------------------------------------------------------------

EXPECTED = {
    "level-true": [HOLDS],
    "level-coarse": [HOLDS],
    "level-false": [FAILS],
    "level-above": [HOLDS],
    "level-below-false": [FAILS],
    "level-unknowable": [UNKNOWN],
    "level-five-months": [HOLDS],
    "level-circular": [UNKNOWN],
    "growth-within": [WITHIN],  # 12.05 to 12.17 against 12.05 to 12.15
    "growth-false": [FAILS],
    "growth-rise-false": [FAILS],  # 10.65 to about 10
    "difference-false": [FAILS],
    "sum-false": [FAILS],
    "rank-true": [HOLDS],
    "rank-false": [FAILS],  # 1.09 against 1.63
    "rank-close": [WITHIN],  # 2.0 (1.95 to 2.05) against about 1.9 (1.8 to 2.0)
    "rank-unknowable": [UNKNOWN],
    "rank-each-true": [HOLDS],
    "rank-each-false": [FAILS],
    "first-true": [HOLDS],
    "first-false": [FAILS],
    "became-open": [UNKNOWN],  # ahead of Russia in 2023 too, which says nothing of the others
    "became-false": [FAILS],  # behind Russia in the year itself
    "structure-both": [HOLDS, FAILS],  # Uzbekistan's books, then China's
    "structure-unknowable": [UNKNOWN],
    "diverse-false": [FAILS],
    "diverse-true": [HOLDS],
    "date-true": [HOLDS],
    "date-month": [HOLDS],
    "date-false": [FAILS],
    "date-wide": [WITHIN],  # known to the month only
    "weekday-true": [HOLDS],
    "weekday-unknowable": [UNKNOWN],
    "issuer-false": [FAILS],
    "issuer-count-false": [FAILS],
    "count-false": [FAILS],
    "count-unknowable": [UNKNOWN],
    "mentions-true": [HOLDS],
    "mentions-unknowable": [UNKNOWN],
    "gap-false": [FAILS],
    "opinion": [UNKNOWN],
}


def test_invented_document_gets_exactly_its_verdicts(facts: Facts) -> None:
    found: dict[str, list[str]] = {}
    for verdict in check_claims(load_claims("invented", INVENTED), facts):
        found.setdefault(verdict.claim_id, []).append(verdict.verdict)
    assert found == EXPECTED


def test_invented_document_uses_every_kind() -> None:
    assert (
        set(load_claims("invented", INVENTED)["kind"]) == set(meanings("claim_kinds")) == set(TESTS)
    )


def test_the_announcement_is_no_evidence_for_itself(facts: Facts) -> None:
    claims = load_claims("invented", INVENTED)
    claim = claims[claims["claim_id"] == "level-circular"].iloc[0].to_dict()
    assert check_claim(claim, facts)[0].verdict == UNKNOWN
    assert "Only the announcement itself" in check_claim(claim, facts)[0].reason
    assert check_claim(claim | {"source_id": "tass-2025-07-15"}, facts)[0].verdict == HOLDS


def test_hhi_by_hand(facts: Facts) -> None:
    claims = load_claims("invented", INVENTED)
    claim = claims[claims["claim_id"] == "diverse-true"].iloc[0].to_dict()
    found = check_claim(claim, facts)[0].computed
    groups = {row["chapter"]: row["group"] for row in rows_of("hs_chapters")}
    index = {}
    for year in ("2015", "2024"):
        sums: dict[str, float] = {}
        for row in rows_of("composition"):
            if (row["exporter"], row["importer"], row["reporter"], row["year"]) == (
                *("KAZ", "CHN", "KAZ"),
                year,
            ):
                group = groups[row["hs_chapter"]]
                sums[group] = sums.get(group, 0.0) + float(row["value_usd"])
        index[year] = sum((v / sum(sums.values())) ** 2 for v in sums.values())
    assert found is not None
    assert found.low <= index["2024"] - index["2015"] <= found.high < 0


# --- errors ---------------------------------------------------------------------------------------


def _claim(**changes: object) -> dict[str, object]:
    claim = load_claims(ARTICLE).set_index("claim_id", drop=False).loc["growth-2025"].to_dict()
    return {str(k): v for k, v in (claim | changes).items()}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "grwth"}, "kind of claim growth-2025 must be one of .*did you mean 'growth'"),
        ({"subject": ""}, "claim growth-2025, column subject: must not be empty .* kind growth"),
        ({"value": float("nan")}, "claim growth-2025, column value: must not be empty"),
        ({"value": -1.5}, "column value: must be above -1"),
        ({"kind": "level", "value": -2.0, "unit": "USD"}, "column value: must be zero or more"),
        ({"precision": float("nan")}, "column precision: must say how"),
        ({"rounding": ""}, "column rounding: must say how"),
        ({"rounding": "roughly"}, "rounding must be one of nearest.*'roughly'"),
        ({"books": "RUS"}, "claim growth-2025: books must be one of CHN, partner; got 'RUS'"),
        ({"partner": "UZZ"}, "claim growth-2025: country must be one of .*did you mean 'UZB'"),
        ({"period": "next year"}, "claim growth-2025: period must look like"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_claim_that_is_none_gives_one_sentence(
    facts: Facts, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ParameterError, match=sentence) as caught:
        check_claim(_claim(**changes), facts)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"event_id": "2026-nev-roundtable"}, "did you mean '2026-nev-roundtable-17-automakers'"),
        ({"kind": "event_weekday", "terms": "Thuesday"}, "terms must be one of .*'Tuesday'"),
        ({"kind": "event_issuer", "terms": "MIITT"}, "terms must be one of .*'MIIT'"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_an_event_claim_that_is_none(
    facts: Facts, changes: dict[str, object], sentence: str
) -> None:
    claims = load_claims(ARTICLE)
    claim = claims[claims["claim_id"] == "roundtable-17"].iloc[0].to_dict() | changes
    with pytest.raises(ParameterError, match=f"claim roundtable-17: .*{sentence}"):
        check_claim(claim, facts)


def test_impossible_interval() -> None:
    with pytest.raises(ParameterError, match="low must not be above high; got low=2, high=1"):
        Span(2, 1)


def test_a_group_of_goods_that_is_none(facts: Facts) -> None:
    claims = load_claims(ARTICLE)
    claim = claims[claims["claim_id"] == "export-goods-2025"].iloc[0].to_dict()
    with pytest.raises(ParameterError, match="'machinry' \\(did you mean 'machinery'\\?\\)"):
        check_claim(claim | {"terms": "machinry"}, facts)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (",growth,", ",grwth,", "column kind: must be one of"),
        ("rank_among_partners,CHN,", "rank_among_partners,,", "column subject: must not be empty"),
        (",1000000000,nearest", ",-1000000000,nearest", "column precision: must be greater than 0"),
        ("event_date,,", "event_date,CHNA,", "'CHNA' is not in countries.csv"),
        ("asiaplus-2025-07-15", "asiaplus", "'asiaplus' is not in sources.csv"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_faulty_file_is_named_with_row_and_column(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    text = INVENTED.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "mine.csv"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=rf"mine\.csv, row \d+, .*{sentence}"):
        load_claims(path=file)


def test_unknown_document_and_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="document must be one of dailymail-2026-01"):
        load_claims("dailymail-2026")
    with pytest.raises(DataError, match="none.csv: there is no such file"):
        load_claims(path=tmp_path / "none.csv")


# --- pieces ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        ("nearest", (11.5, 12.5)),
        ("floor", (12.0, 13.0)),
        ("ceiling", (11.0, 12.0)),
        ("about", (11.0, 13.0)),
        ("above", (12.0, float("inf"))),
        ("below", (float("-inf"), 12.0)),
    ],
)
def test_what_a_rounded_claim_allows(rounding: str, expected: tuple[float, float]) -> None:
    span = asserted_span({"value": 12.0, "precision": 1.0, "rounding": rounding})
    assert (span.low, span.high) == expected


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (1.0, 2.0, HOLDS),  # the same interval
        (1.2, 1.8, HOLDS),
        (0.9, 1.5, WITHIN),
        (0.5, 3.0, WITHIN),  # holds it all
        (2.0, 3.0, WITHIN),  # touches
        (2.1, 3.0, FAILS),
        (0.0, 0.9, FAILS),
        (1.0 - 1e-12, 2.0 + 1e-12, HOLDS),  # float noise
    ],
)
def test_judging_by_intervals(low: float, high: float, verdict: str) -> None:
    assert judge(Interval(low, high), Span(1.0, 2.0)) == verdict
