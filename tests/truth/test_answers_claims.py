"""Answers of the claim check, worked out without the library.

Each kind of claim is judged by hand in test_exact_claims, and what bounds decide in test_bounds.
"""

from fractions import Fraction

from by_hand import FIVE, Figure, answer, cell_of, growth_of, sum_of

from catrade_build.claims.claims import judge_claims
from catrade_build.tables.policy import load_claims

ARTICLE, CHINESE = "dailymail-2026-01", "stheadline-mofcom-2026"


def _figure(*cell: str, goods: bool = True) -> Figure | None:
    """Return the figure of a cell as the claim check takes it: of goods if there is one."""
    figure = (cell_of(*cell, goods=True) if goods else None) or cell_of(*cell)
    if figure is None and cell[3] == "total":
        return sum_of(_figure(*cell[:3], flow) for flow in ("export", "import"))
    return figure


def _ahead(rival: str, country: str, year: str) -> bool | None:
    """Say whether a country surely traded more with China than with a rival; None if unknown."""
    # Of Uzbekistan's trade with Russia only figures with services are held.
    goods = country != "UZB"
    china, other = [
        _figure(country, partner, year, "total", goods=goods)
        for partner in ("CHN", rival)
    ]
    return china.low > other.high if china and other else None


def test_growth_and_level_of_one_sentence_are_of_one_release(facts):
    """12.26% of 94.69; 12.26 less 94.69 / 89.42 - 1; customs' own 674.15 bn yuan is no other's."""
    claims = load_claims(ARTICLE)
    asked = claims[claims["claim_id"].isin(["growth-2025", "growth-faster-2025"])]
    verdicts = judge_claims(asked, facts).query("books == 'CHN'")
    rate, gap = verdicts["reason"]
    grown = growth_of("CHN", "CA5", "2025", "total")
    first = sum_of(_figure("CHN", "CA5", "2024", flow) for flow in ("export", "import"))
    before = _figure("CHN", "CA5", "2023", "total")
    assert grown
    assert first
    assert before
    base = Fraction("106.3e9") / (1 + Fraction(grown.value))
    assert f"on ${float(base) / 1e9:.1f} billion" in rate
    assert f"as revised since (first ${float(first.value) / 1e9:.2f} billion)" in rate
    assert f"{100 * float(grown.value):.1f}%" in rate
    assert "printed" not in rate
    points = 100 * (Fraction(grown.value) - (base / Fraction(before.value) - 1))
    assert f"a difference of +{float(points):.1f} points" in gap
    assert set(verdicts["sensitive"]) == {""}


def test_the_answer_to_the_chinese_wording():
    lede = answer("claim_check", CHINESE)
    own = {code: _ahead("RUS", code, "2025") for code in FIVE}
    assert own == {"KAZ": True, "KGZ": None, "TJK": None, "TKM": None, "UZB": True}
    assert "show China ahead of Russia in Kazakhstan and Uzbekistan. " in lede
