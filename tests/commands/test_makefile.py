"""The Makefile: what it runs wherever the folder is, and whatever pip is told elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from make import said


@pytest.fixture
def made(root: Path, tmp_path: Path) -> Path:
    """A folder with the Makefile and an environment whose Python says what it is asked."""
    shutil.copy(root / "Makefile", tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    fetch = tmp_path / "lib" / "catrade_fetch"
    fetch.mkdir(parents=True)
    for name in ("requirements.lock", "requirements-test.lock", "pyproject.toml"):
        (tmp_path / name).write_text("", "utf-8")
    (fetch / "pyproject.toml").write_text("", "utf-8")
    told = "^(PIP_USER|PIP_TARGET|PIP_PREFIX|PYTHONPATH)="
    python.write_text(f"#!/bin/sh\necho \"$*\"; env | grep -E '{told}'\ntrue\n")
    python.chmod(0o755)
    for stamp in (".ready", ".ready-for-tests"):
        (tmp_path / ".venv" / stamp).touch()
    return tmp_path


def set_up(folder: Path, imports: str) -> str:
    """What `make check` says on its error stream where an import does this."""
    base, python = folder / "python3", folder / ".venv" / "bin" / "python"
    base.write_text("#!/bin/sh\ntrue\n")
    base.chmod(0o755)
    python.write_text(f'#!/bin/sh\ncase "$*" in *papermill*) {imports};; esac\n')
    library = folder / ".venv" / "lib" / "python3.11" / "site-packages"
    library.mkdir(parents=True)
    ours = {
        name: one for name, one in os.environ.items() if not name.startswith("MAKE")
    }
    command = ["make", "check", f"PYTHON={base}"]
    done = subprocess.run(command, cwd=folder, env=ours, capture_output=True, text=True)
    assert done.returncode != 0
    assert not (folder / ".venv" / ".ready").exists()
    return done.stderr


def test_why_a_package_cannot_be_imported_is_said(made: Path) -> None:
    """Tester U9: whatever it was, pip was told to have put it elsewhere."""
    (made / ".venv" / ".ready").unlink()
    told = set_up(made, "echo Traceback; echo ImportError: no libffi; exit 1")
    assert "in .venv cannot be imported: ImportError: no libffi\n" in told
    assert "Traceback" not in told
    assert "pip put" not in told


def test_a_package_that_is_not_there_was_put_elsewhere(made: Path) -> None:
    (made / ".venv" / ".ready").unlink()
    missing = "ModuleNotFoundError: No module named"
    assert "pip put the packages" in set_up(
        made, f"echo \"{missing} 'papermill'\"; exit 1"
    )


def test_a_python_that_is_gone_has_the_environment_set_up_again(made: Path) -> None:
    """Tester U10: `.venv/bin/python: not found`, until somebody removed the folder."""
    python = made / ".venv" / "bin" / "python"
    python.unlink()
    base = made / "python3"
    writes = f"printf '#!/bin/sh\\necho \"$*\"' > {python}; chmod +x {python}"
    base.write_text(f"#!/bin/sh\n{writes}\n")
    base.chmod(0o755)
    library = made / ".venv" / "lib" / "python3.11" / "site-packages"
    library.mkdir(parents=True)
    (library / "_catrade.pth").touch()  # as pip leaves it
    out = said(made, "check", f"PYTHON={base}")
    assert "Setting up .venv" in out
    assert out.endswith("-m catrade check\n")


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
