"""Loading tables: found, validated, cached, filtered, in dollars."""

import re
import zipfile

import faults
import pandas as pd
import pycountry
import pytest
from hatchling.builders.wheel import WheelBuilder

import catrade_build.tables.trade as data
from catrade import cli
from catrade_build.tables import paths
from catrade_build.tables.names import GROUPS, NAMES, UNIONS, code_of, name_of
from dictionary import with_sections
from rounding.errors import DataError, ParameterError


def test_data_dir_is_the_source_tree_unless_named(root, tmp_path, monkeypatch):
    monkeypatch.delenv("CATRADE_DATA", raising=False)
    assert paths.data_dir() == root / "data"
    monkeypatch.setenv("CATRADE_DATA", str(tmp_path))
    assert paths.data_dir() == tmp_path
    monkeypatch.setenv("CATRADE_DATA", str(tmp_path / "none"))
    with pytest.raises(DataError, match="none, which is not a folder"):
        paths.data_dir()


def test_the_tables_of_the_project_one_stands_in_are_read(root, tmp_path, monkeypatch):
    """Tester T16: `check` in a checkout found no faults in other tables than its own."""
    monkeypatch.delenv("CATRADE_DATA", raising=False)
    (tmp_path / "mine/notebooks").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "mine/notebooks")
    own = tmp_path / "mine/data"
    own.mkdir()
    (own / "trade.csv").write_text("somebody's\n", "utf-8")
    assert paths.data_dir() == root / "data"  # any table may be called so
    (own / "tables.yaml").touch()
    assert paths.data_dir() == own


