"""Libraries that notebooks import are warm for the second of them, where that changes nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pagemill import trial

MODULES = {
    "harmless": "a = 1",
    "threaded": "import threading, time\n"
    "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
    "talking": "print('Welcome to talking!')",
    "warning": "import warnings\nwarnings.warn('old', UserWarning)",
    "asking": "from IPython import get_ipython\nis_here = get_ipython() is not None",
    "builtin": "try:\n    get_ipython()\nexcept NameError:\n    pass",
    "broken": "1 / 0",
    "ending": "raise SystemExit(0)",
}
#: Imports for three notebooks, and says what of it is here after each.
PROGRAM = """
import sys
from pagemill import trial

for _ in range(3):
    trial.import_for("book.ipynb")
    print(*(name for name in sys.argv[1:] if name in sys.modules))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a notebook that imports everything, and a module beside it."""
    installed = tmp_path / "site-packages"
    installed.mkdir()
    for name, code in MODULES.items():
        (installed / f"{name}.py").write_text(code, "utf-8")
    (tmp_path / "beside.py").touch()
    lines = "\n".join(f"import {name}" for name in (*MODULES, "beside", "not_there"))
    cells = [
        {"cell_type": "markdown", "source": "import nothing"},
        {"cell_type": "code", "source": ["%time import late\n", lines]},
        {"cell_type": "code", "source": "from a.b import c\nfrom . import d\n1 +"},
        {"cell_type": "code", "source": "def f():\n    from a.b import c"},
    ]
    (tmp_path / "book.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")
    return tmp_path


def test_the_modules_of_a_notebook_are_read(folder):
    named = trial.imported_by(str(folder / "book.ipynb"))
    assert named == [*MODULES, "beside", "not_there", "a.b"]
    assert trial.imported_by(str(folder / "none.ipynb")) == []


def test_only_what_changes_nothing_is_imported_and_by_the_second_notebook(
    folder,
):
    paths = [str(folder), str(folder / "site-packages"), *filter(None, sys.path)]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *MODULES, "beside"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("\nharmless\nharmless\n", "")
