"""The Makefile: what it runs wherever the folder is, and whatever pip is told elsewhere."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from processes import make


def program(file: Path, text: str) -> Path:
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def made(root: Path, tmp_path: Path) -> Path:
    """A folder with the Makefile and an environment whose Python says what it is asked."""
    shutil.copy(root / "Makefile", tmp_path)
    for folder in (
        ".venv/bin",
        ".venv/lib/python3.11/site-packages",
        "lib/catrade_fetch",
    ):
        (tmp_path / folder).mkdir(parents=True)
    files = ["requirements.lock", "requirements-test.lock", "pyproject.toml"]
    files += ["lib/catrade_fetch/pyproject.toml"]
    # As pip leaves it, and the stamps last: all is newer than what it is made of.
    files += [".venv/lib/python3.11/site-packages/_catrade.pth"]
    files += [".venv/.ready", ".venv/.ready-for-tests"]
    for name in files:
        (tmp_path / name).touch()
    told = "^(PIP_USER|PIP_TARGET|PIP_PREFIX|PYTHONPATH)="
    program(tmp_path / ".venv/bin/python", f"echo \"$*\"; env | grep -E '{told}'\ntrue")
    return tmp_path


def set_up(folder: Path, imports: str) -> str:
    """What `make check` says on its error stream where an import does this."""
    (folder / ".venv/.ready").unlink()
    base = program(folder / "python3", "true")
    program(folder / ".venv/bin/python", f'case "$*" in *papermill*) {imports};; esac')
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith("MAKE")
    }
    command = ["make", "check", f"PYTHON={base}"]
    done = subprocess.run(command, cwd=folder, env=ours, capture_output=True, text=True)
    assert done.returncode != 0
    assert not (folder / ".venv/.ready").exists()
    return done.stderr


def test_why_a_package_cannot_be_imported_is_said(made):
    """Tester U9: whatever it was, pip was told to have put it elsewhere."""
    told = set_up(made, "echo Traceback; echo ImportError: no libffi; exit 1")
    assert "in .venv cannot be imported: ImportError: no libffi\n" in told
    assert "Traceback" not in told
    assert "pip put" not in told


def test_a_package_that_is_not_there_was_put_elsewhere(made):
    missing = "ModuleNotFoundError: No module named 'papermill'"
    assert "pip put the packages" in set_up(made, f'echo "{missing}"; exit 1')


def test_a_python_that_is_gone_has_the_environment_set_up_again(made):
    """Tester U10: `.venv/bin/python: not found`, until somebody removed the folder."""
    python = made / ".venv/bin/python"
    python.unlink()
    writes = f"printf '#!/bin/sh\\necho \"$*\"' > {python}; chmod +x {python}"
    out = make(made, "check", f"PYTHON={program(made / 'python3', writes)}")
    assert "Setting up .venv" in out
    assert out.endswith("-m catrade check\n")


def test_no_target_runs_a_script_that_names_its_first_folder(made):
    """Tester T15: after a move, `.venv/bin/catrade: No such file or directory`."""
    assert make(made, "check") == "-m catrade check\n"
    built = "-m catrade build --workbook --output reports/edition\n"
    assert make(made, "report") == f"{built}-m catrade render\n"
    scripts = re.findall(r"\$\(BIN\)/(?!python\b)\S+", (made / "Makefile").read_text())
    assert scripts == []


def test_what_pip_is_told_elsewhere_does_not_count(made):
    """Tester T22: the set-up ended in pip's words, or packages lay where nobody looked."""
    (made / ".venv/.ready").unlink()
    python = program(made / "python3", "true")
    told = dict.fromkeys(("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PYTHONPATH"), "1")
    out = make(made, "check", f"PYTHON={python}", **told)
    assert "install --quiet --no-user --no-deps" in out
    assert not re.search(r"^(PIP_|PYTHONPATH=)", out, re.M)
