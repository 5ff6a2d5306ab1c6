"""Reads a workbook in a process of its own, which `catrade_fetch.grids` starts.

One stray cell makes the reader ask for more memory than there is, and then it ends its process,
which must not be ours. Run as `workbook.py FILE MOST_MEMORY MOST_CELLS`; it writes the sheets as
JSON, {name: rows of cells}, and imports nothing of catrade.
"""

from __future__ import annotations

import contextlib
import json
import sys


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
    with open(
        file, "rb"
    ) as stream:  # of a path, the ending would decide what it is read as
        book = load_workbook(stream)
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


def main(file: str, most_memory: str, most_cells: str) -> None:
    """Write the sheets of a file to standard output, or end with what is wrong in the last line."""
    with contextlib.suppress(ImportError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (int(most_memory),) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(sheets(file, int(most_cells)), sys.stdout, default=str)


if __name__ == "__main__":
    main(*sys.argv[1:])
