"""The pages are what they were: each sentence, figure and table, until somebody says otherwise.

Renewed by `python tests/helpers/golden.py`, with a reason in the commit.
"""

from __future__ import annotations

import json

import golden
import pytest

pytestmark = [pytest.mark.kernel, pytest.mark.slow]
KNOWN = json.loads(golden.STORED.read_text("utf-8"))


def test_the_plan_has_the_same_pages(plan_pages):
    assert sorted(page.stem for page in plan_pages.glob("*.html")) == sorted(KNOWN)


@pytest.mark.parametrize("page", sorted(KNOWN))
def test_a_page_shows_what_it_showed(plan_pages, page):
    found, texts = golden.digests(plan_pages / f"{page}.html")
    known = KNOWN[page]
    new = [
        texts[digest]
        for digest in found["sentences"]
        if digest not in known["sentences"]
    ]
    assert new == []
    assert len(found["sentences"]) == len(known["sentences"])  # none is gone
    for kind in ("figures", "tables"):
        changed = [
            name
            for name, digest in found[kind].items()
            if digest != known[kind].get(name)
        ]
        assert changed == []
        assert sorted(found[kind]) == sorted(known[kind])


def test_a_changed_word_is_seen(plan_pages, tmp_path):
    page = sorted(KNOWN)[0]
    html = (plan_pages / f"{page}.html").read_text("utf-8")
    before, _ = golden.digests(plan_pages / f"{page}.html")
    head, body = html.split("<body", 1)
    changed = f"{head}<body{body.replace('China', 'Chile', 1)}"
    (tmp_path / "a.html").write_text(changed, "utf-8")
    assert golden.digests(tmp_path / "a.html")[0] != before
