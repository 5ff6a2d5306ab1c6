"""An edition as kept and as written: whole, of its state of data, and never something of others."""

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import edition as page_of_columns
from catrade_build import edition, makers, write
from catrade_build.columns import columns_of
from rounding.errors import ParameterError


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A folder of caches of this test's own, and nothing kept in memory."""
    monkeypatch.setenv("CATRADE_CACHE", str(tmp_path / "cache"))
    made = []

    def small():
        made.append(1)
        return pd.DataFrame({"reporter": ["CHN", "KAZ"], "value": [1.5, 2.5]})

    monkeypatch.setitem(makers.TABLES, "figures", small)
    edition._table.cache_clear()
    edition._hash_of_state.cache_clear()
    yield made
    edition._table.cache_clear()
    edition._hash_of_state.cache_clear()


def kept_file():
    (file,) = edition.folder().glob("figures-*.kept")
    return file


def asked_again():
    """The table as another process has it, which holds nothing in memory."""
    edition._table.cache_clear()
    edition._hash_of_state.cache_clear()
    return edition.table("figures")


def test_a_table_is_made_once_for_all_processes(cache):
    first = edition.table("figures")
    assert asked_again().equals(first)
    assert len(cache) == 1
    assert kept_file().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("harm", ["cut", "empty", "not one"])
def test_a_damaged_file_is_made_anew(cache, harm):
    edition.table("figures")
    file = kept_file()
    content = file.read_bytes()
    file.write_bytes({"cut": content[:-20], "empty": b"", "not one": b"x" * 500}[harm])
    assert asked_again()["value"].tolist() == [1.5, 2.5]
    assert file.read_bytes() == content


def test_a_table_made_with_another_version_is_not_taken(cache, monkeypatch):
    edition.table("figures")
    monkeypatch.setattr(metadata, "version", lambda _: "0.0.1")
    asked_again()
    assert len(cache) == 2


@pytest.fixture
def false(cache):
    """A kept table like any other, that somebody else has made."""
    edition.table("figures")
    file = kept_file()
    rows = pd.DataFrame({"reporter": ["CHN"], "value": [666.0]})
    file.write_bytes(edition._sealed(rows))
    assert asked_again()["value"].tolist() == [666.0]
    return file


@pytest.mark.parametrize("whose", ["file", "folder"])
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_another_user_has_put_there_is_not_read(false, whose):
    os.chown(false if whose == "file" else false.parent, 12345, -1)
    assert asked_again()["value"].tolist() == [1.5, 2.5]


@pytest.mark.parametrize("harm", ["others may write it", "a link"])
def test_what_others_may_change_is_not_read(false, harm, tmp_path):
    if harm == "a link":
        false.symlink_to(false.rename(tmp_path / "other"))
    else:
        false.chmod(0o666)
    assert asked_again()["value"].tolist() == [1.5, 2.5]


def test_without_a_home_a_table_is_made_all_the_same(cache, monkeypatch):
    def no_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("CATRADE_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    assert asked_again()["value"].tolist() == [1.5, 2.5]


def test_other_data_are_another_edition(cache, data_copy, monkeypatch):
    edition.table("figures")
    monkeypatch.setenv("CATRADE_DATA", str(data_copy))
    with (data_copy / "trade.csv").open("a") as table:
        table.write("\n")
    edition.table("figures")
    assert len(cache) == 2


def test_the_longest_unused_files_go(cache, monkeypatch):
    monkeypatch.setattr(edition, "MOST", 10)
    edition.table("figures")
    assert list(edition.folder().glob("*")) == []


# --- as files


def test_an_edition_says_what_its_columns_are(tmp_path):
    counts = write.write(tmp_path / "edition", reporter="Kazakhstan")
    package = json.loads((tmp_path / "edition/datapackage.json").read_text())
    tables = {table["name"]: table for table in package["resources"]}
    assert {"claims", "facts", "market", "sources"} <= {*tables}
    figures = tables["figures"]
    assert [field["name"] for field in figures["schema"]["fields"]] == columns_of(
        "figures"
    )
    table = pd.read_parquet(tmp_path / "edition/figures.parquet")
    text = pd.read_csv(tmp_path / "edition/figures.csv")
    assert len(table) == len(text) == counts["figures"] > 500
    assert set(table["reporter"]) == {"KAZ"}
    assert text["value"].sum() == pytest.approx(table["value"].sum())


def test_a_workbook_has_a_sheet_a_table_and_says_what_they_are(tmp_path):
    counts = write.write(tmp_path / "edition", reporter="TJK", workbook=True)
    book = openpyxl.load_workbook(tmp_path / "edition/edition.xlsx")
    assert book.sheetnames == ["about", *counts]
    rows = [row[0] for row in book["about"].iter_rows(values_only=True)]
    assert {"figures", "comtrade-chn-github-2024"} <= set(rows)
    assert {name: book[name].max_row - 1 for name in counts} == counts
    cells = [cell for sheet in book.worksheets for row in sheet for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_it_replaces_an_edition_and_nothing_else(tmp_path):
    folder = tmp_path / "edition"
    write.write(folder, reporter="TJK")
    write.write(folder, reporter="TJK")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    with pytest.raises(ParameterError, match="holds something else than an edition"):
        write.write(mine)
    assert (mine / "thesis.txt").read_text() == "years of work"
    assert {path.name for path in tmp_path.iterdir()} == {"edition", "mine"}


def test_the_page_of_columns_is_current(root):
    text = (root / "docs/edition.md").read_text("utf-8")
    assert text == page_of_columns.page(), "run `make docs`"


#: Makes each table in a process forked for it, which notes what it reads into a file of its name.
NOTING = """
import os, sys
from catrade_build import edition, makers

for name, made in makers.TABLES.items():
    if not (child := os.fork()):
        os.environ["PAGEMILL_READ_LOG"] = os.path.join(sys.argv[1], name)
        made()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0, name
"""


def test_who_takes_a_kept_table_has_read_all_that_it_was_made_of(tmp_path):
    """Otherwise a page that found it kept would not be due when one of these changes."""
    for name in makers.TABLES:
        edition.table(name)  # what others are made of is found kept
    subprocess.run([sys.executable, "-c", NOTING, tmp_path], check=True)
    for name in makers.TABLES:
        noted = {*(tmp_path / name).read_text(encoding="utf-8").split()}
        assert noted <= {*edition.read_by(name)}, name
