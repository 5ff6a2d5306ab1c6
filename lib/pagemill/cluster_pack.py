"""What travels to the workers of a cluster: notebooks and the data that they can read, as a zip."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from pagemill.errors import ReportError
from pagemill.plan import Run

#: Bytes that may travel; a BACI release of all years is larger, and each worker would hold it.
LIMIT = 256_000_000
# A year of BACI has some 60 MB. Every way of ours to read it has one of these words.
_BACI_TRADE = re.compile(r"fetched/baci/[^/]+/trade/.*")
_READS_BACI = re.compile("baci|composition|products|fetch", re.IGNORECASE)


def pack(runs: Sequence[Run], data: Path) -> bytes:
    """Return a zip of the runs' notebooks and the data folder: equal contents, equal bytes.

    The trade of BACI goes only with notebooks that can read it, as their text says.

    Raises
    ------
    ReportError
        If more than `LIMIT` bytes would travel: one sentence says what to do.
    """
    files = {f"notebooks/{run.notebook}.ipynb": run.path for run in runs}
    readers = sorted({run.notebook for run in runs if _READS_BACI.search(_text(run.path))})
    for path in data.rglob("*"):
        inside = path.relative_to(data)
        if not path.is_file() or any(part.startswith(".") for part in inside.parts):
            continue
        if readers or not _BACI_TRADE.fullmatch(inside.as_posix()):
            files[f"data/{inside.as_posix()}"] = path
    _refuse_too_much(files, readers)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, path in sorted(files.items()):
            # ZipInfo's own date is a constant. Parquet is packed as it is.
            kind = zipfile.ZIP_STORED if path.suffix == ".parquet" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes(), kind)
    return buffer.getvalue()


def _refuse_too_much(files: dict[str, Path], readers: Iterable[str]) -> None:
    sizes = {name: path.stat().st_size for name, path in files.items()}
    total = sum(sizes.values())
    if total <= LIMIT:
        return
    baci = sum(size for name, size in sizes.items() if name.startswith("data/fetched/baci/"))
    largest = max(sizes, key=lambda name: sizes[name])
    what, mend = f"its largest file is {largest}", "move out of the data folder what no table needs"
    if 2 * baci > total:
        what = f"{_megabytes(baci)} of it is the BACI release that {' and '.join(readers)} may read"
        mend = "make those without --cluster and the others with it"
    message = (
        f"{_megabytes(total)} would travel to the workers, more than {_megabytes(LIMIT)}:"
        f" {what}; {mend}"
    )
    raise ReportError(message)


def _megabytes(size: int) -> str:
    return f"{max(round(size / 1e6), 1):,} MB"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
