"""`pagemill render --bundle`: the index and all pages in one zip."""

import shutil
import zipfile
from pathlib import Path

import pytest
from saved_pages import Captured, page_of_now

from pagemill import cli


@pytest.fixture
def made(waves: Path, tmp_path: Path) -> Path:
    return page_of_now(tmp_path)[0]


def test_a_bundle_is_the_same_for_the_same_pages(made: Path, capsys: Captured):
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


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("one.tar", "must name a file that ends in .zip"),
        ("no/one.zip", "there is no folder no"),
    ],
)
def test_a_bundle_that_cannot_be_is_refused_before_anything_runs(
    made: Path, target: str, said: str, capsys: Captured
):
    assert cli.main(["render", "--bundle", target]) == 2
    assert said in capsys.readouterr().err
    assert not Path("reports").exists()
