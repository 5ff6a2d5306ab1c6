"""Full disks, folders that cannot be written or read, and machines that lack what others have."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

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
READS = (
    "from catrade.tables.trade import read_table\nprint(len(read_table('countries')))"
)


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files with a short name: sockets are in it."""
    with tempfile.TemporaryDirectory(prefix="ct-") as folder:
        yield Path(folder)


@pytest.fixture
def project(tmp_path: Path, data_copy: Path) -> Path:
    """A plan of one cheap report that reads a table; `data/` is a copy."""
    assert data_copy == tmp_path / "data"
    small_plan.write_plan(
        tmp_path, PLAN, {"trade_growth": small_plan.notebook(("code", READS))}
    )
    return tmp_path


@pytest.fixture
def env(project: Path, temporary: Path) -> dict[str, str]:
    return {"CATRADE_DATA": str(project / "data"), "TMPDIR": str(temporary)}


def _rewrite(project: Path, cell: str) -> None:
    nbformat.write(
        small_plan.notebook(("code", cell)), project / "notebooks/trade_growth.ipynb"
    )


def _failed(ended: faults.Ended, said: str) -> None:
    """Demand status 1 and nothing on standard error but our own sentences."""
    assert ended.status == 1, ended
    assert "Traceback" not in ended.said
    assert said in ended.err, ended
    for line in ended.err.strip().splitlines():
        assert line.startswith(("catrade: ", "failed: ")), ended.err


def test_a_full_disk_is_a_sentence_and_costs_no_report(
    nursery: faults.Nursery, project: Path, env: dict[str, str]
) -> None:
    """Nothing can be written, or the page can, and not what follows."""
    disk = project / "disk"
    asked = ("render", "-o", str(disk / "reports"))
    with faults.small_disk(disk, 400_000) as mounted:
        assert nursery.run(*asked, cwd=project, env=env).status == 0
        made = files(disk / "reports")
        assert {*made} == {*NAMES}
        _rewrite(project, "print('with a limit for files')")
        ended = nursery.run(*asked, cwd=project, env=env, largest_file=6000)
        _failed(ended, "cannot be written: File too large")
        assert files(disk / "reports") == made
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


@pytest.mark.parametrize("arguments", [("params",), ("--help",)])
def test_an_output_that_takes_nothing_is_a_sentence(
    project: Path, arguments: tuple[str, ...]
) -> None:
    wrapper = ["sh", "-c", '"$@" > /dev/full', "sh"]
    said = faults.one_sentence(faults.run(*arguments, cwd=project, wrapper=wrapper))
    assert said.endswith("No space left on device")
    closed = faults.run(*arguments, cwd=project, wrapper=["sh", "-c", '"$@" >&-', "sh"])
    assert (closed.status, closed.err) == (0, "")


def test_a_read_only_output_is_a_sentence(
    nursery: faults.Nursery, project: Path, env: dict[str, str]
) -> None:
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
    bundle = nursery.run("render", "--bundle", "reports/all.zip", cwd=project, env=env)
    assert bundle.status == 1
    assert "reports/all.zip cannot be written" in faults.one_sentence(bundle)
    reports.chmod(0o755)
    assert files(reports) == before
    assert nursery.run("render", "--force", cwd=project, env=env).status == 0


def test_a_table_that_may_not_be_read_is_named(
    nursery: faults.Nursery, project: Path, env: dict[str, str]
) -> None:
    assert nursery.run("render", cwd=project, env=env).status == 0
    before = files(project / "reports")
    table = project / "data" / "countries.csv"
    table.chmod(0)
    said = "countries.csv: the file cannot be read: Permission denied"
    check = nursery.run("check", cwd=project, env=env)
    assert check.status == 1
    assert said in check.out
    assert "found" in faults.one_sentence(check)
    assert nursery.run("claims", cwd=project, env=env).status == 1
    why = nursery.run("render", "--explain", cwd=project, env=env)
    assert why.status == 1
    assert "countries.csv cannot be read: Permission denied" in faults.one_sentence(why)
    why = "countries.csv cannot be read: Permission denied"
    _failed(nursery.run("render", "--force", cwd=project, env=env), why)
    kept = files(project / "reports")
    assert kept == before  # no kernel was started
    table.chmod(0o644)
    ended = nursery.run("render", "--force", cwd=project, env=env)
    assert (ended.status, ended.err) == (0, "")
    assert files(project / "reports") == before


