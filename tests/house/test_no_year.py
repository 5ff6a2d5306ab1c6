"""No year stands in the code: what is first, last, newest and running, the tables tell.

A cell tagged `parameters` may have its default, such as the year that a page begins with.
"""

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIB = sorted((ROOT / "lib").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
#: A number, or a year in a text, from 2020 on; \u2028 is a sign, not a year.
_YEAR = re.compile(r"(?<![\d.\w\\])20[2-9]\d(?!\d)")
#: A text that gives the reader an example of how a period, a day or an id is written.
_EXAMPLE = re.compile(r"such as|look like|--|\bgacc\b|is titled|and level=")

#: What may stand there, by file, and why.
ALLOWED = {
    # Editions of the Harmonized System, which the World Customs Organization dates.
    "lib/catrade_fetch/answers.py": {"2022", "2028"},
    # A property of the method: before it the share grew too fast for a season to be seen.
    "lib/catrade_build/market.py": {"2021"},
    # Announcements picked by hand are called by the day they were made.
    "lib/catrade_build/tables/policy.py": {"2026"},
    # The length of a year as text is that of any year.
    "lib/rounding/dates.py": {"2026"},
    # Examples of a call, to be typed over.
    "lib/catrade_build/command.py": {"2024"},
    "lib/catrade_build/explain.py": {"2024"},
    "notebooks/explore.ipynb": {"2020", "2021", "2024", "2026"},
}


def code_of(file: Path) -> str:
    """Return the code of a module, or of a notebook's cells but that of its parameters."""
    text = file.read_text("utf-8")
    if file.suffix != ".ipynb":
        return text
    code = []
    for cell in json.loads(text)["cells"]:
        is_default = "parameters" in cell["metadata"].get("tags", [])
        if cell["cell_type"] == "code" and not is_default:
            code.append("".join(cell["source"]))
    return "\n".join(code)


def docstrings(code: str) -> set[int]:
    """Return the lines on which a docstring begins."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, kinds)]
    documented = [node for node in nodes if ast.get_docstring(node) is not None]
    return {node.body[0].lineno for node in documented}


def years_in(code: str) -> Iterator[str]:
    """Yield the years of numbers and texts of some code, but of docstrings and examples."""
    documented = docstrings(code)
    for token in tokenize.generate_tokens(io.StringIO(code + "\n").readline):
        is_text = token.type in (
            tokenize.STRING,
            getattr(tokenize, "FSTRING_MIDDLE", -1),
        )
        if not is_text and token.type != tokenize.NUMBER:
            continue
        if is_text and (token.start[0] in documented or _EXAMPLE.search(token.string)):
            continue
        yield from _YEAR.findall(token.string)


@pytest.mark.parametrize("file", [*LIB, *NOTEBOOKS], ids=lambda file: file.stem)
def test_no_year_is_typed_into_code(file):
    allowed = ALLOWED.get(file.relative_to(ROOT).as_posix(), set())
    # An exception that is gone is struck off.
    assert {*years_in(code_of(file))} == allowed


#: What asks a clock: none of it where tables tell.
_CLOCK = re.compile(
    r"\b(date|datetime)\.(today|now|utcnow)\(|\btime\.(time|localtime|gmtime)\("
)


@pytest.mark.parametrize(
    "file", [*LIB, *NOTEBOOKS], ids=lambda file: f"{file.parent.name}-{file.stem}"
)
def test_no_page_reads_a_clock(file):
    """The importers do, what is kept says how old it is, an edition when it was made, and
    `catrade status` and `month` what is overdue; a day as of which all is read must not be to come.
    """
    may = "catrade_fetch" in file.parts or file.stem in ("edition", "cli", "month")
    may |= file.relative_to(ROOT).as_posix() == "lib/catrade_build/tables/trade.py"
    assert may or not _CLOCK.search(code_of(file)), file
