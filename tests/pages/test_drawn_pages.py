"""The acceptance of drawings: every page of the plan as a browser lays it out.

Each is opened on two phones, a tablet and a desk: letters of at least 9 pixels at 390, no text of a
figure on another and none cut, no “…”, nothing that scrolls sideways, a value behind every mark.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import golden
import pytest
from playwright.sync_api import Browser
from watched import Watched, watch, wide

from pagemill import plan as plans

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
SLUGS = [run.slug for run in plans.load_plan(ROOT / plans.PLAN).runs]
#: Pixels of a window, and those that its letters have at least.
WINDOWS = {320: 7.5, 390: 9.0, 768: 15.0, 1280: 17.0}
#: How far a drawing's texts may reach over each other, in parts of their height: above and below
#: its letters a line has air.
AIR = 0.2

#: What is wrong with the drawings in a window, in words.
FAULTS = """([least, air]) => {
  const faults = [];
  for (const drawing of document.querySelectorAll(".ct-drawing")) {
    const svg = drawing.querySelector("svg");
    const whole = svg.getBoundingClientRect();
    if (!whole.width) continue;
    const where = drawing.closest("figure").id;
    const scale = whole.width / svg.viewBox.baseVal.width;
    const texts = [...svg.querySelectorAll("text")].filter(
      (text) => !text.closest(".ct-export") && text.textContent.trim());
    const boxes = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
    for (const text of texts) {
      const letters = parseFloat(getComputedStyle(text).fontSize) * scale;
      if (letters < least) faults.push(`${where}: ${text.textContent} has letters of ${letters}`);
      if (text.textContent.includes("…")) faults.push(`${where}: ${text.textContent} is cut short`);
    }
    boxes.forEach(([text, box], number) => {
      if (box.left < whole.left - 1 || box.right > whole.right + 1 ||
          box.top < whole.top - 1 || box.bottom > whole.bottom + 1)
        faults.push(`${where}: ${text} is cut`);
      for (const [other, its] of boxes.slice(0, number)) {
        const across = Math.min(box.right, its.right) - Math.max(box.left, its.left);
        const along = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
        if (across > 1 && along > air * Math.min(box.height, its.height))
          faults.push(`${where}: ${text} lies on ${other}`);
      }
    });
  }
  return faults;
}"""


@pytest.fixture(scope="module")
def opened(browser: Browser) -> Iterator[Watched]:
    watched = watch(browser)
    yield watched
    watched.page.context.close()


@pytest.fixture(scope="module", params=SLUGS)
def report(request: Any, plan_pages: Path, opened: Watched) -> Watched:
    file = plan_pages / f"{request.param}.html"
    assert file.is_file(), golden.why_not(plan_pages, request.param)
    opened.turn_to(file)
    # What is folded is looked at, too.
    opened.page.evaluate(
        "for (const fold of document.querySelectorAll('details')) fold.open = true"
    )
    return opened


def test_a_page_can_be_read_in_every_window_and_asks_for_nothing(report):
    faults = []
    for width, letters in WINDOWS.items():
        report.page.set_viewport_size({"width": width, "height": 900})
        faults += [
            f"{width}: {fault}"
            for fault in report.page.evaluate(FAULTS, [letters, AIR])
        ]
    assert faults == []
    assert wide(report.page, *WINDOWS) == []
    assert report.messages == []
    assert report.strangers() == []


def test_every_drawing_says_its_figures(report):
    """Each mark says a figure, and each drawing has marks: by finger, mouse and keys."""
    said = report.page.eval_on_selector_all(
        ".ct-drawing",
        "all => all.map(one => [...one.querySelectorAll('[data-ct-value]')]"
        ".map(mark => mark.dataset.ctValue))",
    )
    assert all(said)
    silent = [
        value for values in said for value in values if not re.search(r"\d", value)
    ]
    assert silent == []
