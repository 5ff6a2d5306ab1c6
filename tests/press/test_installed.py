"""The press and its projects, installed and worked on: it stands alone, and pages are the same."""

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
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


def hashed(root: Path, tables: str, **others: str) -> str:
    """The hash of a small package whose tables lie somewhere, though others may be read."""
    (root / "tides").mkdir(parents=True)
    (root / tables).mkdir()
    (root / "tides" / "__init__.py").write_text(MODULE, "utf-8")
    (root / tables / "heights.csv").write_text("height\n1\n", "utf-8")
    own = {"PAGEMILL_PROJECT": "tides:PROJECT", "PYTHONPATH": str(root)}
    return python(CODE, root, **own, **others)


def test_tables_inside_the_package_are_no_code(tmp_path):
    """Tester T16: a page made by a wheel was never reproduced in a checkout."""
    worked_on = hashed(tmp_path / "a", "data")
    assert hashed(tmp_path / "b", "tides/data") == worked_on
    read = str(tmp_path / "a" / "data")
    assert hashed(tmp_path / "c", "tides/data", TIDES=read) == worked_on


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
    site, waves = tmp_path / "site", tmp_path / "waves"
    (wheel,) = press[1].glob("*.whl")
    shutil.unpack_archive(wheel, site, "zip")
    packages = {path.name for path in site.iterdir() if "." not in path.name}
    assert packages == {"pagemill", "rounding"}
    shutil.copytree(WAVES, waves, ignore=shutil.ignore_patterns("reports"))
    pages = []
    for lib in (site, PRESS.parent):
        own = {"PYTHONPATH": f"{lib}:{waves}", "PAGEMILL_PROJECT": "waves:PROJECT"}
        made = tmp_path / f"made-by-{lib.name}"
        asked = ["render", "wave", "-p", "number=5", "-o", made]
        subprocess.run(
            [sys.executable, "-m", "pagemill", *asked],
            cwd=waves,
            env={**os.environ, **own},
            check=True,
            capture_output=True,
        )
        pages.append((made / "wave-5.html").read_bytes())
    assert pages[0] == pages[1]
