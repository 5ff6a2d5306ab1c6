"""`pagemill render --bundle`: the index and all pages in one zip."""

import shutil
import zipfile
from pathlib import Path

import pytest
from saved_pages import page_of_now, refusal

from pagemill import cli


@pytest.fixture
def made(waves: Path, tmp_path: Path) -> Path:
    return page_of_now(tmp_path)[0]


def test_a_bundle_is_the_same_for_the_same_pages(made, capsys):
    reports = Path("reports")
    reports.mkdir()
    for name in ("wave-3", "another"):
        shutil.copy(made, reports / f"{name}.html")
    (reports / "wave-3.ipynb").write_text("{}", "utf-8")
    (reports / "notes.html").write_text("not ours", "utf-8")
    assert cli.main(["render", "--bundle", "one.zip"]) == 0
    assert capsys.readouterr().out.endswith(
        "the index and 2 pages, another not of the plan: one.zip\n"
    )
    Path("sub").mkdir()
    assert cli.main(["render", "--bundle", "sub/two.zip"]) == 0
    assert Path("one.zip").read_bytes() == Path("sub/two.zip").read_bytes()
    with zipfile.ZipFile("one.zip") as bundle:
        assert bundle.namelist() == [
            "reports/index.html",
            "reports/another.html",
            "reports/wave-3.html",
        ]
        assert {entry.date_time for entry in bundle.infolist()} == {
            (1980, 1, 1, 0, 0, 0)
        }
        assert bundle.read("reports/another.html") == made.read_bytes()
    assert [path.name for path in Path("sub").iterdir()] == ["two.zip"]


@pytest.mark.kernel
def test_one_failed_report_does_not_keep_the_others_from_being_passed_on(made, capsys):
    """No zip was written, without a word."""
    shutil.copytree(made.parent / "notebooks", "other/notebooks")
    plan = Path("other/notebooks/reports.toml")
    plan.write_text('[[report]]\nnotebook = "wave"\nparameters = { number = 40 }\n')
    (made.parent / "other" / "reports").mkdir()
    shutil.copy(made, "other/reports/wave-3.html")
    asked = ["render", "--plan", str(plan), "--bundle", "one.zip", "--report", "r.JSON"]
    assert cli.main(asked) == 1
    told = capsys.readouterr()
    assert "the index and 1 page, wave-3 not of the plan: one.zip\n" in told.out
    assert told.err.endswith(
        "pagemill: 1 of 1 reports failed (wave-40); their last good pages stay\n"
    )
    with zipfile.ZipFile("one.zip") as bundle:
        assert "reports/wave-3.html" in bundle.namelist()
    assert '"status": "failed"' in Path("r.JSON").read_text("utf-8")


def test_a_bundle_that_cannot_be_is_refused_before_anything_runs(made, capsys):
    for target, sentence in (
        ("one.tar", "must name a file that ends in .zip"),
        ("no/one.zip", "there is no folder no"),
    ):
        assert sentence in refusal(capsys, "render", "--bundle", target)
        assert not Path("reports").exists()
