"""Make reports on a Dask cluster: `pagemill render --cluster tcp://scheduler:8786`.

Notebooks and tables travel with the runs, and finished files come back, as bytes: workers need
only the package, and share no folder with us. Queue, retries and lost workers are Dask's work.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import queue
import sys
import threading
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pagemill import provenance
from pagemill.cluster_pack import pack
from pagemill.errors import ReportError
from pagemill.plan import Run
from pagemill.project import current
from pagemill.run import Interrupted, Outcome, execute, failed, put
from pagemill.unfinished import unfinished

if TYPE_CHECKING:
    from distributed import Client, Future

#: Seconds to wait for the scheduler to answer, and for a worker when there is none.
CONNECT_TIMEOUT = 5
WORKER_TIMEOUT = 10
#: Seconds to say goodbye to a scheduler that may be gone.
CLOSE_TIMEOUT = 1
#: Seconds between two looks at whether the scheduler and a worker are still there.
LOOK = 1
#: How often a run is tried again if a worker fails it (a worker that dies is Dask's own count).
RETRIES = 2

_unpacking = threading.Lock()


@dataclass(frozen=True)
class Made:
    """What a worker sends back: the outcome, and the files of the output folder by name."""

    outcome: Outcome
    files: dict[str, bytes]


def run_on_cluster(
    runs: Sequence[Run],
    output: Path,
    data: Path,
    address: str,
    on_progress: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Make reports on the workers of a Dask scheduler; the pages are those made here, to the byte.

    Parameters
    ----------
    runs
        What to make.
    output, data
        Folder for the results, which exists, and the folder with the tables.
    address
        The scheduler's, such as `tcp://scheduler:8786`.
    on_progress
        Called with each outcome as it comes.

    Returns
    -------
    list of Outcome
        In the order of the runs. A worker that dies loses no report: another makes it. If no
        worker is left for `WORKER_TIMEOUT` seconds, or the scheduler goes away, what is not made
        has failed.

    Raises
    ------
    ReportError
        If `distributed` is not installed, the scheduler or a first worker does not answer, or
        too much would travel (see `pack`).
    Interrupted
        On Ctrl-C; what the workers have not begun is withdrawn.
    """
    try:
        import distributed  # noqa: F401
    except ModuleNotFoundError as error:
        raise ReportError(
            f'--cluster needs Dask: pip install "{current().name}[cluster]"'
        ) from error
    content = pack(runs, data)
    outcomes: dict[str, Outcome] = {}
    with _connect(address) as client:
        # A task, not scattered data: if the worker that holds it dies, Dask makes it again.
        packed = client.submit(bytes, content, pure=False)
        digest = hashlib.sha256(content).hexdigest()
        asked = {
            client.submit(
                make, _travelling(run), packed, digest, pure=False, retries=RETRIES
            ): run
            for run in runs
        }
        try:
            for future in _ended(client, list(asked), address):
                outcome = _finish(asked.pop(future), future, output, data)
                outcomes[outcome.slug] = outcome
                on_progress(outcome)
            for run in asked.values():
                outcomes[run.slug] = _left(run, address)
                on_progress(outcomes[run.slug])
            _withdraw(client, list(asked))
        except KeyboardInterrupt as error:
            _withdraw(client, list(asked))
            raise Interrupted(
                "interrupted: reports already finished are in place, others as they were"
            ) from error
    return [outcomes[run.slug] for run in runs]


def make(run: Run, packed: bytes, digest: str) -> Made:
    """Make one report on a worker, with a fresh kernel as anywhere else.

    Parameters
    ----------
    run
        What to make; its path is that in the zip.
    packed, digest
        Result of `pack`, and its SHA-256, which names the folder it is unpacked to once.
    """
    from distributed import get_worker

    own = Path(get_worker().local_directory)  # Dask removes it with the worker
    root = _unpack(packed, own / f"made-from-{digest}")
    with TemporaryDirectory(dir=own, prefix="report-") as folder:
        here = replace(run, path=root / run.path)
        outcome = execute(here, Path(folder), root / "data")
        files = {
            path.name: path.read_bytes()
            for path in Path(folder).iterdir()
            if path.is_file()
        }
    return Made(outcome, files)


def _unpack(packed: bytes, root: Path) -> Path:
    with _unpacking:  # a worker may have several threads
        if not root.is_dir():
            with TemporaryDirectory(dir=root.parent) as folder:
                half = Path(folder) / "unpacked"
                with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                    archive.extractall(half)
                half.rename(root)
    return root


def _travelling(run: Run) -> Run:
    return replace(run, path=Path("notebooks") / f"{run.notebook}.ipynb")


