"""What is kept of files: nothing is lost, nothing is believed that was not asked, all can go."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import fetch_files as made
import pandas as pd
import pytest
from fetch_files import (
    ENGLISH,
    TURKEY,
    WORLD,
    cases,
    chinese,
    copy_tables,
    imf,
    plus,
    record,
    write,
)

from catrade_build.tables import paths
from catrade_fetch import files, rows
from catrade_fetch.check import check_fetched
from catrade_fetch.errors import FetchError
from catrade_fetch.store import listing
from rounding.errors import PressError

MONGOLIA = "|2022|2023\nMongolia|1.5|2.5"


def test_one_partner_after_all_takes_nothing_away(tmp_path):
    """UN Comtrade Plus: all partners, then one of them with another figure."""
    lines = record("5"), record("6", TURKEY), record("7", WORLD)
    everyone = plus(tmp_path / "all.csv", *lines)
    single = plus(tmp_path / "one.csv", record("55", TURKEY))
    told = made.run(tmp_path, "file", everyone, single).output
    stay = "all.csv (comtrade-plus-uzb-2024-import) has other figures for 1 of them, which stay"
    assert f"{stay}: the newest publication's are used, those of one.csv" in told
    assert list(made.figures(tmp_path).values()) == [5, 7, 55]
    made.run(tmp_path, "file", single)
    assert len(listing(tmp_path)) == 2  # the same file takes its own place
    label = "comtrade_plus/comtrade-plus-uzb-tur-2024-import"
    assert made.run(tmp_path, "remove", label).exit_code == 0
    assert list(made.figures(tmp_path).values()) == [5, 6, 7]


#: A table of the same month in which one figure is another.
REVISED = ("2,500,100=>2,500,123", "4,000,123=>4,000,146")
KAZ_EXPORT = ("CHN", "KAZ", "2026-05", "export")


def test_a_day_of_publication_says_which_table_is_used(tmp_path):
    late = write(tmp_path / "late.html", ENGLISH)
    early = write(tmp_path / "early.html", made.changed(ENGLISH, *REVISED))
    files.import_file(late, tmp_path, published="2026-06-20")
    told = files.import_file(early, tmp_path, published="2026-06-18")
    assert "the newest publication's are used, those of late.html" in told
    assert made.figures(tmp_path)[KAZ_EXPORT] == 2_500_100_000
    # Yuan stand beside dollars.
    files.import_file(chinese(tmp_path / "cny.xlsx"), tmp_path)
    kept = rows.trade_rows(tmp_path).rows.query(
        "partner == 'KAZ' and period == '2026-05'"
    )
    assert kept["currency"].value_counts().to_dict() == {"USD": 3, "CNY": 3}


def test_a_day_of_publication_is_taken_of_any_file(tmp_path):
    book = imf(tmp_path / "b.xlsx", MONGOLIA)
    assert "(--published DAY says the day)" in made.run(tmp_path, "file", book).output
    day = ("--published", "2024-05-01")
    assert "without a day" not in made.run(tmp_path, "file", book, *day).output
    sources = rows.trade_rows(tmp_path).sources
    assert sources["published"].tolist() == ["2024-05-01"]
    early = made.said(made.run(tmp_path, "file", book, "--published", "2023-12-31"))
    assert "b.xlsx is of 2023, which had not ended then" in early


def test_a_refused_file_does_not_keep_others_from_being_read(tmp_path):
    bad = write(tmp_path / "bad.csv", "a,b,c\n1,2,3\n")
    result = made.run(tmp_path, "file", bad, imf(tmp_path / "b.xlsx", MONGOLIA))
    assert result.exit_code == 1
    assert "b.xlsx: kept 2 figures" in result.output
    assert "bad.csv is a table with the columns a, b, c" in made.said(result)


#: A file below fetched/ | what it has.
DAMAGED = """
gacc/a.json | {"records": 3}
gacc/a.json | {"records": "x", "fetched": "2026-01-01T00:00:00Z", "source": {}}
comtrade/CHN/a.json | {"records": 3, "fetched": "2026-01-01T00:00:00Z", "request": {}}
baci/pairs.json | {"pairs": 3}
baci/HS17_V202601/manifest.json | {"records": 3, "fetched": "2026-01-01T00:00:00Z"}
"""


@pytest.mark.parametrize(("name", "manifest"), cases(DAMAGED))
def test_what_was_damaged_is_told_in_a_sentence(tmp_path, name, manifest):
    file = tmp_path / "fetched" / name
    file.parent.mkdir(parents=True)
    file.write_text(manifest)
    result = made.run(tmp_path, "list")
    assert result.exception is None or isinstance(
        result.exception, PressError | SystemExit
    )
    assert "what was fetched cannot be read" in made.said(result)
    assert check_fetched(tmp_path)[0]


def test_installed_tables_are_no_place_to_write(tmp_path, monkeypatch):
    installed = copy_tables(tmp_path / "site-packages/catrade_build/data")
    monkeypatch.setattr(paths, "_OWN", (tmp_path / "data", installed))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    book = imf(tmp_path / "b.xlsx", MONGOLIA)
    assert made.run(installed, "file", book).exit_code == 0
    home = tmp_path / "home/catrade/fetched"
    kept = [path.name for path in home.glob("*/*.csv")]
    assert kept == ["imf-kaz-mng-2022-2023-export.csv"]
    assert not (installed / "fetched").exists()
    assert f"in {home}" in made.run(installed, "list").output


# --- whose trade it is ---------------------------------------------------------------------------

#: The bulletin of October; in the first the total is China's, in 10,000 yuan: bundled are 4.7
#: trillion yuan for July 2026.
OCTOBER = ("5月=>10月",)


WHOLE = (
    *OCTOBER,
    "总值|3700000|17500000|2100000|10500000|1600000|7000000"
    "=>总值|480000000|4000000000|280000000|2300000000|200000000|1700000000",
)


def test_the_total_must_be_of_the_size_of_chinas(data_copy, tmp_path):
    other = chinese(tmp_path / "u.xlsx", *OCTOBER)
    times = r"its total.* is about 0\.\d+ times China's a month of 2026-"
    with pytest.raises(FetchError, match=times):
        files.import_file(other, data_copy)
    assert not (data_copy / "fetched").exists()
    path = chinese(tmp_path / "t.xlsx", *WHOLE)
    assert "kept" in files.import_file(path, data_copy)


NOBODY = ("--source", "Nobody", "--url", "https://example.org")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_tables(tmp_path_factory.mktemp("tables") / "data")


@pytest.fixture
def data(tables: Path) -> Iterator[Path]:
    """The bundled tables, out of which goes what a test took in."""
    yield tables
    shutil.rmtree(tables / "fetched", ignore_errors=True)


def bundled_figures(data: Path) -> pd.DataFrame:
    """China's figures of the bundled tables, as somebody might have them in a CSV."""
    held = pd.read_csv(data / "trade.csv", dtype=str, keep_default_na=False)
    held = held.query(
        "reporter == 'CHN' and quality == 'ok' and currency == 'USD' and flow != 'total'"
        " and period in ('2021', '2022', '2023') and partner in ('KAZ', 'KGZ', 'UZB')"
    )
    cell = ["reporter", "partner", "period", "flow"]
    return held.drop_duplicates(cell)[[*cell, "value", "currency"]]


