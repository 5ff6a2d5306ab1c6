"""Goods by heading from files: the bulletin of Kyrgyz foreign trade, and WITS by product."""

from __future__ import annotations

from pathlib import Path

import fetch_files as made
import pandas as pd
import pytest
from fetch_files import bulletin, copy_tables

import catrade as ct
from catrade_fetch import files, goods
from catrade_fetch.kept import kept_rows
from catrade_fetch.store import listing

# --- the bulletin of Kyrgyz foreign trade --------------------------------------------------------


def test_headings_of_all_countries_are_read(tmp_path, monkeypatch):
    data = copy_tables(tmp_path / "data")
    done = made.run(data, "file", bulletin(tmp_path / "kg.xlsx"))
    assert done.exit_code == 0, done.output
    assert "kept 4 figures by heading of 2025 as kgz-headings-2025" in done.output
    assert "Страна неизвестная" in done.output
    monkeypatch.setenv("CATRADE_DATA", str(data))
    asked = {"reporter": "KGZ", "level": "heading", "full": True, "start": 2024}
    frame = ct.goods("CHN", "import", **asked).set_index(["year", "code"])
    cars, dishwashers = frame.loc[(2025, "8703")], frame.loc[(2025, "8422")]
    assert cars["value"] == pytest.approx(437039.586e-6)
    assert (cars["pieces"], dishwashers["net_weight_t"]) == (49_497, 8)
    assert pd.isna([cars["net_weight_t"], dishwashers["pieces"]]).all()
    # All that the sheet prints is there: a whole. Another year stays as it is bundled.
    assert set(frame.loc[2025, "coverage"]) == {"complete"}
    assert set(frame.loc[2024, "coverage"]) == {"partial"}
    removed = made.run(data, "remove", "kgz/kgz-headings-2025")
    assert removed.exit_code == 0, removed.output
    back = ct.goods("CHN", "import", **asked).set_index(["year", "code"])
    assert set(back.loc[2025, "coverage"]) == {"partial"}


PERIODS = """
2025 г.=>январь-май 2026г. | 2026-5M
2025 г.=>январь-декабрь 2023 | 2023
2025 г.=> & 2024 г.=> & "товар-страна"=>за 2019 год | 2019
Код ТН ВЭД=>КодТНВЭД | 2025
"""


@pytest.mark.parametrize(("changes", "period"), made.cases(PERIODS))
def test_the_period_is_that_above_the_columns_or_of_the_title(
    changes, period, tmp_path
):
    file = bulletin(tmp_path / "kg.xlsx", *changes.split(" & "))
    told = files.import_file(file, copy_tables(tmp_path / "data"))
    assert f"by heading of {period} as kgz-headings-{period.lower()}" in told


def test_what_lacks_headings_is_partial(tmp_path):
    short = bulletin(tmp_path / "kg.xlsx", "439890.086=>600000")
    told = files.import_file(short, copy_tables(tmp_path / "data"))
    assert "73.3% of the imports that it prints" in told


def test_a_bulletin_read_again_with_other_figures_is_used_and_both_stay(tmp_path):
    data = copy_tables(tmp_path / "data")
    for change in ("", "1500.5=>1400.5"):
        files.import_file(bulletin(tmp_path / "kg.xlsx", change), data)
    labels = [entry.name for entry in listing(data)]
    assert labels == ["kgz-headings-2025", "kgz-headings-2025-2"]
    kept = kept_rows(data, ["kgz"], "composition_headings").rows
    assert set(kept.query("exporter == 'CHN'")["value_usd"]) == {1_400_500, 437_039_586}


#: The same figures under other columns, or under the same headings written otherwise.
WRITTEN = """
тыс. долларов=>тыс.долл. США
тыс. долларов=>Тысяч долларов
Количество=>Кол-во
2025 г.=>Количество & |||Количество|тыс. сомов=>||||тыс. сомов & 2024 г.=> &
  "товар-страна"=>за 2025 год
"""


@pytest.mark.parametrize("changes", [line for (line,) in made.cases(WRITTEN)])
def test_columns_are_found_by_what_they_are_headed(changes, tmp_path):
    """Read by place, thousand som would be dollars."""
    data = copy_tables(tmp_path / "data")
    files.import_file(bulletin(tmp_path / "kg.xlsx", *changes.split(" & ")), data)
    file = data / "fetched/kgz/kgz-headings-2025.csv"
    kept = pd.read_csv(file, dtype={"heading": str}, index_col=["exporter", "heading"])
    assert kept["value_usd"].to_dict() == {
        ("CHN", "8422"): 1_500_500,
        ("CHN", "8703"): 437_039_586,
        ("KAZ", "8422"): 250_000,
        ("KAZ", "8703"): 100_000,
    }
    assert kept.loc[("CHN", "8703"), "pieces"] == 49_497


