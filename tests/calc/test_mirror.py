"""Both sides' figures of goods, by the door."""

import pytest

import catrade as ct


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