def test_check_says_which_tables_it_read(
    root,
    tmp_path,
    monkeypatch,
    capsys,
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/trade.csv").touch()
    monkeypatch.setenv("CATRADE_DATA", str(root / "data"))
    assert cli.main(["check"]) == 0
    out, err = capsys.readouterr()
    assert f"rows in {root / 'data'}: no faults" in out
    assert f"tables are read from {root / 'data'}, not from data in this folder" in err
    assert cli.main(["check", "--data", str(root / "data")]) == 0
    assert capsys.readouterr().err == ""


def test_a_table_is_read_again_only_if_its_file_changed(data_copy):
    first = data.read_table("countries", data_copy)
    first.loc[0, "code"] = "XXX"
    assert "XXX" not in set(data.read_table("countries", data_copy)["code"])
    file = data_copy / "countries.csv"
    file.write_bytes(file.read_bytes().replace(b"ZWE", b"XKX"))
    assert "XKX" in set(data.read_table("countries", data_copy)["code"])


def test_what_is_fetched_is_noticed_where_the_tables_lie_in_the_package(
    data_copy, monkeypatch
):
    monkeypatch.setattr("catrade_build.tables.paths._OWN", (data_copy, data_copy))
    monkeypatch.setenv("CATRADE_DATA", str(data_copy))
    monkeypatch.setenv("XDG_DATA_HOME", str(data_copy.parent / "home"))
    before = data.state_of_files()
    (paths.fetched_dir(data_copy) / "baci").mkdir(parents=True)
    assert data.state_of_files() != before


def test_removing_a_source_is_noticed_though_the_table_did_not_change(
    data_copy,
):
    data.read_table("exchange_rates", data_copy)
    path = data_copy / "sources.csv"
    before = path.read_bytes()
    path.write_bytes(re.sub(rb"(?m)^menafn-2024-12-19,.*\n", b"", before))
    with pytest.raises(DataError, match=r"'menafn-2024-12-19' is not in sources\.csv"):
        data.read_table("exchange_rates", data_copy)


def test_a_table_that_is_not_there_names_the_nearest():
    with pytest.raises(ParameterError, match="did you mean 'trade'"):
        data.read_table("trades")


def test_intervals_by_hand():
    value, how = [48.6] * 4 + [0.0], ["nearest", "floor", "ceiling", "about", "nearest"]
    printed = {"value": value, "precision": 0.2, "rounding": how}
    low, high = data.published_interval(pd.DataFrame(printed))
    assert low.tolist() == pytest.approx(
        [48.5, 48.6, 48.4, 48.4, 0.0]
    )  # never below zero
    assert high.tolist() == pytest.approx([48.7, 48.8, 48.6, 48.8, 0.1])


def test_conversion_carries_the_interval_of_the_rate(data_copy, monkeypatch):
    (data_copy / "exchange_rates.csv").write_text(
        "currency,period,rate,low,high,basis,source_ids,note\n"
        "CNY,2024,8,5,10,by hand,gacc-2024-rmb-github,\n",
        "utf-8",
    )
    monkeypatch.setenv("CATRADE_DATA", str(data_copy))
    frame = data.load_trade("CHN", "TJK", "export", start=2024, end=2024)
    monthly = data.load_trade("CHN", "TJK", "export", frequency="monthly")
    row = frame[frame["sources"] == "gacc-2024-rmb-github"].iloc[0]
    # 24,988,910,000 yuan to the nearest 10,000, at 8 (5 to 10) yuan a dollar
    assert row["value_usd"] == 24_988_910_000 / 8
    assert row["low_usd"] == 24_988_905_000 / 10
    assert row["high_usd"] == 24_988_915_000 / 5
    assert row["precision_usd"] == 10_000 / 8
    # a month without a rate is left out; these customs printed in dollars too
    assert list(monthly["period"]) == ["2024-09", "2026-01", "2026-06"]


def test_without_conversion_figures_stay_as_published():
    frame = data.load_trade(
        "EU27", "UZB", "export", start=2023, end=2023, convert=False
    )
    assert frame[["value", "currency", "converted"]].to_numpy().tolist() == [
        [4354770465.0, "EUR", False]
    ]
    assert frame["value_usd"].isna().all()


def test_dictionary_is_made_from_the_definitions(root):
    text = (root / "data" / "README.md").read_text("utf-8")
    assert with_sections(text) == text, "run: python tools/dictionary.py"
    for mark in ("<!-- table: trade -->", "<!-- end: trade -->"):
        with pytest.raises(DataError, match="one pair of marks"):
            with_sections(text.replace(mark, ""))


def test_country_codes_agree_with_iso_and_the_code():
    # UN Comtrade counts five with their customs territories; the last is "Other Asia".
    comtrade = {"CHE": "757", "FRA": "251", "IND": "699", "NOR": "579", "USA": "842"}
    comtrade["TWN"] = "490"
    frame = data.read_table("countries").set_index("code")
    countries = frame[frame["is_group"] == "no"]
    assert {*countries.index} == {country.alpha_3 for country in pycountry.countries}
    for row in countries.itertuples():
        country = pycountry.countries.get(alpha_3=row.Index)
        assert (row.iso2, row.m49) == (country.alpha_2, country.numeric)
        assert row.comtrade == comtrade.get(row.Index, country.numeric)
        assert row.name_en == name_of(row.Index)
    groups = frame[frame["is_group"] == "yes"]
    assert groups["name_en"].to_dict() == {code: NAMES[code] for code in groups.index}
    members = {code: ";".join(several) for code, several in (GROUPS | UNIONS).items()}
    assert groups["members"].to_dict() == members | {"WLD": ""}
    assert groups.loc[["WLD", "CA5"], "m49"].tolist() == ["001", "143"]


def test_a_country_may_be_named_by_any_of_its_codes():
    for country in pycountry.countries:
        for code in (country.alpha_2, country.alpha_2.lower(), country.numeric):
            assert code_of(code) == country.alpha_3
    # a chapter of goods, UN Comtrade's France, two letters of nobody
    assert [code_of(code) for code in ("27", "251", "ZZ")] == ["27", "251", "ZZ"]
    by_letters = data.load_trade("CN", ["KZ", "uz"], start=2024)
    assert set(by_letters["partner"]) == {"KAZ", "UZB"}
    assert data.load_trade("CN", 398, start=2024)["partner"].unique() == ["KAZ"]


def test_an_installed_copy_has_tables_and_definitions_inside(root, tmp_path):
    (wheel,) = WheelBuilder(str(root)).build(
        directory=str(tmp_path), versions=["standard"]
    )
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    kinds = {".py", ".sql", ".j2", ".css", ".js"}
    files = [path for path in (root / "lib").rglob("*") if path.suffix in kinds]
    files = [path for path in files if "catrade_fetch" not in path.parts]
    wanted = {path.relative_to(root / "lib").as_posix() for path in files}
    # An analyst's editor knows the types by these.
    wanted |= {"catrade/py.typed", "pagemill/py.typed"}
    assert "catrade_build/check/rules/jump.sql" in wanted
    assert wanted <= set(archive.namelist())
    folders = {name.partition("/")[0] for name in archive.namelist()}
    ours = {folder for folder in folders if "." not in folder}
    assert ours == {"catrade", "catrade_build", "pagemill", "rounding"}
    site = {"PYTHONPATH": str(tmp_path / "site")}
    ended = faults.run("check", cwd=tmp_path, env=site, unset=["CATRADE_DATA"])
    assert f"rows in {tmp_path / 'site/catrade_build/data'}: no faults" in ended.out


def test_what_a_figure_counts_can_be_asked_for():
    both = data.load_trade("UZB", "CHN", "export", start=2024, end=2024)
    assert set(both["coverage"]) == {"goods", "goods_and_services"}
    goods = data.load_trade(
        "UZB", "CHN", "export", start=2024, end=2024, coverage="goods"
    )
    # Comtrade's 1.190 billion of goods, beside 2.05 billion that may include services.
    assert set(goods["coverage"]) == {"goods"}
    assert goods["value_usd"].tolist() == pytest.approx([1.19e9], rel=0.001)
