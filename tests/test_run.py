from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import small_plan
from processes import alive, wait_until

from pagemill import plan as plans
from pagemill import provenance, reads, run
from pagemill.plan import Run

pytestmark = pytest.mark.kernel


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "trade.csv").write_text("a\n1\n", encoding="utf-8")
    (folder / "other.csv").write_text("b\n2\n", encoding="utf-8")
    lines = ["source_id,published", "old,2024-05", "new,2026-01-20", "none,"]
    (folder / "sources.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture
def output(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    return folder


def a_run(root: Path, *cells: tuple[str, str], partner: str = "KAZ") -> Run:
    folder = root / "notebooks"
    if not folder.exists():
        content = small_plan.notebook(*cells) if cells else small_plan.usual()
        small_plan.write_plan(root, "", {"trade_growth": content})
    return plans.make_run("trade_growth", folder, {"partner": partner})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_report_is_made(tmp_path: Path, output: Path, data: Path) -> None:
    done = a_run(tmp_path)
    (output / "trade-growth-kaz.failed.ipynb").write_text("{}", encoding="utf-8")
    outcome = run.execute(done, output, data)
    assert (outcome.status, outcome.message) == ("made", "")
    assert names(output) == ["trade-growth-kaz.html", "trade-growth-kaz.ipynb"]
    html = (output / "trade-growth-kaz.html").read_text(encoding="utf-8")
    assert '<p class="lead">Trade with &lt;KAZ&gt; grew.</p>' in html
    block = provenance.from_html(html)
    assert block is not None
    assert block["data_date"] == "2026-01-20"
    assert block["inputs"]["parameters"]["partner"] == "KAZ"
    assert sorted(block["inputs"]["tables"]) == ["other", "sources", "trade"]
    assert run.why_due(done, output, data) == []


def test_a_failed_cell_is_named_and_the_last_good_page_stays(
    tmp_path: Path, output: Path, data: Path
) -> None:
    good = output / "trade-growth-kaz.html"
    good.write_text("the last good page", encoding="utf-8")
    broken = a_run(tmp_path, ("text", "## Growth"), ("code", "1"), ("code", "{}['x']"))
    outcome = run.execute(broken, output, data)
    assert outcome.status == "failed"
    assert outcome.message == (
        "trade-growth-kaz: cell 5 (under “Growth”) failed: KeyError: 'x' "
        "(the notebook up to there is trade-growth-kaz.failed.ipynb)"
    )
    assert good.read_text(encoding="utf-8") == "the last good page"
    assert names(output) == ["trade-growth-kaz.failed.ipynb", "trade-growth-kaz.html"]
    kept = (output / "trade-growth-kaz.failed.ipynb").read_text(encoding="utf-8")
    assert "KeyError" in kept


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (
            "from catrade import params\nparams.validate('trade_growth', partner='UZZ')",
            "failed: partner must be one of CA5, KAZ",  # without the class of the error
        ),
        ("import os; os._exit(1)", "the kernel died: it ended itself with status 1"),
    ],
)
def test_what_stops_a_report_is_a_sentence(
    cell: str, said: str, tmp_path: Path, output: Path, data: Path
) -> None:
    outcome = run.execute(a_run(tmp_path, ("code", cell)), output, data)
    assert outcome.status == "failed"
    assert outcome.message.startswith("trade-growth-kaz: ")
    assert said in outcome.message
    assert not (output / "trade-growth-kaz.html").exists()


