"""After a rule: quotients worked by hand from the months of Ember in market_series.csv."""

import numpy as np
import pandas as pd
import pytest

import catrade as ct
from catrade_build import after as calc
from catrade_build.tables.definitions import meanings
from catrade_build.tables.policy import load_ember, load_hits
from rounding.errors import ParameterError

RUSSIAN = "2024-rus-eaeu-car-difference"
UZBEK = "2025-uzb-recycling-fee-in-force"
KYRGYZ_CARS = "ember_ev_exports_to_kgz_usd"
UZBEK_CARS = "ember_ev_exports_to_uzb_usd"


def ratios(frame: pd.DataFrame, comparison: str) -> dict[str, float]:
    rows = frame[(frame["comparison"] == comparison) & (frame["reason"] == "")]
    by = "partner" if comparison == calc.COUNTRY else "date"
    keys = rows[by].astype(str).str[:4]
    return dict(zip(keys, rows["ratio"].round(2), strict=True))


def test_kyrgyzstan_after_russias_rule_of_april_2024():
    frame = ct.after(RUSSIAN, KYRGYZ_CARS)
    first = frame.iloc[0]
    # April to June 34.76 + 24.04 + 33.62, January to March 164.48 + 154.19 + 249.79 million.
    assert first["ratio"] == pytest.approx(92.42 / 568.46, rel=1e-3)
    assert round(first["ratio"], 2) == 0.16
    # 2023: 71.28 / 35.17; 2025: 200.01 / 82.18. In 2022 the quotas begin in these months.
    assert ratios(frame, calc.YEAR) == {"2023": 2.03, "2025": 2.43}
    # Kazakhstan's 1.59 is no control: the rule names it as well.
    assert ratios(frame, calc.COUNTRY) == {"TJK": 1.63, "UZB": 1.5}
    kazakh = frame[frame["partner"] == "KAZ"].iloc[0]
    assert round(kazakh["ratio"], 2) == 1.59
    assert "1 April 2024" in kazakh["reason"]
    assert first["told"]
    assert first["rule"] == "Russian rule on cars cleared in other EAEU states"
    # 0.16 beside the mean of the logs of 1.50 and 1.63, which two countries have for a median
    assert first["relative"] == pytest.approx(
        0.16257 / (1.50270 * 1.62816) ** 0.5, 1e-3
    )
    assert first["relative_low"] < first["relative"] < first["relative_high"] < 1
    assert first["as_far"] == 0
    assert first["dates"] >= 19
    # The fall is from a boom: April to June 2023 had 71.28 million in all.
    assert first["on_year"] == pytest.approx(92.42 / 71.28, rel=1e-3)
    assert (first["years"], first["others"]) == (2, 2)
    # Of this rule the register has no day before the one on which it began.
    assert pd.isna(first["decided"])


def test_uzbekistan_after_its_fee_of_may_2025_decided_on_31_january():
    """February to April were bought in the knowledge of it: the base is what was over by then."""
    first = ct.after(UZBEK, UZBEK_CARS).iloc[0]
    assert str(first["decided"])[:10] == "2025-01-31"
    # (34.78 + 67.01 + 66.24) by November to January, 81.60 + 141.44 + 60.64
    assert first["ratio"] == pytest.approx(168.03 / 283.68, rel=1e-3)
    frame = ct.after(UZBEK, UZBEK_CARS)
    # Tajikistan fell further: 55.69 by 39.05 + 39.15 + 33.35.
    assert ratios(frame, calc.COUNTRY) == {"KAZ": 1.39, "KGZ": 1.3, "TJK": 0.5}
    # In 2024 the same months were 1.33 times November to January: those between count in no year.
    assert ratios(frame, calc.YEAR)["2024"] == 1.33
    assert not first["told"]
    assert first["rule"] == ""
    # The decision, which stands in the register as well, is of the same change.
    decision = ct.after("2025-uzb-recycling-fee-decision", UZBEK_CARS).iloc[0]
    assert decision["ratio"] == first["ratio"]


def test_the_base_is_of_months_that_were_over_when_a_rule_was_decided():
    # 10 a month to May 2016, 30 from June on; the rule begins in October.
    months = made(A=[10.0] * 17 + [30.0] * 23, B=[10.0] * 40, C=[10.0] * 40)

    def ratio(decided: str | None) -> float:
        asked = {"day": "2016-10-01", "decided": decided}
        first = calc.compare_months(months, NO_RULES, "A", **asked).iloc[0]
        return float(first["ratio"])

    assert ratio(None) == pytest.approx(1.0)  # July to September
    assert ratio("2016-10-01") == ratio("2016-09-30") == pytest.approx(1.0)
    # July was not over on the 30th: April to June, 10 + 10 + 30, in which the rise began.
    assert ratio("2016-07-30") == pytest.approx(90 / 50)
    assert ratio("2016-05-31") == ratio("2016-06-01") == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("goods", "reason"),
    [
        ("8703.80", "Kyrgyz duty-free EV quota for 2025 used up"),
        ("0101", ""),
    ],
)
def test_rules_match_the_goods_of_the_frame(goods, reason):
    five = ["KAZ", "KGZ", "TJK", "TKM", "UZB"]
    months = ct.trade(five, "import", start=2024, freq="month", full=True)
    first = ct.after("2025-09-01", months, partner="KGZ", goods=goods).iloc[0]
    assert ("falls into these months" in first["reason"]) == bool(reason)
    assert reason in first["reason"]


