"""Run one notebook with papermill: clean result, or one sentence saying what failed."""

from __future__ import annotations

import ast
import contextlib
import logging
import re
import sys
import threading
from codecs import BOM_UTF8
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pagemill import kernels, private, reads
from pagemill.plan import Run
from pagemill.project import VARIABLE, current, named
from pagemill.unfinished import temporary, unfinished
from rounding.errors import ReportError, counted

if TYPE_CHECKING:
    from nbformat import NotebookNode

PYTHON = "python3"
# What this Python's kernel is told, and no other would know.
_ARGUMENTS = [
    "--log-level=ERROR",  # ipykernel warns of a local connection
    "--HistoryManager.enabled=False",  # a database that ends with the kernel
    "--Session.packer=pagemill.warm.packed",
    "--ext=pagemill.reported",
]
#: A cell that takes longer has hung.
CELL_TIMEOUT = 600
#: Characters that a cell may print; a page would have no use for more.
LONGEST_STREAM = 1_000_000
#: The name that pandas gives a styled table of which nobody named it.
_STYLED = re.compile('<table id="(T_[0-9a-f]{5})"')
#: Where an object is, as Python writes one that says nothing of itself: `<Wave object at 0x7f…>`.
_PLACE = re.compile(r"((?:<|&lt;)[^<>&\n]{1,200} at 0x)[0-9a-fA-F]{6,16}(?=>|&gt;)")
# The file in which cells note the tables they read.
_READ = "tables-read"


def run_notebook(run: Run, work: Path, data: Path) -> NotebookNode:
    """Run a notebook with its parameters and return it, cleaned of clock, paths and random ids.

    Parameters
    ----------
    run
        The notebook and its parameters.
    work
        Folder for the notebook as far as it came, should a cell fail, and the log of tables read.
    data
        Folder of the tables.

    Raises
    ------
    ReportError
        If a cell fails or the kernel dies; the sentence names the cell.
    """
    import papermill
    from jupyter_client.kernelspec import NoSuchKernel, find_kernel_specs
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillException

    about = read_notebook(run.path)
    _require_tag(about, run)
    name = _kernel_name(about)
    # What it would say of a kernel that died is said in a sentence below.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    target = work / f"{run.slug}.ipynb"
    (work / _READ).unlink(missing_ok=True)
    begun: list[NotebookNode] = []
    try:
        with (
            unfinished(temporary()) as folder,
            contextlib.closing(_kernel(name, run, work, data, folder)) as manager,
            _deadline(run.timeout, manager) as late,
        ):
            notebook = papermill.execute_notebook(
                _literal(run.path),
                _literal(target),
                run.parameters,
                km=manager,
                on_notebook_start=lambda notebook: begun.append(notebook),
                kernel_name=name,
                language=manager.language,
                progress_bar=False,
                request_save_on_cell_execute=False,
                autosave_cell_every=0,
                # A report with a deadline needs none for its cells.
                execution_timeout=None if run.timeout else CELL_TIMEOUT,
                record_timing=False,
                extra_arguments=_ARGUMENTS if name == PYTHON else [],
            )
    except papermill.PapermillExecutionError as error:
        notebook = read_notebook(target)
        # Without what papermill itself wrote of the failure.
        mark = "papermill-error-cell-tag"
        notebook.cells = [c for c in notebook.cells if mark not in _tags(c)]
        if failed := _cell_failed(notebook):
            raise ReportError(failed) from error
    except (DeadKernelError, CellTimeoutError) as error:
        # Of these papermill writes nothing: what was printed up to there may say why.
        target.write_text(notebook_text(begun[0]), "utf-8")
        why = f"the kernel died: it {kernels.fate(manager.exit_code)}"
        if isinstance(error, CellTimeoutError):
            why = f"a cell took longer than {counted(CELL_TIMEOUT, 'second')}"
        raise ReportError(_late(run) if late.is_set() else why) from error
    except NoSuchKernel as error:
        kernel_names = ", ".join(sorted(find_kernel_specs()))
        raise ReportError(
            f"the notebook asks for the kernel {name!r}, which is not here; there is"
            f" {kernel_names}"
        ) from error
    except (RuntimeError, PapermillException) as error:
        # The kernel never answered, or nobody knows how its language says parameters.
        raise ReportError(_late(run) if late.is_set() else str(error)) from error
    return tidy(notebook, run.path.parent.parent)


def _late(run: Run) -> str:
    return f"it took longer than {counted(run.timeout, 'second')} and was ended"


def _tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def _require_tag(notebook: NotebookNode, run: Run) -> None:
    """Refuse parameters that a cell sets anew: what papermill puts before that cell is lost."""
    lost: set[str] = set()
    is_tagged = False
    for cell in notebook.cells:
        # What an earlier run was asked is replaced.
        if cell.cell_type != "code" or "injected-parameters" in _tags(cell):
            continue
        if "parameters" in _tags(cell) and not is_tagged:
            is_tagged = True
            lost.clear()
        else:
            lost |= run.parameters.keys() & _set_anew(cell.source)
    if lost:
        raise ReportError(
            f"a cell of {run.path.name} sets {min(lost)} anew, whatever is asked for: give"
            " the tag `parameters` to the cell with the defaults, and use another name elsewhere"
        )


