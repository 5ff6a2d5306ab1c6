"""Make reports: run notebooks with papermill, render them, move the results into place."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pagemill import pages, provenance
from pagemill.files import MISSING
from pagemill.pages import FAILED
from pagemill.plan import Run
from pagemill.project import current
from pagemill.unfinished import clear, temporary, unfinished
from rounding.errors import DataError, PressError, ReportError, did_you_mean

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: How many times its notebook's bytes a page has; measured.
_PAGE_TO_NOTEBOOK = 20
#: Bytes of memory a report may take beyond what it shares with the server; measured, times two.
MEMORY_A_JOB = 400_000_000
#: Files that a command has open, and how many more for each report at a time: measured, with room
#: to spare.
FILES, FILES_A_JOB = 40, 32
#: How often a report is made whose notebook or tables are saved while it is made.
_ATTEMPTS = 2


Status = Literal["made", "current", "failed"]


@dataclass(frozen=True)
class ReportOutcome:
    """What became of one run; `message` is one sentence if it failed.

    `lost` is what its page lacks, and that another page stood in its place.
    """

    slug: str
    status: Status
    seconds: float = 0.0
    message: str = ""
    lost: tuple[str, ...] = ()


#: What is called with each outcome as it comes.
Note = Callable[[ReportOutcome], None]
#: What makes reports: of which runs, into which folder, from which tables.
Maker = Callable[[Sequence[Run], Path, Path, Note], None]


class Interrupted(PressError):
    """The user pressed Ctrl-C."""

    exit_status = 130

    def __str__(self) -> str:
        return "interrupted: reports already finished are in place, the others are as they were"


def execute(run: Run, output: Path, data: Path) -> ReportOutcome:
    """Make one report: `<slug>.html` and `<slug>.ipynb` in the output folder.

    Nothing in the output folder changes before both files are complete. If a cell fails, the
    notebook up to there is kept as `<slug>.failed.ipynb` and the last good page stays.

    Parameters
    ----------
    run
        What to make.
    output, data
        Folder for the results, and the folder with the tables (recorded in the page).

    Returns
    -------
    Outcome
        `made` or `failed`; a notebook's failure is not raised, so that others can go on.
    """
    start = time.perf_counter()
    for _ in range(1 + run.retries):
        try:
            with unfinished(output) as own:
                message = _make(run, output, data, own)
        except OSError as error:
            message = cannot_write(output, error)
        if not message:
            break
    seconds = time.perf_counter() - start
    if message:
        return ReportOutcome(run.slug, "failed", seconds, f"{run.slug}: {message}")
    record = pages.text_of_page(output / f"{run.slug}.html").record or {}
    return ReportOutcome(run.slug, "made", seconds, lost=tuple(record.get("lost", ())))


def run_all(
    runs: Sequence[Run],
    output: Path,
    data: Path,
    *,
    jobs: int = 1,
    force: bool = False,
    elsewhere: Maker | None = None,
    on_progress: Note = lambda outcome: None,
) -> list[ReportOutcome]:
    """Make reports, several at a time; those whose page is current are left alone.

    Parameters
    ----------
    runs, output, data
        What to make, where, from which tables.
    jobs
        How many at a time.
    force
        Make every one, current or not.
    elsewhere
        Makes them instead, such as on a cluster; how many at a time is then its to say.
    on_progress
        Called with each outcome as it comes.

    Returns
    -------
    list of Outcome
        In the order of the runs.

    Raises
    ------
    Interrupted
        On Ctrl-C; the kernels are stopped and the unfinished files removed.
    ReportError
        If the output folder cannot be written, or no more files may be open than one report needs.
    """
    for folder in (output, temporary()):
        clear(folder)
    outcomes: dict[str, ReportOutcome] = {}
    reasons = {run.slug: why_due(run, output, data) for run in runs}

    def note(outcome: ReportOutcome) -> None:
        altered = {pages.ALTERED, pages.TWIN_ALTERED}.intersection(
            reasons[outcome.slug]
        )
        if outcome.status == "made" and altered:
            again = f"its page is made again: {altered.pop()}"
            outcome = replace(outcome, lost=(again, *outcome.lost))
        outcomes[outcome.slug] = outcome
        on_progress(outcome)

    due = [run for run in runs if force or reasons[run.slug]]
    for run in runs:
        if not (force or reasons[run.slug]):
            with contextlib.suppress(OSError):  # what failed since is as it was again
                (output / f"{run.slug}{FAILED}").unlink()
            note(ReportOutcome(run.slug, "current"))
    # A longer report takes longer: begin with these, so that no core has to wait at the end.
    due.sort(key=lambda run: _length(run, output), reverse=True)
    # The shortest comes before all: there is something to read at once.
    due = [*due[-1:], *due[:-1]]
    if due:
        try:
            output.mkdir(parents=True, exist_ok=True)
            with unfinished(output) as work:
                for run in due:
                    if not force and (files := relinked(run, output, data)):
                        put(files, output, work)
                        note(ReportOutcome(run.slug, "made"))
        except OSError as error:
            raise ReportError(cannot_write(output, error)) from error
        due = [run for run in due if run.slug not in outcomes]
    if due and elsewhere:
        elsewhere(due, output, data, note)
    elif due:
        _run_pool(due, output, data, _as_files_allow(min(jobs, len(due))), note)
    return [outcomes[run.slug] for run in runs]


def why_due(run: Run, output: Path, data: Path) -> list[str]:
    """Return why a report has to be made, or cannot be, in words; empty if its page is current."""
    if run.fault:
        return [run.fault]
    file = output / f"{run.slug}.html"
    page = pages.text_of_page(file)
    if file.is_file() and (why := pages.why_altered(file, page)):
        return [why]
    if page.record is None or not file.with_suffix(".ipynb").is_file():
        return ["there is no report yet"]
    if pages.lacks_twin(file):
        return ["its Markdown twin is gone"]
    try:
        return provenance.changed(run, page.record, data)
    except DataError as error:  # what cannot be read fails this report alone
        return [str(error)]


def provenance_of(
    run: Run, notebook: NotebookNode, data: Path, tables: list[str] | None
) -> dict[str, Any]:
    """Return the provenance block of a page (see `provenance`).

    Raises
    ------
    ReportError
        If a cell has noted what can be no table. Of one that is not there, which may come, the
        block says so.
    """
    from pagemill.article import listed_ids

    if wrong := provenance.strange_tables(tables or ()):
        raise ReportError(
            f"a cell notes that it reads {wrong[0]!r}: a table is named without its folder and"
            " ending, such as 'heights'"
        )
    inputs = provenance.inputs(run, data, tables)
    there = [file.stem for file in data.glob("*.csv")]
    lost = [
        f"a cell notes that it reads the table {name!r}, which is not in {data.name}/"
        f"{did_you_mean(name, there)}: what it reads in its place makes no report due"
        for name, digest in inputs["tables"].items()
        if digest == MISSING
    ]
    block = {
        "slug": run.slug,
        "inputs": inputs,
        "data_date": current().newest(data, listed_ids(notebook), run.parameters),
    }
    return {**block, "lost": lost} if lost else block


def relinked(run: Run, output: Path, data: Path) -> dict[str, bytes]:
    """Return the files of a report of which only title or links changed: no cell has to run.

    Its last page must come out of the notebook beside it to the byte, or none is returned: of
    what else was done to either nobody knows.
    """
    file = output / f"{run.slug}.html"
    record = pages.text_of_page(file).record
    if run.fault or record is None or provenance.fault_of_record(record):
        return {}
    recorded = record["inputs"]
    tables = list(recorded["tables"])
    try:
        now = provenance.inputs(run, data, tables)
        was = recorded["page"]
        if recorded != {**now, "page": was} or was.keys() != now["page"].keys():
            return {}
        from pagemill import notebook as notebooks
        from pagemill import page as render

        notebook = notebooks.read_notebook(file.with_suffix(".ipynb"))
        notebook.metadata.pop("pagemill", None)
        block = provenance_of(run, notebook, data, tables)
        before = replace(run, **was)
        again = render.page(deepcopy(notebook), before, {**block, "inputs": recorded})
        if again != provenance.page_text(file):
            return {}
        return files_of(run, notebook, block)
    except (PressError, KeyError):  # whoever runs it says what is wrong
        return {}


def cannot_write(output: Path, error: OSError) -> str:
    """Return the sentence for a folder of reports that cannot be written, or is gone."""
    named = str(error.filename or output)
    # Names of unfinished files would tell the user nothing; a full folder for them does.
    if str(output) not in named:
        return f"{named} cannot be read or written: {error.strerror or error}"
    why = error.strerror or error
    if isinstance(error, FileNotFoundError):
        why = "it is gone or cannot be made"
    if isinstance(error, FileExistsError):
        why = "it is a file" if output.exists() else "it is a link to nothing"
    return f"the folder {output} cannot be written: {why}"


def _make(run: Run, output: Path, data: Path, own: Path) -> str:
    """Make one report in a folder of its own; return what failed, or ""."""
    # Imported where something is made: it is half of what a look at current pages takes.
    from pagemill import notebook as notebooks
    from pagemill import private

    try:
        if run.fault:
            raise ReportError(run.fault)
        for _ in range(_ATTEMPTS):
            # Hashed before a cell can read anything: what is saved from here on is seen below.
            before = provenance.inputs(run, data)
            notebook = notebooks.run_notebook(run, own, data)
            tables = notebooks.tables_read(own)
            block = provenance_of(run, notebook, data, tables)
            made = files_of(run, notebook, block)
            # The page holds pictures that lie beside the notebook: this comes when it is made.
            after = provenance.inputs(run, data, list(block["inputs"]["tables"]))
            meanwhile = provenance.saved_between(before, after)
            if not meanwhile:
                put(made, output, own)
                return ""
        raise ReportError(
            f"while it was made, {' and '.join(meanwhile)}, and again when it was made anew:"
            " render it when nobody writes there"
        )
    except OSError:
        raise
    except Exception as error:  # whatever a notebook of anybody leads to
        message = private.without_secrets(_told(error))
        return f"{message}{_keep(run, message, output, own)}"


def default_jobs() -> int:
    """Return how many reports to have in flight: two a core hide each other's waits."""
    is_linux = sys.platform == "linux"
    cores = len(os.sched_getaffinity(0)) if is_linux else os.cpu_count() or 1
    fit = 2 * cores
    with contextlib.suppress(OSError):
        told = Path("/proc/meminfo").read_text("ascii").partition("MemAvailable:")[2]
        fit = min(fit, int(told.split()[0]) * 1024 // MEMORY_A_JOB) if told else fit
    return max(1, fit)


def _as_files_allow(jobs: int) -> int:
    """Return how many reports can be made at a time: a kernel has sockets, each an open file."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return jobs
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY:
        return jobs
    fit = (allowed - FILES) // FILES_A_JOB
    if fit < 1:
        raise ReportError(
            f"a report has up to {FILES + FILES_A_JOB} files open at once, and here {allowed} may"
            " be: allow more, such as with `ulimit -n 1024`"
        )
    return min(jobs, fit)


def _run_pool(
    runs: Sequence[Run],
    output: Path,
    data: Path,
    jobs: int,
    note: Note,
    keep: bool = False,
) -> None:
    """Make reports; `keep` leaves the server of kernels running, as for the next test."""
    from pagemill import kernels
    from pagemill import notebook as notebooks

    kernels.ending.clear()
    provenance.library_hash()  # before the server imports what is hashed
    if kernels.available():
        kernels.start_server(current().warm)  # its imports overlap with ours
    notebooks.load_papermill()
    # While the server imports, and not when a kernel has ended and its page is waited for.
    import pagemill.page  # noqa: F401

    pool = ThreadPoolExecutor(jobs)
    try:
        slugs = {pool.submit(execute, run, output, data): run.slug for run in runs}
        for done in as_completed(slugs):
            error = done.exception()
            note(failed(slugs[done], error) if error else done.result())
    except KeyboardInterrupt as error:
        kernels.end_all()
        raise Interrupted from error
    finally:
        # A kernel without its server ends, and the thread that waits for it with it.
        pool.shutdown(wait=False, cancel_futures=True)
        if not keep:
            kernels.stop_servers()
        pool.shutdown()


def _length(run: Run, output: Path) -> int:
    """Return about how long a report is: the bytes of its last page or, without one, a guess."""
    page = output / f"{run.slug}.html"
    with contextlib.suppress(OSError):
        if page.exists():
            return page.stat().st_size
        return _PAGE_TO_NOTEBOOK * run.path.stat().st_size
    return 0


def failed(slug: str, error: BaseException) -> ReportOutcome:
    """Return that a run failed for an error, which must not stop the others."""
    return ReportOutcome(slug, "failed", 0, f"{slug}: {_told(error)}")


def _told(error: BaseException) -> str:
    """Return an error on one line, with its kind where it is none of ours."""
    kind = "" if isinstance(error, PressError) else f"{type(error).__name__}: "
    return f"{kind}{' '.join(str(error).split())}"


def files_of(
    run: Run, notebook: NotebookNode, block: dict[str, Any]
) -> dict[str, bytes]:
    """Return the page, its Markdown twin and the executed notebook by their names.

    Raises
    ------
    ReportError
        If they show a secret, or the page is too long to be read again.
    """
    from pagemill import notebook as notebooks
    from pagemill import page as render
    from pagemill import private
    from pagemill.twin import twin

    page = render.page(notebook, run, block)
    beside = twin(page)
    notebook.metadata["pagemill"] = pages.seal(page, beside)
    kept = notebooks.notebook_text(notebook)
    if name := private.leak(page + kept):
        raise ReportError(
            f"the report shows the value of {name}, a secret of the environment"
        )
    size = len(page.encode())
    if size > provenance.LARGEST:
        raise ReportError(
            f"its page has {size:,} bytes, and a page may have {provenance.LARGEST:,}:"
            " show less of a table, or smaller pictures"
        )
    texts = {".html": page, pages.TWIN: beside, ".ipynb": kept}
    return {f"{run.slug}{ending}": text.encode() for ending, text in texts.items()}


def put(files: Mapping[str, bytes], output: Path, work: Path) -> None:
    """Put the files of a report in their place, once all of them are written."""
    # The page comes last: it is what says that the report is current.
    names = sorted(files, key=lambda name: name.endswith(".html"))
    for name in names:
        (work / name).write_bytes(files[name])
    for name in names:
        os.replace(work / name, output / name)
        if name.endswith(".html"):
            (output / name).with_suffix(FAILED).unlink(missing_ok=True)


def _keep(run: Run, message: str, output: Path, work: Path) -> str:
    """Keep the notebook of a failed run for the person who mends it; return where, in words.

    The index says why it failed, as the notebook's metadata do.
    """
    from pagemill import kernels, private
    from pagemill import notebook as notebooks

    if kernels.ending.is_set():  # its kernel was ended with all else
        return ""
    stopped = work / f"{run.slug}.ipynb"
    has_run = stopped.is_file()
    root = run.path.parent.parent
    why = private.without_folders(message, root)
    kept = notebooks.read_notebook(stopped) if has_run else notebooks.only(why)
    notebooks.tidy(kept, root).metadata["pagemill"] = why
    target = output / f"{run.slug}{FAILED}"
    shown = private.without_secrets(notebooks.notebook_text(kept))
    put({target.name: shown.encode()}, output, work)
    return f" (the notebook up to there is {target.name})" if has_run else ""
