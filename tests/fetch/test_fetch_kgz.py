"""The bulletin of Kyrgyz foreign trade, in a workbook made in its layout."""

from __future__ import annotations

from pathlib import Path

import fetch_files as made
import pandas as pd
import pytest
from fetched_pages import copy_tables

import catrade as ct
from catrade_fetch import files
from catrade_fetch.errors import FetchError

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


#: By heading, as Kyrgyzstan counts what it buys.
ASKED = {"reporter": "KGZ", "level": "heading", "full": True}


def test_headings_of_all_countries_are_read(tmp_path, monkeypatch):
    data = copy_tables(tmp_path / "data")
    done = made.run(data, "file", bulletin(tmp_path))
    assert done.exit_code == 0, done.output
    assert "kept 4 figures by heading of 2025 as kgz-headings-2025" in done.output
    assert "Страна неизвестная" in done.output
    monkeypatch.setenv("CATRADE_DATA", str(data))
    frame = ct.goods("CHN", "import", start=2025, end=2025, **ASKED)
    assert frame[["code", "value"]].to_numpy().tolist() == [
        ["8703", pytest.approx(437039.586e-6)],
        ["8422", pytest.approx(1500.5e-6)],
    ]
    # All that the sheet prints is there: a whole, and no longer the largest headings alone.
    assert set(frame["coverage"]) == {"complete"}
    assert frame["pieces"].tolist()[0] == 49_497
    assert frame["pieces"].isna().tolist()[1]
    # 8 tonnes of the one; the other is counted.
    assert frame["net_weight_t"].tolist() == [
        pytest.approx(float("nan"), nan_ok=True),
        8,
    ]
    assert frame["sources"].unique().tolist() == ["kgz-headings-2025"]
    kazakh = ct.goods("KAZ", "import", **ASKED)
    assert kazakh["value"].tolist() == pytest.approx([250e-6, 100e-6])
    # Other years stay as they are bundled.
    bundled = ct.goods("CHN", "import", start=2024, end=2024, **ASKED)
    assert set(bundled["coverage"]) == {"partial"}
    removed = made.run(data, "remove", "kgz/kgz-headings-2025")
    assert removed.exit_code == 0, removed.output
    back = ct.goods("CHN", "import", start=2025, end=2025, **ASKED)
    assert set(back["coverage"]) == {"partial"}


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
    data = copy_tables(tmp_path / "data")
    files.import_file(bulletin(tmp_path, *changes.split(" & ")), data)
    assert _kept(data) == {
        "CHN 8422": (1_500_500, -1),
        "CHN 8703": (437_039_586, 49_497),
        "KAZ 8422": (250_000, -1),
        "KAZ 8703": (100_000, 4),
    }


def test_columns_may_stand_in_another_order(tmp_path):
    """Read by place, thousand som would be dollars: 87.5 som a dollar in all rows."""
    lines = []
    for line in made.grid(ROWS):
        cells = [*line, *[""] * 9][:9]
        if cells[5].replace(".", "").isdigit():
            cells[4] = f"{87.5 * float(cells[5]):.4f}"
        lines.append("|".join(cells[place] for place in (0, 1, 2, 5, 3, 4, 6, 7, 8)))
    head = made.changed("\n".join(lines), "Единица||2025 г.|=>Единица|2025 г.||")
    data = copy_tables(tmp_path / "data")
    files.import_file(made.book(tmp_path / "kg.xlsx", {SHEET: made.grid(head)}), data)
    assert _kept(data)["CHN 8703"] == (437_039_586, 49_497)


def _kept(data: Path) -> dict[str, tuple[float, float]]:
    """Return dollars and pieces (-1 for none) by exporter and heading."""
    kept = pd.read_csv(
        data / "fetched/kgz/kgz-headings-2025.csv", dtype={"heading": str}
    )
    cells = kept["exporter"] + " " + kept["heading"]
    figures = zip(kept["value_usd"], kept["pieces"].fillna(-1), strict=True)
    return dict(zip(cells, figures, strict=True))


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