@contextlib.contextmanager
def _connect(address: str) -> Iterator[Client]:
    from distributed import Client

    with _quiet():
        try:
            client: Client = Client(  # type: ignore[no-untyped-call]
                address, timeout=CONNECT_TIMEOUT, set_as_default=False
            )
        except (OSError, ValueError, TimeoutError) as error:
            raise ReportError(
                f"no Dask scheduler answers at {address}: --cluster wants its address,"
                " such as tcp://localhost:8786"
            ) from error
        try:
            _wait_for_worker(client, address)
            yield client
        finally:
            with contextlib.suppress(Exception):  # of a scheduler that is gone
                client.close(timeout=CLOSE_TIMEOUT)  # type: ignore[no-untyped-call]


def _wait_for_worker(client: Client, address: str) -> None:
    if not _workers(client):
        _say(f"waiting up to {WORKER_TIMEOUT} seconds for a first worker of {address}")
    try:
        client.wait_for_workers(1, timeout=WORKER_TIMEOUT)
    except OSError as error:  # TimeoutError is one
        raise ReportError(
            f"the scheduler at {address} has no worker: start one (dask worker)"
        ) from error


def _ended(
    client: Client, futures: list[Future[Made]], address: str
) -> Iterator[Future[Made]]:
    """Yield futures as they end, or end early if no worker answers for too long.

    Dask itself would wait for a new worker for ever.
    """
    ended: queue.SimpleQueue[Future[Made]] = queue.SimpleQueue()
    for future in futures:
        future.add_done_callback(ended.put)  # type: ignore[no-untyped-call]
    left, alone_since = len(futures), 0.0
    while left:
        with contextlib.suppress(queue.Empty):
            future = ended.get(timeout=LOOK)
            left -= 1
            yield future
            continue
        if _workers(client):
            alone_since = 0.0
        elif not alone_since:
            alone_since = time.monotonic()
            _say(
                f"no worker of {address} answers; waiting up to {WORKER_TIMEOUT} seconds for one"
            )
        elif time.monotonic() - alone_since > WORKER_TIMEOUT:
            return


def _workers(client: Client) -> int:
    """Return how many workers there are: 0 too if the scheduler does not answer."""
    try:
        asked: Any = client.scheduler
        return len(client.sync(asked.ncores, callback_timeout=CONNECT_TIMEOUT))  # type: ignore[no-untyped-call]
    except Exception:
        # Whatever a client that has lost its scheduler raises: nobody is there.
        return 0


def _withdraw(client: Client, futures: list[Future[Made]]) -> None:
    """Take back what is not done, without waiting for a scheduler that may be gone."""

    def cancel() -> None:
        with contextlib.suppress(Exception):
            client.cancel(futures, force=True)  # type: ignore[no-untyped-call]

    # Dask waits for its own thread without end, and after Ctrl-C nobody would wait with it.
    cancelling = threading.Thread(target=cancel, daemon=True)
    cancelling.start()
    cancelling.join(CLOSE_TIMEOUT)


def _left(run: Run, address: str) -> Outcome:
    message = (
        f"no worker of the scheduler at {address} answered for {WORKER_TIMEOUT} seconds:"
        " see why they ended, start one (dask worker) and render again"
    )
    return failed(run.slug, ReportError(message))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's own log and advice off the terminal: what matters is said in our sentences."""
    log = logging.getLogger("distributed")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            # Versions of packages that differ, where they matter, fail their report below.
            warnings.filterwarnings("ignore", module=r"distributed(\..*)?")
            yield
    finally:
        log.setLevel(level)


def _finish(run: Run, future: Future[Made], output: Path, data: Path) -> Outcome:
    """Put what came back into the output folder and return what became of the run."""
    try:
        made = future.result()
        if made.outcome.status == "made":
            _same_inputs(run, made, data)
        with unfinished(output) as folder:
            put(made.files, output, folder)
    except Exception as error:  # whatever one report brings back, from any machine
        return failed(run.slug, _explained(error))
    return made.outcome


def _same_inputs(run: Run, made: Made, data: Path) -> None:
    """Refuse a page that would not be current here, such as one made by another version."""
    page = provenance.from_html(made.files[f"{run.slug}.html"].decode())
    changed = provenance.changed(run, page or {}, data)
    if changed:
        raise ReportError(
            f"the worker made it from something else than is here: {'; '.join(changed)}"
        )


def _explained(error: Exception) -> Exception:
    """Return Dask's own errors as ours, which say what happened."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        died = "every worker that was given it died, perhaps because memory ran out"
        return ReportError(died)
    if isinstance(error, CancelledError):
        gone = "the scheduler or its last worker went away before it was made"
        return ReportError(gone)
    return error
