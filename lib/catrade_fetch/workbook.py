"""Reads a workbook in a process of its own, which `catrade_fetch.grids` starts.

One stray cell makes the reader ask for more memory than there is, and then it ends its process,
which must not be ours. Run as `workbook.py FILE MOST_MEMORY MOST_CELLS`; it writes the sheets as
JSON, {name: rows of cells}, and imports nothing of catrade.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
import zipfile
from typing import BinaryIO

#: A cell of an xlsx that shows an error, to where its text begins.
_ERROR = re.compile(
    rb"""
    (?P<before> <(\w+:)?c\b [^>]* \bt=) "e"
    (?P<behind> [^>]*> ((?!<(\w+:)?c\b).)*? <(\w+:)?v>)
    """,
    re.VERBOSE | re.DOTALL,
)


def sheets(file: str, most_cells: int) -> dict[str, list[list[object]]]:
    """Return the rows of all sheets without empty cells at their ends.

    Raises
    ------
    ValueError
        If there are more than `most_cells` cells.
    """
    from python_calamine import load_workbook

    grids: dict[str, list[list[object]]] = {}
    left = most_cells
    # Of a path, the ending would decide what it is read as.
    with open(file, "rb") as stream, _with_errors(stream) as told:
        book = load_workbook(told)
        for name in book.sheet_names:
            rows = grids[name] = []
            for cells in book.get_sheet_by_name(name).iter_rows():
                row: list[object] = list(cells)
                while row and row[-1] == "":
                    row.pop()
                left -= len(row)
                if left < 0:
                    raise ValueError(f"it has more than {most_cells} cells")
                if row:
                    rows.append(row)
    return grids


def _with_errors(stream: BinaryIO) -> BinaryIO:
    """Return a workbook in which errors are texts such as `C3=#N/A`.

    calamine takes them for empty cells. Those of other formats than xlsx stay as they are.
    """
    if not zipfile.is_zipfile(stream):
        stream.seek(0)
        return stream
    changed: dict[str, bytes] = {}
    with zipfile.ZipFile(stream) as book:
        for name in book.namelist():
            if re.search(r"worksheets/[^/]+\.xml$", name):
                content = book.read(name)
                if b't="e"' in content:
                    changed[name] = _ERROR.sub(_named, content)
        if not changed:
            stream.seek(0)
            return stream
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w") as other:
            for name in book.namelist():
                other.writestr(name, changed.get(name) or book.read(name))
    copy.seek(0)
    return copy


def _named(cell: re.Match[bytes]) -> bytes:
    place = re.search(rb'\br="(\w+)"', cell[0])
    name = place[1] + b"=" if place else b""
    return cell["before"] + b'"str"' + cell["behind"] + name


def main(file: str, most_memory: str, most_cells: str) -> None:
    """Write the sheets of a file to standard output, or end with what is wrong in the last line."""
    with contextlib.suppress(ImportError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (int(most_memory),) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(sheets(file, int(most_cells)), sys.stdout, default=str)


if __name__ == "__main__":
    main(*sys.argv[1:])
