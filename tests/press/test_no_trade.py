"""The press knows no word of trade: what only one project needs comes in by its object."""

import re
from pathlib import Path

import pagemill

WORDS = re.compile(
    r"\b(trade\w*|customs|tariffs?|partners?|reporters?|comtrade|baci|catrade"
    r"|china|chinese|chn|kaz|kgz|tjk|tkm|uzb|ca5|kazakhstan|uzbekistan|gdp|cagr|growth)\b",
    re.IGNORECASE,
)
FOLDER = Path(pagemill.__file__).parent
#: Of what the examples of the floor speak.
EXAMPLES = {"growth", "trade"}


def words_of_trade(folder: Path, *kinds: str) -> set[tuple[str, str]]:
    return {
        (file.name, word.casefold())
        for file in folder.rglob("*.*")
        if file.suffix in kinds
        for word in WORDS.findall(file.read_text("utf-8"))
    }


def test_the_press_and_its_floor_know_no_word_of_trade():
    assert words_of_trade(FOLDER, ".py", ".j2", ".js", ".css") == set()
    floor = words_of_trade(FOLDER.parent / "rounding", ".py")
    assert {word for _, word in floor} <= EXAMPLES
