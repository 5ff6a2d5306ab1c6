"""What all tests share: the real data folder, no network, a browser where there is one."""

from __future__ import annotations

import fcntl
import ipaddress
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent

# How long an example takes says how busy the machine is, and nothing else.
hypothesis.settings.register_profile("no clock", deadline=None)
hypothesis.settings.load_profile("no clock")

# Its grammars take a second or two of every worker, to know addresses that no notebook has.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# A shell starts what it runs in the background deaf to Ctrl-C, and all that is started from there.
signal.signal(signal.SIGINT, signal.default_int_handler)


#: The files that take longest, the longest first: no worker is left with one at the end.
LONGEST = """
test_browser test_any_data test_drawn_pages
test_faults_fetch test_notebooks test_next_year test_news
test_jupyterlab test_unsafe_browser test_faults test_cluster test_fetched
test_kernels test_pages test_any_input test_changes test_edition test_killed test_reading
test_growth_page test_composition_page test_foreign test_explore
test_falsified test_after test_run
"""
#: Files of more than about four seconds of processor that start neither browser nor kernel.
SLOW = """
then test_after test_answers test_any_input
test_any_data test_true_sentences
test_as_of test_changes test_claims test_cli_claims test_compare
test_composition_page test_exact_claims test_explore test_falsified
test_faults_fetch test_fetch_baci test_fetch_comtrade test_fetch_gacc test_fetch_headings
test_fetch_kept
test_fetched test_growth_page test_installed
test_nev_notebook test_planted test_reading
test_recomputed test_strict
"""


#: The files that look at servers, or start them in an environment that no other file has.
OWN_SERVERS = ("test_bare", "test_kernels")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Keep what is computed beside the temporary folders of this run, workers' of it too."""
    if "CATRADE_CACHE" not in os.environ:
        folder = tempfile.mkdtemp(prefix="catrade-tests-")
        os.environ["CATRADE_CACHE"] = folder
        session.config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.hookimpl(tryfirst=True)  # before `-m` leaves out what is slow
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and begin with the files that take long."""
    longest, slow = LONGEST.split(), SLOW.split()
    marked = set()
    for item in items:
        if item.path.stem in slow:
            item.add_marker("slow")
        if "plan_pages" in getattr(item, "fixturenames", ()):
            item.add_marker("kernel")
        if any(map(item.get_closest_marker, ("slow", "kernel", "browser"))):
            marked.add(item.path)

    def place(item: pytest.Item) -> tuple[int, bool]:
        name = item.path.stem
        order = longest.index(name) if name in longest else len(longest)
        return order, item.path not in marked

    items.sort(key=place)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="module", autouse=True)
def _one_server_of_kernels(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep the server of kernels for all renders: each takes seconds to start."""
    from pagemill import kernels, project, run

    project.current()  # before a test names another in the environment
    has_own = request.path.stem in OWN_SERVERS
    if has_own:
        kernels.stop_servers()
    pool = run._run_pool
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "_run_pool", lambda *asked: pool(*asked, keep=True))
        yield
    if has_own:
        kernels.stop_servers()


def pytest_sessionfinish() -> None:
    """End the servers that were kept."""
    if kernels := sys.modules.get("pagemill.kernels"):
        kernels.stop_servers()


@pytest.fixture
def data_copy(tmp_path: Path) -> Path:
    """A copy of data/ that a test may damage."""
    target = tmp_path / "data"
    shutil.copytree(ROOT / "data", target, ignore=shutil.ignore_patterns("fetched"))
    return target


@pytest.fixture
def api() -> Iterator[Any]:
    """A UN Comtrade on loopback with China's reports of 2015 to 2024 and Kazakhstan's to 2023."""
    from comtrade_server import serve

    with serve() as served:
        served.release(156, range(2015, 2025))
        served.release(398, range(2015, 2024))
        yield served


@pytest.fixture(scope="session")
def nursery() -> Any:
    """What starts commands as a user without privileges, and kills them."""
    import processes

    return processes.Nursery()


@pytest.fixture(scope="session")
def plan_pages(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with the reports of the plan, rendered once for all tests and their workers.

    Only those that are asked for, if every test that will run names one (`-k trade-growth-kgz`).
    CATRADE_PAGES names a folder of pages made before.
    """
    if made := os.environ.get("CATRADE_PAGES"):
        return Path(made)
    import golden

    tests = [
        test for test in request.session.items if "plan_pages" in test.fixturenames
    ]
    params = [
        test.callspec.params if hasattr(test, "callspec") else {} for test in tests
    ]
    named = {given.get("slug") or given.get("report") or "" for given in params}
    wanted = sorted(named) if all(named) else []
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "plan"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "index.html").is_file():
            golden.render(folder, *wanted)
    return folder


@pytest.fixture(scope="session")
def facts() -> Any:
    """The bundled tables that claims are judged by."""
    from catrade_build.claims.facts import load_facts
    from catrade_build.edition import table

    return load_facts(table("figures"))


def program(names: str, package: str) -> str:
    """Return where a program is; without it the test skips, except where none may skip (CI)."""
    for name in names.split():
        if path := shutil.which(name):
            return path
    reason = f"no {package} on this machine (Debian: apt install {package})"
    if os.environ.get("CATRADE_NO_SKIP"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> str:
    names = "chromium chromium-browser google-chrome google-chrome-stable"
    return program(names, "chromium")


@pytest.fixture(scope="session")
def pdftotext() -> str:
    return program("pdftotext", "poppler-utils")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    from watched import started

    with started(chromium) as running:
        yield running


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):  # Unix sockets
        return True
    host = str(address[0])
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if not _is_loopback(address):
            message = (
                f"tests may not use the network; something connected to {address!r}"
            )
            raise AssertionError(message)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
