"""Figures that nobody published as such: by hand, and where they are used."""

import pandas as pd
import pytest
from published_rows import one, raw

from catrade_build.cells.implied import (
    implied_by_growth,
    shares_of_totals,
    sums_of_chapters,
    with_computed,
)
from catrade_build.tables.trade import load_sources, load_trade

RATES = pd.DataFrame({"currency": ["CNY"], "period": "2023"})
RATES = RATES.assign(rate=7.0, low=6.9, high=7.1)


def _printed(
    value: float, unit: float, growth: float, precision: float, **more
) -> pd.DataFrame:
    rows = raw(("CHN", "KGZ", "2024", "export", value, unit / 2))
    return rows.assign(growth_printed=growth, growth_precision=precision, **more)


def _ends(frame: pd.DataFrame) -> list[float]:
    return (frame[["low_usd", "value_usd", "high_usd"]].iloc[0] / 1e9).tolist()


def test_a_base_by_hand():
    # 110 to the nearest 2 on growth of 10 per cent to the nearest: 109 / 1.105 to 111 / 1.095.
    base = implied_by_growth(_printed(110, 2, 0.1, 0.01), RATES)
    assert _ends(base) == pytest.approx([109 / 1.105, 100, 111 / 1.095])
    row = base.iloc[0]
    assert (row["period"], row["flow"], row["basis"]) == (
        "2023",
        "export",
        "implied_by_growth",
    )
    # Yuan growth works on the yuan, converted at the rate of the base's year.
    yuan = implied_by_growth(_printed(770, 14, 0.1, 0.01, currency="CNY"), RATES)
    assert _ends(yuan) == pytest.approx([763 / 1.105 / 7.1, 100, 777 / 1.095 / 6.9])
    assert implied_by_growth(
        _printed(770, 14, 0.1, 0.01, currency="CNY"), RATES[:0]
    ).empty
    # What may have been nothing, and a rejected figure, imply nothing.
    assert implied_by_growth(_printed(1, 1, -1.0, 0.01), RATES).empty
    assert implied_by_growth(
        _printed(110, 2, 0.1, 0.01, quality="rejected"), RATES
    ).empty


def test_only_whole_flows_of_either_side_are_added_up():
    frame = pd.DataFrame(
        {
            "exporter": "KAZ",
            "importer": "CHN",
            "reporter": ["CHN", "CHN", "KAZ", "BACI"],
            "year": [2023, 2023, 2023, 2023],
            "hs_chapter": ["26", "74", "26", "26"],
            "value_usd": [3e9, 2e9, 4e9, 5e9],
            "low_usd": [2.5e9, 1.5e9, 3.5e9, 4.5e9],
            "high_usd": [3.5e9, 2.5e9, 4.5e9, 5.5e9],
            "unlisted_usd": [0.25e9, 0.25e9, 0.0, 0.0],
            "coverage": ["complete", "complete", "partial", "complete"],
            "sources": ["a", "a", "b", "c"],
        }
    )
    sums = sums_of_chapters(frame)
    assert sums[["reporter", "partner", "flow", "sources"]].to_numpy().tolist() == [
        ["CHN", "KAZ", "import", "a"]
    ]
    assert _ends(sums) == [4.0, 5.0, 6.25]


SHARES = pd.DataFrame({"reporter": ["KAZ"], "partner": "CHN", "period": "2025"})
SHARES = SHARES.assign(flow="export", share=0.192, share_precision=0.001)
SHARES = SHARES.assign(quality="ok", coverage="goods", sources="s")


def test_a_share_of_a_total():
    totals = raw(("KAZ", "WLD", "2025", "export", 79.0, 0.5, "t"))
    estimates = shares_of_totals(SHARES, totals)
    # 19.15 to 19.25 per cent of 78.5 to 79.5
    assert _ends(estimates) == pytest.approx([0.1915 * 78.5, 0.192 * 79, 0.1925 * 79.5])
    how = estimates[["basis", "quality", "sources"]].iloc[0].tolist()
    assert how == ["share_of_total", "ok", "s;t"]
    assert shares_of_totals(SHARES, totals.assign(coverage="goods_and_services")).empty
    assert shares_of_totals(SHARES.assign(quality="rejected"), totals).empty
    # 0 to 0.05 per cent: no share is below nothing
    small = shares_of_totals(SHARES.assign(share=0.0, quality="doubtful"), totals)
    assert _ends(small) == pytest.approx([0, 0, 0.0005 * 79.5])
    assert small["quality"].item() == "doubtful"


def test_a_share_is_of_the_total_of_its_own_release():
    """Though a finer one came later: 19.2 per cent of 79 are 15.168."""
    own = raw(("KAZ", "WLD", "2025", "export", 79.0, 0.5, "s"))
    later = raw(("KAZ", "WLD", "2025", "export", 81.0, 0.01, "later"))
    estimates = shares_of_totals(SHARES, pd.concat([later, own], ignore_index=True))
    assert estimates["value_usd"].tolist() == pytest.approx([15.168e9])
    assert estimates["sources"].tolist() == ["s"]


def test_a_computed_figure_is_described_as_a_published_one():
    trade = load_trade().query(
        "reporter == 'UZB' and flow == 'import' and period in ('2024', '2025')"
    )
    figures = with_computed(trade)
    assert set(figures["basis"][: len(trade)]) == {"published"}
    added = figures[len(trade) :]
    assert set(added["basis"]) == {"share_of_total"}
    assert {*added["reporter"], *added["flow"]} == {"UZB", "import"}
    sound = trade[trade["quality"] == "ok"]
    assert added.merge(sound, on=["reporter", "partner", "period", "flow"]).empty
    row = one(added, partner="CHN", period="2025")
    names = ["currency", "converted", "quality_reason", "rounding", "derived"]
    assert [row[name] for name in names] == ["USD", False, "", "nearest", True]
    assert row["precision_usd"] == row["high_usd"] - row["low_usd"]
    published = load_sources().set_index("source_id")["published"]
    assert row["published"] == published[row["sources"].partition(";")[0]]


@pytest.mark.parametrize("storage", ["python", "pyarrow"])
def test_text_stays_as_trade_has_it(storage):
    # `catrade.warm` changes how text is stored, while tables read before it are still held.
    trade = load_trade().query("reporter == 'KAZ' and frequency == 'annual'")
    with pd.option_context("mode.string_storage", storage):
        load_trade()
        figures = with_computed(trade)
    assert len(figures) > len(trade)
    assert figures[list(trade.columns)].dtypes.equals(trade.dtypes)
