"""The data package says what tables.yaml says, and tools that know neither can use it."""

import json
from pathlib import Path

import frictionless
import pytest
from fetch_files import cases

from catrade_build.tables.definitions import tables
from dictionary import data_package, written


def _faults(folder: Path, table: str) -> list[str]:
    report = (
        frictionless.Package(str(folder / "datapackage.json"))
        .get_resource(table)
        .validate()
    )
    return [fault for task in report.tasks for (fault,) in task.flatten(["type"])]


def test_the_package_is_made_from_the_definitions_and_the_rows(root):
    text = (root / "data" / "datapackage.json").read_text("utf-8")
    assert text == written(data_package(root / "data")), (
        "run: python tools/dictionary.py"
    )
    package = json.loads(text)
    assert [resource["name"] for resource in package["resources"]] == list(tables())
    for resource in package["resources"]:
        assert resource["description"]
        if resource["name"] not in ("countries", "hs_chapters", "known_issues"):
            assert resource["sources"]
            assert resource["licenses"]


def test_every_table_is_valid_by_a_tool_of_others(root):
    report = frictionless.validate(str(root / "data" / "datapackage.json"))
    assert report.valid, report.to_summary()
    rows = {task.name: task.stats["rows"] for task in report.tasks}
    assert set(rows) == set(tables())
    assert min(rows.values()) > 0


FAULTS = """
countries | KAZ,Kazakhstan | kaz,Kazakhstan | constraint-error
trade_shares | ,total, | ,both, | constraint-error
exchange_rates | CNY,2013 | ,2013 | constraint-error
purchase_tax_schedule | ,justauto-201407, | ,nobody, | foreign-key
"""


@pytest.mark.parametrize(("table", "old", "new", "fault"), cases(FAULTS))
def test_a_fault_is_found_by_it(data_copy, table, old, new, fault):
    path = data_copy / f"{table}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert fault in _faults(data_copy, table)
