"""Headings from a file of WITS by product: read, marked as some of a flow; a cut one is refused."""

from pathlib import Path

import fetch_files as made
import pandas as pd
import pytest
from fetched_pages import copy_tables

import catrade as ct
from catrade_fetch import files, wits_goods
from catrade_fetch.errors import FetchError

HEAD = (
    "Nomenclature,ReporterISO3,ProductCode,ReporterName,PartnerISO3,PartnerName,Year,"
    "TradeFlowName,TradeFlowCode,TradeValue in 1000 USD"
)
#: Mongolia's copper ore and coal, its chapter 26, something re-exported, and an unknown partner.
ROWS = """
H5,MNG,2603,Mongolia,CHN,China,2023,Export,6,2700000.5
H5,MNG,2603,Mongolia,All,World,2023,Export,6,2760000
H5,MNG,2701,Mongolia,CHN,China,2023,Export,6,8000000
H5,MNG,26,Mongolia,CHN,China,2023,Export,6,3400000
H5,MNG,2701,Mongolia,CHN,China,2023,Re-Export,6,5
H5,MNG,2701,Mongolia,UNS,Unspecified,2023,Export,6,7
"""


def written(folder: Path, *rows: str) -> Path:
    file = folder / "DataJobID-1.csv"
    file.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    return file


def _saved_as(kind: str, folder: Path) -> Path:
    """Save the same table as a workbook, JSON, or a file of Stata as WITS writes one."""
    csv = written(folder, *ROWS.strip().splitlines())
    if kind == "csv":
        return csv
    table, file = pd.read_csv(csv, dtype=str), folder / f"wits.{kind}"
    if kind == "xlsx":
        table.to_excel(file, index=False)
    elif kind == "json":
        table.to_json(file, orient="records")
    else:  # names without blanks, texts as labels of numbers
        value = table.pop("TradeValue in 1000 USD").astype(float)
        table = table.astype("category")
        table["Year"] = table["Year"].astype("int32")
        table.assign(TradeValuein1000USD=value).to_stata(file, write_index=False)
    return file


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "dta"])
def test_headings_are_read(kind, tmp_path, monkeypatch):
    data = copy_tables(tmp_path / "data")
    done = made.run(data, "file", _saved_as(kind, tmp_path))
    assert done.exit_code == 0, done.output
    assert "kept 3 figures by heading as wits-headings-" in done.output
    assert "3 rows are not read" in done.output
    monkeypatch.setenv("CATRADE_DATA", str(data))
    found = ct.goods("CHN", "export", reporter="MNG", level="heading", full=True)
    found = found.dropna(subset="value").set_index("code")
    assert found.loc["2603", "value"] == pytest.approx(2.7000005)
    assert found.loc["2603", "of_world"] == pytest.approx(2.7000005 / 2.76)
    assert found["coverage"].unique().tolist() == ["partial"]


def test_a_cut_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(wits_goods, "_MOST", 3)
    data = copy_tables(tmp_path / "data")
    file = written(tmp_path, *ROWS.strip().splitlines())
    with pytest.raises(FetchError, match="where WITS cuts a file"):
        files.import_file(file, data)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            "H5,MNG,26,Mongolia,CHN,China,2023,Export,6,3400000",
            "no heading of four digits",
        ),
        ("H5,MNG,2603,Mongolia,CHN,China,2023,Export,6,x", "not a number"),
    ],
)
def test_what_is_no_heading_is_refused(row, says, tmp_path):
    with pytest.raises(FetchError, match=says):
        files.import_file(written(tmp_path, row), copy_tables(tmp_path / "data"))