def _set_anew(source: str) -> set[str]:
    r"""Return the names that a cell gives values in which they do not occur.

    `number = int(number)` keeps what was asked for, and what stands below an `if` may do so.

    Examples
    --------
    >>> sorted(_set_anew("a: int = 4\nb, c = 1, c\nif d:\n    e = 1\n%time f = 1"))
    ['a', 'b']
    >>> _set_anew("%%bash\na=4"), _set_anew("a = max(\n    a,\n2\n)\nb = dict(\na=4)")
    (set(), {'b'})
    """
    # Of IPython's own lines Python knows nothing; below two signs nothing need be Python.
    code = re.sub(r"\A\s*%%(.|\n)*|^[ \t]*[%!].*", "", source, flags=re.MULTILINE)
    names: set[str] = set()
    with contextlib.suppress(SyntaxError, ValueError, RecursionError):
        for line in ast.parse(code).body:
            if not isinstance(line, ast.Assign | ast.AnnAssign) or not line.value:
                continue
            used = re.findall(r"\w+", ast.unparse(line.value))
            for node in ast.walk(line):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    names |= {node.id}.difference(used)
    return names


def _kernel_name(notebook: NotebookNode) -> str:
    """Return the kernel that a notebook is run by: this Python's, unless it is in no Python."""
    about = notebook.metadata
    spec = about.get("kernelspec", {})
    language = spec.get("language") or about.get("language_info", {}).get("name") or ""
    name = spec.get("name") or PYTHON
    is_python = "python" in language.lower() or (not language and "python" in name)
    return PYTHON if is_python else str(name)


@contextlib.contextmanager
def _deadline(seconds: int, manager: kernels.WarmManager) -> Iterator[threading.Event]:
    """Kill a kernel that runs longer; the event says that this was why it died."""
    late = threading.Event()

    def end() -> None:
        late.set()
        manager.kill()

    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), end)
    if seconds:
        timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def load_papermill() -> None:
    """Import papermill, without what would take most of the time.

    jsonschema, which papermill's notebooks are checked by, builds a grammar of international web
    addresses if it finds the package for it, as beside JupyterLab; no notebook's schema has any.
    Files in Hadoop's file system, for which papermill wants pyarrow, are none of ours.
    """
    left = [name for name in ("rfc3987_syntax", "pyarrow") if name not in sys.modules]
    for name in left:
        sys.modules[name] = None  # type: ignore[assignment]  # Python's word for "not there"
    try:
        import papermill  # noqa: F401
    finally:
        for name in left:
            del sys.modules[name]


def _kernel(
    name: str, run: Run, work: Path, data: Path, folder: Path
) -> kernels.WarmManager:
    environment = {
        reads.READ_LOG: str((work / _READ).resolve()),
        reads.NOTEBOOK: run.path.stem,
        # Not the user's own; and without a home folder, IPython would leave one in /tmp.
        "IPYTHONDIR": str(folder / "ipython"),
        # Not the user's own either: a page is the same whatever they draw with elsewhere.
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "JUPYTER_PREFER_ENV_PATH": "1",  # a `python3` kernel in the user's home is not ours
        # Bytecode is told by second and length: a module changed within both would run as it was.
        "PYTHONDONTWRITEBYTECODE": "1",
        # matplotlib's clock, which it writes into SVG.
        "SOURCE_DATE_EPOCH": "0",
        **kernels.AT_START,
    }
    if name_of_project := named():
        environment[VARIABLE] = name_of_project  # whatever the user's own says
    if variable := current().tables_variable:
        environment[variable] = str(data.resolve())
    return kernels.WarmManager(
        name, current().warm, folder, cwd=str(run.path.parent), env=environment
    )


