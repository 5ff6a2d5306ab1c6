"""`catrade fetch` is a package of its own: found by entry point, and said where it is missing."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WITHOUT = """\
from importlib import metadata
metadata.entry_points = lambda **_: ()
from catrade.cli import main
raise SystemExit(main(["fetch", "comtrade", "--reporter", "CHN"]))
"""


def test_the_command_is_found_by_entry_point() -> None:
    named = [point.value for point in entry_points(group="catrade.commands")]
    assert named == ["catrade_fetch.commands:app"]


def test_without_the_package_a_sentence_says_what_to_install() -> None:
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True
    )
    assert run.returncode == 1
    assert run.stderr == (
        "catrade: catrade fetch comes with catrade-fetch, which is not installed: in the"
        " project's folder run pip install ./lib/catrade_fetch\n"
    )


def test_each_package_has_its_own_files(tmp_path: Path) -> None:
    for place in (ROOT, ROOT / "lib/catrade_fetch"):
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
        subprocess.run(
            [*build, "-d", tmp_path], cwd=place, check=True, capture_output=True
        )
    found = {}
    for wheel in tmp_path.glob("*.whl"):
        with zipfile.ZipFile(wheel) as content:
            paths = [name.partition("/") for name in content.namelist()]
        found[wheel.name.partition("-")[0]] = {
            folder for folder, _, _ in paths if "." not in folder
        }
    assert found == {
        "catrade": {"catrade", "pagemill", "rounding"},
        "catrade_fetch": {"catrade_fetch"},
    }
