"""Every yearly cell the library gives, against the rule in plain Python with exact fractions."""

from __future__ import annotations

import pandas as pd
import pytest
from by_hand_cells import FIVE, MEMBERS, cell_of

from catrade.cells.series import trade_cells
from catrade.load.trade import load_trade

HOME = [*FIVE, *MEMBERS]


@pytest.mark.parametrize("goods", [False, True], ids=["all", "goods"])
@pytest.mark.parametrize("reporter", ["CHN", "RUS", "partner"])
def test_every_yearly_cell(reporter: str, *, goods: bool) -> None:
    trade = load_trade(coverage="goods" if goods else None)
    found = trade_cells(trade, reporter=reporter, partner=HOME)
    found = found[found["flow"] != "balance"]
    assert len(found) > 200
    wrong = []
    for row in found.itertuples():
        hand = cell_of(row.reporter, row.partner, row.period, row.flow, goods=goods)
        assert hand is not None, row
        theirs = [row.value_usd, row.low_usd, row.high_usd]
        ours = [float(end) for end in (hand.value, hand.low, hand.high)]
        if theirs != pytest.approx(ours, rel=2e-9, abs=1):
            wrong.append(
                (row.reporter, row.partner, row.period, row.flow, theirs, ours)
            )
        assert (row.quality, row.coverage) == (hand.quality, hand.coverage), row
    assert not wrong, pd.DataFrame(wrong).to_string()
    held = {
        (row.reporter, row.partner, row.period, row.flow) for row in found.itertuples()
    }
    years = [str(year) for year in range(2015, 2027)]
    for partner in HOME:
        ends = (partner, "CHN") if reporter == "partner" else (reporter, partner)
        for year in years:
            for flow in ("export", "import", "total"):
                known = cell_of(*ends, year, flow, goods=goods) is not None
                assert known == ((*ends, year, flow) in held), (ends, year, flow)
