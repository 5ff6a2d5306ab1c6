"""Mirror statistics: pairs, ratios, freight, goods, and one country's weight."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from catrade import params
from catrade.calc import mirror
from catrade.calc.mirror import mirror_cells, pairs
from catrade.calc.weight import without_country
from catrade.cells.implied import with_computed
from catrade.cells.series import annual
from catrade.pages.mirror_statistics import goods, say
from catrade.tables.goods import load_highlights
from catrade.tables.names import FLOWS, MIRROR_FLOW
from catrade.tables.trade import load_sources, load_trade
from rounding.errors import ParameterError

DATA = Path(__file__).parent.parent / "data"


def books(
    *rows: tuple[str, str, int, float | None, float | None], half: float = 0
) -> pd.DataFrame:
    """Return cells from (country, flow as China sees it, year, China's figure, the partner's)."""
    cells = [
        (
            side,
            country if side == "CHN" else "CHN",
            country,
            flow,
            str(year),
            year,
            value,
        )
        for country, flow, year, *both in rows
        for side, value in zip(("CHN", country), both, strict=True)
        if value is not None
    ]
    columns = ["reporter", "partner", "country", "flow", "period", "year", "value_usd"]
    frame = pd.DataFrame(cells, columns=columns)
    return frame.assign(
        china_flow=frame["flow"],
        flow=frame["flow"].where(
            frame["reporter"] == "CHN", frame["flow"].map(MIRROR_FLOW)
        ),
        low_usd=frame["value_usd"] - half,
        high_usd=frame["value_usd"] + half,
        source_ids=frame["reporter"].str.lower() + "-" + frame["flow"],
        basis="published",
        quality="ok",
        frequency="annual",
        n_sources=1,
        disagrees=False,
    )


TWO = books(
    ("KAZ", "export", 2024, 28.0, 15.0), ("KAZ", "import", 2024, 16.0, 15.0), half=0.5
)
TOTAL = books(("KAZ", "total", 2024, 44.0, 30.0))


def ends(row: pd.Series[Any], name: str, unit: str = "") -> list[float]:
    return row[[f"{name}{unit}", f"{name}_low{unit}", f"{name}_high{unit}"]].tolist()


def test_pairs_by_hand() -> None:
    found = pairs(pd.concat([TWO, TOTAL])).set_index("flow")
    row = found.loc["export"]
    assert ends(row, "ratio") == pytest.approx([28 / 15, 27.5 / 15.5, 28.5 / 14.5])
    assert ends(row, "difference", "_usd") == [13, 12, 14]
    assert row["source_ids"] == "chn-export;kaz-export"
    # The margin that would close a gap is importer over exporter less 1.
    margin = found["implied_margin"]
    assert margin[["export", "import"]].tolist() == pytest.approx(
        [15 / 28 - 1, 16 / 15 - 1]
    )
    assert pd.isna(margin["total"])
    closed = pairs(TWO, cif_margin=1 / 15).set_index("flow")
    assert closed.loc["import", "implied_margin"] == pytest.approx(0)
    # What only one side has makes no pair; what may be zero no ratio.
    assert pairs(
        books(("KAZ", "export", 2024, 2.0, None), ("KAZ", "export", 2023, None, 1))
    ).empty
    none = pairs(books(("KAZ", "export", 2024, 2.0, 0.2), half=0.2)).iloc[0]
    assert none[["ratio", "ratio_low"]].isna().all()
    assert none["difference_usd"] == pytest.approx(1.8)
    # 11 over 10 less 1; over nothing there is no margin.
    found = pairs(
        books(("KAZ", "export", 2023, 10.0, 11.0), ("KAZ", "export", 2024, 0.0, 5.0))
    )
    assert found["implied_margin"].tolist() == pytest.approx(
        [0.1, math.nan], nan_ok=True
    )
    # One doubtful side is enough.
    weak = TWO.assign(quality=TWO["reporter"].map({"CHN": "ok", "KAZ": "doubtful"}))
    assert set(pairs(weak)["quality"]) == {"doubtful"}


def test_margin_takes_freight_from_the_importer_only() -> None:
    """China's exports are f.o.b. and Kazakhstan's imports of them c.i.f.; the other way round."""
    at = pairs(pd.concat([TWO, TOTAL]), cif_margin=0.1).set_index("flow")
    both = at[["china_usd", "partner_usd"]]
    assert both.loc["export"].tolist() == pytest.approx([28, 15 / 1.1])
    assert both.loc["import"].tolist() == pytest.approx([16 / 1.1, 15])
    assert set(at["cif_margin"]) == {0.1}
    # China's total holds imports of 16 (15.5 to 16.5), Kazakhstan's imports of 15.
    part = 0.1 / 1.1
    assert ends(at.loc["total"], "china", "_usd") == pytest.approx(
        [44 - 16 * part, 44 - 16.5 * part, 44 - 15.5 * part]
    )
    assert at.loc["total", "partner_usd"] == pytest.approx(30 - 15 * part)
    assert len(pairs(TWO, cif_margin=0.5)) == 2  # the largest there may be
    # Of unknown imports a total loses between the freight of none and of all.
    row = pairs(books(("TJK", "total", 2024, 4.4, 2.2)), cif_margin=0.1).iloc[0]
    assert ends(row, "china", "_usd") == pytest.approx([4.2, 4.0, 4.4])
    assert ends(row, "ratio")[1:] == pytest.approx([4.0 / 2.2, 4.4 / 2.0])


@pytest.mark.parametrize("margin", [-0.01, 0.51, 5])
def test_a_margin_that_is_none(margin: float) -> None:
    with pytest.raises(
        ParameterError, match=r"cif_margin must be a fraction from 0 to 0\.5"
    ):
        pairs(TWO, cif_margin=margin)


def test_the_valuation_asked_for_is_a_margin() -> None:
    for asked, margin in (
        ("as_reported", 0.0),
        ("0", 0.0),
        ("cif_5", 0.05),
        (25, 0.25),
    ):
        assert (
            params.validate("mirror_statistics", valuation=asked).cif_margin == margin
        )
    for asked in ("cif_26", "as_repotred", "5.5"):
        with pytest.raises(
            ParameterError, match="valuation must be as_reported, or a whole"
        ):
            params.validate("mirror_statistics", valuation=asked)


# --- what is drawn and said ---------------------------------------------------------------------

SIDES = books(
    ("KAZ", "export", 2023, 5.0, 3.0),
    ("KAZ", "export", 2024, 6.0, 4.0),
    ("KAZ", "export", 2025, 7.0, None),
    ("KAZ", "total", 2024, 9.0, 9.0),
    ("TJK", "export", 2023, 3.0, 1.0),
    ("TKM", "export", 2023, 4.0, None),
    ("TKM", "export", 2024, 1.0, None),
    ("TKM", "export", 2025, 2.0, None),
)


def test_of_each_country_the_newest_figures_that_can_be_compared_are_drawn() -> None:
    rows = mirror.sides(SIDES)
    drawn = {(row.label, row.side): row.value_usd for row in rows.itertuples()}
    assert drawn == {
        ("Kazakhstan, 2024", "China"): 6,
        ("Kazakhstan, 2024", "Partner"): 4,
        ("Tajikistan, 2023", "China"): 3,
        ("Tajikistan, 2023", "Partner"): 1,
        (
            "Turkmenistan, 2024 (China only)",
            "China",
        ): 1,  # of 2024, as most of the others
    }
    assert list(rows) == [
        *(
            "country",
            "label",
            "side",
            "flow",
            "period",
            "year",
            "value_usd",
            "low_usd",
            "high_usd",
        ),
        *("basis", "source_ids"),
    ]
    assert set(mirror.sides(SIDES, "TJK")["label"]) == {"Tajikistan"}
    alone = mirror.sides(SIDES, "TKM")  # of one side the newest
    assert alone[["label", "year"]].to_numpy().tolist() == [
        ["Turkmenistan (China only)", 2025]
    ]


def test_how_the_gap_moved_is_told_by_country() -> None:
    # Kazakhstan's gap from 3 to 8, Tajikistan's from 2 to 1, of which its source changed.
    steps = (("KAZ", 10.0, 7.0, 14.0, 6.0), ("TJK", 4.0, 2.0, 4.0, 3.0))
    rows = [
        (code, flow, year, china * 1e9, own * 1e9)
        for code, *known in steps
        for flow in ("export", "total")
        for year, china, own in ((2023, *known[:2]), (2024, *known[2:]))
    ]
    rows += [("CA4", "total", 2023, 14e9, 9e9), ("CA4", "total", 2024, 18e9, 9e9)]
    cells = books(*rows)
    new = (cells["reporter"] == "TJK") & (cells["year"] == 2024)
    found = mirror.moved(
        pairs(cells.assign(source_ids=cells["source_ids"].mask(new, "press")))
    )
    assert (found["move_usd"] / 1e9).tolist() == [5, 5, -1, -1, 4]
    kinds = {"press": "press"}
    assert say.gap_moved(found, 2024, kinds) == (
        "The gap was $5.0 billion in 2023 and $9.0 billion in 2024: Kazakhstan +$5.0 billion and"
        " Tajikistan −$1.0 billion; the own figures of Tajikistan come from another source than in"
        " 2023."
    )
    assert say.moved_most(found, 2024) == (
        "In 2024 China’s exports to Kazakhstan rose from $10.0 billion to $14.0 billion by China’s"
        " statistics and fell from $7.0 billion to $6.0 billion by Kazakhstan’s."
    )
    assert say.gap_moved(found, 2023, kinds) == say.moved_most(found, 2023) == ""


def test_kazakhstans_own_newest_year_is_computed_from_shares_its_bureau_prints() -> (
    None
):
    """19.2% of 79.04 billion sold and 29.2% of 64.85 billion bought in 2025 were China's.

    So the bureau's first release had it; its panel of 2026 has 15.196 and 18.970 billion.
    """
    rows = load_trade()
    panel = rows["source_id"] == "kaz-bns-panel-2026"
    own = mirror.newest(pairs(mirror_cells(with_computed(rows)))).set_index("country")
    assert own.loc["KAZ", "partner_usd"].sum() == pytest.approx(2 * 34.166e9, rel=1e-4)
    found = mirror.newest(pairs(mirror_cells(with_computed(rows[~panel]))))
    found = found[found["country"] == "KAZ"].set_index("flow")
    assert set(found["year"]) == {2025}
    own = (found["partner_usd"] / 1e9).round(2).to_dict()
    assert own == {"total": 34.11, "export": 18.94, "import": 15.18}
    assert found["ratio"].round(2).to_dict() == {
        "total": 1.43,
        "export": 1.57,
        "import": 1.25,
    }


def test_the_newest_pairs_are_sound_and_end_with_the_region() -> None:
    # Kyrgyzstan's newest are doubtful, and what may be zero has no ratio.
    codes, years = ("CA4", "KAZ", "KGZ", "TJK", "UZB"), (2022, 2023, 2024)
    cells = books(
        *(
            (code, flow, year, 2.0, 1.0)
            for code in codes
            for flow in FLOWS
            for year in years
        )
    )
    new = cells["year"] == 2024
    cells.loc[new & (cells["country"] == "KGZ"), "quality"] = "doubtful"
    cells.loc[new & (cells["country"] == "TJK"), "low_usd"] = 0.0
    found = mirror.newest(pairs(cells))
    assert found[["country", "flow", "year"]].to_numpy().tolist() == [
        [code, flow, year]
        for year, held in ((2023, ("KGZ", "TJK")), (2024, ("KAZ", "UZB", "CA4")))
        for code in held
        for flow in FLOWS
    ]


def test_a_line_breaks_where_its_source_changes_and_where_a_year_is_missing(
    bundled: pd.DataFrame,
) -> None:
    years = ((2018, "a"), (2019, "a"), (2020, "b"), (2022, "b"))
    cells = pd.concat(
        books(("KAZ", "total", year, 2.0, 1.0)).assign(source_ids=kind)
        for year, kind in years
    )
    rows = mirror.with_breaks(pairs(cells), {"a": "official", "b": "dataset"})
    assert rows.loc[rows["ratio"].isna(), "year"].tolist() == [2019.5, 2021]
    assert rows.index.is_unique
    assert (
        len(mirror.with_breaks(pairs(cells), {})) == 5
    )  # one kind: the missing year only
    # Kazakhstan’s are the bureau’s of 2018 to 2022 and since 2024, UN Comtrade’s between.
    rows = mirror.with_breaks(
        pairs(bundled), load_sources().set_index("source_id")["kind"]
    )
    kaz = rows[
        (rows["country"] == "KAZ") & (rows["flow"] == "export") & (rows["year"] > 2015)
    ]
    assert kaz.loc[kaz["ratio"].isna(), "year"].tolist() == [2017.5, 2022.5, 2023.5]


def test_pages_hold_a_country_or_those_that_publish(bundled: pd.DataFrame) -> None:
    both = pairs(bundled)
    assert set(mirror.of_partner(both, "UZB")["country"]) == {"UZB"}
    four = {"KAZ", "KGZ", "TJK", "UZB"}
    assert set(mirror.of_partner(both, "CA5")["country"]) == four | {"CA4"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "nothing for freight to explain"),
        (
            [("KAZ", "export", 2024, 28.0, 15.0), ("KAZ", "import", 2024, 16.5, 15.0)],
            "in 1 of 2 cases it widens the gap, because the importer’s figure, which includes "
            "freight and insurance, is the smaller one. A margin of 10.0% would close the gap in "
            "China’s imports from Kazakhstan.",
        ),
        ([("KGZ", "import", 2024, 2.8, 0.1)], "so it should be the larger one."),
        (
            [("CA4", "export", 2024, 2.8, 0.1)],
            "nothing for freight",
        ),  # it is its members
    ],
    ids=["none", "both ways", "no plausible margin", "a region"],
)
def test_what_freight_explains(rows: list[Any], said: str) -> None:
    cells = books(*rows) if rows else TWO[:0]
    assert said in say.freight(mirror.newest(pairs(cells)))


def test_which_flow_the_gap_is_in() -> None:
    assert (
        say.where(mirror.newest(pairs(TWO))) == "Most of the gap is in China’s exports"
    )
    assert say.where(pairs(TWO[:0])) == "No year has both sides’ figures"


def test_facts_that_bear_on_the_gap_are_told(bundled: pd.DataFrame) -> None:
    """China's 2.8 billion over the ministry's 2.04 is 1.4; 4.95 of 5.24 is 95 per cent."""
    facts, both, china = load_highlights(), pairs(bundled), annual(load_trade())
    said = say.contrary(facts, both, "KGZ")
    assert "Kyrgyz ministry of agriculture, is $2.04 billion" in said
    assert re.search(r"would be 1\.4 times Kyrgyzstan’s, not 23 times", said)
    # "about 70%" of what Kyrgyzstan imports as clothing, in the words of a study
    said = say.sent_on(facts, "KGZ")
    assert "70% of Kyrgyzstan’s imported clothing was sent on to Russia" in said
    assert "$4.95 billion in 2025, 95% of China’s" in say.gold(facts, china, "KGZ")
    for country in ("UZB", "TKM"):
        assert say.contrary(facts, both, country) == say.sent_on(facts, country) == ""
        assert say.gold(facts, china, country) == ""
    rows = say.facts(facts, "CA5")
    assert {"gold", "gold-bearing ore"} <= set(rows["item"])
    assert not {"honey", "hard coal"} & set(rows["item"])
    assert rows.loc[rows["item"] == "gold", "figure"].str.contains(r"\d").all()
    assert set(say.facts(facts, "KGZ")["item"]) <= set(rows["item"])


def test_goods_by_both_sides() -> None:
    """By WITS China sent Kyrgyzstan textiles and clothing of 8.08 billion, 0.53 arrived."""
    rows = goods.by_side("KGZ", 2015, 2026, top=3)
    assert len(rows) == 6
    textiles = (
        rows[rows["good"] == "Textiles and clothing"].set_index("side")["value_usd"]
        / 1e9
    )
    assert textiles.round(2).to_dict() == {"China": 8.08, "Kyrgyzstan": 0.53}
    table = goods.widest(["KGZ", "TJK", "TKM"], 2015, 2026)
    assert table["country"].tolist() == [
        "KGZ",
        "TJK",
    ]  # Turkmenistan has no table of its own
    assert set(goods.GAP_COLUMNS) <= set(table)
    assert set(goods.GAP_COLUMNS) <= set(goods.widest(["TKM"], 2015, 2026))


# --- one country's weight -------------------------------------------------------------------------


def test_without_country_by_hand() -> None:
    figures = (
        ("CA5", 2023, 28.0),
        ("CA5", 2024, 31.0),
        ("KGZ", 2023, 0.1),
        ("KGZ", 2024, 2.8),
    )
    book = books(
        *((code, "import", year, x, None) for code, year, x in figures), half=0.05
    )
    rates = without_country(book, "KGZ").set_index("series")
    growth = rates["growth"]
    assert growth[["region", "country"]].tolist() == pytest.approx([31 / 28 - 1, 27])
    assert ends(rates.loc["without"], "growth") == pytest.approx(
        [28.2 / 27.9 - 1, 28.1 / 28.0 - 1, 28.3 / 27.8 - 1]
    )
    # Without figures of either there is no growth.
    assert set(without_country(book, "TJK")["series"]) == {"region"}
    assert without_country(book[:0], "KGZ").empty
    with pytest.raises(ParameterError, match="without_country needs column 'basis'"):
        without_country(book.drop(columns="basis"), "KGZ")


# --- the bundled figures, by hand -----------------------------------------------------------------

COMTRADE = "comtrade-mirror-cipf"


@pytest.fixture(scope="module")
def bundled() -> pd.DataFrame:
    return mirror_cells(load_trade())


@pytest.fixture(scope="module")
def published() -> pd.Series[float]:
    """What the file says, in billions."""
    rows = pd.read_csv(DATA / "trade.csv", dtype={"period": str})
    key = ["reporter", "partner", "flow", "period", "source_id"]
    return rows.set_index(key)["value"].sort_index() / 1e9


def test_bundled_ratios_by_hand(
    bundled: pd.DataFrame, published: pd.Series[float]
) -> None:
    rows = pairs(bundled).set_index(["country", "flow", "period"])
    kgz = published["CHN", "KGZ", "total", "2024", "astanatimes-2025-01"] / sum(
        published["KGZ", "CHN", flow, "2024", COMTRADE] for flow in ("import", "export")
    )
    assert rows.loc[("KGZ", "total", "2024"), "ratio"] == pytest.approx(kgz, rel=1e-3)
    assert 4.0 < kgz < 4.1
    kaz = published["CHN", "KAZ", "export", "2022", "comtrade-chn-github-2024"]
    kaz /= published["KAZ", "CHN", "import", "2022", "kaz-bns-2022-2023"]
    assert rows.loc[("KAZ", "export", "2022"), "ratio"] == pytest.approx(kaz, rel=1e-6)
    # The Uzbek office's exports hold services, 2.05 billion in 2024; Comtrade has 1.19 of goods.
    # For 2023 China's figure is 1.66 billion; the 1.6 that newspapers had would give 0.91.
    for year, ratio, gap in (("2024", 1.69, 0.82), ("2023", 0.94, -0.10)):
        row = rows.loc[("UZB", "import", year)]
        assert row["ratio"] == pytest.approx(ratio, abs=0.01)
        assert row["difference_usd"] / 1e9 == pytest.approx(gap, abs=0.02)
        own = published["UZB", "CHN", "export", year, COMTRADE]
        assert row["partner_usd"] / 1e9 == pytest.approx(own)
    assert rows.loc[("UZB", "total", "2024"), "ratio"] == pytest.approx(1.20, abs=0.005)
    # 2025 is published with services only, so it has no pair.
    assert ("UZB", "total", "2025") not in rows.index


def test_the_region_is_the_four_that_publish(
    bundled: pd.DataFrame, published: pd.Series[float]
) -> None:
    """By the rows of the file: 84.2 over 49.1 billion of goods, 50.1 with Uzbek services."""

    def goods(*codes: str) -> float:
        flows = ((code, flow) for code in codes for flow in ("export", "import"))
        return sum(
            published[code, "CHN", flow, "2024", COMTRADE] for code, flow in flows
        )

    china = sum(
        published["CHN", code, "total", "2024", "astanatimes-2025-01"]
        for code in ("KAZ", "KGZ", "TJK", "UZB")
    )
    tajik, uzbek = (
        published[code, "CHN", "total", "2024", "review-uz-chn-2025"]
        for code in ("TJK", "UZB")
    )
    own = goods("KAZ", "KGZ", "UZB") + tajik
    services = goods("KAZ", "KGZ") + uzbek + tajik
    assert china / own == pytest.approx(1.71, abs=0.005)
    assert china / services == pytest.approx(1.68, abs=0.005)
    rows = pairs(bundled).set_index(["country", "flow", "period"])
    assert rows.loc[("CA4", "total", "2024"), "ratio"] == pytest.approx(
        china / own, rel=2e-3
    )
    assert "CA5" not in rows.index.get_level_values("country")
    rows = pairs(mirror_cells(load_trade(), coverage=None, partner="CA4"))
    row = rows.set_index(["flow", "period"]).loc[("total", "2024")]
    assert row["ratio"] == pytest.approx(china / services, rel=2e-3)


def test_kyrgyzstan_by_hand() -> None:
    """35.1 less 5.2 against 30.7 less 2.8 billion: half the growth of imports is one country's."""
    rates = without_country(annual(load_trade()), "KGZ").set_index(
        ["series", "flow", "period"]
    )
    region = rates.loc[("region", "import", "2025"), "growth"]
    without = rates.loc[("without", "import", "2025"), "growth"]
    assert region == pytest.approx(35.1 / 30.7 - 1, abs=0.003)
    assert without == pytest.approx((35.1 - 5.24) / (30.7 - 2.81) - 1, abs=0.003)
    assert without < 0.6 * region
