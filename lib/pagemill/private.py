"""What must not leave this machine in a report: secrets of the environment, names of folders."""

from __future__ import annotations

import html
import json
import os
import re
import sys
from pathlib import Path

from pagemill.project import current

_SECRET = re.compile(r"KEY|SECRET|TOKEN|PASSW|CREDENTIAL", re.IGNORECASE)
# A shorter value, a word or a plain number may stand in a report by chance.
_SHORTEST = 8
_TELLING = re.compile(r"(?=.*\d)(?=.*\D)", re.DOTALL)
# Where a kernel keeps a cell while it runs: the number of its process is in it.
_CELL = re.compile(r"\S*[/\\]ipykernel_\d+[/\\]\d+\.py")


def secrets() -> dict[str, str]:
    """Return the values of environment variables whose names say that they are secret.

    Returns
    -------
    dict
        Name of the variable by each form in which its value may be written.
    """
    found = {}
    for name, value in os.environ.items():
        if _SECRET.search(name) and len(value) >= _SHORTEST and _TELLING.match(value):
            in_json = (json.dumps(value, ensure_ascii=ascii)[1:-1] for ascii in (True, False))
            found.update(dict.fromkeys((value, html.escape(value), *in_json), name))
    return found


def leak(text: str) -> str:
    """Return the name of the variable whose secret value a text holds, or ""."""
    return next((name for value, name in secrets().items() if value in text), "")


def without_secrets(text: str) -> str:
    """Return a text with the names of variables in place of their secret values."""
    for value, name in sorted(secrets().items(), key=lambda item: -len(item[0])):
        text = text.replace(value, f"[{name}]")
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
    known = {
        *folders,
        package,
        package.parent,
        Path(__file__).parents[1],
        Path(sys.prefix),
        Path.cwd(),
    }
    known |= {Path(os.path.expanduser("~")), *(folder.resolve() for folder in known)}
    for folder in sorted((str(one) for one in known), key=len, reverse=True):
        if len(Path(folder).parts) > 1:
            text = text.replace(folder, "…")
    return _CELL.sub("<cell>", text)