def flows_exchanged(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.replace({"export": "import", "import": "export"})


def sides_exchanged(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns={"reporter": "partner", "partner": "reporter"})


def years_ago(frame: pd.DataFrame, count: int) -> pd.DataFrame:
    return frame.assign(period=frame["period"].astype(int) - count)


def times(frame: pd.DataFrame, factor: float) -> pd.DataFrame:
    return frame.assign(value=frame["value"].astype(float) * factor)


def column_in_another_unit(frame: pd.DataFrame) -> pd.DataFrame:
    is_column = (frame["flow"] == "import") & (frame["period"] == "2023")
    return pd.concat([frame[~is_column], times(frame[is_column], 0.001)])


def row_moved_left(frame: pd.DataFrame) -> pd.DataFrame:
    """Every cell of a row stands a year too early, where its first was lost."""
    frame = frame.sort_values("period")
    is_row = (frame["partner"] == "KAZ") & (frame["flow"] == "import")
    cells = frame[is_row]
    left = cells.iloc[:2].assign(value=list(cells["value"].iloc[1:]))
    return pd.concat([frame[~is_row], left])


def partners_moved_on(frame: pd.DataFrame) -> pd.DataFrame:
    """Every figure stands beside the next partner."""
    partners = {"KAZ": "KGZ", "KGZ": "UZB", "UZB": "KAZ"}
    return frame.assign(partner=frame["partner"].map(partners))


def revised(mistaken: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[..., Any]:
    """Make a mistake in the download of another day: all is 0.3% larger or smaller."""

    def of_another_day(frame: pd.DataFrame) -> pd.DataFrame:
        signs = [1 + 0.003 * (-1) ** number for number in range(len(frame))]
        return mistaken(frame.assign(value=frame["value"].astype(float) * signs))

    return of_another_day


#: Of three partners, three years and two flows: what is wrong, and how it is told.
MISTAKES = {
    partial(years_ago, count=10): "18 of the 18 figures … those of 10 years later",
    partial(times, factor=10): "18 of the 18 figures … 10 times too large",
    column_in_another_unit: "3 of the 3 figures of 2023, import, … 1,000 times too small",
    row_moved_left: "2 of the 2 figures of CHN, KAZ, import, … those of a year later",
    # But of Kazakhstan in 2022, whose exports and imports are near each other.
    revised(flows_exchanged): "16 of the 18 figures … those of the other flow",
    revised(sides_exchanged): "18 of the 18 figures … those of the partner as reporter",
    # Ten that were a fifth apart from a year before; one that a release says to the thousandth.
    revised(
        partial(years_ago, count=1)
    ): "11 of the 18 figures … those of a year later",
    # A table in thousand dollars headed as of 10,000 yuan.
    revised(
        partial(times, factor=1.41)
    ): "18 of the 18 figures … 1.41 times as large, as of another currency or unit",
    partners_moved_on: "12 of the 18 figures … more than 2 times above or below them",
}


@pytest.mark.parametrize(("mistaken", "sentence"), MISTAKES.items())
def test_a_wrong_file_is_not_taken_in_without_a_question(
    data, tmp_path, mistaken, sentence
):
    """Tester: of 200 changed files 42 were taken: wrong throughout, or a column, flow or row."""
    file = tmp_path / "own.csv"
    mistaken(bundled_figures(data)).to_csv(file, index=False)
    compared = "that can be compared with bundled ones are"
    why = f"own.csv was not kept: {sentence.replace('…', compared)};"
    assert why in made.said(made.run(data, "file", file, *NOBODY))
    assert listing(data) == []


def test_a_wrong_file_is_taken_in_by_force(data, tmp_path):
    file = tmp_path / "own.csv"
    flows_exchanged(bundled_figures(data)).to_csv(file, index=False)
    asked = ("file", file, *NOBODY)
    assert "18 of the 18 figures" in made.said(made.run(data, *asked))
    assert made.run(data, *asked, "--force").exit_code == 0
    assert len(listing(data)) == 1


@pytest.mark.parametrize("mark", ["", " E"])
def test_estimates_may_be_the_other_sides(data, tmp_path, mark):
    """The IMF takes the other side's figures where a country reports none, and marks them."""
    sold = bundled_figures(data).query("partner == 'KAZ' and flow == 'export'")
    millions = sold.sort_values("period")["value"].astype(float) / 1e6
    cells = "|".join(f"{value:.6f}{mark}" for value in millions)
    rows = f"|2021|2022|2023\nChina, P.R.: Mainland|{cells}"
    told = made.said(
        made.run(data, "file", imf(tmp_path / "a.xlsx", rows, "Imports, CIF"))
    )
    assert ("what the other side reports" in told) == (not mark)
    assert len(listing(data)) == bool(mark)


@pytest.mark.parametrize("factor", [1, 0.95, 1.1])
def test_a_revised_file_is_taken_in_without_a_question(data, tmp_path, factor):
    file = tmp_path / "own.csv"
    revised(partial(times, factor=factor))(bundled_figures(data)).to_csv(
        file, index=False
    )
    assert made.run(data, "file", file, *NOBODY).exit_code == 0
