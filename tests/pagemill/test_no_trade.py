"""The press knows no word of trade: what only one project needs comes in by its object."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pagemill

WORDS = re.compile(
    r"\b(trade\w*|customs|tariffs?|partners?|reporters?|comtrade|baci|catrade"
    r"|china|chinese|chn|kaz|kgz|tjk|tkm|uzb|ca5|kazakhstan|uzbekistan|gdp|cagr|growth)\b",
    re.IGNORECASE,
)
FOLDER = Path(pagemill.__file__).parent


@pytest.mark.parametrize(
    "file",
    [
        path.relative_to(FOLDER).as_posix()
        for path in sorted(FOLDER.rglob("*.*"))
        if path.suffix in {".py", ".j2", ".js", ".css"}
    ],
)
def test_no_word_of_trade(file: str) -> None:
    text = (FOLDER / file).read_text(encoding="utf-8")
    assert [found[0] for found in WORDS.finditer(text)] == []
