"""Odd tables give the growth page sense for the other countries and a sentence for the odd one."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from computed import displayed
from fetch_files import copy_tables

from catrade import page
from rounding.errors import ParameterError

Row = dict[str, str]


def _kazakh(row: Row) -> bool:
    return (row["reporter"], row["partner"]) == ("CHN", "KAZ")


def _uzbek(row: Row) -> bool:
    return (row["reporter"], row["partner"]) == ("CHN", "UZB")


def _set(
    where: Callable[[Row], bool], **values: str
) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [row | values if where(row) else row for row in rows]


def _of_2024(row: Row) -> bool:
    return _kazakh(row) and row["period"] == "2024"


ZERO = _set(_of_2024, value="0", growth_printed="", growth_precision="")
TOO_ROUGH = _set(_uzbek, precision="1000000000000")
DOUBT = {"quality": "doubtful", "quality_reason": "a reason"}
CASES: dict[str, Callable[[list[Row]], list[Row]]] = {
    "zero_in_2024_and_another_too_rough": lambda rows: TOO_ROUGH(ZERO(rows)),
    "every_row_doubtful": _set(lambda row: row["quality"] == "ok", **DOUBT),
    "no_kazakhstan": lambda rows: [row for row in rows if not _kazakh(row)],
    "one_row": lambda rows: [
        row for row in rows if _of_2024(row) and row["flow"] == "total"
    ][:1],
}


@pytest.fixture(scope="module")
def folder(case: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a case for all its pages; of other countries' own books there is nothing."""
    made = copy_tables(tmp_path_factory.mktemp(case) / "data")
    with (made / "trade.csv").open(encoding="utf-8", newline="") as source:
        every = csv.DictReader(source)
        rows = [row for row in every if row["reporter"] in ("CHN", "KAZ")]
    with (made / "trade.csv").open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, [*rows[0]], lineterminator="\n")
        writer.writeheader()
        writer.writerows(CASES[case](rows))
    return made


PAGES = [
    ("zero_in_2024_and_another_too_rough", "CA5"),
    ("zero_in_2024_and_another_too_rough", "UZB"),
    ("every_row_doubtful", "KAZ"),
    ("one_row", "KAZ"),
]


@pytest.mark.parametrize(("case", "partner"), PAGES, scope="module")
def test_the_page_stands(folder, partner, monkeypatch):
    monkeypatch.setenv("CATRADE_DATA", str(folder))
    shown = displayed("trade_growth", partner=partner)
    text = "\n".join(f"{item}{getattr(item, '_repr_html_', str)()}" for item in shown)
    assert page.names.name_of(partner) in text
    seen = re.sub(r'href="[^"]*"|<svg.*?</svg>', "", text, flags=re.DOTALL)
    assert not re.search(r"\binf\b|\bnan\b|\bNone\b|base_period", seen)
    assert "sources of this page" in text


@pytest.mark.parametrize("case", ["no_kazakhstan"], scope="module")
def test_without_a_figure_there_is_a_sentence(folder, monkeypatch):
    monkeypatch.setenv("CATRADE_DATA", str(folder))
    sentence = "no table has a yearly figure of China on trade with Kazakhstan; .*fetch comtrade"
    with pytest.raises(ParameterError, match=sentence):
        page.validate("trade_growth", partner="KAZ")
