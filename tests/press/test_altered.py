"""A page that is not the one that was made: it is made again, and no index or bundle takes it."""

import os
import zipfile

import pytest
from saved_pages import project

from pagemill import cli, index, pages, run
from pagemill import plan as plans

CELL = "from pagemill import display\ndisplay.answer('The wave is 48.75 high.')"


@pytest.mark.kernel
@pytest.mark.parametrize("ending", ["html", "html.md"])
def test_a_page_or_twin_that_was_altered_is_not_current(
    ending, waves, tmp_path, capsys
):
    """Tester U3: a page cut after its head stayed "current", on the index and in the bundle.

    T9: programs read the twin, and a false figure in it stayed.
    """
    (asked,) = plans.load_plan(project(tmp_path, CELL)).runs
    reports = tmp_path / "reports"
    file, listed = reports / f"wave-3.{ending}", reports / "llms.txt"
    why = "it was altered or cut after it was made"
    if ending == "html.md":
        why = "its Markdown twin was altered after it was made"

    def due() -> list[str]:
        return run.why_due(asked, reports, tmp_path)

    assert cli.main(["render"]) == 0
    text, told = file.read_text("utf-8"), listed.read_text("utf-8")
    assert "wave-3.html" in told
    half = text[: len(text) // 2]
    for false in (half, text.replace("48.75 high", "88.75 high"), f"{text} "):
        assert false != text
        file.write_text(false, "utf-8")
        assert due() == [why]
    capsys.readouterr()
    assert cli.main(["render", "--index", "--bundle", "all.zip"]) == 0
    said = capsys.readouterr()
    assert f"wave-3.html is left out of the index: {why}" in said.err
    assert "the index and 0 pages: all.zip" in said.out
    with zipfile.ZipFile("all.zip") as bundle:
        assert bundle.namelist() == ["reports/index.html"]
    assert "wave-3.html" not in listed.read_text("utf-8")
    assert cli.main(["render"]) == 0
    assert f"wave-3: its page is made again: {why}" in capsys.readouterr().err
    assert (file.read_text("utf-8"), listed.read_text("utf-8")) == (text, told)
    # What is gone is made again, too, and a pipe in its place is not waited for.
    file.unlink()
    assert due()
    os.mkfifo(file)
    assert due()


def test_only_the_notebook_beside_it_vouches_for_a_page(tmp_path):
    page, beside = tmp_path / "a.html", tmp_path / "a.ipynb"
    page.write_text("One.", "utf-8")
    assert not pages.why_altered(page)
    beside.write_text("{}", "utf-8")
    assert not pages.why_altered(page)
    # What a cell says, with the same words, is none of the notebook's metadata. The seal of an
    # older version knows of no twin.
    words = '{\n "metadata": {\n  "pagemill": {\n   "page": "%s"\n  }\n }\n}'
    beside.write_text(words % ("0" * 64), "utf-8")
    assert pages.why_altered(page)
    beside.write_text(words % pages.seal("One.", "")["page"], "utf-8")
    assert not pages.why_altered(page)
    assert not pages.lacks_twin(page)


def test_a_pipe_in_the_place_of_what_is_kept_is_not_waited_for(waves, tmp_path):
    """Tester U11: `render` waited for ever."""
    os.mkfifo(tmp_path / pages.KEPT)
    os.mkfifo(tmp_path / "a.ipynb")
    (tmp_path / "a.html").write_text("One.", "utf-8")
    assert [*pages.look(tmp_path)] == ["a.html"]
    assert index.read_cards(tmp_path) == []


def test_a_home_folder_that_no_shell_has_read_is_one(waves, tmp_path, monkeypatch):
    """Tester U14: `-o '~/x'` made a folder called `~`."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home" / "x").mkdir(parents=True)
    project(tmp_path, CELL)
    assert cli.main(["render", "--index", "-o", "~/x"]) == 0
    assert (tmp_path / "home" / "x" / "index.html").is_file()
    assert not (tmp_path / "~").exists()
