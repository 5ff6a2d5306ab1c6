"""Charts and sentences of the claim check."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from catrade import params
from catrade.claim_check import say as findings_claims
from catrade.claim_check.charts import intervals as claim_charts
from catrade.claim_check.charts import leaders as leader_charts
from catrade.claim_check.claims import Facts, check_claims, evidence, verdict_frame
from catrade.claim_check.leaders import BOOKS, changes_of_lead, lead_history, leaders, together
from catrade.load.claims import load_claims
from pagemill.display import Chart
from pagemill.errors import ParameterError

ARTICLE = "dailymail-2026-01"


@pytest.fixture(scope="module")
def judged(facts: Facts) -> pd.DataFrame:
    return verdict_frame(check_claims(load_claims(ARTICLE), facts))


@pytest.fixture(scope="module")
def history(facts: Facts) -> pd.DataFrame:
    return together({books: lead_history(facts, books=books) for books in BOOKS})


def _is_complete(chart: Chart) -> None:
    html = chart._repr_html_()
    assert "<svg" in html
    assert "<figcaption" in html
    assert len(chart.alt.split()) > 8
    assert "nan" not in chart.alt.lower().split()
    assert len(chart.table)


def test_every_chart_is_complete(judged: pd.DataFrame, history: pd.DataFrame) -> None:
    russia = history[history["rival"] == "RUS"]
    drawn = [
        claim_charts.claim_intervals(judged),
        leader_charts.lead_grid(russia),
        leader_charts.lead_multiples(history[history["books"] == "partner"]),
    ]
    for chart in drawn:
        _is_complete(chart)
    assert len({chart.name for chart in drawn}) == len(drawn)


def test_empty_frames_say_so(judged: pd.DataFrame, history: pd.DataFrame) -> None:
    for chart in (
        claim_charts.claim_intervals(judged.iloc[:0]),
        leader_charts.lead_grid(history.iloc[:0]),
        leader_charts.lead_multiples(history.iloc[:0]),
    ):
        assert "no figure found" in chart.title


def test_a_verdict_is_told_without_colour(judged: pd.DataFrame) -> None:
    signs = {findings_claims.signed(verdict) for verdict in judged["verdict"]}
    assert len({text[0] for text in signs}) == len(signs) == 4
    chart = claim_charts.claim_intervals(judged)
    assert "holds within rounding" in chart.alt


def test_lead_grid_writes_signs_in_its_cells(history: pd.DataFrame) -> None:
    chart = leader_charts.lead_grid(history[history["rival"] == "RUS"])
    texts = {text.get_text() for axes in chart.figure.axes for text in axes.texts}
    assert {"C", "R", "="} <= texts


# --- who leads ------------------------------------------------------------------------------------


def _lead(country: str, year: int, lead: str, **more: object) -> dict[str, object]:
    row = {"country": country, "books": "partner", "year": year, "period": str(year)}
    row |= {"subject": "CHN", "rival": "RUS", "lead": lead, "source_ids": f"s{year}"}
    return row | more


def test_changes_of_lead_by_hand() -> None:
    history = pd.DataFrame(
        [
            _lead("UZB", 2018, "subject"),
            _lead("UZB", 2019, "too close"),
            _lead("UZB", 2020, "rival"),
            _lead("UZB", 2021, "unknown"),
            _lead("UZB", 2022, "rival"),
            _lead("UZB", 2023, "subject"),
            _lead("KAZ", 2023, "subject"),
        ]
    )
    changes = changes_of_lead(history)
    assert changes[["from_year", "year", "leader"]].to_numpy().tolist() == [
        [2018, 2020, "RUS"],
        [2022, 2023, "CHN"],
    ]


def test_leaders_compare_all_rivals() -> None:
    ends = {"subject_low_usd": 3.0, "subject_high_usd": 3.2}
    history = pd.DataFrame(
        [
            _lead("KAZ", 2023, "subject", **ends, rival_low_usd=2.0, rival_high_usd=2.1),
            _lead(
                "KAZ", 2023, "rival", **ends, rival="EU27", rival_low_usd=4.0, rival_high_usd=4.1
            ),
            _lead("KAZ", 2023, "unknown", **ends, rival="ITA", rival_low_usd=float("nan")),
            _lead("KGZ", 2023, "too close", **ends, rival_low_usd=3.1, rival_high_usd=3.3),
            _lead("TKM", 2023, "unknown", **ends, rival_low_usd=float("nan")),
        ]
    )
    found = leaders(history).set_index("country")
    assert found["leader"].to_dict() == {"KAZ": "EU27", "KGZ": "too close", "TKM": "unknown"}
    assert found.loc["KAZ", "compared"] == "CHN;RUS;EU27"
    assert found.loc["KAZ", "missing"] == "ITA"


def test_bundled_lead_history(history: pd.DataFrame) -> None:
    """By its own books Kazakhstan turned in 2023, with China and Russia 31.5 and 26.0 billion."""
    own = history[(history["books"] == "partner") & (history["rival"] == "RUS")]
    kaz = own[own["country"] == "KAZ"].set_index("year")["lead"]
    assert (kaz[2022], kaz[2023]) == ("rival", "subject")
    tkm = own[(own["country"] == "TKM") & (own["lead"] != "unknown")]
    assert tkm["year"].max() == 2000
    eu = history[(history["rival"] == "EU27") & (history["country"] == "KAZ")]
    assert set(eu.loc[eu["books"] == "partner", "lead"]) >= {"rival"}


# --- sentences ------------------------------------------------------------------------------------


def test_claim_sentences(judged: pd.DataFrame, history: pd.DataFrame, facts: Facts) -> None:
    text = findings_claims.answer(judged)
    words = r"(\d+) (?:holds?|stands?|do not hold|does not hold|cannot|are not testable)"
    counts = [int(n) for n in re.findall(words, text)]
    assert sum(counts) == judged["claim_id"].nunique() == 36
    assert text.startswith("“China was Central Asia's largest trading partner in 2025")
    russia = history[history["rival"] == "RUS"]
    each = findings_claims.each_lead(russia, 2025)
    assert "Kazakhstan since 2023" in each
    assert "Turkmenistan (no figures to compare in the last ten years)" in each
    assert "2013–2014 and 2019–2020" in findings_claims.first_in_all(russia, 2025)
    assert "2024" in findings_claims.region_lead(russia, 2025)
    assert "behind the EU" in findings_claims.rival_union(history)
    assert "3 of 3 weekdays" in findings_claims.weekdays(judged)
    rows = findings_claims.evidence_rows(evidence(check_claims(load_claims(ARTICLE), facts)))
    assert not rows.duplicated(["what", "period", "figure", "source_ids"]).any()
    assert {"yes", "no, differs"} <= set(rows["used"])


def test_documents_differ_on_the_page(judged: pd.DataFrame, facts: Facts) -> None:
    other = verdict_frame(check_claims(load_claims("stheadline-mofcom-2026"), facts))
    assert findings_claims.answer(other) != findings_claims.answer(judged)
    assert list(findings_claims.overview_columns(other)) == [
        "number",
        "statement",
        "standing",
        "first",
        "other",
    ]
    assert "no weekdays" in findings_claims.weekdays(other)
    assert "Every claim of this document has a test" in findings_claims.missing(other)


@pytest.mark.parametrize(
    ("notebook", "asked", "sentence"),
    [
        ("claim_check", {"document": "The Daily Mail"}, "document must be a document id"),
        ("claim_check", {"documnt": "x"}, "did you mean 'document'"),
    ],
    ids=str,
)
def test_parameters_that_are_none(notebook: str, asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        params.validate(notebook, **asked)
