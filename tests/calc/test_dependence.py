"""Dependence, by hand and against the CSV files in plain Python."""

from typing import Any

import pandas as pd
import pytest
from published_rows import raw

import catrade as ct
from catrade_build.calc.dependence import dependence_of_cells
from catrade_build.cells.chosen import all_cells


def figures(text: str, **more: Any) -> pd.DataFrame:
    """Return figures of 2024, one a line: reporter, partner, flow and billions."""
    lines = [line.split() for line in text.strip().splitlines()]
    return raw(*((a, b, "2024", flow, float(v), 0) for a, b, flow, v in lines), **more)


SMALL = figures("""
KGZ CHN export 2
KGZ CHN import 1
KGZ WLD export 4
KGZ WLD import 6
CHN KGZ export 4
CHN KGZ import 2
CHN WLD export 300
CHN WLD import 300
""")


def of(*rows: pd.DataFrame) -> pd.DataFrame:
    trade = pd.concat(rows, ignore_index=True)
    return dependence_of_cells(trade, all_cells(trade), "CHN")


def test_dependence_by_hand():
    """3 of 10; with the 4 China says it sold instead of 1, 6 of 13; 6 of China's 600."""
    shares = of(SMALL).set_index("reporter")
    assert shares.loc["KGZ", "share"] == pytest.approx(3 / 10)
    assert shares.loc["KGZ", "mirror_share"] == pytest.approx(6 / 13)
    assert shares.loc["CHN", "share"] == pytest.approx(6 / 600)
    assert pd.isna(shares.loc["CHN", "mirror_share"])
    assert set(shares["country"]) == {"KGZ"}


def test_services_are_set_against_services_only():
    """Goods of 1 are no part of exports of 10 that are counted with services.

    Imports from China, 3 of 10, are in no table with services: 2 + 3 of 20 in all.
    """
    services = {"coverage": "goods_and_services"}
    shares = of(
        figures("UZB WLD export 10\nUZB WLD import 10", **services),
        figures("UZB CHN export 2", source_kind="press", **services),
        figures("UZB CHN export 1\nUZB CHN import 3"),
        SMALL,
    ).set_index("reporter")
    assert shares.loc["UZB", "share"] == pytest.approx(0.25)
    wanted = {"CHN": "goods", "KGZ": "goods", "UZB": services["coverage"]}
    assert shares["coverage"].to_dict() == wanted


def test_a_share_of_any_two_is_by_their_own_statistics():
    """Russia in Kazakhstan's trade of 2021, as `trade.csv` has it: 24.624 of 101.736 billion.

    By its own figures Russia sold 18.496 billion to Kazakhstan and bought 7.135 there.
    """
    both = ct.dependence("KAZ", 2021, 2021, reporter="Russia").set_index("reporter")
    own = both.loc["KAZ"]
    assert own["share"] == pytest.approx(24.624279966 / 101.736459870)
    more = 18.496 - 17.605534201  # than Kazakhstan says it bought there
    part, whole = 24.624279966 + more, 101.736459870 + more
    assert own["mirror_share"] == pytest.approx(part / whole)
    assert both.loc["RUS", "value_bn"] == pytest.approx(18.496 + 7.135)