def made(**values: list[float]) -> pd.DataFrame:
    """Build months from January 2015 on: millions a partner."""
    parts = []
    for partner, amounts in values.items():
        days = pd.date_range("2015-01-01", periods=len(amounts), freq="MS")
        frame = pd.DataFrame({"partner": partner, "date": days, "sources": "s"})
        frame["value"] = [amount / 1000 for amount in amounts]
        parts.append(frame.assign(low=frame["value"], high=frame["value"]))
    return pd.concat(parts, ignore_index=True)


NO_RULES = load_hits("0101")


def test_rounding_is_carried_into_the_quotient():
    months = made(A=[10.0] * 40, B=[10.0] * 40, C=[10.0] * 40)
    wide = months.assign(low=0.009, high=0.011)
    first = calc.compare_months(wide, NO_RULES, "A", "2016-07-01").iloc[0]
    assert first["ratio_low"] == pytest.approx(9 / 11)
    assert first["ratio_high"] == pytest.approx(11 / 9)


def test_what_is_missing_is_said():
    even = [10.0] * 40
    alone = calc.compare_months(made(A=even, B=even), NO_RULES, "A", "2016-07-01").iloc[
        0
    ]
    assert alone["reason"] == "1 other countries to compare with, of 2 needed"
    assert pd.isna(alone["relative"])
    short = made(A=even[:20], B=even[:20], C=even[:20])
    row = calc.compare_months(short, NO_RULES, "A", "2016-01-01").iloc[0]
    assert row["reason"] == "0 other years to compare with, of 2 needed"
    late = calc.compare_months(
        made(A=even, B=even, C=even), NO_RULES, "A", "2018-04-01"
    )
    assert late.loc[0, "reason"] == "not all of these months are held"
    small = made(A=[0.1] * 40, B=even, C=even)
    row = calc.compare_months(small, NO_RULES, "A", "2016-07-01").iloc[0]
    assert row["reason"] == "less than a million dollars a month"


def test_a_month_begun_is_left_out():
    # 10 to May 2016, 99 in June, 20 from July: the day is within June.
    amounts = [10.0] * 17 + [99.0] + [20.0] * 22
    months = made(A=amounts, B=[10.0] * 40, C=[10.0] * 40)
    frame = calc.compare_months(months, NO_RULES, "A", "2016-06-15")
    assert frame.loc[0, "ratio"] == pytest.approx(2.0)


def test_questions_that_cannot_be_answered_are_sentences():
    with pytest.raises(ParameterError, match="needs partner="):
        ct.after("2016-07-01", made(KAZ=[1.0] * 30))
    with pytest.raises(ParameterError, match="after needs columns 'low' and"):
        ct.after("2016-07-01", load_ember("ev").drop(columns=["low", "high"]))
    with pytest.raises(ParameterError, match=r"goods must be headings .* got 'cars'"):
        ct.after("2024-05-01", load_ember("ev"), partner="KGZ", goods="cars")
    with pytest.raises(ParameterError, match=r"is of HS 8703\.80"):
        ct.after("2024-05-01", KYRGYZ_CARS, goods="8507")


@pytest.mark.slow
def test_at_most_one_random_day_in_twenty_is_told_of():
    """The placebo study: dates and countries drawn with a fixed seed, three months each way."""
    months = load_ember("ev")
    hits = load_hits(meanings("ember_groups")["ev"])
    draw = np.random.default_rng(20240401)
    days = pd.date_range("2021-07-01", "2025-12-01", freq="MS")
    partners = sorted(months["partner"].unique())
    rows = []
    for _ in range(200):
        place, day = draw.choice(partners), draw.choice(days)
        rows.append(calc.compare_months(months, hits, place, day).iloc[0])
    judged = pd.DataFrame(rows).dropna(subset="relative")
    assert len(judged) >= 30
    assert judged["told"].mean() <= 0.05


def test_all_rules_that_concern_a_held_series_are_listed():
    frame = ct.after()
    told = frame[frame["told"]]
    assert told["event_id"].tolist() == [RUSSIAN]
    assert told["partner"].tolist() == ["KGZ"]
    silent = frame[~frame["told"] & frame["relative"].isna()]
    assert (silent["reason"] != "").all()
    everywhere = frame[frame["partner"] == "WLD"]
    assert everywhere["reason"].str.contains("every country").all()
    assert frame["day"].is_monotonic_increasing
