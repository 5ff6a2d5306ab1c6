"""The press and its projects, installed and worked on: it stands alone, and pages are the same."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from processes import python
from saved_pages import WAVES, waves_env

CODE = "from pagemill.provenance import library_hash; print(library_hash())"
MODULE = """\
import os
from pathlib import Path
from pagemill.project import Project
TABLES = Path(os.environ.get("TIDES", Path(__file__).parent / "data"))
if not TABLES.is_dir():
    TABLES = Path(__file__).parents[1] / "data"
PROJECT = Project("tides", {}, tables=lambda: TABLES)
"""


def hashed(root: Path, tables: Path, **others: str) -> str:
    """The hash of a small package whose tables lie somewhere, though others are read."""
    package = root / "tides"
    package.mkdir(parents=True)
    tables.mkdir()
    (package / "__init__.py").write_text(MODULE, "utf-8")
    (tables / "heights.csv").write_text("height\n1\n", "utf-8")
    own = {"PAGEMILL_PROJECT": "tides:PROJECT", "PYTHONPATH": str(root)}
    return python(CODE, root, **own, **others)


def test_tables_inside_the_package_are_no_code(tmp_path):
    """Tester T16: a page made by a wheel was never reproduced in a checkout."""
    installed = hashed(tmp_path / "a", tmp_path / "a" / "tides" / "data")
    worked_on = hashed(tmp_path / "b", tmp_path / "b" / "data")
    assert installed == worked_on
    read = tmp_path / "b" / "data"
    installed = hashed(
        tmp_path / "c", tmp_path / "c" / "tides" / "data", TIDES=str(read)
    )
    assert installed == worked_on


PRESS = Path(__file__).parents[2] / "lib" / "pagemill"


def test_the_press_asks_for_a_part_of_what_the_whole_asks_for():
    whole, press = (
        tomllib.loads(file.read_text("utf-8"))["project"]
        for file in (PRESS.parents[1] / "pyproject.toml", PRESS / "pyproject.toml")
    )
    assert set(press["dependencies"]) < set(whole["dependencies"])
    assert press["scripts"].items() <= whole["scripts"].items()
    for group, points in press["entry-points"].items():
        assert points.items() <= whole["entry-points"][group].items()


def test_the_press_alone_is_a_package(tmp_path):
    pytest.importorskip("hatchling")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(build, cwd=PRESS, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        content.extractall(tmp_path / "site")
    files = {path.name for path in (tmp_path / "site").iterdir()}
    assert {name for name in files if "." not in name} == {"pagemill", "rounding"}
    code = (
        "import sys, pagemill.cli, pagemill.display, pagemill.page, pagemill.verify\n"
        "print(pagemill.__file__, 'catrade' in sys.modules)\n"
        "sys.exit(pagemill.cli.main(['params', 'wave']))"
    )
    paths = f"{tmp_path / 'site'}{os.pathsep}{WAVES}"
    printed = python(code, tmp_path, **{**waves_env(), "PYTHONPATH": paths})
    assert printed.startswith(
        f"{tmp_path / 'site' / 'pagemill' / '__init__.py'} False\nnumber = 3\n"
    )