def test_the_shortest_then_the_longest_is_made_first_and_a_failure_stops_no_other(
    tmp_path: Path, output: Path, data: Path
) -> None:
    cell = "if partner == 'UZB':\n    raise ValueError('no')\nprint(partner)"
    runs = [
        a_run(tmp_path, ("code", cell), partner=code) for code in ("KAZ", "UZB", "CA5")
    ]
    notebook = runs[0].path.stat().st_size
    # Without a page, UZB's length is guessed from its notebook: between the other two.
    for planned, size in ((runs[0], notebook), (runs[2], 50 * notebook)):
        (output / f"{planned.slug}.html").write_text("x" * size, encoding="utf-8")
    seen: list[str] = []
    outcomes = run.run_all(
        runs, output, data, on_progress=lambda outcome: seen.append(outcome.slug)
    )
    assert seen == ["trade-growth-kaz", "trade-growth-ca5", "trade-growth-uzb"]
    assert [outcome.slug for outcome in outcomes] == [planned.slug for planned in runs]
    assert [outcome.status for outcome in outcomes] == ["made", "failed", "made"]
    assert not [name for name in names(output) if name.startswith(".")]


def test_a_report_is_made_again_when_something_changed(
    tmp_path: Path, output: Path, data: Path
) -> None:
    done = a_run(tmp_path, ("code", "1"))
    page = output / "trade-growth-kaz.html"

    def status(force: bool = False) -> tuple[str, bool]:
        before = page.stat().st_mtime_ns if page.exists() else 0
        (outcome,) = run.run_all([done], output, data, force=force)
        return outcome.status, page.stat().st_mtime_ns > before

    assert status() == ("made", True)
    assert status() == ("current", False)
    assert status(force=True) == ("made", True)
    (data / "trade.csv").write_text("a\n2\n", encoding="utf-8")
    assert run.why_due(done, output, data) == ["table trade changed"]
    (data / "trade.csv").write_text("a\n1\n", encoding="utf-8")
    assert run.why_due(done, output, data) == []
    renamed = dataclasses.replace(done, title="Another")
    assert run.why_due(renamed, output, data) == [
        "title, topic, links or settings in the plan changed"
    ]
    nbformat.write(small_plan.notebook(("code", "2")), done.path)
    assert run.why_due(done, output, data) == ["notebook trade_growth changed"]
    (output / "trade-growth-kaz.ipynb").unlink()
    assert run.why_due(done, output, data) == ["there is no report yet"]


def test_only_tables_that_were_read_count(
    tmp_path: Path, output: Path, data: Path
) -> None:
    log = (
        f"import os\nopen(os.environ['{reads.READ_LOG}'], 'a').write('trade\\n')\n"
        "open('here', 'w').close()"
    )
    done = a_run(tmp_path, ("code", log))
    run.execute(done, output, data)
    (data / "other.csv").write_text("changed", encoding="utf-8")
    assert run.why_due(done, output, data) == []
    (data / "trade.csv").unlink()
    assert run.why_due(done, output, data) == ["table trade changed"]
    assert reads.READ_LOG not in os.environ
    assert (
        tmp_path / "notebooks" / "here"
    ).is_file()  # cells run in the notebooks' folder


@pytest.mark.skipif(os.name != "posix", reason="signals are sent the POSIX way")
def test_ctrl_c_ends_every_process_and_changes_nothing(tmp_path: Path) -> None:
    cell = "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(3600)"
    text = '[[report]]\nnotebook = "trade_growth"\n'
    content = small_plan.notebook(("code", cell))
    small_plan.write_plan(tmp_path, text, {"trade_growth": content})
    process = subprocess.Popen(
        [sys.executable, "-m", "catrade", "render"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    file = tmp_path / "notebooks" / "pid"
    wait_until(
        lambda: bool(file.exists() and file.read_text()) or process.poll() is not None,
        600,
    )
    assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert said.startswith("catrade: interrupted")
    assert len(said.strip().splitlines()) == 1
    wait_until(lambda: not alive(int(file.read_text())), 120)
    assert names(tmp_path / "reports") == []


def test_what_is_left_out_for_papermill_is_there_again_afterwards() -> None:
    code = (
        "import sys; from importlib.util import find_spec; from pagemill import notebook;"
        "notebook.load_papermill(); print('papermill' in sys.modules,"
        " 'rfc3987_syntax' in sys.modules, find_spec('rfc3987_syntax') is not None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "False", "True"]
