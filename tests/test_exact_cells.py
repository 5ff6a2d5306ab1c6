"""Cells and mirrored books: worked by hand where other tests let a wrong end pass."""

from __future__ import annotations

import pandas as pd
import pytest

from catrade.cells.series import add_balance, add_region, annual, complete_flows
from catrade.load.trade import load_trade
from catrade.mirror_statistics.mirror import mirror_cells, pairs
from catrade.names import CENTRAL_ASIA
from pagemill.errors import ParameterError

Ends = tuple[float, float, float]


def _cells(*rows: tuple[str, str, Ends | float], **more: object) -> pd.DataFrame:
    """Return a cell frame from (partner, flow, figure), of China's books of 2024."""
    ends = [figure if isinstance(figure, tuple) else (figure,) * 3 for _, _, figure in rows]
    frame = pd.DataFrame(ends, columns=["value_usd", "low_usd", "high_usd"], dtype=float)
    frame = frame.assign(
        reporter="CHN",
        partner=[partner for partner, _, _ in rows],
        flow=[flow for _, flow, _ in rows],
        period="2024",
        year=2024,
        basis="published",
        source_ids=[f"s{number}" for number in range(len(rows))],
        n_sources=1,
        disagrees=False,
        quality="ok",
        frequency="annual",
    )
    return frame.assign(**more)


def _one(frame: pd.DataFrame, **where: object) -> pd.Series:
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


# --- cells --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("total", "there"), [(10.0, True), (10.5, True), (9.5, False)])
def test_a_flow_is_taken_from_the_total_unless_it_may_be_negative(total: float, there: bool):
    found = complete_flows(
        _cells(("KAZ", "total", total), ("KAZ", "export", 10)), missing_flow=True
    )
    imports = found[found["flow"] == "import"]
    assert imports["value_usd"].tolist() == ([total - 10] if there else [])


def test_a_region_is_made_of_its_members_flows_and_of_nothing_else() -> None:
    members = [(code, flow, 2.0) for code in CENTRAL_ASIA for flow in ("export", "import")]
    frame = add_balance(_cells(*members))
    found = add_region(frame)
    assert _one(found, partner="CA5", flow="total")["value_usd"] == 20
    assert "balance" not in set(found.loc[found["partner"] == "CA5", "flow"])
    more = add_region(pd.concat([frame, _cells(("WLD", "export", 99))]))
    assert _one(more, partner="CA5", flow="export")["value_usd"] == 10


def test_a_sum_disagrees_if_one_of_its_figures_does() -> None:
    frame = _cells(("KAZ", "export", 1), ("KAZ", "import", 2))
    frame["disagrees"] = [False, True]
    assert bool(_one(complete_flows(frame), flow="total")["disagrees"])


@pytest.mark.parametrize(
    ("published", "basis"),
    [
        ((11, 10, 13), "sum_of_flows"),  # 10 to 12 is in it, also where an end is the same
        ((11, 9, 12), "sum_of_flows"),
        ((11, 10, 12), "published"),  # no finer
        ((12, 10.5, 13.5), "published"),  # the sum may lie below
        ((10, 8.5, 11.5), "published"),  # the sum may lie above
    ],
)
def test_a_sum_replaces_a_published_total_only_if_it_lies_in_it(published: Ends, basis: str):
    flows = _cells(("KAZ", "export", (6, 5.5, 6.5)), ("KAZ", "import", (5, 4.5, 5.5)))
    found = complete_flows(pd.concat([flows, _cells(("KAZ", "total", published))]))
    assert _one(found, flow="total")["basis"] == basis


def test_rows_stand_by_flow_and_then_in_time() -> None:
    flows = [("KAZ", "import", 1), ("KAZ", "export", 2)]
    years = [_cells(*flows, period=year, year=int(year)) for year in ("2025", "2024")]
    found = add_balance(complete_flows(pd.concat(years)))
    order = list(zip(found["flow"], found["period"], strict=True))
    flows_in_order = ("export", "import", "total", "balance")
    assert order == [(flow, year) for flow in flows_in_order for year in ("2024", "2025")]


def test_one_year_is_a_span_of_years_and_an_unknown_frequency_is_none() -> None:
    trade = load_trade(reporter="CHN", partner="KAZ")
    assert set(annual(trade, partner="KAZ", start=2025, end=2025)["period"]) == {"2025"}
    assert annual(trade, partner="MNG").empty  # a country that the tables have no figures of
    with pytest.raises(ParameterError, match="partner"):
        annual(trade, partner="XYZ")
    with pytest.raises(ParameterError, match="start must not be after end"):
        annual(trade, partner="KAZ", start=2026, end=2025)


# --- both books ---------------------------------------------------------------------------------


def _books(
    country: str, flow: str, china: Ends | float, partner: Ends | float, period: str = "2024"
) -> pd.DataFrame:
    sides = {"CHN": china, country: partner}
    frames = [
        _cells((country, flow, figure), reporter=who, country=country, china_flow=flow)
        for who, figure in sides.items()
    ]
    return pd.concat(frames).assign(period=period, year=int(period))


def test_the_columns_of_pairs_and_what_they_need() -> None:
    cells = _books("KAZ", "export", (28, 27, 29), (15, 14, 16))
    found = pairs(cells)
    assert list(found.columns) == [
        *("country", "flow", "period", "year", "china_usd", "china_low_usd", "china_high_usd"),
        *("partner_usd", "partner_low_usd", "partner_high_usd", "ratio", "ratio_low"),
        *("ratio_high", "difference_usd", "difference_low_usd", "difference_high_usd"),
        *("cif_margin", "implied_margin", "china_basis", "partner_basis", "quality"),
        *("partner_source_ids", "source_ids"),
    ]
    row = found.iloc[0]
    assert row[["partner_low_usd", "partner_high_usd"]].tolist() == [14, 16]
    assert row[["ratio_low", "ratio_high"]].tolist() == [27 / 16, 29 / 14]
    assert row[["difference_low_usd", "difference_high_usd"]].tolist() == [11, 15]
    for column in ("low_usd", "high_usd", "value_usd"):
        with pytest.raises(ParameterError, match=f"pairs needs column '{column}'"):
            pairs(cells.drop(columns=column))


def test_both_sides_are_cut_to_what_is_asked() -> None:
    trade = load_trade(frequency=None)
    found = mirror_cells(trade, partner="KAZ", frequency="ytd", start=2023, end=2024)
    assert set(found["country"]) == {"KAZ"}
    assert set(found["reporter"]) == {"CHN", "KAZ"}
    assert set(found["frequency"]) == {"ytd"}
    assert set(found["year"]) == {2023, 2024}
    assert list(found.index) == list(range(len(found)))
    assert mirror_cells(trade[:0]).empty
