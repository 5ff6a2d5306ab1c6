"""What runs notebooks and makes pages, imported and used once: every worker then has it.

Nothing here may start a thread, as workers are forked from where this is imported (see `warm`).
"""

from __future__ import annotations

import contextlib
import gc
from pathlib import Path
from typing import Any

from catrade.report.importing import quickly

# papermill looks for HDFS with pyarrow, and jsonschema builds a grammar of 0.7 s to check
# addresses (IRI).
with quickly("pyarrow", "rfc3987_syntax"):
    import nbconvert.filters.markdown_mistune  # noqa: F401
    import nbformat
    import papermill  # noqa: F401
    import pygments.lexers.python  # noqa: F401

    from catrade import params
    from catrade.report import index, render, run  # noqa: F401
    from catrade.report.plan import Run

    gc.freeze()  # workers share these objects' memory, and the end of this process is a quick one


def _fill_caches() -> None:
    """Make a page and throw it away: template, style and hashes are then at hand."""
    v4: Any = nbformat.v4
    shown = v4.new_output("display_data", {"text/html": "<p>a</p>"})
    markdown = v4.new_markdown_cell("# A\n\nB *c* [d](e.html)\n\n## F\n\n- g")
    notebook = v4.new_notebook(cells=[markdown, v4.new_code_cell('a = "b"  # c', outputs=[shown])])
    fields = params.model_of("trade_growth").model_fields.items()
    usual = tuple((name, field.default) for name, field in fields)
    nothing = Run("a", "trade_growth", Path(__file__), usual)
    # What is wrong with a file is said by the report that reads it.
    with contextlib.suppress(Exception):
        # Of no data folder: what was fetched is read with threads.
        block = run.describe(nothing, notebook, render.TEMPLATES, [])
        render.page(notebook, nothing, block)


_fill_caches()