def test_a_plan_and_a_notebook_that_may_not_be_read_are_named(
    nursery: faults.Nursery, project: Path, env: dict[str, str]
) -> None:
    for name in ("trade_growth.ipynb", "reports.toml"):
        file = project / "notebooks" / name
        file.chmod(0)
        ended = nursery.run("render", cwd=project, env=env)
        assert ended.status in (1, 2)
        assert "Traceback" not in ended.said
        said = ended.err.splitlines()[0]
        assert name in said
        assert "Permission denied" in said
        file.chmod(0o644)


#: What Python and libraries take from the environment instead of a home folder.
COMFORTS = (
    *("HOME", "LANG", "LC_CTYPE", "PYTHONIOENCODING", "MPLCONFIGDIR", "IPYTHONDIR"),
    *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"),
)
BARE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
#: Told not to use UTF-8, Python itself finds nothing in a folder with other letters.
if as_utf8 := not __file__.isascii():
    del BARE["PYTHONUTF8"]


def _without_network(tmp_path: Path) -> tuple[list[str], dict[str, str]]:
    """Return a wrapper and an environment in which no connection can be made."""
    for wrapper in (["unshare", "-n"], ["unshare", "-rn"]):
        if (
            shutil.which("unshare")
            and not subprocess.run(
                [*wrapper, "true"], capture_output=True, check=False
            ).returncode
        ):
            return wrapper, {}
    blocking = (
        "import socket\n"
        "def connect(self, address):\n"
        "    if self.family != socket.AF_UNIX: raise OSError(101, 'Network is unreachable')\n"
        "    return plain(self, address)\n"
        "plain, socket.socket.connect = socket.socket.connect, connect\n"
    )
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked" / "sitecustomize.py").write_text(blocking, encoding="utf-8")
    return [], {"PYTHONPATH": str(tmp_path / "blocked")}


def test_a_bare_machine_says_and_makes_the_same(
    nursery: faults.Nursery, project: Path, env: dict[str, str], temporary: Path
) -> None:
    """No locale, no home, no network, and letters in names that ASCII has not."""
    assert nursery.run("render", "-o", "usual", cwd=project, env=env).status == 0
    wrapper, unreachable = _without_network(project)
    bare = {**env, **BARE, **unreachable}
    (project / "locked").mkdir(mode=0o555)
    bare["HOME"] = str(project / "locked" / "none")

    def run(arguments: Sequence[str]) -> faults.Ended:
        env = (
            {**bare, "PYTHONIOENCODING": "latin-1"}
            if "json" in arguments
            else dict(bare)
        )
        if plain := "--force" in arguments:  # Python itself takes C for UTF-8
            env.pop("PYTHONUTF8", None)
        return faults.run(
            *arguments, cwd=project, unset=[*COMFORTS, *(["PYTHONUTF8"] if plain else [])], env=env,
            wrapper=[*wrapper, *faults.as_ordinary_user()],
        )  # fmt: skip

    commands = {
        "render, as Python would": ["render", "--force", "-o", "Xi’an 数据"],
        "render to nowhere": ["render", "-o", "Xi’an"],
        "check of nothing": ["check", "--data", "Xi’an"],
        "claims as JSON": ["claims", "--format", "json"],
        "help": ["fetch", "comtrade", "--help"],
    }
    if as_utf8:  # which has those letters
        del commands["render to nowhere"]
    with ThreadPoolExecutor(2) as pool:
        found = dict(zip(commands, pool.map(run, commands.values()), strict=True))
    for name, ended in found.items():
        if "nothing" not in name and "nowhere" not in name:
            assert (ended.status, ended.err) == (0, ""), name
    assert "Xi’an: there is no such folder" in found["check of nothing"].out
    assert faults.one_sentence(found["check of nothing"]).endswith("are sound")
    address = found["render, as Python would"].out.split()[-1]
    assert unquote(address).endswith("/Xi’an 数据/index.html")
    if not as_utf8:
        assert found["render to nowhere"].status == 1
        said = faults.one_sentence(found["render to nowhere"])
        assert (
            "an has letters that this system's encoding does not know: set LC_ALL to"
            in said
        )
    assert files(project / "Xi’an 数据") == files(project / "usual")
    # An encoding with too few letters gets escapes, which JSON reads.
    verdicts = json.loads(found["claims as JSON"].out)["verdicts"]
    assert "”" in " ".join(verdict["reason"] for verdict in verdicts)
    assert [path.name for path in temporary.rglob("*")] == []
