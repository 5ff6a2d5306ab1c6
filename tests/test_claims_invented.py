"""An invented document with claims of every kind, and claims that are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from by_hand import rows_of

from catrade.claim_check.claims import TESTS, check_claim, check_claims
from catrade.claim_check.core import FAILS, HOLDS, UNKNOWN, WITHIN, Facts
from catrade.definitions import meanings
from catrade.load.claims import ARTICLE, load_claims
from pagemill.errors import DataError, ParameterError

INVENTED = Path(__file__).parent / "data" / "claims_invented.csv"


# --- the invented document ------------------------------------------------------------------------

#: What each claim is judged; a few have verdicts by two sets of books.
EXPECTED = {
    HOLDS: "level-true level-coarse level-above level-five-months rank-true rank-each-true "
    "first-true diverse-true date-true date-month weekday-true mentions-true",
    # 12.05 to 12.17 beside 12.05 to 12.15; 2.0 (1.95 to 2.05) beside about 1.9 (1.8 to 2.0); a
    # date known to the month only
    WITHIN: "growth-within rank-close date-wide",
    # growth-rise: 10.65 to about 10; rank: 1.09 beside 1.63; became: behind Russia in the year
    FAILS: "level-false level-below-false growth-false growth-rise-false difference-false "
    "sum-false rank-false rank-each-false first-false became-false diverse-false date-false "
    "issuer-false issuer-count-false count-false gap-false",
    # became-open: ahead of Russia in 2023 too, which says nothing of the others
    UNKNOWN: "level-unknowable level-circular rank-unknowable became-open structure-unknowable "
    "weekday-unknowable count-unknowable mentions-unknowable opinion",
}


def test_invented_document_gets_exactly_its_verdicts(facts: Facts) -> None:
    found: dict[str, list[str]] = {}
    for verdict in check_claims(load_claims("invented", INVENTED), facts):
        found.setdefault(verdict.claim_id, []).append(verdict.verdict)
    assert found.pop("structure-both") == [HOLDS, FAILS]  # Uzbekistan's books, then China's
    assert found == {
        name: [verdict] for verdict, names in EXPECTED.items() for name in names.split()
    }


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
    with pytest.raises(DataError, match=r"none\.csv: there is no such file"):
        load_claims(path=tmp_path / "none.csv")
