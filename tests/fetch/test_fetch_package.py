"""`catrade fetch` is a package of its own: found by entry point, and said where it is missing."""

import subprocess
import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parents[2]
WITHOUT = """\
from importlib import metadata
metadata.entry_points = lambda **_: ()
from catrade.cli import main
raise SystemExit(main(["fetch", "comtrade", "--reporter", "CHN"]))
"""


def test_the_command_is_found_by_entry_point():
    named = [point.value for point in entry_points(group="catrade.commands")]
    assert named == ["catrade_fetch.commands:app"]


def test_without_the_package_a_sentence_says_what_to_install():
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True
    )
    assert run.returncode == 1
    assert run.stderr == (
        "catrade: catrade fetch comes with catrade-fetch, which is not installed: in the"
        " project's folder run pip install ./lib/catrade_fetch\n"
    )


def test_the_package_has_its_own_files_only(tmp_path):
    """What a wheel of `catrade` has inside: `test_data.py`."""
    builder = WheelBuilder(str(ROOT / "lib/catrade_fetch"))
    (wheel,) = builder.build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(wheel) as content:
        folders = {name.partition("/")[0] for name in content.namelist()}
    assert {folder for folder in folders if "." not in folder} == {"catrade_fetch"}
