"""What is asked wrongly is one sentence and status 2, and nothing is made."""

import os

import pytest
from fetch_files import cases
from saved_pages import project, refusal

from pagemill import project as projects


@pytest.fixture(autouse=True)
def _folder(waves, tmp_path, monkeypatch):
    """A project with a plan; beside it a pipe and a module that fails."""
    project(tmp_path)
    (tmp_path / "odd.py").write_text("1 / 0", "utf-8")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.syspath_prepend(tmp_path)


#: In `-o notebooks` a notebook without parameters was replaced by the executed one.
ASKED = """
--plan none | none cannot be read as a plan: No such file
--plan . | . cannot be read as a plan: Is a directory
--plan pipe | it is no file
-o notebooks | which holds the notebooks themselves
-o / | -o names /, which holds all of
-o s3://bucket/reports | -o names a folder of this machine, and got s3:
--bundle one.tar | must name a file that ends in .zip
--bundle no/one.zip | there is no folder no
--index --cluster nonsense | --cluster must be the address of a Dask scheduler, such as tcp
--watch | --watch is no more: a program that looks for changes can run
"""


@pytest.mark.parametrize(("asked", "sentence"), cases(ASKED))
def test_what_cannot_be_rendered_so_is_refused(asked, sentence, tmp_path, capsys):
    assert sentence in refusal(capsys, "render", *asked.split())
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("named", ["nowhere:X", "odd:X", "waves:Wave"])
def test_what_is_no_project_is_refused(named, capsys):
    projects.use(named)
    sentence = "PAGEMILL_PROJECT must name a project as module:object"
    assert sentence in refusal(capsys, "params")
