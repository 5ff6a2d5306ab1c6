"""Goods by heading from files: the bulletin of Kyrgyz foreign trade, and WITS by product."""

from __future__ import annotations

from pathlib import Path

import fetch_files as made
import pandas as pd
import pytest
from fetch_files import copy_tables

import catrade as ct
from catrade_fetch import files, goods
from catrade_fetch.errors import FetchError
from catrade_fetch.kept import kept_rows
from catrade_fetch.store import listing

# --- the bulletin of Kyrgyz foreign trade --------------------------------------------------------

SHEET = "таб.3-Импорт (4зн) "


#: 1,500.5 and 250 thousand dollars of 8422, 437,039.586 and 100 of 8703, 1,000 of nobody we know.
ROWS = """
Таблица 3: Импорт товаров в Кыргызскую Республику в разрезе "товар-страна"
Вернуться к содержанию
Код ТН ВЭД|Товар, страна|Единица|2025 г.|||2024 г.||
|||Количество|тыс. сомов|тыс. долларов|Количество|тыс. сомов|тыс. долларов
||||||||
|ВСЕГО||||439890.086|||
8422|Машины посудомоечные|тонн|10||1750.5|||
|Китай||8||1500.5|7||999
|Казахстан||2||250|||
8703|Автомобили легковые|штук|49501||438139.586|||
|Китай||49497||437039.586|||
|Казахстан||4||100|||
|Страна неизвестная||||1000|||
"""


def bulletin(folder: Path, *changes: str) -> Path:
    text = made.changed(ROWS, *changes)
    other = {"таб.3-Импорт-ЕАЭС(4зн) ": [["Вернуться"]]}
    return made.book(folder / "kg.xlsx", {**other, SHEET: made.grid(text)})


def test_headings_of_all_countries_are_read(tmp_path, monkeypatch):
    data = copy_tables(tmp_path / "data")
    done = made.run(data, "file", bulletin(tmp_path))
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
    file = bulletin(tmp_path, *changes.split(" & "))
    told = files.import_file(file, copy_tables(tmp_path / "data"))
    assert f"by heading of {period} as kgz-headings-{period.lower()}" in told


def test_what_lacks_headings_is_partial(tmp_path):
    short = bulletin(tmp_path, "439890.086=>600000")
    told = files.import_file(short, copy_tables(tmp_path / "data"))
    assert "73.3% of the imports that it prints" in told


def test_a_bulletin_read_again_with_other_figures_is_used_and_both_stay(tmp_path):
    data = copy_tables(tmp_path / "data")
    for change in ("", "1500.5=>1400.5"):
        files.import_file(bulletin(tmp_path, change), data)
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
    files.import_file(bulletin(tmp_path, *changes.split(" & ")), data)
    file = data / "fetched/kgz/kgz-headings-2025.csv"
    kept = pd.read_csv(file, dtype={"heading": str}, index_col=["exporter", "heading"])
    assert kept["value_usd"].to_dict() == {
        ("CHN", "8422"): 1_500_500,
        ("CHN", "8703"): 437_039_586,
        ("KAZ", "8422"): 250_000,
        ("KAZ", "8703"): 100_000,
    }
    assert kept.loc[("CHN", "8703"), "pieces"] == 49_497


