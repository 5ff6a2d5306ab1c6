"""What a report reads, noted by the project's code while its notebook runs."""

from __future__ import annotations

import os

#: Names the file in which it is noted; set for the kernels of reports.
READ_LOG = "PAGEMILL_READ_LOG"
#: Names the notebook to the server of kernels; set for the kernels of reports.
NOTEBOOK = "PAGEMILL_NOTEBOOK"

#: Set while a page is checked.
CHECKING = "PAGEMILL_CHECKING"


def is_checking() -> bool:
    """Return whether a page is checked: nothing that was kept of earlier runs may then be used."""
    return CHECKING in os.environ


def note_reading(name: str) -> None:
    """Note that a table is read; a report names in its page the tables it rests on."""
    if log := os.environ.get(READ_LOG):
        with open(log, "a", encoding="utf-8") as lines:
            lines.write(f"{name}\n")
