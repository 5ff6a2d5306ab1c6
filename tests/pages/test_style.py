"""The house style: colours that can be told apart, on both pages, with every kind of sight."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

import catrade as ct
from catrade import page
from catrade.charts import style
from pagemill import svg


# Machado, Oliveira and Fernandes 2009, "A Physiologically-based Model for Simulation of Color
# Vision Deficiency", doi:10.1109/TVCG.2009.113, table of matrices, severity 1.0, for linear RGB.
def _matrix(text: str) -> np.ndarray:
    return np.array(text.split(), float).reshape(3, 3)


SIGHT = {
    "normal": np.eye(3),
    "protanopia": _matrix("""
        0.152286 1.052583 -0.204868
        0.114503 0.786281 0.099216
        -0.003882 -0.048116 1.051998"""),
    "deuteranopia": _matrix("""
        0.367322 0.860646 -0.227968
        0.280085 0.672501 0.047413
        -0.011820 0.042940 0.968881"""),
}
_TO_XYZ = _matrix("""
    0.4124564 0.3575761 0.1804375
    0.2126729 0.7151522 0.0721750
    0.0193339 0.1191920 0.9503041""")
SETS = {
    "countries": {
        k: style.COUNTRY_COLOURS[k] for k in ("KAZ", "KGZ", "TJK", "TKM", "UZB")
    },
    "partners": {k: style.COUNTRY_COLOURS[k] for k in ("CHN", "RUS", "EU27", "CA5")},
    "flows": style.FLOW_COLOURS,
    "themes": style.THEME_COLOURS,
    "drives": style.DRIVE_COLOURS,
    # Grey is what is left over, and stands last.
    "goods": {c: c for c in style.GOODS_COLOURS.values() if c != style.NOT_ALLOCATED},
}


def linear(colour: str) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(colour: str, other: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""
    a, b = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (colour, other))
    return (b + 0.05) / (a + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE 1976 L*a*b* of linear sRGB, white point D65."""
    xyz = _TO_XYZ @ np.clip(rgb, 0, 1) / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(first: str, other: str, sight: str) -> float:
    seen = [lab(SIGHT[sight] @ linear(colour)) for colour in (first, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def schemes() -> dict[str, dict[str, str]]:
    """Read the colours of a page from its style: on a light screen, a dark one and paper."""
    css = (Path(svg.__file__).parent / "template" / "style.css").read_text("utf-8")
    rules = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)", rule))
        for rule in re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    ]
    return dict(zip(("light", "dark", "paper"), rules, strict=True))


TEXTS = ("ct-ink", "ct-muted", "accent", "keyword", "string", "number")


@pytest.mark.parametrize("scheme", ["light", "dark", "paper"])
def test_texts_and_marks_stand_out_in_every_scheme(scheme):
    """WCAG 2.2: 4.5 : 1 of texts, also on what is shaded, and 3 : 1 of marks."""
    colours = schemes()[scheme]
    pairs = [(text, ground) for text in TEXTS for ground in ("ct-paper", "ct-soft")]
    weak = [(a, b) for a, b in pairs if contrast(colours[a], colours[b]) < 4.5]
    assert weak == []
    shades = set(style.COLOURS.values()) - {style.INK, style.MUTED}
    shades |= {*style.CATEGORY_COLOURS, style.NOT_ALLOCATED}
    faint = [shade for shade in shades if contrast(shade, colours["ct-paper"]) < 3]
    assert faint == []


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("which", SETS)
def test_colours_of_one_set_differ_for_every_kind_of_sight(which, sight):
    pairs = combinations(SETS[which].items(), 2)
    near = {(a, b): distance(x, y, sight) for (a, x), (b, y) in pairs}
    # 20 units of L*a*b* are about nine just noticeable differences.
    assert min(near.values()) >= 20, min(near, key=lambda pair: near[pair])


def test_texts_in_colour_can_be_read_on_both_pages():
    """WCAG 2.2 asks 4.5 : 1 of texts; a line needs 3 : 1, so one colour cannot serve both."""
    frame = pd.DataFrame({"year": [2023, 2024], "value": [24.7, 28.0]})
    _, axes = page.canvas()
    page.line(axes, frame, "KAZ", "Kazakhstan\n28.0")
    chart = ct.show(axes, frame, "Trade grew")
    (light, dark) = re.findall(r"light-dark\((#\w+),(#\w+)\)", chart.svg())[0]
    assert contrast(light, schemes()["light"]["ct-paper"]) >= 4.5
    assert contrast(dark, schemes()["dark"]["ct-paper"]) >= 4.5
    assert "light-dark" not in chart.svg(standalone=True)
    # A line behind a label does not cross its letters.
    assert 'paint-order="stroke" stroke="var(--ct-paper,#fefefe)"' in chart.svg()
