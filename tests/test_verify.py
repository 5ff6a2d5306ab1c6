"""`catrade verify` and `render --explain`: why a page cannot be made again, or is due."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import small_plan
from saved_pages import page_of_now, project, small_data

from catrade import cli
from pagemill import provenance, verify
from pagemill.run import Outcome
from rounding.errors import ReportError

NUMBERS = f"import pandas as pd\n{small_plan.TABLE}"
CELLS = (("code", small_plan.VALIDATE), ("code", small_plan.ANSWER), ("code", NUMBERS))


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path, Path]:
    return page_of_now(tmp_path)


@pytest.mark.kernel
def test_verify_names_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    project(tmp_path, *CELLS)
    data = small_data(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CATRADE_DATA", str(data))
    assert cli.main(["render", "-j", "1"]) == 0
    sent = tmp_path / "renamed in a mail.html"
    shutil.copy(tmp_path / "reports" / "trade-growth-kaz.html", sent)
    shutil.rmtree(tmp_path / "reports")
    capfd.readouterr()

    assert cli.main(["verify", str(sent)]) == 0
    assert capfd.readouterr().out == f"{sent}: reproduced\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "data",
        "notebooks",
        sent.name,
    ]

    (data / "trade.csv").write_text("a\n2\n", encoding="utf-8")
    assert cli.main(["verify", str(sent)]) == 1
    out = capfd.readouterr().out
    assert (
        "not reproduced: table trade changed (nothing else differs: text, tables" in out
    )


def making(text: str) -> Any:
    """Stand in for the kernel: the page that it would make."""

    def make(runs: Any, output: Path, _data: Path) -> list[Outcome]:
        (output / f"{runs[0].slug}.html").write_text(text, encoding="utf-8")
        return [Outcome(runs[0].slug, "made")]

    return make


def recorded(file: Path, *keys: str, value: Any) -> str:
    """Write another value into the record of a page; return its text before."""
    before = file.read_text(encoding="utf-8")
    block = provenance.from_html(before) or {}
    old = provenance.to_json(block)
    *path, last = keys
    place = block
    for key in path:
        place = place[key]
    place[last] = value
    file.write_text(before.replace(old, provenance.to_json(block)), encoding="utf-8")
    return before


def test_a_page_whose_notebook_is_gone_or_fails_cannot_be_made(
    made: tuple[Path, Path, Path],
) -> None:
    file, plan, data = made

    def failing(runs: Any, _output: Path, _data: Path) -> list[Outcome]:
        message = "kaz: cell 3 failed (the notebook up to there is kaz.failed.ipynb)"
        return [Outcome(runs[0].slug, "failed", 0, message)]

    (data / "trade.csv").write_text("a\n2\n", encoding="utf-8")
    expected = (
        r"made again: kaz: cell 3 failed \(since it was made, table trade changed\)$"
    )
    with pytest.raises(ReportError, match=expected):
        verify.verify(file, plan, data, failing)
    (plan.parent / "trade_growth.ipynb").unlink()
    with pytest.raises(
        ReportError, match=r"made again: there is no notebook trade_growth\.ipynb"
    ):
        verify.verify(file, plan, data, failing)


@pytest.mark.parametrize(
    ("keys", "bad"),
    [
        (("inputs", "parameters"), {"partner": "UZZ"}),
        (("slug",), "../../etc/x"),
        (("inputs", "notebook", "name"), "../x"),
    ],
)
def test_a_record_cannot_lead_elsewhere(
    made: tuple[Path, Path, Path], keys: tuple[str, ...], bad: Any
) -> None:
    file, plan, data = made
    text = recorded(file, *keys, value=bad)
    with pytest.raises(ReportError, match="cannot be made again"):
        verify.verify(file, plan, data, making(text))


def test_explain_says_why_each_report_is_due_and_makes_none(
    made: tuple[Path, Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file, plan, data = made
    monkeypatch.chdir(plan.parent.parent)
    monkeypatch.setenv("CATRADE_DATA", str(data))
    assert cli.main(["render", "--explain"]) == 0
    assert capsys.readouterr().out == "trade-growth-kaz: there is no report yet\n"
    reports = plan.parent.parent / "reports"
    assert not reports.exists()
    reports.mkdir()
    shutil.copy(file, reports / "trade-growth-kaz.html")
    (reports / "trade-growth-kaz.ipynb").write_text("{}", encoding="utf-8")
    cli.main(["render", "--explain"])
    assert capsys.readouterr().out == "trade-growth-kaz: current\n"
    cli.main(["render", "--explain", "--force"])
    assert capsys.readouterr().out.endswith(": current, but --force asks for it\n")
    (data / "trade.csv").write_text("a\n2\n", encoding="utf-8")
    cli.main(["render", "--explain"])
    assert capsys.readouterr().out == "trade-growth-kaz: table trade changed\n"
