"""What must not leave this machine in a report: secrets of the environment, names of folders."""

from __future__ import annotations

import html
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

from markupsafe import escape

from pagemill.csvtext import SAFE, guarded
from pagemill.htmlparts import curled
from pagemill.project import current

_SECRET = re.compile(
    r"KEY|SECRET|TOKEN|PASS|CREDENTIAL|BEARER|SESSION|COOKIE|PRIVATE|DATABASE_URL|AUTH(?!OR(?!I))"
    r"|_PWD$|(?:^|_)PAT(?:_|$)",  # PWD, PATH and AUTHOR are of everyday use
    re.IGNORECASE,
)
# A shorter value, a word or a plain number may stand in a report by chance.
_SHORTEST = 8
_TELLING = re.compile(r"(?=.*\d)(?=.*\D)", re.DOTALL)
_IN_ADDRESS = re.compile(r"://[^/@:]*:([^/@]+)@")
# What parts a word for no reader: tags of a line, colours of a terminal, and the end of a line, as
# it is or as a notebook's file has it.
_BETWEEN = re.compile(
    r"</?(?:a|b|code|em|i|mark|s|small|span|strong|sub|sup|u|wbr|br)\b[^<>]*>"
    r"|(?:\x1b|\\u001b)\[[\d;]*m"
    r"|[ \t]*(?:\\n\",\s*\"|\\n|\n\s*)[ \t]*"
)
# Where a kernel keeps a cell while it runs: the number of its process is in it.
_CELL = re.compile(r"\S{0,200}[/\\]ipykernel_\d+[/\\]\d+\.py")
# The ways a text is written on its way to a page and a notebook, in their order.
_WRITERS: tuple[Callable[[str], str], ...] = (
    # A cell of a spreadsheet, in which the value may be the middle.
    lambda text: guarded(f"x{text}")[1:],
    lambda text: text.replace('"', '""'),  # CSV
    lambda text: quote(text, safe=SAFE),
    lambda text: quote(text, safe=""),
    quote_plus,
    html.escape,
    lambda text: html.escape(text, quote=False),
    lambda text: str(escape(text)),
    lambda text: text.replace('"', "&quot;"),  # nh3, in attributes
    curled,
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
)


def _values() -> dict[str, str]:
    """Return the names of variables that are secret by their value, a line of it, or a password.

    That is the one of an address.
    """
    names = {}
    for name, value in os.environ.items():
        if _SECRET.search(name):
            lines = map(str.strip, value.splitlines())
            for part in {value.strip(), *lines, *_IN_ADDRESS.findall(value)}:
                if len(part) >= _SHORTEST and _TELLING.match(part):
                    names[part] = name
    return names


def secrets() -> dict[str, str]:
    """Return the values of environment variables whose names say that they are secret.

    Returns
    -------
    dict
        Name of the variable by each form in which its value, a line of it, or the password of an
        address in it may be written.
    """
    names = {}
    for value, name in _values().items():
        forms = {value}
        for write in _WRITERS:
            forms |= set(map(write, forms))
        names.update(dict.fromkeys(forms, name))
    return names


def leak(text: str) -> str:
    """Return the name of the variable whose secret value a text holds, or ""."""
    for value, name in secrets().items():
        if value in text:
            return name
    if not (values := _values()):
        return ""
    # As a reader sees it: in one piece, whatever stands between its letters, or in capitals.
    seen = html.unescape(_BETWEEN.sub("", text))
    for value, name in values.items():
        if any(form in seen for form in (value, value.upper(), value.lower())):
            return name
    return ""


def without_secrets(text: str) -> str:
    """Return a text with the names of variables in place of their secret values."""
    for value, name in sorted(secrets().items(), key=lambda item: -len(item[0])):
        text = text.replace(value, f"[{name}]")
    for value, name in _values().items():
        parted = f"(?:{_BETWEEN.pattern})*".join(map(re.escape, value))
        text = re.sub(parted, lambda _, name=name: f"[{name}]", text, flags=re.I)  # type: ignore[misc]
    return text


def without_folders(text: str, *folders: Path) -> str:
    """Return what a program complained of without the folders of this machine.

    Parameters
    ----------
    text
        Warnings or a traceback.
    folders
        Folders to leave out, beside those of the project, Python, the user and the current one.

    Examples
    --------
    >>> without_folders(f"{sys.prefix}/lib/x.py:3: UserWarning: odd")
    '…/lib/x.py:3: UserWarning: odd'
    """
    package = current().folder.parent
    press, python = Path(__file__).parents[1], Path(sys.prefix)
    named = {*folders, package, package.parent, press, python, Path.cwd()}
    named |= {Path(os.path.expanduser("~")), *map(Path.resolve, named)}
    for folder in sorted(named, key=lambda path: -len(str(path))):
        if len(folder.parts) > 1:
            text = text.replace(str(folder), "…")
    # Looked for only where there is one: a line may have a million letters.
    return _CELL.sub("<cell>", text) if "ipykernel_" in text else text
