"""What a page was made from: hashes and versions that let anyone check it."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Annotated, Any, Literal

from markupsafe import Markup
from pydantic import AfterValidator, BaseModel, Field, ValidationError

import rounding
from pagemill.entries import checked_slug
from pagemill.files import MISSING, content, hash_of, read_bytes, stamp
from pagemill.plan import Run
from pagemill.project import current
from rounding.errors import ParameterError, some

#: Pictures that a page can hold, by the ending of their files.
PICTURES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
#: Endings of files that are part of a library.
_CODE = {".py", ".csv", ".mplstyle", ".ipynb", ".sql", ".txt", ".yaml"}
#: The press itself, and the numbers it stands on.
OWN = (Path(__file__).parent, Path(rounding.__file__).parent)
SCRIPT_ID = "pagemill-provenance"

#: What a record says besides its slug and its inputs.
TOLD = ("title", "topic", "front", "finding", "chips", "data_date", "card", "lost")
KEYS = {"slug", "inputs", *TOLD}
Hash = Annotated[str, Field(pattern=r"^([0-9a-f]{64}|missing)$")]

#: What a plan says of a page.
PAGE = ("title", "topic", "front", "beside", "switch")
#: What else than the packages that the project names writes bytes of a page.
ALSO_PACKAGES = ("jinja2", "mistune", "nbformat", "numpy", "pygments")

#: Pages have up to half a megabyte; what is longer is neither made nor read.
LARGEST = 50_000_000
#: Letters of a changed value.
_LONGEST = 200
_TABLE = re.compile(r"(?:[a-z]{1,20}/)?[a-z0-9_]{1,60}")
_BLOCK = re.compile(
    r'<script type="application/json" id="[a-z]+-provenance">(.*?)</script>', re.DOTALL
)

#: What some of these are called.
_CALLED = {
    "front": "place on the front page",
    "beside": "links",
    "switch": "links to other subjects",
}

Kind = Literal["parameters", "data", "code", "plan"]
#: Of each part of a set of inputs its kind, and what it is called: one thing, or each of many.
_PARTS: dict[str, tuple[Kind, str]] = {
    "parameters": ("parameters", "parameter {name}"),
    "tables": ("data", "table {name}"),
    "helpers": ("code", "file {name}"),
    "packages": ("code", "package {name}"),
    "page": ("plan", "{name}"),
    "notebook": ("code", "notebook {notebook}"),
    "library": ("code", "the library {project}"),
    "template": ("code", "the template of the pages"),
}


@dataclass(frozen=True)
class Change:
    """One input that differs between two pages, or between a page and now."""

    kind: Kind
    text: str


def inputs(
    run: Run, data: Path, tables: Collection[str] | None = None
) -> dict[str, Any]:
    """Return everything that decides what the page of a run says.

    Parameters
    ----------
    run
        The run.
    data
        The data folder.
    tables
        Names of the tables the run reads (`heights`, not `heights.csv`); None for all there are.

    Returns
    -------
    dict
        Notebook, modules beside it, parameters, library, template, packages (Python among them)
        and tables, with versions or SHA-256 hashes of their bytes.
        A table that is named but does not exist has the hash "missing". Where fetched rows stand
        in one of the tables there is `fetched/<publisher>` too: the hash of their manifests, which
        hold the hashes of the files.
    """
    if tables is None:
        tables = [path.stem for path in data.glob("*.csv")]
    names = sorted(tables)
    read = {name: _hash_of(data / f"{name}.csv") for name in names}
    return {
        "notebook": {"name": run.notebook, "sha256": _hash_of(run.path)},
        "helpers": {name: _hash_of(file) for name, file in helpers(run.path).items()},
        "parameters": run.parameters,
        "page": {name: getattr(run, name) for name in PAGE},
        "library": {"version": current().version, "sha256": library_hash()},
        "template": {"sha256": template_hash()},
        "packages": packages(),
        "tables": {**read, **current().also_read(data, names)},
    }


def helpers(notebook: Path) -> dict[str, Path]:
    """Return by their place the modules beside a notebook, and the pictures that it names."""
    folder = notebook.parent
    files = [*below(folder)]
    kept = [file for file in files if file.suffix == ".py"]
    if pictures := [file for file in files if file.suffix.lower() in PICTURES]:
        text = content(notebook).decode("utf-8", "replace")
        kept += [file for file in pictures if file.name in text]
    return {
        file.relative_to(folder).as_posix(): file
        for file in sorted(kept)
        if file.is_file()
    }


def below(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, without what is hidden and environments of Python."""
    for place, folders, files in os.walk(folder):
        # Of a folder that may not be read nothing is known, and nothing can be imported.
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".")
            and not os.path.exists(f"{place}/{name}/pyvenv.cfg")
        ]
        yield from (Path(place, name) for name in files if not name.startswith("."))


