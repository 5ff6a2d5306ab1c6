"""Odd tables give the growth page sense for the other countries and a sentence for the odd one."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import computed
import pytest

import catrade as ct

ROOT = Path(__file__).resolve().parent.parent
Row = dict[str, str]


def _kazakh(row: Row) -> bool:
    return (row["reporter"], row["partner"]) == ("CHN", "KAZ")


def _set(
    where: Callable[[Row], bool], **values: str
) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [row | values if where(row) else row for row in rows]


def _without(where: Callable[[Row], bool]) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [row for row in rows if not where(row)]


def _doubted(row: Row) -> bool:
    return _kazakh(row) and row["quality"] == "ok"


def _of_2024(row: Row) -> bool:
    return _kazakh(row) and row["period"] == "2024"


DOUBT = {"quality": "doubtful", "quality_reason": "a reason"}
CASES: dict[str, Callable[[list[Row]], list[Row]]] = {
    "zero_in_2024": _set(_of_2024, value="0", growth_printed="", growth_precision=""),
    "all_zero": _set(_kazakh, value="0", growth_printed="", growth_precision=""),
    "precision_beyond_value": _set(_kazakh, precision="1000000000000"),
    "all_doubtful": _set(_doubted, **DOUBT),
    "every_row_doubtful": _set(lambda row: row["quality"] == "ok", **DOUBT),
    "all_rejected": _set(_kazakh, quality="rejected", quality_reason="a reason"),
    "no_kazakhstan": _without(_kazakh),
    "one_row": lambda rows: [
        row for row in rows if _of_2024(row) and row["flow"] == "total"
    ][:1],
}


@pytest.mark.parametrize(
    ("case", "partner"),
    [
        *((case, "KAZ") for case in CASES),
        ("all_zero", "CA5"),
        ("precision_beyond_value", "CA5"),
    ],
)
def test_the_page_stands(
    case: str, partner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data", folder, ignore=shutil.ignore_patterns("fetched"))
    with (folder / "trade.csv").open(encoding="utf-8", newline="") as source:
        rows = [*csv.DictReader(source)]
    kept = CASES[case](rows)
    with (folder / "trade.csv").open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, [*rows[0]], lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    monkeypatch.setenv("CATRADE_DATA", str(folder))
    items = computed.displayed(
        ROOT / "notebooks" / "trade_growth.ipynb", {"partner": partner}
    )
    shown = [item for item in items if item is not None]
    text = "\n".join(f"{item}{getattr(item, '_repr_html_', str)()}" for item in shown)
    assert ct.names.name_of(partner) in text
    seen = re.sub(r'href="[^"]*"|<svg.*?</svg>', "", text, flags=re.DOTALL)
    assert not re.search(r"\binf\b|\bnan\b|\bNone\b|base_period", seen)
    assert "sources of this page" in text
