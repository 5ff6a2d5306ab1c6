"""The press and its projects, installed and worked on: it stands alone, and pages are the same."""

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from processes import python
from saved_pages import WAVES

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


def built(target: Path, *kinds: str, source: Path = PRESS) -> Path:
    """Build some kinds of a package into a folder and return that."""
    asked = [part for kind in kinds for part in ("-t", kind)]
    build = [sys.executable, "-m", "hatchling", "build", *asked, "-d", target]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    return target


def unpacked(folder: Path, target: Path) -> Path:
    """Unpack the wheel of a folder as an installer would, and return where it is."""
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        content.extractall(target)
    return target


def commanded(
    name: str, *asked: str, folder: Path, path: str, project: str = ""
) -> None:
    """Run a command in a folder, with the packages of a path before all others."""
    subprocess.run(
        [sys.executable, "-m", name, *asked],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "PAGEMILL_PROJECT": project},
        check=True,
        capture_output=True,
    )


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The press as an archive of its source, and as a wheel of the checkout."""
    return (
        built(tmp_path_factory.mktemp("source"), "sdist"),
        built(tmp_path_factory.mktemp("wheel"), "wheel"),
    )


def test_the_archive_of_its_source_builds_the_same_wheel(press, tmp_path):
    """`python -m build lib/pagemill` makes the wheel from the archive, away from `rounding`."""
    (archive,), (wheel,) = map(Path.iterdir, press)
    with tarfile.open(archive) as content:
        content.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    again = built(tmp_path / "again", "wheel", source=source)
    assert (again / wheel.name).read_bytes() == wheel.read_bytes()


@pytest.mark.slow
@pytest.mark.kernel
def test_the_press_alone_makes_the_page_of_the_checkout(press, tmp_path):
    site = unpacked(press[1], tmp_path / "site")
    packages = {path.name for path in site.iterdir() if "." not in path.name}
    assert packages == {"pagemill", "rounding"}
    waves = tmp_path / "waves"
    shutil.copytree(WAVES, waves, ignore=shutil.ignore_patterns("reports"))
    for name, lib in (("alone", site), ("here", PRESS.parent)):
        path = f"{lib}{os.pathsep}{waves}"
        asked = ["render", "wave", "-p", "number=5", "-o", str(tmp_path / name)]
        commanded("pagemill", *asked, folder=waves, path=path, project="waves:PROJECT")
    pages = [tmp_path / name / "wave-5.html" for name in ("alone", "here")]
    assert pages[0].read_bytes() == pages[1].read_bytes()
