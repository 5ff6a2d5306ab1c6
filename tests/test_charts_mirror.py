"""Charts and sentences of the mirror statistics and of the claim check."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from catrade import params
from catrade.cells.series import annual
from catrade.claim_check import say as findings_claims
from catrade.claim_check.charts import intervals as claim_charts
from catrade.claim_check.charts import leaders as leader_charts
from catrade.claim_check.claims import Facts, check_claims, evidence, verdict_frame
from catrade.claim_check.leaders import BOOKS, changes_of_lead, lead_history, leaders, together
from catrade.load.claims import load_claims
from catrade.load.goods import load_highlights
from catrade.load.trade import load_trade
from catrade.mirror_statistics.charts import gap as charts
from catrade.mirror_statistics.charts import weight as weight_charts
from catrade.mirror_statistics.charts.sides import both_sides
from catrade.mirror_statistics.mirror import explained, gap_by_country, mirror_cells, pairs
from catrade.mirror_statistics.say import facts as findings_mirror_facts
from catrade.mirror_statistics.say import gap as findings_mirror
from catrade.mirror_statistics.weight import without_country
from catrade.names import CENTRAL_ASIA
from pagemill.display import Chart
from pagemill.errors import ParameterError

ARTICLE = "dailymail-2026-01"


@pytest.fixture(scope="module")
def judged(facts: Facts) -> pd.DataFrame:
    return verdict_frame(check_claims(load_claims(ARTICLE), facts))


@pytest.fixture(scope="module")
def history(facts: Facts) -> pd.DataFrame:
    return together({books: lead_history(facts, books=books) for books in BOOKS})


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return mirror_cells(load_trade(), start=2015)


@pytest.fixture(scope="module")
def mirrored(cells: pd.DataFrame) -> pd.DataFrame:
    return pairs(cells)


def _is_complete(chart: Chart) -> None:
    html = chart._repr_html_()
    assert "<svg" in html
    assert "<figcaption" in html
    assert len(chart.alt.split()) > 8
    assert "nan" not in chart.alt.lower().split()
    assert len(chart.table)


def test_every_chart_is_complete(
    judged: pd.DataFrame, history: pd.DataFrame, cells: pd.DataFrame, mirrored: pd.DataFrame
) -> None:
    russia = history[history["rival"] == "RUS"]
    rates = without_country(annual(load_trade()), "KGZ")
    drawn = [
        claim_charts.claim_intervals(judged),
        leader_charts.lead_grid(russia),
        leader_charts.lead_multiples(history[history["books"] == "partner"]),
        *(charts.ratio_lines(mirrored, flow) for flow in ("total", "export", "import")),
        charts.gap_bars(gap_by_country(mirrored), "2024"),
        both_sides(cells, "2024", CENTRAL_ASIA),
        weight_charts.with_and_without(rates[rates["year"] >= 2024], "KGZ"),
    ]
    for chart in drawn:
        _is_complete(chart)
    assert len({chart.name for chart in drawn}) == len(drawn) - 2  # one name for the three ratios


def test_empty_frames_say_so(
    judged: pd.DataFrame, history: pd.DataFrame, cells: pd.DataFrame, mirrored: pd.DataFrame
) -> None:
    none = mirrored.iloc[:0]
    for chart in (
        claim_charts.claim_intervals(judged.iloc[:0]),
        leader_charts.lead_grid(history.iloc[:0]),
        leader_charts.lead_multiples(history.iloc[:0]),
        charts.ratio_lines(none),
        charts.gap_bars(gap_by_country(none), "2024"),
        both_sides(cells.iloc[:0], "", CENTRAL_ASIA),
        weight_charts.monthly_peak(cells.iloc[:0].assign(value=0.0), "KGZ"),
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


@pytest.mark.parametrize("margin", [0.0, 0.1])
def test_valuation_is_stated_on_the_chart(cells: pd.DataFrame, margin: float) -> None:
    chart = charts.ratio_lines(pairs(cells, cif_margin=margin), "export")
    assert ("margin of 10%" in chart.note) == bool(margin)
    assert ("as reported" in chart.note) == (not margin)


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


def test_mirror_sentences(cells: pd.DataFrame, mirrored: pd.DataFrame) -> None:
    said = findings_mirror.answer(mirrored, "CA5")
    assert re.search(
        r"\$84\.2\d? billion of trade in goods with the four countries of Central Asia", said
    )
    assert "China's figure is 1.71 times theirs" in said
    assert "1.84 times in China's exports" in findings_mirror.answer(mirrored, "KAZ")
    assert "publishes no trade statistics" in findings_mirror.answer(mirrored, "TKM")
    services = pairs(mirror_cells(load_trade(), start=2015, coverage=None))
    said = findings_mirror.with_services(mirrored, services, "CA5")
    assert "the ratio is 1.68 instead of 1.71" in said
    assert findings_mirror.with_services(mirrored, services, "KAZ") == (
        "Goods are compared with goods."
    )
    assert findings_mirror.over_time(mirrored, "KAZ") == (
        "China's figure for trade with Kazakhstan was 1.35 times Kazakhstan's in 2015, "
        "1.71 times in 2017 and 1.46 times in 2024."
    )


def test_freight_is_tried_on_imports_of_countries(cells: pd.DataFrame) -> None:
    """15.91 over 14.90 is 6.8 per cent; 22.7 times is no margin at all."""
    rows = explained(cells)
    said = findings_mirror.freight(rows, "CA5")
    assert "a margin of 6.8% would close the gap with Kazakhstan (2024)" in said
    assert "no plausible margin closes the gap with Kyrgyzstan (2024)" in said
    shown = findings_mirror.freight_rows(rows)
    assert set(shown["flow"]) == {"import"}
    assert set(shown["country"]) <= set(CENTRAL_ASIA)
    assert "nothing for freight" in findings_mirror.freight(rows.iloc[:0], "CA5")


def test_the_contrary_kyrgyz_figure_is_shown(mirrored: pd.DataFrame) -> None:
    """China's 2.8 billion over the ministry's 2.04 is 1.4."""
    said = findings_mirror_facts.contrary(load_highlights(), mirrored, "KGZ")
    assert "ministry of agriculture" in said
    assert "$2.04 billion for 2024" in said
    assert re.search(r"would be 1\.(?:4|38) instead of 2[23]", said)
    assert findings_mirror_facts.contrary(load_highlights(), mirrored, "UZB") == ""


def test_what_is_missing_is_said_flow_by_flow(mirrored: pd.DataFrame) -> None:
    chart = charts.gap_bars(gap_by_country(mirrored), "2024")
    assert "Tajikistan and Turkmenistan (exports and imports); Turkmenistan (total)" in chart.note


def test_one_sided_figures_are_drawn_and_said(cells: pd.DataFrame) -> None:
    chart = both_sides(cells, "2024", CENTRAL_ASIA)
    assert "Exports: Tajikistan: " in chart.alt
    assert "Imports: Turkmenistan: $9.62 bn; no figure of its own" in chart.alt
    assert len(chart.title.split()) <= 10
    own = cells[cells["reporter"] != "CHN"]
    assert "no figure of China's" in both_sides(own, "2024", ["KAZ"]).alt


@pytest.mark.parametrize(
    ("asked", "margin"),
    [("as_reported", 0.0), ("0", 0.0), ("cif_5", 0.05), ("10", 0.1), (25, 0.25)],
    ids=str,
)
def test_valuation_is_read(asked: object, margin: float) -> None:
    assert params.validate("mirror_statistics", valuation=asked).cif_margin == margin


@pytest.mark.parametrize(
    ("notebook", "asked", "sentence"),
    [
        ("mirror_statistics", {"valuation": "cif_26"}, "valuation must be as_reported, or a whole"),
        ("mirror_statistics", {"valuation": "as_repotred"}, "did you mean 'as_reported'"),
        ("mirror_statistics", {"valuation": "5.5"}, "valuation must be as_reported"),
        ("mirror_statistics", {"partner": "WLD"}, "partner must be one of CA5, KAZ"),
        ("claim_check", {"document": "The Daily Mail"}, "document must be a document id"),
        ("claim_check", {"documnt": "x"}, "did you mean 'document'"),
    ],
    ids=str,
)
def test_parameters_that_are_none(notebook: str, asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        params.validate(notebook, **asked)


@pytest.mark.parametrize(
    "changes",
    [{"partner": "KAZ"}, {"start": 2019}, {"end": 2022}, {"valuation": "cif_10"}],
    ids=lambda changes: next(iter(changes)),
)
def test_every_parameter_changes_the_page(changes: dict[str, object]) -> None:
    def page(**asked: object) -> list[str]:
        p = params.validate("mirror_statistics", **asked)
        cells = mirror_cells(load_trade(end=p.end), start=p.start, end=p.end)
        rows = findings_mirror.shown(pairs(cells, cif_margin=p.cif_margin), p.partner)
        chart = charts.ratio_lines(rows, "total")
        return [
            findings_mirror.answer(rows, p.partner),
            findings_mirror.over_time(rows, p.partner),
            chart.alt,
            chart.csv(),
        ]

    before, after = page(), page(**changes)
    assert before[2] != after[2]
    assert before[3] != after[3]
    assert before[:2] != after[:2]