def code() -> list[tuple[Path, list[Path]]]:
    """Return the project's and the press's own files below their folders, without the template."""
    own = import_module(current().name)
    # A project of one module may have its reports in the same folder.
    files, folders = [*current().also_code()], [*OWN]
    if hasattr(own, "__path__"):
        folders.append(current().folder)
    else:
        files.append(Path(str(own.__file__)))
    # An installed copy has its tables and notebooks inside the package: they are no code there
    # either, also where others are read.
    folder = current().folder
    data = {current().tables(), folder / "data", folder / "notebooks"}
    parts = [(file.parent, [file]) for file in files]
    for folder in folders:
        written = sorted(path for path in folder.rglob("*") if path.suffix in _CODE)
        kept = [path for path in written if data.isdisjoint(path.parents)]
        parts.append((folder, kept or written))
    return parts


@functools.cache
def library_hash() -> str:
    """Return one hash of the code."""
    hashes = [hash_of(files, folder) for folder, files in code()]
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def template() -> list[Path]:
    """Return the template of the pages: HTML, style and script."""
    return sorted(path for path in (OWN[0] / "template").iterdir() if path.is_file())


@functools.cache
def template_hash() -> str:
    """Return one hash of the template."""
    return hash_of(template(), OWN[0] / "template")


@functools.cache
def packages() -> dict[str, str]:
    """Return the versions of Python and of the packages that take part in making a page."""
    try:
        required = metadata.requires(current().name) or []
    except metadata.PackageNotFoundError:
        required = []
    names = {
        re.split(r"[^\w.-]", line)[0] for line in required if "extra ==" not in line
    }
    versions = {"python": platform.python_version()}
    for name in sorted(names.union(ALSO_PACKAGES)):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = MISSING
    return versions


