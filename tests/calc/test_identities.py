"""Intervals narrowed by identities: the referee's table on the rows it was made from, and a law."""

import itertools

import numpy as np
import pytest
from fetch_files import options

from catrade_build.cells.rows import CellRow, narrowed
from catrade_build.tables.names import CENTRAL_ASIA


def _row(partner: str, flow: str, value: float, half: float, **more: object) -> CellRow:
    ends = (value, value - half, value + half)
    row = CellRow(
        "CHN",
        partner,
        "2024",
        2024,
        flow,
        *ends,
        "published",
        "a",
        1,
        False,
        "ok",
        "annual",
    )
    return row._replace(**more)


def _intervals(*rows: CellRow) -> list[tuple[float, float]]:
    return [(row.low_usd, row.high_usd) for row in narrowed(rows)]


FLOWS = [*itertools.product(CENTRAL_ASIA, ("export", "import"))]


def _release(values: np.ndarray) -> dict[tuple[str, str], float]:
    """Return exports and imports of the five, and what they add up to."""
    every = dict(zip(FLOWS, values.tolist(), strict=True))
    for flow in ("export", "import"):
        every["CA5", flow] = sum(every[partner, flow] for partner in CENTRAL_ASIA)
    for partner in (*CENTRAL_ASIA, "CA5"):
        every[partner, "total"] = every[partner, "export"] + every[partner, "import"]
    return every


def test_no_true_value_is_lost_across_vintages_and_order_changes_nothing():
    narrower = 0
    for seed in range(150):
        random = np.random.default_rng(seed)
        flows = random.uniform(1, 30, len(FLOWS))
        # A year later each flow is 0.4 to 0.6 per cent off.
        moved = random.choice([-1, 1], len(FLOWS))
        moved = moved * random.uniform(0.004, 0.006, len(FLOWS))
        first, later = _release(flows), _release(flows * (1 + moved))
        rows = []
        for partner, flow in first:
            release, name = (later, "b") if random.random() < 1 / 3 else (first, "a")
            half = random.choice([0.005, 0.05, 0.5])
            printed = round(release[partner, flow] / (2 * half)) * 2 * half
            rows.append(_row(partner, flow, printed, half, sources=name))
        results = narrowed(rows)
        for row in results:
            true = (later if row.sources == "b" else first)[row.partner, row.flow]
            assert row.low_usd - 1e-9 <= true <= row.high_usd + 1e-9, seed
        shuffled = [rows[place] for place in random.permutation(len(rows))]
        assert sorted(narrowed(shuffled)) == sorted(results), seed
        narrower += results != rows
    assert narrower > 40  # within one release it does narrow


EXPORTS, IMPORTS = _row("KAZ", "export", 10, 1), _row("KAZ", "import", 5, 1)
TOTAL = _row("KAZ", "total", 16, 0.5)


def test_each_of_three_is_what_the_others_leave():
    # exports 15.5 − 6 = 9.5 and more, imports 15.5 − 11 = 4.5 and more
    assert _intervals(EXPORTS, IMPORTS, TOTAL) == [(9.5, 11), (4.5, 6), (15.5, 16.5)]
    wide = TOTAL._replace(low_usd=0, high_usd=30)
    assert _intervals(EXPORTS, IMPORTS, wide)[2] == (13, 17)
    # of a total known exactly: 16 − 6 and more, 16 − 11 and more
    exact = _row("KAZ", "total", 16, 0)
    assert _intervals(EXPORTS, IMPORTS, exact) == [(10, 11), (5, 6), (16, 16)]
    flows = (_row("KAZ", "export", 10, 0), _row("KAZ", "import", 5, 0))
    assert _intervals(*flows, _row("KAZ", "total", 15, 1))[2] == (15, 15)


#: A total that contradicts the flows; the neighbouring figure, and but for float noise; past it by
#: less; doubtful, of services, computed; of another cell.
OTHER = """
"low_usd": 17.5, "value_usd": 18, "high_usd": 18.5
"low_usd": 17, "value_usd": 17.5, "high_usd": 18
"low_usd": 16.999999975, "value_usd": 25.5, "high_usd": 34
"low_usd": 17.000000002, "value_usd": 17.000000002, "high_usd": 17.000000002
"quality": "doubtful"
"coverage": "goods_and_services"
"basis": "implied_by_growth"
"partner": "UZB"
"period": "2023"
"""


@pytest.mark.parametrize("other", OTHER.strip().splitlines())
def test_what_narrows_nothing(other):
    rows = (EXPORTS, IMPORTS, TOTAL._replace(**options(other)))
    assert _intervals(*rows) == [(row.low_usd, row.high_usd) for row in rows]
