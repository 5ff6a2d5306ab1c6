"""tables.yaml: what the reader makes of it, and what a mistake in it leads to."""

import os
import shutil

import faults
import pytest
from fetch_files import cases

from catrade_build.tables.definitions import (
    CELLS_MISSING,
    PARTIAL,
    choices,
    meanings,
    tables,
)
from catrade_build.tables.names import FLOWS


def test_words_that_code_writes_are_words_of_the_lists():
    assert choices("flows") == FLOWS
    coverages = tables()["composition"].columns["coverage"].choices
    assert {PARTIAL, CELLS_MISSING} < set(coverages)


def test_every_claim_kind_needs_columns_of_the_table():
    needed = {
        column for columns in meanings("claim_kinds").values() for column in columns
    }
    assert needed < set(tables()["claims"].columns)


def test_product_groups_are_the_chapters_in_order():
    # 16 ranges that leave out no chapter but 77, which is reserved.
    ranges = [code.split("-") for code in choices("wits_groups")]
    covered = [n for ends in ranges for n in range(int(ends[0]), int(ends[-1]) + 1)]
    assert covered == list(range(1, 100))
    assert [int(code) for code in choices("chapters")] == [
        n for n in covered if n != 77
    ]


def test_a_form_is_for_the_whole_text():
    columns = tables()["policy_events"].columns
    assert columns["landmark"].cell_fault("one two three four five") == ""
    assert (
        columns["landmark"]
        .cell_fault("one two three four five six")
        .startswith("must be at")
    )
    assert columns["measure_id"].cell_fault("a-b;c") == ""
    assert columns["measure_id"].cell_fault("a-b;") != ""
    assert columns["issuers"].cell_fault("MOF;MIIT") == ""
    assert "separated by `;`; got 'MOF, MIIT'" in columns["issuers"].cell_fault(
        "MOF, MIIT"
    )
    assert columns["date"].cell_fault("2023-02-29") != ""
    assert columns["date"].cell_fault("2024-02-29") == ""


#: How numbers are written | what is advised: nothing where a comma may be one of thousands.
HINTS = """
123,5 | (write 123.5)
-0,25 | (write -0.25)
1234,567 | (write 1234.567)
1 234,5 | (write 1234.5)
1,234,567 | (write 1234567)
-1,234.5 | (write -1234.5)
1,234 |
1,23,45 |
12 5 |
"""


@pytest.mark.parametrize(("cell", "hint"), cases(HINTS))
def test_the_advice_on_a_number_is_the_number(cell, hint):
    value = tables()["trade"].columns["value"]
    wrong = f"must be a plain number such as 1234.5; got '{cell}' {hint}"
    assert value.cell_fault(cell) == wrong.strip()


MISTAKES = """
tables: | tables: [ | : cannot be read:
one_of: coverages | one_off: coverages | column coverage of trade: unknown 'one_off'
form: period | form: periods | trade: none of its forms is called 'periods' (did you mean 'period'?)
"""


@pytest.mark.parametrize(("old", "new", "sentence"), cases(MISTAKES))
def test_a_mistake_in_the_file_is_told_in_one_sentence(
    old, new, sentence, root, tmp_path
):
    package = tmp_path / "site" / "catrade_build"
    shutil.copytree(root / "lib" / "catrade_build", package)
    text = (root / "data" / "tables.yaml").read_text("utf-8")
    assert old in text
    (package / "data").mkdir()
    (package / "data" / "tables.yaml").write_text(text.replace(old, new), "utf-8")
    path = os.pathsep.join([str(tmp_path / "site"), str(root / "lib")])
    asked = ("check", "--data", root / "data")
    ended = faults.run(*asked, cwd=tmp_path, env={"PYTHONPATH": path})
    assert ended.status == 1
    assert sentence in faults.one_sentence(ended)
