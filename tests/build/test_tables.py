"""The tables: found, described, cached, read in dollars, and rows of them chosen."""

import json
import re

import frictionless
import pandas as pd
import pycountry
import pytest
from fetch_files import cases
from published_rows import of, one

import catrade_build.tables.trade as data
from catrade import cli
from catrade_build.tables import paths
from catrade_build.tables.definitions import tables
from catrade_build.tables.names import GROUPS, code_of
from dictionary import data_package, with_rules, with_sections, written
from rounding.errors import DataError, ParameterError

# --- where they are


def test_data_dir_is_the_source_tree_unless_named(root, tmp_path, monkeypatch):
    monkeypatch.delenv("CATRADE_DATA", raising=False)
    assert paths.data_dir() == root / "data"
    monkeypatch.setenv("CATRADE_DATA", str(tmp_path))
    assert paths.data_dir() == tmp_path
    monkeypatch.setenv("CATRADE_DATA", str(tmp_path / "none"))
    with pytest.raises(DataError, match="none, which is not a folder"):
        paths.data_dir()


def test_the_tables_of_the_project_one_stands_in_are_read(root, tmp_path, monkeypatch):
    """`check` in a checkout once found no faults in other tables than its own."""
    monkeypatch.delenv("CATRADE_DATA", raising=False)
    (tmp_path / "mine/notebooks").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "mine/notebooks")
    own = tmp_path / "mine/data"
    own.mkdir()
    (own / "trade.csv").write_text("somebody's\n", "utf-8")
    assert paths.data_dir() == root / "data"  # any table may be called so
    (own / "tables.yaml").touch()
    assert paths.data_dir() == own


