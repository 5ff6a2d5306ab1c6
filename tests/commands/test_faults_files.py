"""Full disks, folders that cannot be written or read, and machines that lack what others have."""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import faults
import nbformat
import pytest
import small_plan
from small_plan import PLAN, SLUG, files

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(
        sys.platform != "linux", reason="mounts, /dev/full, capabilities"
    ),
]

NAMES = [f"{SLUG}.html", f"{SLUG}.ipynb", "index.html"]
NAMES += [f"{SLUG}.html.md", "llms.txt"]
READS = "from catrade_build.tables.trade import read_table\nprint(len(read_table('countries')))"


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files with a short name: sockets are in it."""
    with tempfile.TemporaryDirectory(prefix="ct-") as folder:
        yield Path(folder)


@pytest.fixture
def project(tmp_path: Path, data_copy: Path) -> Path:
    """A plan of one cheap report that reads a table; `data/` is a copy."""
    assert data_copy == tmp_path / "data"
    small_plan.write_plan(tmp_path, PLAN, {"trade_growth": small_plan.notebook(READS)})
    return tmp_path


@pytest.fixture
def env(project: Path, temporary: Path) -> dict[str, str]:
    return {"CATRADE_DATA": str(project / "data"), "TMPDIR": str(temporary)}


def _rewrite(project: Path, cell: str) -> None:
    nbformat.write(small_plan.notebook(cell), project / "notebooks/trade_growth.ipynb")


def _failed(ended: faults.Ended, sentence: str) -> None:
    """Demand status 1 and nothing on standard error but our own sentences."""
    assert ended.status == 1, ended
    assert "Traceback" not in ended.said
    assert sentence in ended.err, ended
    for line in ended.err.strip().splitlines():
        assert line.startswith(("catrade: ", "failed: ")), ended.err


def test_a_full_disk_is_a_sentence_and_costs_no_report(nursery, project, env):
    """Nothing can be written, or the page can, and not what follows."""
    disk = project / "disk"
    asked = ("render", "-o", str(disk / "reports"))
    with faults.small_disk(disk, 400_000) as mounted:
        assert nursery.run(*asked, cwd=project, env=env).status == 0
        made = files(disk / "reports")
        assert {*made} == {*NAMES}
        for free in (0, 28_672) if mounted else ():
            _rewrite(project, f"print('with {free} left')")
            faults.fill(disk, free)
            ended = nursery.run(*asked, cwd=project, env=env)
            _failed(ended, "cannot be written: No space left on device")
            nursery.until_gone()
            now = files(disk / "reports")
            for name in (NAMES[0], NAMES[2]):
                assert now[name].rstrip().endswith(b"</html>")
                assert free > 20_000 or now[name] == made[name]  # a page takes less
        (disk / "filler").unlink(missing_ok=True)
        ended = nursery.run(*asked, cwd=project, env=env)
        assert (ended.status, ended.err) == (0, "")
        assert {path.name for path in (disk / "reports").iterdir()} == {*NAMES}


def test_an_output_that_takes_nothing_is_a_sentence(project):
    wrapper = ["sh", "-c", '"$@" > /dev/full', "sh"]
    sentence = faults.one_sentence(faults.run("params", cwd=project, wrapper=wrapper))
    assert sentence.endswith("No space left on device")


def test_what_may_not_be_written_or_read_is_named(nursery, project, env):
    assert nursery.run("render", cwd=project, env=env).status == 0
    reports = project / "reports"
    before = files(reports)
    reports.chmod(0o555)
    ended = nursery.run("render", "--force", cwd=project, env=env)
    assert ended.status == 1
    expected = f"catrade: the folder {reports} cannot be written: Permission denied"
    assert faults.one_sentence(ended) == expected
    # What needs no writing needs no permission.
    current = nursery.run("render", cwd=project, env=env)
    assert (current.status, current.err) == (0, "")
    reports.chmod(0o755)
    assert files(reports) == before
    table = project / "data" / "countries.csv"
    table.chmod(0)
    why = "countries.csv cannot be read: Permission denied"
    assert why in nursery.run("render", "--explain", cwd=project, env=env).out
    _failed(nursery.run("render", cwd=project, env=env), f"failed: {SLUG}: ")
    kept = files(reports)
    assert why in json.loads(kept.pop(f"{SLUG}.failed.ipynb"))["metadata"]["pagemill"]
    assert kept.pop("index.html") != before["index.html"]  # which says so
    assert kept == {name: before[name] for name in kept}  # no kernel was started
