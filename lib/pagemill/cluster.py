"""Make reports on a Dask cluster: `pagemill render --cluster tcp://scheduler:8786`.

Notebooks and tables travel with the runs as a zip, and finished files come back, as bytes: workers
need only the package, and share no folder with us. Queue, retries and lost workers are Dask's work.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pagemill import bare, provenance
from pagemill.plan import Run
from pagemill.project import current
from pagemill.run import Note, ReportOutcome, execute, failed, put
from pagemill.unfinished import unfinished
from rounding.errors import ParameterError, ReportError

if TYPE_CHECKING:
    from distributed import Client, Future

#: Seconds to wait for the scheduler to answer, for a first worker, and to say goodbye.
CONNECT_TIMEOUT, WORKER_TIMEOUT, CLOSE_TIMEOUT = 5, 10, 1
#: How often a run is tried again if a worker fails it (a worker that dies is Dask's own count).
RETRIES = 2
# Of others Dask makes half a client, which ends in a traceback.
_ADDRESS = re.compile(r"((tcp|tls|wss?|ucx)://)?[^/\s]+:[0-9]{1,5}/?")

#: What a worker sends back: the outcome, and the files of the output folder by name.
Made = tuple[ReportOutcome, dict[str, bytes]]


def check_address(address: str) -> None:
    """Refuse what is no address of a scheduler, before it is known whether anything is to be made.

    Raises
    ------
    ParameterError
        If it is none.
    """
    if not _ADDRESS.fullmatch(address):
        raise ParameterError(
            "--cluster must be the address of a Dask scheduler, such as"
            f" tcp://localhost:8786; got {address!r}"
        )


def run_on_cluster(
    runs: Sequence[Run],
    output: Path,
    data: Path,
    on_progress: Note,
    address: str,
) -> None:
    """Make reports on the workers of a Dask scheduler; the pages are those made here, to the byte.

    Parameters
    ----------
    runs
        What to make.
    output, data
        Folder for the results, which exists, and the folder with the tables.
    on_progress
        Called with each outcome as it comes.
    address
        The scheduler's, such as `tcp://scheduler:8786`.

    A worker that dies loses no report: another makes it, and where none is left, the next that
    comes. If the scheduler goes away, what is not made has failed.

    Raises
    ------
    ReportError
        If `distributed` is not installed, or the scheduler or a first worker does not answer.
    """
    try:
        from distributed import as_completed
    except ModuleNotFoundError as error:
        raise ReportError(
            f'--cluster needs Dask: pip install "{current().name}[cluster]"'
        ) from error
    content = pack(runs, data)
    with _connect(address) as client:
        # A task, not scattered data: if the worker that holds it dies, Dask makes it again.
        packed = client.submit(bytes, content, pure=False)
        there = [replace(run, path=Path("notebooks") / run.path.name) for run in runs]
        futures = client.map(make, there, packed=packed, pure=False, retries=RETRIES)
        run_of = dict(zip(futures, runs, strict=True))
        with client.as_current():
            ended = as_completed(futures, raise_errors=False)  # type: ignore[no-untyped-call]
        for future in ended:
            on_progress(_finish(run_of[future], future, output, data))


def pack(runs: Sequence[Run], data: Path) -> bytes:
    """Return a zip of the runs' notebooks and the data folder: equal contents, equal bytes.

    What no notebook can read stays here, as the project says (`Project.stays`).
    """
    # What cannot begin says so without its notebook.
    able = [run for run in runs if not run.fault]
    files = {f"notebooks/{run.notebook}.ipynb": run.path for run in able}
    for run in able:
        for name, file in provenance.helpers(run.path).items():
            files[f"notebooks/{name}"] = file
    code = "\n".join(
        path.read_text("utf-8", errors="replace") for path in files.values()
    )
    for path in provenance.below(data):
        inside = path.relative_to(data)
        if path.is_file() and not current().stays(str(inside), code):
            files[f"data/{inside.as_posix()}"] = path
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name)  # whose own date is a constant
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def make(run: Run, packed: bytes) -> Made:
    """Make one report on a worker, with a fresh kernel as anywhere else.

    Parameters
    ----------
    run
        What to make; its path is that in the zip.
    packed
        Result of `pack`.
    """
    from distributed import get_worker

    # Dask removes its folder with the worker, should it die.
    with TemporaryDirectory(dir=get_worker().local_directory) as folder:
        root = Path(folder)
        zipfile.ZipFile(io.BytesIO(packed)).extractall(root)
        output = root / "reports"
        output.mkdir()
        with bare.looking_in(root / "notebooks"):
            there = replace(run, path=root / run.path)
            outcome = execute(there, output, root / "data")
        made = [path for path in output.iterdir() if path.is_file()]
        return outcome, {path.name: path.read_bytes() for path in made}


@contextlib.contextmanager
def _connect(address: str) -> Iterator[Client]:
    """Yield a client with a worker; closed at the end, it withdraws what is not done."""
    from distributed import Client

    client: Client | None = None
    # Dask's own log and advice stay off the terminal: what matters is said in our sentences.
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"distributed(\..*)?")
            try:
                client = Client(  # type: ignore[no-untyped-call]
                    address, timeout=CONNECT_TIMEOUT, set_as_default=False
                )
                client.wait_for_workers(1, timeout=WORKER_TIMEOUT)
            except (OSError, ValueError) as error:  # TimeoutError is an OSError
                raise ReportError(
                    f"the scheduler at {address} has no worker: start one (dask worker)"
                    if client
                    else f"no Dask scheduler answers at {address}: see whether it runs"
                ) from error
            yield client
    finally:
        if client:
            with contextlib.suppress(Exception):  # of a scheduler that is gone
                client.close(timeout=CLOSE_TIMEOUT)  # type: ignore[no-untyped-call]
        logging.disable(logging.NOTSET)


def _finish(run: Run, future: Future[Made], output: Path, data: Path) -> ReportOutcome:
    """Put what came back into the output folder and return what became of the run."""
    try:
        outcome, files = future.result()
        if outcome.status == "made":
            # By another version, perhaps: such a page would not be current here.
            page = provenance.from_html(files[f"{run.slug}.html"].decode()) or {}
            if changed := provenance.changed(run, page, data):
                raise ReportError(
                    f"the worker made it from something else than is here: {'; '.join(changed)}"
                )
        with unfinished(output) as folder:
            put(files, output, folder)
    except CancelledError:
        gone = "the scheduler or its last worker went away before it was made"
        return failed(run.slug, ReportError(gone))
    except Exception as error:  # whatever one report brings back, from any machine
        return failed(run.slug, error)
    return outcome