def _literal(path: Path) -> str:
    """Return a path as papermill takes it, which fills parameters into names in braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def tidy(notebook: NotebookNode, *folders: Path) -> NotebookNode:
    """Remove from an executed notebook what differs between two equal runs or two machines."""
    notebook.metadata.pop("papermill", None)
    styled: dict[str, str] = {}
    for number, cell in enumerate(notebook.cells):
        if cell.get("outputs"):
            cell.outputs = _joined(cell.outputs)
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in _tags(cell):
            cell["id"] = f"injected-{number}"
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output.evalue = private.without_folders(output.evalue, *folders)
                output.traceback = [
                    private.without_folders(t, *folders) for t in output.traceback
                ]
            elif output.output_type == "stream":
                output.text = _PLACE.sub(r"\1…", output.text)
                if output.name == "stderr":
                    output.text = private.without_folders(output.text, *folders)
            for kind, shown in output.get("data", {}).items():
                if kind in ("text/plain", "text/html") and isinstance(shown, str):
                    output.data[kind] = _PLACE.sub(r"\1…", _numbered(shown, styled))
    return notebook


def _numbered(html: str, names: dict[str, str]) -> str:
    """Return HTML whose styled tables are numbered: pandas gives them random names."""
    for name in _STYLED.findall(html):
        html = html.replace(name, names.setdefault(name, f"T_{len(names):05x}"))
    return html


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return outputs with one text a stream: how often a kernel sends what it prints is chance.

    Lines are as a terminal shows them. nbclient does the same in time that grows with the square
    of a line's length.
    """
    streams: dict[str, NotebookNode] = {}
    parts: dict[str, list[str]] = defaultdict(list)
    others: list[NotebookNode] = []
    place = 0
    for output in outputs:
        if output.output_type != "stream":
            others.append(output)
            continue
        if not streams:
            place = len(others)
        streams.setdefault(output.name, output)
        parts[output.name].append(output.text)
    for name, output in streams.items():
        lines = "".join(parts[name]).split("\n")
        # Of a line that is written again and again its last form stays.
        text = "\n".join(line[line.rfind("\r", 0, -1) + 1 :] for line in lines)
        if (more := len(text) - LONGEST_STREAM) > 0:
            text = f"{text[:LONGEST_STREAM]}…\n({more:,} more characters)\n"
        output.text = text
    # Which of the two came first is chance, too: what was complained of comes last.
    both = [streams[name] for name in sorted(streams, reverse=True)]
    return others[:place] + both + others[place:]


def tables_read(work: Path) -> list[str] | None:
    """Return the tables that cells noted, or None if it noted nothing."""
    try:
        names = (work / _READ).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return None
    return sorted(set(names))


def read_notebook(file: Path) -> NotebookNode:
    """Read a notebook file; a sentence names one that is none."""
    import nbformat
    from nbformat.reader import NotJSONError

    try:
        notebook: NotebookNode = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    except Exception as error:  # whatever a file of another kind leads to
        is_json = not isinstance(error, NotJSONError | UnicodeDecodeError)
        why = error if is_json else "it is not JSON"
        if isinstance(error, AttributeError | RecursionError):
            why = "its JSON is not that of a notebook"
        if file.is_file() and file.read_bytes().startswith(BOM_UTF8):
            why = "it begins with a byte order mark: save it in UTF-8 without one"
        raise ReportError(f"{file.name} is no notebook: {why}") from error
    if damage := _damage(notebook):
        raise ReportError(f"{file.name} is damaged: {damage}")
    return notebook


def _damage(notebook: NotebookNode) -> str:
    """Return what of a notebook can neither be run nor shown, or ""."""
    for name in ("kernelspec", "language_info"):
        if not isinstance(notebook.metadata.get(name, {}), dict):
            return f"{name} in its metadata is no mapping"
    for number, cell in enumerate(notebook.cells, start=1):
        if not isinstance(cell.metadata.get("tags", []), list):
            return f"the tags of cell {number} are no list"
        try:
            cell.source.encode()
        except UnicodeEncodeError:
            return f"cell {number} holds half a character, which no file can"
    return ""


def only(text: str) -> NotebookNode:
    """Return a notebook that says one thing."""
    from nbformat.v4 import new_markdown_cell, new_notebook

    notebook: NotebookNode = new_notebook(cells=[new_markdown_cell(text, id="why")])  # type: ignore[no-untyped-call]
    return notebook


def notebook_text(notebook: NotebookNode) -> str:
    """Return a notebook as its file holds it."""
    import nbformat

    return f"{nbformat.writes(notebook)}\n"  # type: ignore[no-untyped-call]


def _cell_failed(notebook: NotebookNode) -> str:
    """Return `cell 5 (under “Waves”) failed: KeyError: 'x'`, the cell counted as its author does.

    Where none failed but such as may, it is "".
    """
    heading, number = "", 0
    for cell in notebook.cells:
        if "injected-parameters" in _tags(cell):
            continue
        number += 1
        if cell.cell_type == "markdown":
            heads = [line for line in cell.source.splitlines() if line.startswith("#")]
            heading = heads[-1].strip("# ") if heads else heading
        elif cell.metadata.get("papermill", {}).get("exception"):
            where = f"cell {number}" + (f" (under “{heading}”)" if heading else "")
            return f"{where} failed: {_complaint(cell.outputs)}"
    return ""


def _complaint(outputs: list[NotebookNode]) -> str:
    """Return what a cell that failed says of it, on one line."""
    complaint = ""
    for output in outputs:
        if output.output_type == "error":
            # Shells say no more than a number.
            kind = f"{output.ename}: " if output.ename else "it ended with "
            # Our own errors are sentences, and show as nothing else (`PressError`).
            is_own = "".join(output.traceback).startswith(kind)
            complaint = output.evalue if is_own else kind + output.evalue
        elif output.get("name") == "stderr" and not complaint:
            complaint = output.text  # all there is of a magic that is none
    # A cell is no file of anybody's.
    return re.sub(r"\(\d+\.py, (?=line)", "(", " ".join(complaint.split()))
