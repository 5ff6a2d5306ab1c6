"""What travels to the workers of a cluster: notebooks and the data that they can read, as a zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from pagemill.errors import ReportError
from pagemill.plan import Run
from pagemill.project import current

#: Bytes that may travel: each worker holds them.
LIMIT = 256_000_000


def pack(runs: Sequence[Run], data: Path) -> bytes:
    """Return a zip of the runs' notebooks and the data folder: equal contents, equal bytes.

    What no notebook can read stays here, as the project says (`Project.stays`).

    Raises
    ------
    ReportError
        If more than `LIMIT` bytes would travel: one sentence says what to do.
    """
    files = {f"notebooks/{run.notebook}.ipynb": run.path for run in runs}
    code = "\n".join(
        path.read_text(encoding="utf-8", errors="replace") for path in files.values()
    )
    for path in data.rglob("*"):
        inside = path.relative_to(data)
        if not path.is_file() or any(part.startswith(".") for part in inside.parts):
            continue
        if not current().stays(inside.as_posix(), code):
            files[f"data/{inside.as_posix()}"] = path
    _refuse_too_much(files)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, path in sorted(files.items()):
            # ZipInfo's own date is a constant. Parquet is packed as it is.
            kind = (
                zipfile.ZIP_STORED
                if path.suffix == ".parquet"
                else zipfile.ZIP_DEFLATED
            )
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes(), kind)
    return buffer.getvalue()


def _refuse_too_much(files: dict[str, Path]) -> None:
    sizes = {name: path.stat().st_size for name, path in files.items()}
    total = sum(sizes.values())
    if total > LIMIT:
        largest = max(sizes, key=lambda name: sizes[name])
        raise ReportError(
            f"{_megabytes(total)} would travel to the workers, more than {_megabytes(LIMIT)}: its"
            f" largest file is {largest}; make what reads it without --cluster, or move out of the"
            " data folder what no table needs"
        )


def _megabytes(size: int) -> str:
    return f"{max(round(size / 1e6), 1):,} MB"
