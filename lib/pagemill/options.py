"""What authors say of how a cell is shown, in tags of Jupyter Book."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode


def tags(cell: Any) -> set[str]:
    """Return the tags of a cell, as nbconvert and Jupyter Book write them, in one spelling."""
    return {tag.replace("_", "-") for tag in cell.metadata.get("tags", [])}


def with_values(cell: Any, **values: Any) -> Any:
    """Return a copy of a cell with other values."""
    return NotebookNode({**cell, **values})  # type: ignore[no-untyped-call]


def as_asked(cells: list[Any]) -> list[Any]:
    """Return cells as their authors have them shown."""
    return [
        with_values(cell, outputs=[])
        if cell.cell_type == "code" and "remove-output" in tags(cell)
        else cell
        for cell in cells
        if "remove-cell" not in tags(cell)
    ]
