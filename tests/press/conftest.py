"""The foreign project of these tests: examples/waves, which knows nothing of trade."""

import os
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from saved_pages import WAVES

from pagemill import project, provenance


def _forget():
    for remembered in (provenance.library_hash, provenance.packages):
        remembered.cache_clear()


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Have the press work without a project, in an empty folder."""
    # None is installed where the press stands alone.
    before = project.current() if metadata.entry_points(group=project.GROUP) else None
    monkeypatch.chdir(tmp_path)
    project.use(project.BARE)
    _forget()
    yield tmp_path
    project.use(before or "")
    _forget()


@pytest.fixture
def waves(alone: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the press work for the project `waves`; return its folder."""
    monkeypatch.syspath_prepend(WAVES)
    monkeypatch.setenv("PYTHONPATH", str(WAVES), prepend=os.pathsep)  # for kernels
    project.use("waves:PROJECT")
    return WAVES
