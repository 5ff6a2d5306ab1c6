"""A number that knows its rounding: what it may be, and how it is written."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemill.errors import ParameterError
from pagemill.rounded import Rounded

TOTAL = Rounded(106.3e9, 106.25e9, 106.35e9)
BASE = Rounded(94.82e9, 94.815e9, 94.825e9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{TOTAL}", "$106.3 billion"),
        (f"{TOTAL:bn}", "$106.3bn"),
        # The width of 0.1 bears a unit of 0.05 at most, so two decimals.
        (f"{TOTAL:usd range}", "$106.30 billion (106.25 to 106.35)"),
        (f"{TOTAL:bn range}", "$106.30bn (106.25 to 106.35)"),
        # 106.25 / 94.825 − 1 = 12.048%, 106.35 / 94.815 − 1 = 12.166%, middle 12.107%.
        (f"{TOTAL / BASE - 1:percent}", "12.1%"),
        (f"{TOTAL / BASE - 1:+percent range}", "+12.11% (12.05 to 12.17)"),
        (f"{TOTAL - BASE:usd}", "$11.5 billion"),  # 11.425 to 11.535
        (f"{BASE - TOTAL:+usd}", "−$11.5 billion"),
        (f"{Rounded(0.047, 0.0465, 0.0475):points}", "4.7 points"),
        (f"{Rounded(22.7, 22.6, 22.8) / Rounded(5.57, 5.56, 5.58):times}", "4.1 times"),
        (f"{Rounded(45e9, 45e9, 46e9, 'floor'):usd}", "over $45 billion"),
        (f"{Rounded(964e6, 963.5e6, 964.5e6):bn}", "$964m"),
        (f"{Rounded(2.0, 2.0, 2.0) * 2 + 1:times}", "5.0 times"),
    ],
)
def test_what_is_written(text: str, expected: str) -> None:
    assert text == expected


def test_a_row_of_a_frame() -> None:
    frame = pd.DataFrame({"value_bn": [106.3], "low_bn": [106.25], "high_bn": [106.35]})
    assert Rounded.of(frame.iloc[0], "value_bn") == TOTAL
    assert Rounded.of({"share": 0.25}, "share") == Rounded(0.25, 0.25, 0.25)
    with pytest.raises(ParameterError, match="there is no figure in 'growth' of this row"):
        Rounded.of({"growth": float("nan")}, "growth")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: f"{TOTAL:percentage}", "did you mean 'percent'"),
        (lambda: f"{TOTAL:usd rnge}", "did you mean .range."),
        (lambda: Rounded(1, 2, 3), "a value must lie in its interval"),
        (lambda: Rounded(1, 1, float("inf")), "finite"),
        (lambda: TOTAL / Rounded(0, -1, 1), "it contains zero"),
    ],
)
def test_what_cannot_be_is_a_sentence(wrong, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        wrong()


@given(
    st.floats(-1e12, 1e12),
    st.floats(0, 1e10),
    st.floats(0, 1e10),
    st.sampled_from(["usd", "bn", "percent", "points", "times"]),
)
def test_a_printed_value_lies_in_its_printed_range(
    value: float, below: float, above: float, kind: str
) -> None:
    scale = 1.0 if kind in ("usd", "bn") else 1e-10
    number = Rounded(value * scale, (value - below) * scale, (value + above) * scale)
    written = format(number, f"{kind} range").replace("−", "-").replace(",", "").replace("$", "")
    point, *ends = (float(text) for text in re.findall(r"-?\d+(?:\.\d+)?", written))
    if ends:
        assert ends[0] <= point <= ends[1]
