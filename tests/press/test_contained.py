"""What a notebook shows takes no room but its own on the page, whatever its style says."""

import pytest
import saved_pages
from watched import watch

from pagemill.htmlparts import Html

pytestmark = pytest.mark.browser
WIDE = f"|{'wide|' * 300}\n|{'---|' * 300}\n|{'cell|' * 300}"


@pytest.mark.parametrize(
    "style",
    [
        "position:absolute;top:-2000px;left:-2000px;width:9999px;height:9999px;z-index:99",
        "display:block;transform:scale(99);z-index:99",
    ],
)
def test_an_overlay_covers_no_title_and_no_record(style, waves, tmp_path, browser):
    """Tester D22: a link over the whole page led wherever its author liked."""
    overlay = Html(f'<a href="https://example.org" style="{style}">x</a>', "x")
    saved_pages.write(tmp_path / "a.html", "Words.", overlay)
    page = watch(browser, tmp_path / "a.html").page
    for place in ("h1", "#about"):
        at = page.locator(place).bounding_box()
        assert at is not None
        top = page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).localName",
            [at["x"] + 5, at["y"] + 5],
        )
        assert top == page.locator(place).evaluate("one => one.localName")


def test_a_wide_table_of_markdown_scrolls_in_its_own_box(waves, tmp_path, browser):
    saved_pages.write(tmp_path / "a.html", WIDE)
    page = watch(browser, tmp_path / "a.html").page
    assert page.evaluate("document.documentElement.scrollWidth") == 1440
    assert page.locator(".ct-scroll").evaluate(
        "one => one.scrollWidth > one.clientWidth"
    )
