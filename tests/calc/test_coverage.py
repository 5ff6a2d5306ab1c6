"""Coverage: every cell of the grid has one status, and each kind of absence is told apart."""

import pandas as pd
import pytest
from fetch_files import cases
from published_rows import raw

from catrade_build.calc.coverage import STATUSES, coverage_of_cells
from catrade_build.cells.chosen import all_cells
from catrade_build.tables.names import CENTRAL_ASIA

TRADE = pd.concat(
    [
        raw(
            ("CHN", "KAZ", "2022", "export", 16, 0.5, "a"),
            ("CHN", "KAZ", "2022", "import", 15, 0.5, "a"),
            ("CHN", "KAZ", "2023", "total", 41, 0.5, "a"),
            ("CHN", "KAZ", "2023", "total", 44, 0.05, "b"),
            ("CHN", "TJK", "2022", "import", 0, 0, "a"),
            ("KAZ", "CHN", "2022", "total", 24, 0.5, "c"),
        ),
        raw(
            ("CHN", "KGZ", "2023", "export", 5, 0.5, "yuan"),
            converted=True,
            source_kind="press",
        ),
        raw(("CHN", "UZB", "2023", "total", 14, 0.5, "d"), quality="rejected"),
    ]
)


@pytest.fixture(scope="module")
def statuses() -> pd.Series:
    who = {"reporters": ["CHN", "KAZ", "TKM"], "partners": [*CENTRAL_ASIA, "CHN"]}
    grid = coverage_of_cells(TRADE, all_cells(TRADE), **who, periods=[2022, 2023, 2024])
    assert set(grid["status"]) == set(STATUSES)
    return grid.set_index(["reporter", "partner", "flow", "period"])["status"]


#: A cell | its status. A rejected figure is no figure; Kazakhstan's own statistics end in 2022
#: here, though China's reach 2023; Turkmenistan publishes nothing: not late, missing.
STATUS = """
CHN KAZ export 2022 | reported
CHN KAZ total 2022 | derived
CHN KAZ total 2024 | not_yet_reported
CHN KGZ export 2023 | converted
CHN TJK import 2022 | zero
CHN UZB total 2023 | missing
KAZ CHN total 2023 | not_yet_reported
TKM CHN total 2024 | missing
"""


@pytest.mark.parametrize(("cell", "expected"), cases(STATUS))
def test_status(statuses, cell, expected):
    assert statuses[tuple(cell.split())] == expected


def test_a_cell_tells_its_sources():
    grid = coverage_of_cells(
        TRADE,
        all_cells(TRADE),
        reporters=["CHN"],
        partners=["KAZ"],
        periods=[2022, 2023, 2024],
    )
    totals = grid[grid["flow"] == "total"]
    derived, reported, late = totals.to_dict("records")
    # 43.95 to 44.05 and 40.5 to 41.5 do not touch; the finer one is chosen.
    assert (reported["n_sources"], reported["disagrees"]) == (2, True)
    shown = ("sources", "best_kind", "year", "low_bn", "high_bn")
    assert [reported[name] for name in shown] == ["b", "dataset", 2023, 43.95, 44.05]
    assert (derived["n_sources"], derived["sources"], derived["best_kind"]) == (
        0,
        "a",
        "",
    )
    assert (late["n_sources"], late["sources"], late["quality"]) == (0, "", "")