def to_json(block: Mapping[str, Any]) -> Markup:
    r"""Return the block as JSON that is safe inside a script element.

    Examples
    --------
    >>> print(to_json({"b": "</script>", "a": 1}))
    {"a":1,"b":"\u003c/script>"}
    """
    text = json.dumps(block, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for sign in "<\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def page_text(file: Path) -> str:
    """Return a page's HTML, whatever the file may be.

    Raises
    ------
    ParameterError
        If it is no file, cannot be read, is far longer than a page, or is not text.
    """
    what = f"{file} is not a report of {current().name}"
    try:
        if file.stat().st_size > LARGEST:
            raise ParameterError(
                f"{what}: it has over {LARGEST // 10**6} million bytes"
            )
        return read_bytes(file).decode("utf-8")
    except OSError as error:
        raise ParameterError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ParameterError(f"{what}: it is not text in UTF-8") from error


def from_html(html: str) -> dict[str, Any] | None:
    """Return the provenance block of a page's text, or None if it has none."""
    start, end = place_of_record(html)
    try:
        # `int` of NaN and the like is an error: they are no JSON.
        block = json.loads(html[start:end], parse_constant=int)
        # Half a character cannot be written.
        json.dumps(block, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return block if isinstance(block, dict) else None


def place_of_record(html: str) -> tuple[int, int]:
    """Return where the record of a page's text begins and ends."""
    record = _BLOCK.search(html)
    return record.span(1) if record else (0, 0)


def changed(run: Run, page: Mapping[str, Any], data: Path) -> list[str]:
    """Return what has changed since a page was made, in words; empty if nothing has."""
    if wrong := fault_of_record(page):
        return [f"the record of the page is damaged: {wrong}"]
    recorded = page["inputs"]
    now = inputs(run, data, list(recorded["tables"]))
    return some([change.text for change in differing_inputs(recorded, now)])


class _Notebook(BaseModel):
    name: str
    sha256: Hash


class _Page(BaseModel):
    title: str
    topic: str


class _Inputs(BaseModel):
    notebook: _Notebook
    library: dict[str, str]
    template: dict[str, str]
    page: _Page
    tables: dict[str, Hash]
    packages: dict[str, str]
    parameters: dict[str, Any]
    helpers: dict[str, Hash] = {}


class _Record(BaseModel):
    slug: Annotated[str, AfterValidator(checked_slug)]
    inputs: _Inputs


def fault_of_record(block: Mapping[str, Any]) -> str:
    """Return what is wrong with a record, in words, or ""."""
    try:
        tables = _Record(**block).inputs.tables
    except ValidationError as error:
        return f"it lacks {error.errors()[0]['loc'][-1]!r} or has it in another form"
    strange = strange_tables(tables)
    return f"{strange[0]!r} is no name of a table" if strange else ""


def is_ours(block: Mapping[str, Any], html: str) -> bool:
    """Return whether a page's record is in the form that this version writes, with no more keys.

    Else it could hold what is not looked at, and be a page of its own.
    """
    start, end = place_of_record(html)
    is_known = block.keys() <= KEYS and block["inputs"].keys() <= _PARTS.keys()
    return is_known and to_json(block) == html[start:end]


def strange_tables(names: Iterable[str]) -> list[str]:
    """Return the names in a record that cannot be those of tables: they will not be looked for.

    Examples
    --------
    >>> strange_tables(["heights", "fetched/tides", "../x"])
    ['../x']
    """
    return [name for name in names if not _TABLE.fullmatch(name)]


def differing_inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return what differs between two sets of inputs (see `inputs`), in words.

    Examples
    --------
    >>> old = {"parameters": {"end": 2024}, "tables": {"heights": "a"}}
    >>> new = {"parameters": {"end": 2025}, "tables": {"heights": "b"}}
    >>> [change.text for change in differing_inputs(old, new)]
    ['parameter end changed from 2024 to 2025', 'table heights changed']
    """
    names = {
        "notebook": new.get("notebook", {}).get("name"),
        "project": current().name,
    }
    changes: list[Change] = []
    for part, (kind, what) in _PARTS.items():
        before, after = old.get(part, {}), new.get(part, {})
        if "{name}" not in what:
            before, after = {"": before}, {"": after}
        for name in sorted({*before, *after}):
            was, now = before.get(name), after.get(name)
            # As text: to Python 3 and 3.0 are the same. Most is so in Python's own writing, too.
            if repr(was) != repr(now) and _sorted(was) != _sorted(now):
                called = what.format(name=_CALLED.get(name, name), **names)
                shown = "Python" if name == "python" else called
                # A table that only one of two pages read is no table that is gone.
                absent = (MISSING, None) if part == "helpers" else (MISSING,)
                how = "is gone" if now in absent else "changed"
                how = "is new" if was in absent else how
                if part in ("parameters", "packages"):
                    how = f"changed from {_short(was)} to {_short(now)}"
                if part == "page":  # whoever wrote the record
                    how = f"(the plan has {_short(now)}, the record {_short(was)})"
                changes.append(Change(kind, f"{shown} {how}"))
    return changes


def _sorted(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def saved_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return what was saved between two looks at the inputs of a run, in words.

    The first look may be at more tables than the run has read.
    """
    tables = {name: before["tables"].get(name, MISSING) for name in after["tables"]}
    changes = differing_inputs({**before, "tables": tables}, after)
    return [change.text for change in changes]


def _short(value: Any) -> str:
    if value in (None, ""):
        return "nothing"
    text = json.dumps(value, ensure_ascii=False).strip('"')
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text


def _hash_of(file: Path) -> str:
    """Return the hash of one file, read once as long as it does not change: reports share it."""
    return _hash_once(file, stamp(file))


@functools.lru_cache(maxsize=1024)
def _hash_once(file: Path, _stamp: Any) -> str:
    return hash_of([file])