WRONG = """
Код ТН ВЭД=>Номер | has no row that begins with «Код ТН ВЭД»
2025 г.=> & 2024 г.=> | says of no year or months
|ВСЕГО|=>|Итог| | has no row «ВСЕГО»
1500.5=>много | 8422, Китай is 'много', not a number
1500.5=>#REF! | 8422, Китай is 'F8=#REF!', not a number
8422|М=>#N/A|М | has a figure for 'A7=#N/A', which is no code of four digits
сомов|тыс. долларов|К=>сомов|млн. долларов|К | has no column «тыс. долларов» under 2025 г. (it has:
  Количество, тыс. сомов, млн. долларов)
сомов|тыс. долларов|К=>сомов|млн. долларов|К & 2025 г.=> & 2024 г.=> & "товар-страна"=>за 2019 год |
  has no column «тыс. долларов» under its period
сомов|тыс. долларов|К=>долларов|тыс. сомов|К & ВСЕГО||||=>ВСЕГО|||38490382.5| | ВСЕГО is more in
  dollars than in som: its columns are not what their headings say
439890.086=>100 | has headings that are 439,890.1% of what «ВСЕГО» says
439890.086=>437000 | has headings that are 100.7% of what «ВСЕГО» says
2025 г.=>2099 г. | period 2099, has not ended
2025 г.=>январь-декабрь 2099 г. | period 2099, has not ended
8422|М=>842|М | has a figure for '842', which is no code of four digits
8422|М=>84221|М | has a figure for '84221', which is no code of four digits
"""


@pytest.mark.parametrize(("changes", "sentence"), made.cases(WRONG))
def test_a_bulletin_that_cannot_be_read_is_refused_in_a_sentence(
    changes, sentence, tmp_path
):
    file = bulletin(tmp_path, *changes.split(" & "))
    data = copy_tables(tmp_path / "data")
    with pytest.raises(FetchError, match=r"kg\.xlsx, sheet таб\.3") as refused:
        files.import_file(file, data)
    assert sentence in str(refused.value)


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


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "dta"])
def test_headings_of_wits_are_read(kind, tmp_path, monkeypatch):
    data = copy_tables(tmp_path / "data")
    file = _products(tmp_path) if kind == "csv" else _saved_as(kind, tmp_path)
    told = made.run(data, "file", file).output
    assert "kept 3 figures by heading of 2023 as wits-headings-" in told
    assert "countries: 3 rows" in told
    monkeypatch.setenv("CATRADE_DATA", str(data))
    found = ct.goods("CHN", "export", reporter="MNG", level="heading", full=True)
    ore = found.set_index("code").loc["2603"]
    assert ore["value"] == pytest.approx(2.7000005)
    assert ore["of_world"] == pytest.approx(2.7000005 / 2.76)
    assert ore["coverage"] == "partial"


#: Its rows | what is said
REFUSED = """
H5,MNG,26,Mongolia,CHN,China,2023,Export,6,3400000 | has no heading of four digits
S3,MNG,2603,Mongolia,CHN,China,2023,Export,6,3400000 | has no heading of four digits
H5,MNG,2603,Mongolia,CHN,China,2023,Export,6,x | row 2: TradeValue in 1000 USD is 'x', not a number
H5,MNG,2603,Mongolia,CHN,China,23,Export,6,1 | row 2 has no year: Year '23'
"""


@pytest.mark.parametrize(("row", "says"), made.cases(REFUSED))
def test_what_is_no_heading_is_refused(row, says, tmp_path):
    assert says in made.refusal(files.import_file, _products(tmp_path, row))


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


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "8703",
            "8799",
            "row 2, column heading, must be a heading of the HS (four digits)",
        ),
        (
            "2024,import",
            "2024,imprt",
            "row 4, column flow, must be one of export, import",
        ),
        ("Georgia,2024,import", "Gorgia,2024,import", "row 4 has 'Gorgia' as partner"),
        (
            "900000,USD",
            "900000,EUR",
            "row 4, column currency, must be one of USD; got 'EUR'",
        ),
        ("3004", "8703", "twice, which would count double"),
        ("2500000", "-1", "row 3, column value, must be 0 or more"),
        ("net_weight_t", "net_weight", "did you mean 'net_weight_t'?"),
    ],
)
def test_a_wrong_row_of_ones_own_is_named(tmp_path, old, new, fault):
    data, file = copy_tables(tmp_path / "data"), tmp_path / "goods.csv"
    file.write_text(OWN.replace(old, new), "utf-8")
    done = made.run(data, "file", file, *SAID)
    assert isinstance(done.exception, FetchError)
    assert fault in str(done.exception)
    assert not list((data / "fetched").rglob("own-headings-*"))
