"""What the press knows of a project: one object, found by entry point.

A project registers it under `pagemill.project`::

    [project.entry-points."pagemill.project"]
    waves = "waves:PROJECT"
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rounding.errors import ParameterError, choice_error

if TYPE_CHECKING:
    import pandas as pd

    from pagemill.models import Parameters

GROUP = "pagemill.project"
#: Names the project where several are installed, or one that is not: `module:object`.
VARIABLE = "PAGEMILL_PROJECT"


@dataclass(frozen=True)
class Project:
    """A project whose notebooks become reports.

    Attributes
    ----------
    name
        Of its package, its distribution and its command.
    notebooks
        The parameters that each notebook takes, by the notebook's name.
    title, about
        Of the index page.
    spell
        Writes a parameter's value in words, from its name and the value.
    tables
        Returns the folder of the tables that reports read.
    sources
        Returns the table of sources that pages cite (columns source_id, publisher, title, url,
        published, kind, locator).
    also_read
        Returns hashes of what else some tables are made of, from the folder and their names.
    also_code
        Returns files outside the package that are part of its code.
    stays
        Returns whether a file of the tables' folder need not travel to a cluster, from its path
        there and the code of the notebooks that do.
    newest
        Returns the newest day on which one of some sources was published, or "", from the folder,
        the sources and the parameters of the report, which may be of an earlier day.
    tables_variable
        Environment variable that names another folder of tables to the project's code.
    warm
        Modules that the server of kernels imports once, parted by commas. What one of them calls
        `ready` is given the name of a notebook before a kernel is forked for it: what it imports
        or computes, all kernels have from then on.
    licence, promise
        What each page says of the terms it is under, and of where its figures come from.
    creator
        Who is cited for a page, such as a team or an office; "" for nobody.
    filters
        Labels of the parameters by which the index can be filtered.
    other_names
        Returns by which other names a name on the pages is found too, as in other scripts.
    issuer
        Returns who published something and whose copy was read (or ""), from a publisher's name.
    groups, authority
        Headings of the list of sources, and the place in them of a row of the table of sources.
    source_columns
        Columns of frames that hold source ids, several in one cell parted by `;`.
    is_rate
        Returns whether a column of data holds fractions, from its name.
    alternatives
        Of the project's own notebooks, as the next three are; others have the press's own.
        `"required"` refuses a picture without a text alternative; `"made"` makes one and warns.
    interactive
        `"refused"` refuses an output that would run or load something; `"left out"` shows what
        is left without that, and says so. A plan may say otherwise for both.
    headline
        `"title"`: the heading of a page is its title; `"finding"`: it is the title of its first
        figure, where the notebook gives none of its own (`answer(title=…)`).
    silent_sections
        `"kept"` shows all text of a notebook; `"left out"` leaves out that of sections (a heading
        to the next of its level) whose code shows nothing.
    """

    name: str
    notebooks: Mapping[str, type[Parameters]]
    title: str = "Reports"
    about: str = ""
    spell: Callable[[str, str], str] = lambda name, value: value.replace("_", " ")
    tables: Callable[[], Path] = Path.cwd
    tables_variable: str = ""
    sources: Callable[[], pd.DataFrame] | None = None
    also_read: Callable[[Path, Collection[str]], Mapping[str, str]] = (
        lambda folder, tables: {}
    )
    also_code: Callable[[], Sequence[Path]] = tuple
    stays: Callable[[str, str], bool] = lambda path, code: False
    newest: Callable[[Path, Collection[str], Mapping[str, Any]], str] = (
        lambda folder, sources, parameters: ""
    )
    warm: str = "matplotlib.pyplot,pagemill.display"
    licence: str = ""
    promise: str = ""
    creator: str = ""
    filters: tuple[str, ...] = ()
    other_names: Callable[[], Mapping[str, Sequence[str]]] = dict
    issuer: Callable[[str], tuple[str, str]] = lambda publisher: (publisher, "")
    groups: tuple[str, ...] = ("Sources",)
    authority: Callable[[Mapping[Any, Any]], int] = lambda row: 0
    source_columns: tuple[str, ...] = ("sources", "source_id")
    is_rate: Callable[[str], bool] = lambda column: False
    alternatives: str = "made"
    interactive: str = "left out"
    headline: str = "title"
    silent_sections: str = "kept"

    @property
    def version(self) -> str:
        """Version of the package, or "0" where it is not installed."""
        try:
            return metadata.version(self.name)
        except metadata.PackageNotFoundError:
            return "0"

    @functools.cached_property
    def command(self) -> str:
        """What makes its reports on a command line: its own command, or the press's.

        Examples
        --------
        >>> Project("waves", {}).command
        'pagemill'
        """
        own = metadata.entry_points(group="console_scripts", name=self.name)
        return self.name if own else "pagemill"

    @property
    def folder(self) -> Path:
        """Folder of the package's own files."""
        return Path(str(import_module(self.name).__file__)).parent

    @property
    def names(self) -> list[str]:
        """Names of its notebooks: those with a model, and others with a cell of parameters."""
        from pagemill import bare

        return [*dict.fromkeys((*self.notebooks, *bare.notebooks()))]

    def model_of(self, notebook: str) -> type[Parameters] | None:
        """Return the parameters of a notebook: its model, and what else its own cell names."""
        from pagemill import bare

        return bare.model_of(notebook, self.notebooks.get(notebook))

    def parameters_of(self, notebook: str) -> type[Parameters]:
        """Return the parameters of a notebook, or raise ParameterError naming the notebooks."""
        model = self.model_of(notebook)
        if model is None:
            raise choice_error("notebook", notebook, self.names)
        return model


#: What works for notebooks where there is no project.
BARE = Project("pagemill", {})
#: The project in use, once it is needed, and its name if it was named.
_used: list[Project | str] = []


def use(project: Project | str) -> None:
    """Have the press work for a project, whatever else is installed; `module:object` names one."""
    _used[:] = [project]


def current() -> Project:
    """Return the project at work: the one in use, the one named, or the only one installed.

    Where there is none, notebooks are made into pages without.

    Raises
    ------
    ParameterError
        If there are several and none is named.
    """
    used = _used[0] if _used else os.environ.get(VARIABLE) or _installed()
    if isinstance(used, Project):
        return used
    project = _load(used) if used else BARE
    _used[:] = [project, used]
    return project


def named() -> str:
    """Return by what name another process finds the project at work, or "" if it has none."""
    current()
    return "".join(map(str, _used[1:]))


def _load(named: str) -> Project:
    module, _, name = named.partition(":")
    try:
        project = getattr(import_module(module), name)
        if not isinstance(project, Project):
            raise TypeError(f"it is {type(project).__name__}")
    except Exception as error:  # whatever its module raises
        raise ParameterError(
            f"{VARIABLE} must name a project as module:object; got {named!r} ({error})"
        ) from error
    return project


def _installed() -> str:
    names = [point.value for point in metadata.entry_points(group=GROUP)]
    if len(names) > 1:
        raise ParameterError(
            f"one project must be installed, or named by {VARIABLE};"
            f" there is {', '.join(names)}"
        )
    return "".join(names)
