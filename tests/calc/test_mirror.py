"""Mirror statistics: pairs, ratios, freight, goods, and what is said of them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import pytest

import catrade as ct
from catrade_build.calc import mirror

#: Both sides' figures of China's flows.
pairs = partial(mirror.pairs, reporter="CHN")
Book = tuple[str, str, int, float | None, float | None]


def books(*rows: Book, half: float = 0) -> pd.DataFrame:
    """Return cells from (country, flow, year, China's billions, the partner's)."""
    keys = ["country", "china_flow", "year"]
    frame = pd.DataFrame(rows, columns=[*keys, "CHN", "own"])
    frame = frame.melt(keys, var_name="side", value_name="value").dropna()
    is_china = frame["side"] == "CHN"
    value = frame["value"].astype(float)
    return frame.assign(
        reporter=frame["side"].where(is_china, frame["country"]),
        period=frame["year"].astype(str),
        value_bn=value,
        low_bn=value - half,
        high_bn=value + half,
        sources=frame["side"].str.lower() + "-" + frame["china_flow"],
        basis="published",
        quality="ok",
    )


TWO = books(
    ("KAZ", "export", 2024, 28.0, 15.0),
    ("KAZ", "import", 2024, 16.0, 15.0),
    half=0.5,
)
TOTAL = books(("KAZ", "total", 2024, 44.0, 30.0))


def ends(row: pd.Series[Any], name: str, unit: str = "") -> list[float]:
    return row[[f"{name}{unit}", f"{name}_low{unit}", f"{name}_high{unit}"]].tolist()


def test_pairs_by_hand():
    by_flow = pairs(pd.concat([TWO, TOTAL])).set_index("flow")
    row = by_flow.loc["export"]
    assert ends(row, "ratio") == pytest.approx([28 / 15, 27.5 / 15.5, 28.5 / 14.5])
    assert ends(row, "difference", "_bn") == pytest.approx([13, 12, 14])
    assert row["sources"] == "chn-export;own-export"
    # The margin that would close a gap is importer over exporter less 1.
    margin = by_flow["implied_margin"]
    assert margin["export"] == pytest.approx(15 / 28 - 1)
    assert margin["import"] == pytest.approx(16 / 15 - 1)
    assert pd.isna(margin["total"])
    closed = pairs(TWO, cif_margin=1 / 15).set_index("flow")
    assert closed.loc["import", "implied_margin"] == pytest.approx(0)


def test_what_makes_no_pair_no_ratio_or_no_margin():
    lone = books(
        ("KAZ", "export", 2024, 2.0, None),
        ("KAZ", "export", 2023, None, 1),
    )
    assert pairs(lone).empty
    may_be_zero = books(("KAZ", "export", 2024, 2.0, 0.2), half=0.2)
    ratios = pairs(may_be_zero)[["ratio", "ratio_low"]]
    assert ratios.isna().all(axis=None)
    nothing = books(("KAZ", "export", 2024, 0.0, 5.0))
    assert pairs(nothing)["implied_margin"].isna().all()


def test_one_doubtful_side_is_enough():
    of_side = {"CHN": "ok", "KAZ": "doubtful"}
    weak = TWO.assign(quality=TWO["reporter"].map(of_side))
    assert set(pairs(weak)["quality"]) == {"doubtful"}


def test_margin_takes_freight_from_the_importer_only():
    """China's exports are f.o.b. and Kazakhstan's imports of them c.i.f.; the other way round."""
    at = pairs(pd.concat([TWO, TOTAL]), cif_margin=0.1).set_index("flow")
    both = at[["china_bn", "partner_bn"]]
    assert both.loc["export"].tolist() == pytest.approx([28, 15 / 1.1])
    assert both.loc["import"].tolist() == pytest.approx([16 / 1.1, 15])
    assert set(at["cif_margin"]) == {0.1}
    # China's total holds imports of 16 (15.5 to 16.5), Kazakhstan's imports of 15.
    part = 0.1 / 1.1
    assert ends(at.loc["total"], "china", "_bn") == pytest.approx(
        [44 - 16 * part, 44 - 16.5 * part, 44 - 15.5 * part]
    )
    assert at.loc["total", "partner_bn"] == pytest.approx(30 - 15 * part)
    assert len(pairs(TWO, cif_margin=0.5)) == 2  # the largest there may be
    # Of unknown imports a total loses between the freight of none and of all.
    row = pairs(books(("TJK", "total", 2024, 4.4, 2.2)), cif_margin=0.1).iloc[0]
    assert ends(row, "china", "_bn") == pytest.approx([4.2, 4.0, 4.4])
    assert ends(row, "ratio")[1:] == pytest.approx([4.0 / 2.2, 4.4 / 2.0])


def test_single_chapters_stand_in_where_a_side_has_no_whole_table():
    # China lists seven chapters of 2024: ores 4,548,351,248 of 11,300,400,884 dollars in all seven,
    # and 15,911,621,031 of all goods; Kazakhstan has the ores it sent at 3.94 billion.
    goods = ct.mirror_goods("KAZ", "CHN", singly=True).set_index("goods")
    ores = goods.loc["Ores"]
    assert ores["importer_bn"] == 4.548351248
    assert ores["covered"] == pytest.approx(11_300_400_884 / 15_911_621_031)
    assert ores["covered_of"] == "CHN"
    # Among all flows it has the groups of 2023, which both sides hold whole.
    every = ct.mirror_goods(["CHN", "KAZ"], ["CHN", "KAZ"])
    assert every["covered"].isna().all()
    assert {*every["year"]} == {2023}
