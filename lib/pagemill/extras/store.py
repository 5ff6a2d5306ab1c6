"""Reports in an object store (`-o s3://bucket/reports`): whatever fsspec has a name for."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

from pagemill.edition import RECORD
from pagemill.pages import FAILED, INDEX, TWIN, Folder
from pagemill.unfinished import temporary, unfinished
from rounding.errors import ParameterError, ReportError

#: The files of a report, in the order in which they are sent: the page says that it is current.
_ENDINGS = (FAILED, ".ipynb", TWIN, ".html")


@dataclass(frozen=True)
class Store(Folder):
    """A folder elsewhere, and here a copy of what is worked on of it."""

    system: Any
    root: str

    is_elsewhere: ClassVar[bool] = True

    def fetch(self, slugs: Collection[str] | None) -> None:
        """Have here what there is of some reports; of all of them, only the pages."""
        if not self.system.exists(self.root):
            return
        for path in self.system.ls(self.root, detail=False):
            name = path.rpartition("/")[2]
            wanted = slugs is None or name.partition(".")[0] in slugs
            is_page = name != INDEX and name.endswith((".html", TWIN, ".ipynb"))
            if (wanted and is_page) or name == RECORD:
                self.system.get_file(path, str(self.folder / name))

    def send(self, *names: str) -> None:
        """Have there the files of that name that are here, and no others of those names."""
        with _as_sentence(self.place("")):
            self.system.makedirs(self.root, exist_ok=True)
            for name in names:
                place = f"{self.root}/{name}"
                if (self.folder / name).is_file():
                    self.system.put_file(str(self.folder / name), place)
                elif self.system.exists(place):
                    self.system.rm_file(place)

    def send_report(self, slug: str, status: str) -> None:
        """Have there what is new of a report: its pages, or only whether it failed."""
        endings = _ENDINGS if status == "made" else (FAILED,)
        self.send(*(f"{slug}{ending}" for ending in endings))

    def place(self, name: str) -> str:
        """Return where a file is, as a path or an address."""
        return str(self.system.unstrip_protocol(f"{self.root}/{name}"))


@contextlib.contextmanager
def opened(output: str, slugs: Collection[str] | None) -> Iterator[Store]:
    """Yield a store with what it holds of some reports.

    Raises
    ------
    ReportError
        If fsspec, or what it needs for this kind of address, is not installed, or the store cannot
        be read or written.
    """
    with _as_sentence(output):
        system, root = import_module("fsspec.core").url_to_fs(output)
    with unfinished(temporary()) as folder:
        store = Store(folder, system, root.rstrip("/"))
        with _as_sentence(output):
            store.fetch(slugs)
        yield store


@contextlib.contextmanager
def _as_sentence(address: str) -> Iterator[None]:
    """Have what a store cannot do said in a sentence: each kind has errors of its own."""
    try:
        yield
    except ImportError as error:
        raise ReportError(
            f"-o {address} needs fsspec and its package for such addresses: {error}"
        ) from error
    except OSError as error:
        raise ReportError(f"{address} cannot be read or written: {error}") from error
    except Exception as error:
        raise ParameterError(f"-o {address} can hold no reports: {error}") from error
