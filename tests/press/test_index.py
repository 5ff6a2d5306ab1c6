"""What a folder of pages says of itself: its index, news and bundle, and what was altered."""

from __future__ import annotations

import html
import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from fetch_files import cases
from saved_pages import page_of_now, project, usual, write_now

from pagemill import cli, index, pages, run
from pagemill import plan as plans
from pagemill.cards import Card
from pagemill.display import answer
from pagemill.index import _is_number, matrix_of, news_of, read_card
from pagemill.pages import Page
from rounding.formats import MARK

CELL = "from pagemill import display\ndisplay.answer('The wave is 48.75 high.')"


ALTERED = """
html | it was altered or cut after it was made
html.md | its Markdown twin was altered after it was made
"""


@pytest.mark.kernel
@pytest.mark.parametrize(("ending", "why"), cases(ALTERED))
def test_a_page_or_twin_that_was_altered_is_not_current(
    ending, why, waves, tmp_path, capsys
):
    """Tester U3: a page cut after its head stayed "current", on the index and in the bundle.

    T9: programs read the twin, and a false figure in it stayed.
    """
    (asked,) = plans.load_plan(project(tmp_path, CELL)).runs
    file = tmp_path / "reports" / f"wave-3.{ending}"
    assert cli.main(["render"]) == 0
    text = file.read_text("utf-8")
    for false in (text[: len(text) // 2], text.replace("48.75 high", "88.75 high")):
        file.write_text(false, "utf-8")
        assert run.why_due(asked, file.parent, tmp_path) == [why]
    capsys.readouterr()
    assert cli.main(["render", "--index", "--bundle", "all.zip"]) == 0
    said = capsys.readouterr()
    assert f"wave-3.html is left out of the index: {why}" in said.err
    assert "the index and 0 pages: all.zip" in said.out
    assert "wave-3.html" not in (file.parent / "llms.txt").read_text("utf-8")
    assert cli.main(["render"]) == 0
    assert f"wave-3: its page is made again: {why}" in capsys.readouterr().err
    assert file.read_text("utf-8") == text
    # What is gone is made again, too, and a pipe in its place is not waited for.
    file.unlink()
    assert run.why_due(asked, file.parent, tmp_path)
    os.mkfifo(file)
    assert run.why_due(asked, file.parent, tmp_path)


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


def test_of_many_pages_only_what_changed_is_read_again(waves, tmp_path):
    text = write_now(waves, tmp_path / "one.html", *usual())
    for number in range(pages.MANY):
        (tmp_path / f"wave-{number}.html").write_text(text, "utf-8")
    before = index.write_index(tmp_path).read_bytes()
    pages._read.cache_clear()
    assert index.is_current(tmp_path)
    assert pages._read.cache_info().misses == 0
    changed = tmp_path / "wave-7.html"
    changed.write_text(text.replace("48", "88"), "utf-8")
    os.utime(changed, (0, 0))  # a clock set back decides nothing
    assert not index.is_current(tmp_path)
    assert pages._read.cache_info().misses == 1
    changed.write_text(text, "utf-8")
    # What is kept may be damaged, or of another version.
    for damage in ("[1", '{"library": "another"}'):
        (tmp_path / pages.KEPT).write_text(damage, "utf-8")
        assert index.write_index(tmp_path).read_bytes() == before


def test_digits_of_a_page_are_found(waves, tmp_path):
    write_now(waves, tmp_path / "one.html", "In Q3 of 2025 it was HS87.")
    (page,) = pages.look(tmp_path).values()
    assert {"q3", "2025", "hs87"} <= {*page.words}


@pytest.fixture
def made(waves: Path, tmp_path: Path) -> Path:
    return page_of_now(tmp_path)[0]


def test_a_bundle_is_the_same_for_the_same_pages(made, capsys):
    Path("reports").mkdir()
    for name in ("wave-3", "another"):
        shutil.copy(made, f"reports/{name}.html")
    Path("reports/wave-3.ipynb").write_text("{}", "utf-8")
    Path("reports/notes.html").write_text("not ours", "utf-8")
    for name in ("one.zip", "two.zip"):
        assert cli.main(["render", "--bundle", name]) == 0
        assert capsys.readouterr().out.endswith(f"the index and 2 pages: {name}\n")
    assert Path("one.zip").read_bytes() == Path("two.zip").read_bytes()
    with zipfile.ZipFile("one.zip") as bundle:
        names = ("index", "another", "wave-3")
        assert bundle.namelist() == [f"reports/{name}.html" for name in names]
        assert {entry.date_time[0] for entry in bundle.infolist()} == {1980}
        assert bundle.read("reports/another.html") == made.read_bytes()


def card(slug: str, front: str = "story", **told: object) -> Card:
    record = {"title": slug, "chips": [], "front": front, **told}
    made = read_card(
        slug, Page(record={"inputs": {"notebook": {"name": slug}}, "card": record})
    )
    assert made
    return made


def test_news_is_of_the_month_before_the_newest_and_leads_to_its_page():
    first = '[["+1%", "a", "2026-09-09"], ["+2%", "b", "2026-10-10"], ["c", "", "2026-09-08"]]'
    elsewhere = '[["+4%", "not of the front page", "2026-10-11"]]'
    cards = [
        card("one", news=first),
        card("two", news='[["+3%", "d", "2026-09-30"]]'),
        card("three", front="", news=elsewhere),
    ]
    # From 10 October 31 days back is 9 September, which counts.
    assert news_of(cards) == [
        ("+2%", "b", "2026-10-10", "one.html"),
        ("+3%", "d", "2026-09-30", "two.html"),
        ("+1%", "a", "2026-09-09", "one.html"),
    ]
    assert news_of([]) == []


#: Where an item says that it stands, and where it leads: `three.html` is not in the folder.
LEADS = """
#moved | one.html#moved
two.html#months | two.html#months
two.html | two.html
three.html#months | one.html
javascript:alert(1) | one.html
https://example.org/two.html | one.html
 | one.html
"""


@pytest.mark.parametrize(("place", "leads_to"), cases(LEADS))
def test_news_leads_to_its_figure_and_to_no_page_that_is_not_there(place, leads_to):
    item = ["+1%", "a", "2026-10-10", place]
    cards = [card("one", news=json.dumps([item])), card("two")]
    assert news_of(cards)[0][3] == leads_to


def test_a_card_does_not_say_itself_what_stands_over_its_picture():
    record = {"chips": [], "inputs": {"notebook": {"name": "a"}}, "caption": "LIE"}
    read = read_card("a", Page(record={**record, "headline": "LIE", "title": "A"}))
    assert read
    assert (read.caption, read.headline, read.title) == ("", "", "A")


def test_an_answer_tells_no_news_and_fills_no_cell_of_what_is_not_known():
    news = [("5", "x", "2026-10-10"), (MARK, "y", "2026-10-09")]
    row = {f"{MARK}, in yuan": "1", "b": MARK, "c": "2"}
    told = html.unescape(answer("Yes.", news=news, row=row).html)
    assert 'data-ct-news="[["5", "x", "2026-10-10"]]"' in told
    assert 'data-ct-row="{"c": "2"}"' in told


def test_a_column_of_numbers_stands_right_though_a_cell_says_why_there_is_none():
    cells = ["$48.7bn", "+12%", "−4.0%", "about 3", "none published", "Ores (2024)"]
    cards = [card(str(n), row=f'{{"a": "{cell}"}}') for n, cell in enumerate(cells)]
    assert _is_number(cards, "a")
    assert not _is_number(cards[4:], "a")


def test_pages_are_listed_by_kind_and_place_unless_they_are_many():
    by_place = [("Partner", "Chad")]
    cards = [
        card("one", topic="Growth", chips=by_place),
        card("two", topic="Growth"),
        card("three", topic="Rules"),
    ]
    growth, rules = matrix_of(cards)
    assert growth == ("Growth", {"Chad": cards[:1]}, cards[1:2])
    assert rules == ("Rules", {"Chad": []}, cards[2:])
    assert matrix_of([card(str(number)) for number in range(51)]) == []
