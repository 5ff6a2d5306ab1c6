"""Run one notebook with papermill: clean result, or one sentence saying what failed."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catrade.errors import CatradeError, ReportError
from catrade.paths_unfinished import temporary, unfinished
from catrade.report import private, provenance
from catrade.report.plan import Run

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: A cell that takes longer has hung.
CELL_TIMEOUT = 600
#: A Unix socket's path may have about 100 characters.
_SOCKET_FOLDER = 80
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def run_notebook(run: Run, work: Path, **engine: Any) -> NotebookNode:
    """Run a notebook with its parameters and return it, cleaned of clock, paths and random ids.

    Parameters
    ----------
    run
        The notebook and its parameters.
    work
        Folder for the notebook as far as it came, should a cell fail, and the log of tables read.
    engine
        Passed on to papermill, for example `engine_name`.

    Raises
    ------
    ReportError
        If a cell fails or the kernel dies; the sentence names the cell.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    options = {
        "kernel_name": "python3",
        "cwd": str(run.path.parent),
        "progress_bar": False,
        "request_save_on_cell_execute": False,
        "autosave_cell_every": 0,
        "execution_timeout": CELL_TIMEOUT,
        "shutdown_kernel": "immediate",  # a graceful shutdown sometimes stalls for seconds
        "record_timing": False,
        "extra_arguments": ["--log-level=ERROR"],  # ipykernel warns of a local connection
    }
    target = work / f"{run.slug}.ipynb"
    try:
        with unfinished(temporary()) as folder, _environment(work, folder):
            sockets = _sockets(folder)
            notebook = papermill.execute_notebook(
                _literal(run.path),
                _literal(target),
                dict(run.parameters),
                **{**options, **sockets, **engine},
            )
    except papermill.PapermillExecutionError as error:
        raise ReportError(_cell_failed(error, target)) from error
    except DeadKernelError as error:
        # Its text says how it ended, such as by SIGKILL for want of memory.
        message = f"the kernel died: {str(error).removeprefix('Kernel died: ')}"
        raise ReportError(message) from error
    except CellTimeoutError as error:
        message = f"a cell took longer than {CELL_TIMEOUT} seconds"
        raise ReportError(message) from error
    return tidy(notebook, run.path.parent.parent)


def _literal(path: Path) -> str:
    """Return a path as papermill takes it, which fills parameters into names in braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def tidy(notebook: NotebookNode, *folders: Path) -> NotebookNode:
    """Remove from an executed notebook what differs between two equal runs or two machines."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = f"injected-{number}"
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output.evalue = private.without_folders(output.evalue, *folders)
                output.traceback = [private.without_folders(t, *folders) for t in output.traceback]
            elif output.output_type == "stream" and output.name == "stderr":
                output.text = private.without_folders(output.text, *folders)
    return notebook


def with_content(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Leave out the text of sections (a heading of level 2 to the next) whose code shows nothing.

    Their code stays, for the reader who asks for it. A section of text alone stays, and so does
    what stands before the first heading.

    Examples
    --------
    >>> text, code = {"cell_type": "markdown"}, {"cell_type": "code", "source": "x"}
    >>> kept = with_content([{**text, "source": "## A"}, {**code, "outputs": []},
    ...     {**text, "source": "## B"}, {**code, "outputs": ["1"]}, {**text, "source": "## C"}])
    >>> [cell["source"] for cell in kept]
    ['x', '## B', 'x', '## C']
    """
    sections: list[list[NotebookNode]] = [[]]
    for cell in cells:
        if cell["cell_type"] == "markdown" and _HEADING.match(cell["source"]):
            sections.append([])
        sections[-1].append(cell)
    kept = [*sections[0]]
    for section in sections[1:]:
        code = [cell for cell in section if cell["cell_type"] == "code"]
        empty = code and not any(cell["outputs"] for cell in code)
        kept += code if empty else section
    return kept


_HEADING = re.compile(r"\s*##\s")


def tables_read(work: Path) -> list[str] | None:
    """Return the tables that `catrade.data` noted, or None if it noted nothing."""
    try:
        names = (work / "tables-read").read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return None
    return sorted(set(names))


def read(file: Path) -> NotebookNode:
    """Read a notebook file."""
    import nbformat

    notebook: NotebookNode = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def write(notebook: NotebookNode, file: Path) -> None:
    """Write a notebook file, the same bytes on every system."""
    import nbformat

    file.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")  # type: ignore[no-untyped-call]


def _sockets(folder: Path) -> dict[str, Any]:
    """Give the kernel sockets in a folder of its own: parallel kernels cannot race for a port."""
    from traitlets.config import Config

    kernel = {"connection_file": f"{folder}/kernel.json"}
    if os.name == "posix" and len(str(folder)) < _SOCKET_FOLDER:
        kernel["transport"] = "ipc"
    return {"config": Config({"KernelManager": kernel})}


@contextlib.contextmanager
def _environment(work: Path, folder: Path) -> Iterator[None]:
    """Set what the kernel inherits, and put it back."""
    values = {
        provenance.READ_LOG: str((work / "tables-read").resolve()),
        # Not the user's own; and without a home folder, IPython would leave one in /tmp.
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_PREFER_ENV_PATH": "1",  # a `python3` kernel in the user's home is not ours
        **dict.fromkeys(_THREADS, "1"),
    }
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _cell_failed(error: Any, file: Path) -> str:
    """Return `cell 5 (“Growth”) failed: KeyError: 'x'`, the cell counted as its author does."""
    heading, number = "", 0
    for cell in read(file).cells:
        tags = cell.metadata.get("tags", [])
        if "injected-parameters" in tags or "papermill-error-cell-tag" in tags:
            continue
        number += 1
        if cell.cell_type == "markdown":
            heads = [line for line in cell.source.splitlines() if line.startswith("#")]
            heading = heads[-1].strip("# ") if heads else heading
        elif any(output.output_type == "error" for output in cell.outputs):
            break
    where = f"cell {number}" + (f" (under “{heading}”)" if heading else "")
    value = " ".join(str(error.evalue).split())
    # Our own errors are sentences already.
    kind = "" if error.ename in {c.__name__ for c in _own_errors()} else f"{error.ename}: "
    return f"{where} failed: {kind}{value}"


def _own_errors() -> list[type[CatradeError]]:
    found = [CatradeError]
    for kind in found:
        found.extend(kind.__subclasses__())
    return found
