"""The claims shipped: figures in their reasons worked out by hand, and claims that are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from by_hand import rows_of
from by_hand_cells import cell_of

from catrade.claim_check.claims import (
    TESTS,
    Verdict,
    check_claim,
    check_claims,
    evidence,
)
from catrade.claim_check.core import UNKNOWN, Facts
from catrade.definitions import meanings
from catrade.load.claims import ARTICLE, load_claims
from pagemill.errors import DataError, ParameterError

CHINESE = "stheadline-mofcom-2026"
INVENTED = Path(__file__).parent / "data" / "claims_invented.csv"
Verdicts = dict[tuple[str, str], Verdict]


def _published(
    reporter: str, partner: str, flow: str, period: str, source: str
) -> float:
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
def shipped(facts: Facts) -> Verdicts:
    """Every verdict by its claim and whose statistics."""
    return {(v.claim_id, v.books): v for v in check_claims(load_claims(), facts)}


def test_every_statement_of_the_article_has_a_claim() -> None:
    assert set(load_claims(ARTICLE)["number"]) == {str(n) for n in range(1, 18)}


def test_the_base_of_flow_growth_by_hand(shipped: Verdicts) -> None:
    """Base of 2024: the five added up, from yuan where only yuan were published."""
    rows = evidence([shipped["imports-growth-2025", "CHN"]])
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


def test_gold_by_hand(shipped: Verdicts) -> None:
    """No table of goods for 2025; known are 4.95 of 35.1, and (5.23 − 2.808) of (35.1 − 30.69)."""
    wanted = {"exporter": "KGZ", "importer": "CHN", "topic": "gold"}
    wanted |= {"period": "2025", "unit": "USD"}
    (gold,) = [
        float(row["value"])
        for row in rows_of("highlights")
        if wanted.items() <= row.items()
    ]
    reason = shipped["imports-diverse-2025", "CHN"].reason
    assert (
        f"$4.95 billion, was {100 * gold / 35.1e9:.1f}% of the $35.1 billion imported"
        in reason
    )
    (kgz, was), (region, before) = (
        [cell_of("CHN", code, year, "import").value for year in ("2025", "2024")]  # type: ignore[union-attr]
        for code in ("KGZ", "CA5")
    )
    rise = 100 * float((kgz - was) / (region - before))
    assert f"Kyrgyzstan brought {rise:.0f}% of the increase" in reason


def test_goods_by_hand(shipped: Verdicts) -> None:
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
    reason = shipped["export-goods-2025", "CHN"].reason
    assert f"Uzbekistan 2024 by China’s figures {share:.1f}%, ahead of all" in reason


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        # Without Turkmenistan, whose figures are China's: 30.05 + 5.57 + 2.0 + 12.5 billion.
        ("total-2025", "the newest of the four that publish is $50.1 billion for 2024"),
        (
            "total-2025",
            "without one: Kazakhstan, Kyrgyzstan, Tajikistan and Turkmenistan",
        ),
        (
            "largest-partner-tjk",
            "in 2024 China ($2.0 billion) was too close to tell from Russia",
        ),
        (
            "largest-partner-tjk",
            "January–May 2025 China ($964 million) was ahead of Russia",
        ),
    ],
)
def test_reasons(shipped: Verdicts, claim: str, says: str) -> None:
    assert says in shipped[claim, "partner"].reason


def test_choice_among_sources_is_told(shipped: Verdicts) -> None:
    """With the revised 94.7 for 2024 the gap reaches to 6.5 points: (106.35 / 94.65) and so on."""
    other = _published("CHN", "CA5", "total", "2024", "bastillepost-cgtn-2025-06")
    low = 106.25 / (other + 0.05) - (other + 0.05) / 89.35
    high = 106.35 / (other - 0.05) - (other - 0.05) / 89.45
    assert low < 0.065 < high
    found = shipped["growth-faster-2025", "CHN"].sensitive
    assert found == (
        "with $94.7 billion for 2024, as another source has it, it holds within rounding"
    )


def test_every_verdict_has_a_sentence_and_sources(shipped: Verdicts) -> None:
    known = {row["source_id"] for row in rows_of("sources")}
    for verdict in shipped.values():
        reason = verdict.reason
        assert (reason[-1], reason[0], ".." in reason) == (
            ".",
            reason[0].upper(),
            False,
        )
        used = set(filter(None, verdict.source_ids.split(";")))
        assert used <= known - {ARTICLE, CHINESE}
        assert used or verdict.verdict == UNKNOWN, verdict.claim_id


# --- claims that are none -------------------------------------------------------------------------


def test_invented_document_uses_every_kind() -> None:
    assert (
        set(load_claims("invented", INVENTED)["kind"])
        == set(meanings("claim_kinds"))
        == set(TESTS)
    )


def _claim(**changes: object) -> dict[str, object]:
    claim = (
        load_claims(ARTICLE)
        .set_index("claim_id", drop=False)
        .loc["growth-2025"]
        .to_dict()
    )
    return {str(k): v for k, v in (claim | changes).items()}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"kind": "grwth"},
            "kind of claim growth-2025 must be one of .*did you mean 'growth'",
        ),
        (
            {"subject": ""},
            "claim growth-2025, column subject: must not be empty .* kind growth",
        ),
        ({"value": float("nan")}, "claim growth-2025, column value: must not be empty"),
        ({"value": -1.5}, "column value: must be above -1"),
        (
            {"kind": "level", "value": -2.0, "unit": "USD"},
            "column value: must be zero or more",
        ),
        ({"precision": float("nan")}, "column precision: must say how"),
        ({"rounding": ""}, "column rounding: must say how"),
        ({"rounding": "roughly"}, "rounding must be one of nearest.*'roughly'"),
        (
            {"books": "RUS"},
            "claim growth-2025: books must be one of CHN, partner; got 'RUS'",
        ),
        (
            {"partner": "UZZ"},
            "claim growth-2025: country must be one of .*did you mean 'UZB'",
        ),
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
        (
            "rank_among_partners,CHN,",
            "rank_among_partners,,",
            "column subject: must not be empty",
        ),
        (
            ",1000000000,nearest",
            ",-1000000000,nearest",
            "column precision: must be greater than 0",
        ),
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
    with pytest.raises(
        ParameterError, match="document must be one of dailymail-2026-01"
    ):
        load_claims("dailymail-2026")
    with pytest.raises(DataError, match=r"none\.csv: there is no such file"):
        load_claims(path=tmp_path / "none.csv")
