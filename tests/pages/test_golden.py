"""The pages are what they were: each sentence, figure and table, until somebody says otherwise.

Renewed by `make golden`, with a reason in the commit.
"""

import golden
import pytest

pytestmark = [pytest.mark.kernel, pytest.mark.slow]
AGAIN = "run `make golden`, and say yes to what is right"
KNOWN = sorted(file.stem for file in golden.STORED.glob("*.txt"))


def test_the_plan_has_the_same_pages(plan_pages):
    assert sorted(page.stem for page in plan_pages.glob("*.html")) == KNOWN, AGAIN


@pytest.mark.parametrize("page", KNOWN)
def test_a_page_shows_what_it_showed(plan_pages, page):
    made = plan_pages / f"{page}.html"
    assert made.is_file(), (
        f"{page} is not made: see `catrade render`; if it has left, {AGAIN}"
    )
    assert golden.changes(page, made) == [], AGAIN
