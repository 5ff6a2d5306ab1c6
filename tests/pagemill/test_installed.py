"""What a page records is the same whether its project is installed or worked on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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
    (package / "__init__.py").write_text(MODULE, encoding="utf-8")
    (tables / "heights.csv").write_text("height\n1\n", encoding="utf-8")
    own = {"PAGEMILL_PROJECT": "tides:PROJECT", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env={**os.environ, **own, **others},
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_tables_inside_the_package_are_no_code(tmp_path: Path) -> None:
    """Tester T16: a page made by a wheel was never reproduced in a checkout."""
    installed = hashed(tmp_path / "a", tmp_path / "a" / "tides" / "data")
    worked_on = hashed(tmp_path / "b", tmp_path / "b" / "data")
    assert installed == worked_on
    read = tmp_path / "b" / "data"
    installed = hashed(
        tmp_path / "c", tmp_path / "c" / "tides" / "data", TIDES=str(read)
    )
    assert installed == worked_on