def test_check_says_which_tables_it_read(root, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/trade.csv").touch()
    monkeypatch.setenv("CATRADE_DATA", str(root / "data"))
    assert cli.main(["check"]) == 0
    out, err = capsys.readouterr()
    assert f"rows in {root / 'data'}: no faults" in out
    assert f"tables are read from {root / 'data'}, not from data in this folder" in err


# --- read again when a file changed


def test_a_table_is_read_again_only_if_its_file_changed(data_copy):
    first = data.read_table("countries", data_copy)
    first.loc[0, "code"] = "XXX"
    assert "XXX" not in set(data.read_table("countries", data_copy)["code"])
    file = data_copy / "countries.csv"
    file.write_bytes(file.read_bytes().replace(b"ZWE", b"XKX"))
    assert "XKX" in set(data.read_table("countries", data_copy)["code"])


def test_removing_a_source_is_noticed_though_the_table_did_not_change(data_copy):
    data.read_table("exchange_rates", data_copy)
    path = data_copy / "sources.csv"
    before = path.read_bytes()
    path.write_bytes(re.sub(rb"(?m)^menafn-2024-12-19,.*\n", b"", before))
    with pytest.raises(DataError, match=r"'menafn-2024-12-19' is not in sources\.csv"):
        data.read_table("exchange_rates", data_copy)


# --- in dollars


def test_intervals_by_hand():
    value, how = [48.6] * 4 + [0.0], ["nearest", "floor", "ceiling", "about", "nearest"]
    printed = {"value": value, "precision": 0.2, "rounding": how}
    low, high = data.published_interval(pd.DataFrame(printed))
    assert low.tolist() == pytest.approx([48.5, 48.6, 48.4, 48.4, 0.0])  # never below 0
    assert high.tolist() == pytest.approx([48.7, 48.8, 48.6, 48.8, 0.1])


def test_conversion_carries_the_interval_of_the_rate(data_copy, monkeypatch):
    (data_copy / "exchange_rates.csv").write_text(
        "currency,period,rate,low,high,basis,source_ids,note\n"
        "CNY,2024,8,5,10,by hand,gacc-2024-rmb-github,\n",
        "utf-8",
    )
    monkeypatch.setenv("CATRADE_DATA", str(data_copy))
    frame = of(data.load_trade(), reporter="CHN", partner="TJK", flow="export")
    row = one(frame, period="2024", sources="gacc-2024-rmb-github")
    # 24,988,910,000 yuan to the nearest 10,000, at 8 (5 to 10) yuan a dollar
    assert row["value_usd"] == 24_988_910_000 / 8
    assert row["low_usd"] == 24_988_905_000 / 10
    assert row["high_usd"] == 24_988_915_000 / 5
    assert row["precision_usd"] == 10_000 / 8
    # a month without a rate is left out; these customs printed in dollars too
    months = frame.loc[frame["frequency"] == "monthly", "period"].tolist()
    assert months == ["2024-09", "2026-01", "2026-06"]


# --- rows of a table

PERIODS = ["2024", "2024-12", "2025-03", "2025-Q1", "2025-H1", "2025-10M", "2026"]
TABLE = pd.DataFrame({"period": PERIODS, "flow": ["export", "import"] * 3 + ["total"]})
FLOWS = ["export", "import", "total"]
#: Start and end | what is kept: the year 2024 ends with its December.
BETWEEN = """
None None | 2024 2024-12 2025-03 2025-Q1 2025-H1 2025-10M 2026
"2024-12" "2025-03" | 2024 2024-12 2025-03 2025-Q1
"2025-04" "2025" | 2025-H1 2025-10M
None 2024 | 2024 2024-12
"""


@pytest.mark.parametrize(("ends", "kept"), cases(BETWEEN))
def test_a_period_is_in_if_it_ends_in_the_time_between(ends, kept):
    start, end = map(eval, ends.split())
    assert data.select(TABLE, start, end)["period"].tolist() == kept.split()


def test_year_and_frequency_may_be_asked_for_too():
    kinds = ["annual", "monthly", "quarterly", "half", "ytd"]
    asked = {"flow": ("export", FLOWS), "frequency": (["monthly", "half"], kinds)}
    rows = data.select(TABLE, **asked)
    assert rows[["period", "year", "frequency"]].to_numpy().tolist() == [
        ["2025-03", 2025, "monthly"],
        ["2025-H1", 2025, "half"],
    ]
    for flow, many in ("all", 7), (None, 7), ([], 0):
        assert len(data.select(TABLE, flow=(flow, FLOWS))) == many


def test_choices_are_listed_where_they_fit_and_else_the_nearest_is_named():
    with pytest.raises(ParameterError, match=r"^end must not be before start; got sta"):
        data.select(TABLE, 2025, 2020)
    with pytest.raises(ParameterError, match="flow must be one of export, import, tot"):
        data.select(TABLE, flow=("exports", FLOWS))
    many = [f"series_{n}" for n in range(100)]
    with pytest.raises(ParameterError, match=r"is called 'serie_7'.*'series_7'"):
        data.select(TABLE, flow=("serie_7", many))
    with pytest.raises(ParameterError, match="did you mean 'trade'"):
        data.read_table("trades")


# --- countries


def test_country_codes_are_those_of_iso():
    frame = data.read_table("countries").set_index("code")
    countries = frame[frame["is_group"] == "no"]
    held = countries[["iso2", "m49"]].to_dict("index")
    assert held == {
        country.alpha_3: {"iso2": country.alpha_2, "m49": country.numeric}
        for country in pycountry.countries
    }
    # UN Comtrade counts five with their customs territories; the last is "Other Asia".
    comtrade = {"CHE": "757", "FRA": "251", "IND": "699", "NOR": "579", "USA": "842"}
    comtrade["TWN"] = "490"
    differs = countries["comtrade"] != countries["m49"]
    assert countries.loc[differs, "comtrade"].to_dict() == comtrade


def test_a_country_is_known_by_any_of_its_codes():
    assert [code_of(code) for code in ("KAZ", "KZ", "kz", "398")] == ["KAZ"] * 4
    # a chapter of goods, UN Comtrade's France, two letters of nobody
    assert [code_of(code) for code in ("27", "251", "ZZ")] == ["27", "251", "ZZ"]
    assert GROUPS["CA5"] == ("KAZ", "KGZ", "TJK", "TKM", "UZB")


# --- described for others


def test_the_dictionary_is_made_from_the_definitions(root):
    text = (root / "data" / "README.md").read_text("utf-8")
    assert with_rules(with_sections(text)) == text, "run `make docs`"
    with pytest.raises(DataError, match="one pair of marks"):
        with_sections(text.replace("<!-- table: trade -->", ""))


def test_the_package_is_made_from_the_definitions_and_the_rows(root):
    text = (root / "data" / "datapackage.json").read_text("utf-8")
    made = written(data_package(root / "data"))
    assert text == made, "run `make docs`"
    resources = json.loads(text)["resources"]
    assert [resource["name"] for resource in resources] == list(tables())


def test_every_table_is_valid_by_a_tool_of_others(root):
    report = frictionless.validate(str(root / "data" / "datapackage.json"))
    assert report.valid, report.to_summary()
    rows = {task.name: task.stats["rows"] for task in report.tasks}
    assert set(rows) == set(tables())
