"""Six reports in one process by papermill or ploomber-engine, then nbconvert.

Run as `python loops.py TOOL NOTEBOOK FOLDER SEED …` with the benchmark's own Python.
"""

from __future__ import annotations

import sys
from pathlib import Path

from nbconvert import HTMLExporter


def main(tool: str, source: str, folder: str, *seeds: str) -> None:
    if tool == "papermill":
        from papermill import execute_notebook
    else:
        from ploomber_engine import execute_notebook

    exporter = HTMLExporter()
    for seed in seeds:
        executed = Path(folder, f"{seed}.ipynb")
        given = {"parameters": {"seed": int(seed)}, "progress_bar": False}
        notebook = execute_notebook(source, str(executed), **given)
        html, _ = exporter.from_notebook_node(notebook)
        executed.with_suffix(".html").write_text(html, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
