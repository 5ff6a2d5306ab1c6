"""The Makefile: what it runs wherever the folder is, and whatever pip is told elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def made(root: Path, tmp_path: Path) -> Path:
    """A folder with the Makefile and an environment whose Python says what it is asked."""
    shutil.copy(root / "Makefile", tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    for name in ("requirements.lock", "requirements-test.lock", "pyproject.toml"):
        (tmp_path / name).write_text("", "utf-8")
    told = "^(PIP_USER|PIP_TARGET|PIP_PREFIX|PYTHONPATH)="
    python.write_text(f"#!/bin/sh\necho \"$*\"; env | grep -E '{told}'\ntrue\n")
    python.chmod(0o755)
    for stamp in (".ready", ".ready-for-tests"):
        (tmp_path / ".venv" / stamp).touch()
    return tmp_path


def said(folder: Path, *arguments: str, **environment: str) -> str:
    # Below `make test` another make would also say which folder it enters.
    ours = {
        name: one for name, one in os.environ.items() if not name.startswith("MAKE")
    }
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={**ours, **environment},
        capture_output=True,
        text=True,
    ).stdout


def test_no_target_runs_a_script_that_names_its_first_folder(made: Path) -> None:
    """Tester T15: after a move, `.venv/bin/catrade: No such file or directory`."""
    assert said(made, "check") == "-m catrade check\n"
    assert said(made, "report") == "-m catrade render\n"
    scripts = re.findall(r"\$\(BIN\)/(?!python\b)\S+", (made / "Makefile").read_text())
    assert scripts == []


def test_what_pip_is_told_elsewhere_does_not_count(made: Path) -> None:
    """Tester T22: the set-up ended in pip's words, or packages lay where nobody looked."""
    (made / ".venv" / ".ready").unlink()
    python = made / "python3"
    python.write_text("#!/bin/sh\ntrue\n")
    python.chmod(0o755)
    library = made / ".venv" / "lib" / "python3.11" / "site-packages"
    library.mkdir(parents=True)
    told = dict.fromkeys(("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PYTHONPATH"), "1")
    out = said(made, "check", f"PYTHON={python}", **told)
    assert "install --quiet --no-user --no-deps" in out
    assert not re.search(r"^(PIP_|PYTHONPATH=)", out, re.M)
