"""The page of a report made in this process: no kernel, no server, no browser."""

from typing import Any

import made_page
import nbformat
from computed import NOTEBOOKS, cells_run
from IPython.core.formatters import DisplayFormatter

from pagemill import page
from pagemill import plan as plans

_FORMATTER = DisplayFormatter()


def page_of(notebook: str, **asked: Any) -> str:
    """Return the page of a notebook with what its cells show when they are run here.

    Parameters are checked first, as a command does before a kernel starts.
    """
    run = plans.make_run(notebook, NOTEBOOKS, asked)
    made = nbformat.read(run.path, as_version=4)
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    for cell, items in zip(code, cells_run(notebook, **run.parameters), strict=True):
        for item in items:
            data, metadata = _FORMATTER.format(item)
            output = nbformat.v4.new_output("display_data", data, metadata=metadata)
            cell.outputs.append(output)
    return page.page(made, run, made_page.BLOCK)
