"""An installed catrade has its notebooks inside, and makes the pages of a checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from processes import run

SLUG = "nev-policy-register"


def rendered(folder: Path, *packages: Path, options: Sequence[str] = ()) -> str:
    """Make the register in a folder, with the packages of others before all else."""
    ran = subprocess.run(
        [sys.executable, "-m", "catrade", "render", SLUG, *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, packages))},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


@pytest.mark.slow
@pytest.mark.kernel
def test_a_wheel_has_its_notebooks_and_makes_the_page_of_the_checkout(root, tmp_path):
    (wheel,) = WheelBuilder(str(root)).build(
        directory=str(tmp_path), versions=["standard"]
    )
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
        names = archive.namelist()
    # An analyst's editor knows the types by the first two.
    assert {"catrade/py.typed", "pagemill/py.typed"} <= {*names}
    packages = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert packages == {"catrade", "catrade_build", "pagemill", "rounding"}
    site = {"PYTHONPATH": str(tmp_path / "site")}
    ended = run("check", "--strict", cwd=tmp_path, env=site, unset=["CATRADE_DATA"])
    assert f"rows in {tmp_path / 'site/catrade_build/data'}: no faults" in ended.out
    away, here = tmp_path / "anywhere", tmp_path / "here"
    away.mkdir()
    # Without a plan in this folder or above it: reports are made in this folder all the same.
    told = rendered(away, tmp_path / "site")
    assert (away / "reports" / f"{SLUG}.html").as_uri() in told
    # A checkout says what was installed when its environment was made: here, what the wheel says.
    (said,) = (tmp_path / "site").glob("*.dist-info")
    (tmp_path / "said").mkdir()
    shutil.copytree(said, tmp_path / "said" / said.name)
    rendered(root, root / "lib", tmp_path / "said", options=["-o", str(here)])
    pages = [folder / f"{SLUG}.html" for folder in (away / "reports", here)]
    assert pages[0].read_bytes() == pages[1].read_bytes()
