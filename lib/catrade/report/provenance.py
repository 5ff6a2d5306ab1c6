"""What a page was made from: hashes and versions that let anyone check it."""

from __future__ import annotations

import csv
import functools
import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import catrade
from catrade.report.plan import Run

#: Name of the environment variable with the file in which `catrade.data` notes what it reads.
READ_LOG = "CATRADE_READ_LOG"
SCRIPT_ID = "catrade-provenance"

_BLOCK = re.compile(rf'<script type="application/json" id="{SCRIPT_ID}">(.*?)</script>', re.DOTALL)


def inputs(run: Run, data: Path, tables: Collection[str] | None = None) -> dict[str, Any]:
    """Return everything that decides what the page of a run says.

    Parameters
    ----------
    run
        The run.
    data
        The data folder.
    tables
        Names of the tables the run reads (`trade`, not `trade.csv`); None for all there are.

    Returns
    -------
    dict
        Notebook, parameters, library, packages and tables, with SHA-256 hashes of their bytes.
        A table that is named but does not exist has the hash "missing".
    """
    names = sorted(path.stem for path in data.glob("*.csv")) if tables is None else sorted(tables)
    return {
        "notebook": {"name": run.notebook, "sha256": _hash([run.path])},
        "parameters": dict(run.parameters),
        "page": {"title": run.title, "topic": run.topic},
        "library": {"version": catrade.__version__, "sha256": library_hash()},
        "packages": packages(),
        "tables": {name: _hash([data / f"{name}.csv"]) for name in names},
    }


@functools.cache
def library_hash() -> str:
    """Return one hash of the library's own files: code, templates, styles."""
    folder = Path(catrade.__file__).parent
    kinds = {".py", ".j2", ".css", ".js", ".mplstyle", ".ipynb"}
    return _hash(sorted(path for path in folder.rglob("*") if path.suffix in kinds), folder)


@functools.cache
def packages() -> dict[str, str]:
    """Return the versions of the packages that catrade names as its requirements."""
    try:
        required = metadata.requires("catrade") or []
    except metadata.PackageNotFoundError:
        return {}
    names = {re.split(r"[^\w.-]", line)[0] for line in required if "extra ==" not in line}
    return {name: metadata.version(name) for name in sorted(names)}


def data_date(data: Path, source_ids: Collection[str] = ()) -> str:
    """Return the newest date on which one of the sources was published, or "" if none says.

    Without source ids, all of `sources.csv` counts.
    """
    try:
        with (data / "sources.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError:
        return ""
    dates = (
        row.get("published") or ""
        for row in rows
        if not source_ids or row.get("source_id") in source_ids
    )
    return max(dates, default="")


def to_json(block: Mapping[str, Any]) -> str:
    r"""Return the block as JSON that is safe inside a script element.

    Examples
    --------
    >>> to_json({"b": "</script>", "a": 1})
    '{"a":1,"b":"\\u003c/script>"}'
    """
    text = json.dumps(block, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def read_page(file: Path) -> dict[str, Any] | None:
    """Return the provenance block of a page, or None if the file is not a page of ours."""
    try:
        return from_html(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def from_html(html: str) -> dict[str, Any] | None:
    """Return the provenance block of a page's text, or None if it has none."""
    found = _BLOCK.search(html)
    try:
        block = json.loads(found[1]) if found else None
    except json.JSONDecodeError:
        return None
    return block if isinstance(block, dict) else None


def changed(run: Run, page: Mapping[str, Any], data: Path) -> list[str]:
    """Return what has changed since a page was made, in words; empty if nothing has."""
    recorded = page.get("inputs")
    if not isinstance(recorded, dict) or not isinstance(recorded.get("tables"), dict):
        return ["the page does not say what it was made from"]
    now = inputs(run, data, list(recorded["tables"]))
    reasons = [
        f"{what} changed"
        for key, what in (
            ("notebook", f"notebook {run.notebook}"),
            ("parameters", "the parameters"),
            ("page", "title or topic in the plan"),
            ("library", "the library catrade"),
        )
        if recorded.get(key) != now[key]
    ]
    for kind, what in (("packages", "package {}"), ("tables", "table {}")):
        old = recorded.get(kind) or {}
        names = sorted(name for name in {*old, *now[kind]} if old.get(name) != now[kind].get(name))
        reasons += [f"{what.format(name)} changed" for name in names]
    return reasons


def _hash(files: Iterable[Path], base: Path | None = None) -> str:
    digest = hashlib.sha256()
    for file in files:
        if base:
            digest.update(f"{file.relative_to(base).as_posix()}\0".encode())
        try:
            digest.update(file.read_bytes())
        except FileNotFoundError:
            return "missing"
    return digest.hexdigest()
