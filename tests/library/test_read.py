"""Figures as a notebook reads them: filtered, in order, with what may be said of each."""

import pytest

import catrade as ct
from catrade import page
from rounding.errors import ParameterError


def test_figures_come_in_the_order_asked_for():
    rows = ct.read.figures(["UZB", "KAZ"], ["total", "export"], 2023, 2024)
    asked = [
        (partner, flow, year)
        for partner in ("UZB", "KAZ")
        for flow in ("export", "total")
        for year in (2023, 2024)
    ]
    assert rows[["partner", "flow", "year"]].to_records(index=False).tolist() == asked


def test_money_is_written_in_its_currency():
    """Customs: $48.7 billion in 2025, 224.29 billion yuan in seven months of 2026."""
    year = page.newest(ct.read.figures("KAZ", "total", 2025, 2025))
    assert f"{year.value:money}, {year.value:bn}" == "$48.7 billion, $48.7bn"
    months = ct.read.figures(
        "KAZ", "total", "2026-07", "2026-07", freq="ytd", currency="own"
    )
    july = page.newest(months)
    assert (
        f"{july.value:money}, {july.value:bn}" == "224.29 billion yuan, 224.29bn yuan"
    )
    # The growth is on the year before as revised since: 224.29 / 1.194.
    assert f"{july.value - july.base:money}" == "36.4 billion yuan"
    assert july.when == "January–July 2026"


def test_what_is_not_held_is_no_row_and_what_is_not_known_a_sentence():
    assert ct.read.figures("KAZ", "total", 1900, 1901).empty
    with pytest.raises(ParameterError, match="freq must be one of year, month, ytd"):
        ct.read.figures("KAZ", freq="quarter")
    with pytest.raises(ParameterError, match="did you mean 'Kazakhstan'"):
        ct.read.figures("Kazakstan")


def test_a_figure_is_a_number_where_one_is_wanted_and_what_is_not_held_a_sentence():
    """Customs: 48.7 billion dollars in 2025."""
    assert float(page.newest(ct.trade("KAZ", "total")).value) == 48.7e9
    none = page.newest(ct.trade("Georgia", "total", 2030, 2030))
    with pytest.raises(ParameterError, match="not held is no number"):
        float(none.value)
    held = page.newest(ct.trade("KAZ", "total"))
    assert not (held.value > none.value)
    assert not (none.value + held.value)
