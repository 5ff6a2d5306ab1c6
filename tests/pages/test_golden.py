"""The pages are what they were: each sentence, figure and table, until somebody says otherwise.

Renewed by `python tests/helpers/golden.py`, some pages alone by their slugs, with a reason in the
commit.
"""

import json

import golden
import pytest

pytestmark = [pytest.mark.kernel, pytest.mark.slow]
KNOWN = json.loads(golden.STORED.read_text("utf-8"))


def test_the_plan_has_the_same_pages(plan_pages):
    assert sorted(page.stem for page in plan_pages.glob("*.html")) == sorted(KNOWN)


@pytest.mark.parametrize("page", sorted(KNOWN))
def test_a_page_shows_what_it_showed(plan_pages, page):
    shown, texts = golden.digests(plan_pages / f"{page}.html")
    before = KNOWN[page]
    new = set(shown["sentences"]).difference(before["sentences"])
    assert [texts[digest] for digest in new] == []
    assert len(shown["sentences"]) == len(before["sentences"])  # none is gone
    for kind in ("figures", "tables"):
        assert shown[kind] == before[kind]


def test_a_changed_word_is_seen(plan_pages, tmp_path):
    page = sorted(KNOWN)[0]
    made, other = plan_pages / f"{page}.html", tmp_path / "a.html"
    head, body = made.read_text("utf-8").split("<body", 1)
    changed = f"{head}<body{body.replace('China', 'Chile', 1)}"
    other.write_text(changed, "utf-8")
    assert golden.digests(other)[0] != golden.digests(made)[0]