# --- WITS by product -----------------------------------------------------------------------------

HEAD = (
    "Nomenclature,ReporterISO3,ProductCode,ReporterName,PartnerISO3,PartnerName,Year,"
    "TradeFlowName,TradeFlowCode,TradeValue in 1000 USD"
)


#: Mongolia's copper ore and coal, its chapter 26, something re-exported, and an unknown partner.
PRODUCTS = """
H5,MNG,2603,Mongolia,CHN,China,2023,Export,6,2700000.5
H5,MNG,2603,Mongolia,All,World,2023,Export,6,2760000
H5,MNG,2701,Mongolia,CHN,China,2023,Export,6,8000000
H5,MNG,26,Mongolia,CHN,China,2023,Export,6,3400000
H5,MNG,2701,Mongolia,CHN,China,2023,Re-Export,6,5
H5,MNG,2701,Mongolia,UNS,Unspecified,2023,Export,6,7
"""


def _products(folder: Path, rows: str = PRODUCTS) -> Path:
    return made.write(folder / "DataJobID-1.csv", f"{HEAD}\n{rows.strip()}\n")


def _saved_as(kind: str, folder: Path) -> Path:
    """Save the same table as a workbook, JSON, or a file of Stata as WITS writes one."""
    table, file = pd.read_csv(_products(folder), dtype=str), folder / f"wits.{kind}"
    if kind == "xlsx":
        table.to_excel(file, index=False)
    elif kind == "json":
        table.to_json(file, orient="records")
    elif kind == "dta":  # names without blanks, texts as labels of numbers
        value = table.pop("TradeValue in 1000 USD").astype(float)
        table = table.astype("category")
        table["Year"] = table["Year"].astype("int32")
        table.assign(TradeValuein1000USD=value).to_stata(file, write_index=False)
    return file


@pytest.mark.parametrize("kind", ["xlsx", "json", "dta"])
def test_a_table_of_wits_saved_otherwise_has_the_same_figures(kind, tmp_path):
    for file in (_products(tmp_path), _saved_as(kind, tmp_path)):
        told = files.import_file(file, tmp_path)
    assert "kept 3 figures by heading of 2023 as wits-headings-" in told
    assert len(listing(tmp_path)) == 1  # the same table takes its own place


def test_headings_of_wits_are_read(tmp_path, monkeypatch):
    data = copy_tables(tmp_path / "data")
    told = made.run(data, "file", _products(tmp_path)).output
    assert "countries: 3 rows" in told
    monkeypatch.setenv("CATRADE_DATA", str(data))
    found = ct.goods("CHN", "export", reporter="MNG", level="heading", full=True)
    ore = found.set_index("code").loc["2603"]
    assert ore["value"] == pytest.approx(2.7000005)
    assert ore["of_world"] == pytest.approx(2.7000005 / 2.76)
    assert ore["coverage"] == "partial"


def test_a_file_that_wits_cut_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(goods, "_MOST", 3)
    says = made.refusal(files.import_file, _products(tmp_path))
    assert "has 6 rows, where WITS cuts a file" in says


# --- a file of one's own ------------------------------------------------------------------------

OWN = """reporter,partner,period,flow,heading,value,currency,net_weight_t
TUR,Georgia,2024,export,8703,1500000,USD,200
TUR,Georgia,2024,export,3004,2500000,USD,
TUR,Georgia,2024,import,0802,900000,USD,300
"""
SAID = ("--source", "Statistics office", "--url", "https://example.org/goods")


def test_goods_of_ones_own_are_read(tmp_path, monkeypatch):
    data, file = copy_tables(tmp_path / "data"), tmp_path / "goods.csv"
    file.write_text(OWN, "utf-8")
    assert "--source" in str(made.run(data, "file", file).exception)
    done = made.run(data, "file", file, *SAID)
    assert done.exit_code == 0, done.output
    assert "kept 3 figures by heading of 2024 as own-headings-" in done.output
    monkeypatch.setenv("CATRADE_DATA", str(data))
    asked = {"reporter": "TUR", "level": "heading", "start": 2024, "end": 2024}
    goods = ct.goods("GEO", "export", full=True, **asked)
    goods = goods.set_index("code")
    assert goods["value"].to_dict() == {"8703": 0.0015, "3004": 0.0025}
    assert goods.loc["8703", "net_weight_t"] == 200
    assert pd.isna(goods.loc["3004", "net_weight_t"])
    assert "Statistics office" in ct.sources(goods)._repr_html_()
