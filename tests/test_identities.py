"""Intervals narrowed by identities: the referee's table on the rows it was made from, and a law."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catrade.calc.growth import growth
from catrade.calc.shares import contribution_to_growth
from catrade.cells.identities import narrowed
from catrade.cells.rows import Row
from catrade.cells.series import annual
from catrade.tables.names import CENTRAL_ASIA
from catrade.tables.trade import load_trade, published_interval

BILLION = 1e9
#: Rate of 2024 as it stood then, customs' yuan over dollars: 7.1062 to 7.1247.
RATE = (7.1161, 7.1062, 7.1247)
#: trade.csv as the referee had it: partner, period, flow, billions, unit, rounding, currency.
PRINTED = [
    ("CA5", "2025", "total", 106.3, 0.1, "nearest", "USD"),
    ("CA5", "2025", "export", 71.2, 0.1, "nearest", "USD"),
    ("CA5", "2025", "import", 35.1, 0.1, "nearest", "USD"),
    ("KAZ", "2024", "export", 27.954331004, 1e-9, "nearest", "USD"),
    ("KAZ", "2024", "import", 15.911621031, 1e-9, "nearest", "USD"),
    ("KAZ", "2024", "total", 43.82, 0.01, "nearest", "USD"),
    ("KAZ", "2025", "export", 29.7, 0.1, "nearest", "USD"),
    ("KAZ", "2025", "import", 19.0, 1.0, "nearest", "USD"),
    ("KAZ", "2025", "total", 48.6, 0.1, "floor", "USD"),
    ("KAZ", "2025", "total", 48.7, 0.1, "nearest", "USD"),
    ("KGZ", "2024", "export", 141.66064, 1e-5, "nearest", "CNY"),
    ("KGZ", "2024", "import", 2.8, 0.1, "nearest", "USD"),
    ("KGZ", "2024", "import", 19.98075, 1e-5, "nearest", "CNY"),
    ("KGZ", "2024", "total", 22.71, 0.01, "nearest", "USD"),
    ("KGZ", "2025", "export", 22.0, 1.0, "nearest", "USD"),
    ("KGZ", "2025", "import", 5.2, 0.1, "nearest", "USD"),
    ("KGZ", "2025", "total", 27.2, 0.1, "about", "USD"),
    ("KGZ", "2025", "total", 27.2, 0.1, "nearest", "USD"),
    ("TJK", "2025", "total", 4.3, 0.1, "about", "USD"),
    ("TKM", "2024", "total", 10.65, 0.01, "nearest", "USD"),
    ("TKM", "2025", "total", 10.0, 1.0, "nearest", "USD"),
    ("UZB", "2025", "total", 16.2, 0.1, "nearest", "USD"),
]


def _trade() -> pd.DataFrame:
    names = ["partner", "period", "flow", "value", "precision", "rounding", "currency"]
    frame = pd.DataFrame(PRINTED, columns=names)
    frame[["value", "precision"]] *= BILLION
    low, high = published_interval(
        frame["value"], frame["precision"], frame["rounding"]
    )
    yuan = frame["currency"] == "CNY"
    rate, least, most = (
        pd.Series(1.0, index=frame.index).mask(yuan, one) for one in RATE
    )
    return frame.assign(
        reporter="CHN",
        year=frame["period"].astype(int),
        frequency="annual",
        value_usd=frame["value"] / rate,
        low_usd=low / most,
        high_usd=high / least,
        converted=yuan,
        quality="ok",
        coverage="goods",
        source_id="customs-" + frame["period"],  # one release a year
        source_kind=[
            "dataset" if unit < 1e-8 else "press" for unit in frame["precision"] / 1e9
        ],
        published="2026-01",
        growth_printed=None,
    )


@pytest.fixture(scope="module", params=["then", "now"])
def book(request: pytest.FixtureRequest) -> pd.DataFrame:
    """Return the cells from the referee's rows, and from those of today with customs' table."""
    return annual(
        _trade() if request.param == "then" else load_trade(start=2024, end=2025)
    )


def _ends(
    frame: pd.DataFrame, partner: str, flow: str, name: str, period: str
) -> list[float]:
    at = (
        (frame["partner"] == partner)
        & (frame["flow"] == flow)
        & (frame["period"] == period)
    )
    return frame.loc[at, [f"{name}_low", f"{name}_high"]].iloc[0].tolist()


@pytest.mark.parametrize(
    ("partner", "flow", "low", "high"),
    [
        # exports 2025 are 27.15 − 5.25 to 27.25 − 5.15, those of 2024 22.705 − 2.8117 to
        # 22.715 − 2.8044: 21.90 / 19.9106 and 22.10 / 19.8933
        ("KGZ", "export", 21.90 / 19.9106 - 1, 22.10 / 19.8933 - 1),
        # 5.15 / 2.8117 and 5.25 / 2.8044, the yuan of 2024 over 7.1062 and 7.1247
        ("KGZ", "import", 5.15 / 2.8117 - 1, 5.25 / 2.8044 - 1),
        # 48.65 − 29.75 and 48.70 − 29.65 over 15.9116
        ("KAZ", "import", 18.90 / 15.9116 - 1, 19.05 / 15.9116 - 1),
        # 106.25 − 48.70 − 27.25 − 4.4 − 16.25 = 9.65, 106.35 − 48.65 − 27.15 − 4.2 − 16.15 = 10.2
        ("TKM", "total", 9.65 / 10.655 - 1, 10.2 / 10.645 - 1),
    ],
)
def test_the_referees_growth(
    book: pd.DataFrame, partner: str, flow: str, low: float, high: float
) -> None:
    found = _ends(growth(book), partner, flow, "growth", "2025")
    then = book["source_ids"].str.startswith("customs-").any()
    if then:
        assert found == pytest.approx([low, high], abs=5e-5)
    # the figures of today are no wider, and where customs' table is used narrower
    assert low - 5e-5 <= found[0] < found[1] <= high + 5e-5
    assert then or found[1] - found[0] < (high - low) / 2


def test_the_referees_contributions(book: pd.DataFrame) -> None:
    # Of a base of 22.705 to 22.715: imports 5.15 − 2.8117 to 5.25 − 2.8044, exports 21.9 − 19.9106
    # to 22.1 − 19.8933; the referee prints +10.3 to +10.8 and +8.8 to +9.7 points.
    own = book[book["partner"] == "KGZ"]
    flows = own[own["flow"].isin(["export", "import"])]
    split = contribution_to_growth(flows, own[own["flow"] == "total"], by="flow")
    split = split[split["period"] == "2025"].set_index("flow")
    for flow, low, high in (("import", 0.10293, 0.10772), ("export", 0.08757, 0.09719)):
        ends = split.loc[flow, ["contribution_low", "contribution_high"]]
        assert low - 5e-5 <= ends.iloc[0] < ends.iloc[1] <= high + 5e-5


def test_levels_of_the_referees_table() -> None:
    book = annual(_trade()).set_index(["partner", "flow", "period"])
    imports = book.loc["KGZ", "import", "2024"]
    # 19.98075 over 7.1247 and 7.1062: within "2.8", so it takes its place
    assert imports["basis"] == "converted"
    assert [
        imports["low_usd"] / BILLION,
        imports["high_usd"] / BILLION,
    ] == pytest.approx([2.8044, 2.8117], abs=5e-5)
    kazakhstan = book.loc["KAZ", "total", "2025"]
    ends = kazakhstan[["value_usd", "low_usd", "high_usd"]] / BILLION
    assert ends.tolist() == pytest.approx([48.7, 48.65, 48.7])
    # Comtrade's flows contradict the first release of the total: 27.954 + 15.912
    total = book.loc["KAZ", "total", "2024"]
    assert (total["basis"], total["disagrees"]) == ("sum_of_flows", True)
    assert total["value_usd"] == 27954331004 + 15911621031


def _row(partner: str, flow: str, value: float, half: float, **more: object) -> Row:
    ends = (value, value - half, value + half)
    row = Row(
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


def _intervals(*rows: Row) -> list[tuple[float, float]]:
    return [(row.low_usd, row.high_usd) for row in narrowed(rows)]


def test_two_releases_narrow_nothing() -> None:
    rows = [
        row._replace(source_ids=name) for row, name in ((EXPORTS, "a"), (IMPORTS, "b"))
    ]
    assert _intervals(*rows, TOTAL) == [(9, 11), (4, 6), (15.5, 16.5)]
    # a sum is of one release only if all of its parts are
    for releases, low in (("a+b", 9), ("a+a", 9.5)):
        exports = EXPORTS._replace(source_ids="a;b", releases=releases)
        assert _intervals(exports, IMPORTS, TOTAL)[0] == (low, 11)


def _true(random: np.random.Generator) -> dict[tuple[str, str], float]:
    """Return what one release says: flows and totals of the five and the region."""
    true: dict[tuple[str, str], float] = {}
    for flow in ("export", "import"):
        parts = dict(zip(CENTRAL_ASIA, random.uniform(1, 30, 5), strict=True))
        true |= {(partner, flow): value for partner, value in parts.items()}
        true["CA5", flow] = sum(parts.values())
    for partner in (*CENTRAL_ASIA, "CA5"):
        true[partner, "total"] = true[partner, "export"] + true[partner, "import"]
    return true


def _revised(true: dict, random: np.random.Generator) -> dict[tuple[str, str], float]:
    """Return the same a year later: each flow 0.4 to 0.6 per cent off, and their sums."""
    moved = {
        cell: value * (1 + random.choice([-1, 1]) * random.uniform(0.004, 0.006))
        for cell, value in true.items()
        if cell[0] != "CA5" and cell[1] != "total"
    }
    for flow in ("export", "import"):
        moved["CA5", flow] = sum(moved[partner, flow] for partner in CENTRAL_ASIA)
    for partner in (*CENTRAL_ASIA, "CA5"):
        moved[partner, "total"] = moved[partner, "export"] + moved[partner, "import"]
    return moved


def test_no_true_value_is_lost_across_vintages_and_order_changes_nothing() -> None:
    narrower = 0
    for seed in range(400):
        random = np.random.default_rng(seed)
        first = _true(random)
        later = _revised(first, random)
        rows = []
        for partner, flow in first:
            release, name = (later, "b") if random.random() < 1 / 3 else (first, "a")
            half = random.choice([0.005, 0.05, 0.5])
            printed = round(release[partner, flow] / (2 * half)) * 2 * half
            rows.append(_row(partner, flow, printed, half, source_ids=name))
        found = narrowed(rows)
        for row in found:
            true = (later if row.source_ids == "b" else first)[row.partner, row.flow]
            assert row.low_usd - 1e-9 <= true <= row.high_usd + 1e-9, seed
        shuffled = [rows[place] for place in random.permutation(len(rows))]
        assert sorted(narrowed(shuffled)) == sorted(found), seed
        narrower += found != rows
    assert narrower > 100  # within one release it does narrow


EXPORTS, IMPORTS = _row("KAZ", "export", 10, 1), _row("KAZ", "import", 5, 1)
TOTAL = _row("KAZ", "total", 16, 0.5)


def test_each_of_three_is_what_the_others_leave() -> None:
    # exports 15.5 − 6 = 9.5 and more, imports 15.5 − 11 = 4.5 and more
    assert _intervals(EXPORTS, IMPORTS, TOTAL) == [(9.5, 11), (4.5, 6), (15.5, 16.5)]
    wide = TOTAL._replace(low_usd=0, high_usd=30)
    assert _intervals(EXPORTS, IMPORTS, wide)[2] == (13, 17)
    # of a total known exactly: 16 − 6 and more, 16 − 11 and more
    exact = _row("KAZ", "total", 16, 0)
    assert _intervals(EXPORTS, IMPORTS, exact) == [(10, 11), (5, 6), (16, 16)]
    flows = (_row("KAZ", "export", 10, 0), _row("KAZ", "import", 5, 0))
    assert _intervals(*flows, _row("KAZ", "total", 15, 1))[2] == (15, 15)


@pytest.mark.parametrize(
    "other",
    [
        {"low_usd": 17.5, "high_usd": 18.5, "value_usd": 18},  # contradicts the flows
        {"low_usd": 17, "high_usd": 18, "value_usd": 17.5},  # the neighbouring figure
        {
            "low_usd": 17 - 2.5e-8,
            "high_usd": 34,
            "value_usd": 25.5,
        },  # but for float noise
        dict.fromkeys(
            ("low_usd", "value_usd", "high_usd"), 17 + 2e-9
        ),  # past it by less
        {"quality": "doubtful"},
        {"coverage": "goods_and_services"},
        {"basis": "implied_by_growth"},
        {"partner": "UZB"},
        {"period": "2023"},
    ],
)
def test_what_narrows_nothing(other: dict[str, object]) -> None:
    rows = (EXPORTS, IMPORTS, TOTAL._replace(**other))
    assert _intervals(*rows) == [(row.low_usd, row.high_usd) for row in rows]


def test_a_printed_value_stays_in_its_interval() -> None:
    # 9.5 to 10.5 in exports and 4.5 to 5.5 in imports, "over 14": exports are at most 9.7
    exports = _row("KAZ", "export", 10, 0.5)
    total = _row("KAZ", "total", 14, 0)._replace(high_usd=14.2)
    found = narrowed([exports, _row("KAZ", "import", 5, 0.5), total])
    assert (found[0].low_usd, found[0].value_usd, found[0].high_usd) == (9.5, 10, 10)


def test_both_identities_work_together() -> None:
    # The region's total and four members leave the fifth its total, and that its exports.
    members = [_row(code, "total", 10, 0.1) for code in CENTRAL_ASIA[1:]]
    fifth = [
        _row("KAZ", *one)
        for one in (("total", 10, 5), ("export", 6, 5), ("import", 4, 0.1))
    ]
    found = narrowed([_row("CA5", "total", 50, 0.1), *members, *fifth])
    assert (found[5].low_usd, found[5].high_usd) == pytest.approx((9.5, 10.5))
    assert (found[6].low_usd, found[6].high_usd) == pytest.approx((5.4, 6.6))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 999), st.integers(1, 60)), min_size=15, max_size=15
    )
)
def test_the_truth_stays_inside(drawn: list[tuple[int, int]]) -> None:
    """Whatever the true figures, rounded anyhow: no interval loses them, and none gets wider."""
    pairs = iter(drawn)
    rows, truth = [], []
    regional = {"export": 0, "import": 0}

    def add(partner: str, flow: str, true: int, unit: int) -> None:
        printed = round(true / unit) * unit
        rows.append(_row(partner, flow, printed, unit / 2))
        truth.append(true)

    for code in CENTRAL_ASIA:
        (exports, one), (imports, two), (_, three) = (
            next(pairs),
            next(pairs),
            next(pairs),
        )
        add(code, "export", exports, one)
        add(code, "import", imports, two)
        add(code, "total", exports + imports, three)
        regional = {
            "export": regional["export"] + exports,
            "import": regional["import"] + imports,
        }
    for flow, true in (*regional.items(), ("total", sum(regional.values()))):
        add("CA5", flow, true, 7)
    for row, before, true in zip(narrowed(rows), rows, truth, strict=True):
        assert before.low_usd <= row.low_usd <= true <= row.high_usd <= before.high_usd
        assert row.low_usd <= row.value_usd <= row.high_usd
