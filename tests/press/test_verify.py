"""`pagemill verify` and `render --explain`: why a page cannot be made again, or is due."""

import shutil
from pathlib import Path

import pytest
from saved_pages import making, page_of_now, project, rewritten

from pagemill import cli, verify
from pagemill.plan import load_plan
from pagemill.run import ReportOutcome
from pagemill.saved import open_page
from rounding.errors import ReportError

CELL = "from pagemill import display\ndisplay.answer('The wave is high.')"
#: What no page came out the same again with: a set's order, the clock and ids of SVG, an address.
CHANCE = (
    "%config InlineBackend.figure_formats = ['svg']\n"
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\n"
    "print({'a', 'b', 'c', 'd', 'e'}, object())"
)


@pytest.fixture
def made(waves: Path, tmp_path: Path) -> tuple[Path, Path, Path]:
    return (*page_of_now(tmp_path), tmp_path)


@pytest.mark.kernel
def test_verify_names_what_changed(waves, tmp_path, capfd):
    plan = str(project(tmp_path, CELL, CHANCE))
    assert cli.main(["render", "-j", "1"]) == 0
    sent = tmp_path / "renamed in a mail.html"
    shutil.copy(tmp_path / "reports" / "wave-3.html", sent)
    shutil.rmtree(tmp_path / "reports")
    capfd.readouterr()

    assert cli.main(["verify", str(sent), "--plan", plan]) == 0
    assert capfd.readouterr().out == f"{sent}: reproduced\n"
    assert {path.name for path in tmp_path.iterdir()} == {
        "heights.csv",
        "notebooks",
        sent.name,
    }

    (tmp_path / "heights.csv").write_text("height\n2\n", "utf-8")
    assert cli.main(["verify", str(sent), "--plan", plan]) == 1
    out = capfd.readouterr().out
    assert (
        "not reproduced: table heights changed (nothing else differs: text, tables"
        in out
    )


def test_a_page_that_cannot_be_made_keeps_no_other_from_being_looked_at(
    made, monkeypatch, capsys
):
    good, plan, data = made
    bad, text = data / "bad.html", good.read_text("utf-8")
    bad.write_text(rewritten(text, "inputs", "parameters", "numer", value=3), "utf-8")
    monkeypatch.setattr(verify, "run_all", making(text))
    assert cli.main(["verify", str(bad), str(good), "--plan", str(plan)]) == 1
    told = capsys.readouterr()
    assert told.out == f"{good}: reproduced\n"
    assert "bad.html cannot be made again: wave has no parameter 'numer'" in told.err


def test_a_page_whose_notebook_is_gone_or_fails_cannot_be_made(made, monkeypatch):
    file, plan, data = made
    message = "kaz: cell 3 failed (the notebook up to there is kaz.failed.ipynb)"
    failed = [ReportOutcome("kaz", "failed", 0, message)]
    monkeypatch.setattr(verify, "run_all", lambda *_, **__: failed)
    (data / "heights.csv").write_text("a\n2\n", "utf-8")
    expected = (
        r"made again: kaz: cell 3 failed \(since it was made, table heights changed\)$"
    )
    with pytest.raises(ReportError, match=expected):
        verify.verify(open_page(file), load_plan(plan), data)
    (plan.parent / "wave.ipynb").unlink()
    with pytest.raises(
        ReportError, match=r"made again: there is no notebook wave\.ipynb"
    ):
        verify.verify(open_page(file), load_plan(plan), data)


def test_explain_says_why_each_report_is_due_and_makes_none(made, capsys):
    file, plan, _ = made
    assert cli.main(["render", "--explain"]) == 0
    assert capsys.readouterr().out == "wave-3: there is no report yet\n"
    reports = plan.parent.parent / "reports"
    assert not reports.exists()
    reports.mkdir()
    shutil.copy(file, reports / "wave-3.html")
    (reports / "wave-3.ipynb").write_text("{}", "utf-8")
    cli.main(["render", "--explain"])
    assert capsys.readouterr().out == "wave-3: current\n"
    cli.main(["render", "--explain", "--force"])
    assert capsys.readouterr().out.endswith(": current, but --force asks for it\n")
