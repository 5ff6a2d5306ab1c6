"""Pictures that a reader saves or copies: the title whole, whose figures, of which day, its doubt.

They are taken from real pages by the buttons, and measured in a browser.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure
from saved_pages import write
from watched import Watched, watch

from pagemill import display, project

pytestmark = pytest.mark.browser
#: Press what saves SVG of every figure; return what would be saved, and what the page says of it.
PRESS = """() => {
  const blobs = [];
  URL.createObjectURL = blob => blobs.push(blob) && "blob:none";
  HTMLAnchorElement.prototype.click = () => {};
  const figures = [...document.querySelectorAll("figure:has([data-ct-save=svg])")];
  return Promise.all(figures.map(async figure => {
    figure.querySelector("[data-ct-save=svg]").click();
    const note = figure.querySelector(":scope > .ct-source .ct-note");
    const text = one => one ? one.textContent.trim() : "";
    return {name: figure.id, svg: await blobs.at(-1).text(), note: text(note),
      title: text(figure.querySelector(".ct-title")),
      source: text(figure.querySelector(":scope > .ct-source"))};
  }));
}"""
#: Draw a file by itself, in a font; return its lines and what stands beyond its edge.
DRAW = """([svg, font]) => {
  document.body.innerHTML = svg;
  const drawn = document.querySelector("svg");
  drawn.setAttribute("font-family", font);
  const whole = drawn.getBoundingClientRect();
  const texts = [...drawn.querySelectorAll("text")].filter(one => one.textContent.trim());
  const lines = texts.filter(one => one.closest(".ct-export"));
  const is = (bold, one) => bold === (getComputedStyle(one).fontWeight === "700");
  const said = bold => lines.filter(one => is(bold, one)).map(one => one.textContent).join(" ");
  return {title: said(true), foot: said(false), beyond: texts.filter(one => {
    const box = one.getBoundingClientRect();
    return box.left < whole.left - .5 || box.right > whole.right + .5
      || box.top < whole.top - .5 || box.bottom > whole.bottom + .5;
  }).map(one => one.textContent)};
}"""
FONTS = ("DejaVu Sans", "Liberation Sans")


def pressed(watched: Watched) -> list[dict[str, str]]:
    found: list[dict[str, str]] = watched.page.evaluate(PRESS)
    return found


def drawn(blank: Watched, svg: str, font: str) -> dict[str, Any]:
    found: dict[str, Any] = blank.page.evaluate(DRAW, [svg, font])
    return found


def test_pictures_of_real_pages_are_whole(plan_pages, browser):
    """Editor A2: 13 of 75 lost the end of their title; "16,108" became "16,10"."""
    watched, blank = watch(browser), watch(browser)
    wrong, count, with_day = [], 0, 0
    for file in sorted(plan_pages.glob("*.html")):
        if file.name == "index.html":
            continue
        watched.turn_to(file)
        for picture in pressed(watched):
            where = f"{file.stem} {picture['name']}"
            count += 1
            for font in FONTS:
                told = drawn(blank, picture["svg"], font)
                wrong += [f"{where} in {font}: {text}" for text in told["beyond"]]
                assert told["title"] == picture["title"], where
                assert told["foot"].count(picture["note"]) == 1 or not picture["note"]
                # What is a list on the page is none in a file.
                assert "listed under" not in told["foot"], where
                listed = "listed under" in picture["source"]
                assert listed == ("Publishers: " in told["foot"]), where
                day = r"catrade, from sources published to .*\b2\d{3}\.$"
                with_day += bool(re.search(day, told["foot"]))
    assert wrong == []
    assert count > 40
    # Each says of which day; figures without a source of their own have none.
    assert with_day == count * len(FONTS)


LONG = (
    "A title of very many words that says more than one line can hold and then 16,108"
)
SOURCES = pd.DataFrame(
    {
        "source_id": ["a", "b", "c", "d"],
        "publisher": ["Office of Rain", "Harbour", "Mill", "Office of Rain"],
        "title": "Rain",
        "published": ["2025-01", "2026-03-04", "2024", "2023"],
        "kind": "official",
    }
)


@pytest.fixture
def chart(waves: Path) -> display.Chart:
    """A chart of figures of three publishers, with a note of one word too long for a line."""
    import dataclasses

    own = dataclasses.replace(
        project.current(),
        sources=lambda: SOURCES,
        newest=lambda _, ids, _asked: "2026-03-04" if "b" in ids else "",
    )
    project.use(own)
    figure = Figure(figsize=(7.2, 3))
    figure.subplots().bar(["first", "second"], [48.75, 12.5])
    frame = pd.DataFrame({"height": [1, 2, 3], "sources": ["c;d", "a;b", "a"]})
    alt = "Two bars: the first wave is 48.75 high, the second 12.5."
    source = "Statistics of rain, as published in 4 sources (listed under Sources)."
    return display.Chart(figure, LONG, alt, frame, source, "x" * 300, name="bars")


def test_a_picture_names_publishers_its_day_and_its_note(chart, tmp_path, browser):
    write(tmp_path / "a.html", chart)
    (picture,) = pressed(watch(browser, tmp_path / "a.html"))
    told = drawn(watch(browser), picture["svg"], FONTS[0])
    assert told["beyond"] == []
    assert told["title"] == LONG
    # Two rows of figures are the office's, one each the others'; of these the first by the list.
    assert told["foot"].replace(" ", "") == (
        "Source: Statistics of rain, as published in 4 sources. Publishers: Office of Rain; Mill"
        f" and others. {'x' * 300} waves, from sources published to 4 March 2026."
    ).replace(" ", "")


def test_a_png_has_as_many_pixels_as_the_drawing_asks_for(chart, tmp_path, browser):
    write(tmp_path / "a.html", chart)
    (picture,) = pressed(watch(browser, tmp_path / "a.html"))
    page = watch(browser, tmp_path / "a.html").page
    with page.expect_download() as file:
        page.locator("[data-ct-save=png]").click()
    png = Path(file.value.path()).read_bytes()
    box = re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', picture["svg"])
    assert box is not None
    across, down = map(float, box.groups())
    sizes = [int.from_bytes(png[at : at + 4], "big") for at in (16, 20)]
    assert sizes == [1600, round(down * 1600 / across)]
