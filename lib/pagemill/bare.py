"""What notebooks may be asked beyond their model, if they have one: it stands in their own cell."""

from __future__ import annotations

import ast
import contextlib
import functools
import io
import json
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field, create_model

from pagemill.files import stamp
from pagemill.models import Parameters
from rounding.errors import ParameterError

#: Kinds of literals, and of annotations by their name.
_KINDS: dict[str, Any] = {
    "bool": bool,
    "int": int,
    "float": float,
    "str": str,
    "list": list,
    "dict": dict,
}
# The folder in which notebooks are looked for.
_folder: list[Path] = []


class Told(NamedTuple):
    """One parameter as its cell tells it."""

    kind: Any
    default: Any
    is_literal: bool
    comment: str


def look_in(folder: Path) -> None:
    """Have notebooks looked for in a folder."""
    _folder[:] = [folder]


@contextlib.contextmanager
def looking_in(folder: Path) -> Iterator[None]:
    """Have notebooks looked for in a folder besides, for as long as it is there."""
    _folder.insert(0, folder)
    try:
        yield
    finally:
        _folder.remove(folder)


def notebooks() -> list[str]:
    """Return the notebooks of that folder that may be asked something."""
    files = [file for folder in _folder for file in sorted(folder.glob("*.ipynb"))]
    return [file.stem for file in files if _cell(file, stamp(file))[0]]


def model_of(
    notebook: str, model: type[Parameters] | None = None
) -> type[Parameters] | None:
    """Return what a notebook may be asked: its model, if any, and what else its own cell names.

    None if it has no model and there is no notebook of that name in the folder.
    """
    for folder in _folder:
        file = folder / f"{notebook}.ipynb"
        # A name, and not the way to a file elsewhere.
        if file.name == f"{notebook}.ipynb" and file.is_file():
            return _model(file, stamp(file), model or Parameters)
    return model


# A file is read again only when it was saved.
@functools.lru_cache(maxsize=256)
def _model(
    file: Path, saved: tuple[int, ...], base: type[Parameters]
) -> type[Parameters]:
    fields: dict[str, Any] = {}
    unread: set[str] = set()
    for name, own in _told(_cell(file, saved)[1]):
        meant = base.model_fields.get(name)
        if name.startswith("_") or hasattr(Parameters, name):
            raise ParameterError(
                f"{file.name}: a parameter may not be called {name!r}, which pages use"
                f" themselves (try {name.strip('_')}_asked)"
            )
        kind = own.kind
        if meant:
            kind = Annotated[meant.annotation, meant]
        elif kind is Any:
            kind = Annotated[Any, Field(json_schema_extra={"allowed": "any value"})]
        fields[name] = kind, Field(own.default, description=own.comment)
        unread |= set() if own.is_literal else {name}
    if not fields and base is not Parameters:
        return base
    lacking = [
        name
        for name, field in base.model_fields.items()
        if field.is_required() and name not in fields
    ]
    if lacking:
        raise ParameterError(
            f"{file.name}: its cell tagged parameters must set {', '.join(lacking)}"
        )
    model = create_model(file.stem, __base__=base, **fields)
    model.unread = base.unread.union(unread)
    return model


@functools.lru_cache(maxsize=1024)
def _cell(file: Path, saved: tuple[int, ...]) -> tuple[bool, str]:
    """Return whether a notebook has a cell tagged `parameters`, and its code.

    What else is wrong with a notebook is said when it is run.
    """
    unread = OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError
    with contextlib.suppress(*unread):
        for cell in json.loads(file.read_bytes())["cells"]:
            if "parameters" in cell["metadata"].get("tags", []):
                return True, "".join(cell["source"])
    return False, ""


def _told(code: str) -> Iterator[tuple[str, Told]]:
    r"""Yield the names that a cell sets, each with its kind, default and comment.

    Examples
    --------
    >>> found = dict(_told("n = 3  # how many\nday: str = today()"))
    >>> found["n"]
    Told(kind=<class 'int'>, default=3, is_literal=True, comment='how many')
    >>> found["day"].kind, found["day"].is_literal
    (<class 'str'>, False)
    """
    try:
        lines = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError):  # the kernel says what is wrong
        return
    comments = _comments(code)
    for line in lines:
        annotation, targets = "", []
        if isinstance(line, ast.Assign):
            targets = line.targets
        elif isinstance(line, ast.AnnAssign):
            targets, annotation = [line.target], ast.unparse(line.annotation)
        value = getattr(line, "value", None)
        target = targets[0] if len(targets) == 1 else None
        if value is None or not isinstance(target, ast.Name):
            continue
        default, is_literal = None, True
        try:
            default = ast.literal_eval(value)
            json.dumps(default, allow_nan=False)
        except (ValueError, TypeError, RecursionError):
            default, is_literal = None, False
        # A tuple would come back as a list.
        is_literal = is_literal and not isinstance(default, tuple)
        kind = _kind(annotation, default, is_literal)
        comment = comments.get(line.end_lineno or 0, "")
        if not is_literal:
            usual = f"{ast.unparse(value)} if nothing is asked"
            comment = "; ".join(filter(None, (comment, usual)))
        yield target.id, Told(kind, default, is_literal, comment)


def _kind(annotation: str, default: Any, is_literal: bool) -> Any:
    """Return the kind of a parameter's values: as annotated, or else that of its default."""
    name, _, other = annotation.partition(" | ")
    named = _KINDS.get(name.partition("[")[0])
    if named is None and default is not None:
        named = _KINDS.get(type(default).__name__)
    if named is None:
        return Any
    may_be_none = other == "None" or (default is None and is_literal)
    return named | None if may_be_none else named


def _comments(code: str) -> dict[int, str]:
    """Return the comments of a cell by the numbers of their lines."""
    comments = {}
    with contextlib.suppress(tokenize.TokenError, SyntaxError):
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.COMMENT:
                comments[token.start[0]] = token.string.lstrip("# ")
    return comments
