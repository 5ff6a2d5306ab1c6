"""Growth and indices of any frame, by hand, and of figures that the edition knows again."""

import io
import math

import pandas as pd
import pytest

import catrade as ct


def rows(*figures: tuple[str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(figures, columns=["series", "year", "value"])


TWO = rows(("a", 2020, 3.0), ("b", 2020, 1.0), ("a", 2025, 6.0), ("b", 2025, 2.0))


def test_growth_by_hand():
    """106.3 over 94.82 is 1.1211; the ends 106.25 / 94.825 and 106.35 / 94.815."""
    frame = pd.DataFrame({"year": [2024, 2025], "value": [94.82, 106.3]})
    ends = frame.assign(low=[94.815, 106.25], high=[94.825, 106.35])
    newest = ct.growth(ends).iloc[-1]
    found = newest[["growth", "growth_low", "growth_high"]].tolist()
    assert found == pytest.approx([0.121071, 0.120485, 0.121658], abs=1e-6)
    assert newest["growth_basis"] == "computed"


def test_growth_a_year_is_compound():
    yearly = ct.growth(TWO, years=5, per_year=True)["growth"].tolist()
    assert yearly[2:] == pytest.approx([2 ** (1 / 5) - 1] * 2)
    assert all(map(math.isnan, yearly[:2]))


def test_a_base_that_may_be_zero_gives_no_growth():
    unsure = rows(("a", 2024, 1.0), ("a", 2025, 10.0)).assign(low=[0, 9], high=[2, 11])
    assert ct.growth(unsure)["growth"].isna().all()
    to_zero = rows(("a", 2024, 1.0), ("a", 2025, 0.0))
    assert ct.growth(to_zero)["growth"].tolist()[1] == -1.0


def test_what_may_be_a_rise_or_a_fall_is_no_rate():
    """10 ± 2 after 10 ± 2 is anything from −33 to +50 per cent."""
    wide = rows(("a", 2024, 10.0), ("a", 2025, 10.0)).assign(low=8.0, high=12.0)
    assert ct.growth(wide)["growth"].isna().all()


def test_no_rate_goes_over_the_beginning_of_another_statistic():
    begun = TWO.assign(**{"break": ["", "", "another statistic begins", ""]})
    assert ct.growth(begun, 5)["growth"].isna().tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    "line",
    [
        "own[['partner', 'year', 'flow', 'value']]",
        "own[['year', 'value']].round(2)",
        "own.drop(columns=['quality', 'low', 'high', 'growth'])",
        "own[['reporter', 'partner', 'flow', 'year', 'value']].round(1)",
        "pd.read_csv(io.StringIO(own.to_csv(index=False)))",
    ],
)
def test_figures_of_the_edition_are_known_again(line):
    """Customs print +18.5% in yuan for 2025, +17.9% in dollars; the levels give +16.8%."""
    own = ct.trade("UZB", "total", 2023, 2025)
    newest = ct.growth(eval(line, {"own": own, "pd": pd, "io": io})).iloc[-1]
    assert newest["growth"] == pytest.approx(0.179, abs=0.0005)
    assert newest["growth_basis"] == "printed in yuan"


def test_a_figure_of_ones_own_among_them_is_believed():
    """48.7 after an assumed 60 is −18.8%, whatever customs print."""
    changed = ct.trade("KAZ", "total", 2024, 2025)
    changed.loc[changed["year"] == 2024, ["value", "low", "high"]] = 60.0
    newest = ct.growth(changed).iloc[-1]
    assert newest["growth"] == pytest.approx(48.7 / 60 - 1, abs=1e-3)
    assert newest["growth_basis"] == "computed"


def test_doubtful_figures_stay_out_unless_asked_for():
    """Tajik figures of 2015 are China's own, printed in its name."""
    books = ct.trade("China", "export", 2015, 2017, reporter="Tajikistan")
    assert books["quality"].tolist() == ["doubtful", "ok", "ok"]
    assert ct.index_to(books)["index"].isna().tolist() == [True, False, False]
    assert ct.index_to(books, 2015, doubtful=True)["index"].notna().all()


def test_months_are_compared_with_the_same_month():
    frame = pd.DataFrame(
        {"period": ["2024-03", "2025-02", "2025-03"], "value": [2.0, 9, 3]}
    )
    assert ct.growth(frame)["growth"].tolist()[2] == 0.5
    assert ct.growth(frame)["growth"].isna().tolist() == [True, True, False]


def test_an_index_by_hand():
    assert ct.index_to(TWO, 2020)["index"].tolist() == [100, 100, 200, 200]
    assert ct.index_to(TWO)["index"].tolist() == [100, 100, 200, 200]
    assert ct.index_to(TWO, 2025)["index"].tolist() == [50, 50, 100, 100]
    # The base itself is exactly 100, however rounded.
    wide = TWO.assign(low=TWO["value"] - 0.5, high=TWO["value"] + 0.5)
    index = ct.index_to(wide, 2020)
    assert index[["index_low", "index_high"]].to_numpy().tolist()[0] == [100, 100]
    assert index["index_high"].tolist()[2] == pytest.approx(100 * 6.5 / 2.5)


def test_a_year_of_months_is_their_mean():
    months = [f"2024-{month:02}" for month in range(1, 13)] + ["2025-01"]
    frame = pd.DataFrame({"period": months, "value": [*map(float, range(1, 13)), 13.0]})
    assert ct.index_to(frame, 2024)["index"].tolist()[-1] == 200  # 13 over 6.5
