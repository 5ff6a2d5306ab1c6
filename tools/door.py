"""A page of the docs for each name of the door, made from its docstring.

`python tools/door.py` writes `docs/door/*.md` anew and removes what is no name any more; a test
holds that they are current. The words are those of the docstrings: change them there.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import catrade as ct

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "door"
_LIST = "README.md"
#: A section of a NumPy-style docstring, and an entry of one.
_SECTION = re.compile(r"^(\w[\w ]+)\n-{3,}\n", re.MULTILINE)
_TABLE = re.compile(r"^==[= ]+\n.*?\n==[= ]+$", re.MULTILINE | re.DOTALL)
_ENTRY = re.compile(r"^(\*{0,2}\w[^\n]*)\n(?=    )", re.MULTILINE)


def page(name: str) -> str:
    """Return the page of a name: how it is called, what it does, what it takes and gives."""
    return _one(f"ct.{name}", getattr(ct, name))


def _one(called: str, held: Any) -> str:
    text = inspect.getdoc(held) or ""
    first, *sections = _SECTION.split(text)
    # A table of reStructuredText is shown as it stands.
    first = _TABLE.sub(r"```\n\g<0>\n```", first)
    parts = [f"# `{called}`", f"```python\n{called}{_signature(held)}\n```", first]
    for heading, body in zip(sections[::2], sections[1::2], strict=True):
        parts.append(f"## {heading}")
        parts.append(_examples(body) if heading == "Examples" else _entries(body))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _signature(held: Any) -> str:
    """Return how it is called, an argument a line where it has many."""
    try:
        signature = inspect.signature(held)
    except ValueError:
        return ""
    # The annotations are said in the text, in words.
    bare = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in signature.parameters.values()
    ]
    told = str(inspect.Signature(bare))
    if len(told) <= 70:
        return told
    lines = re.sub(r", (?=\*,|\*{0,2}\w+(?:=|,|$))", ",\n    ", told[1:-1])
    return f"(\n    {lines},\n)"


def _entries(body: str) -> str:
    """Return parameters and what is given back: each in bold, its text behind it."""
    body = _ENTRY.sub(r"- **`\1`**:", body)
    return re.sub(r":\n? {4}", ": ", body).replace("\n    ", "\n  ")


def _examples(body: str) -> str:
    """Return examples: code and what it prints fenced, words between them as they are."""
    blocks = [block for block in re.split(r"\n\n+", body.strip()) if block]
    return "\n\n".join(
        f"```python\n{block}\n```" if block.startswith(">>>") else block
        for block in blocks
    )


def pages() -> Iterator[tuple[str, str]]:
    """Yield the file and the text of each page, and of their list."""
    lines = []
    for name in ct.__all__:
        held = getattr(ct, name)
        about = (inspect.getdoc(held) or "").partition("\n\n")[0]
        lines.append(f"- [`ct.{name}`]({name}.md): {' '.join(about.split())}")
        yield f"{name}.md", page(name)
    about = (
        "What `import catrade as ct` offers, in the order in which an analyst meets it. "
        "Made from the docstrings by `python tools/door.py`."
    )
    yield _LIST, "\n".join(["# The door", "", about, "", *lines, ""])


def main() -> int:
    """Write the pages."""
    FOLDER.mkdir(exist_ok=True)
    made = dict(pages())
    for file in FOLDER.glob("*.md"):
        if file.name not in made:
            file.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, "utf-8")
    sys.stdout.write(f"{len(made)} pages: {FOLDER}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
