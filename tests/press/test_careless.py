"""What a careless user meets: a broken file beside a good one, a name misspelt, a slow start."""

import dataclasses
import os

import nbformat
import pytest
from saved_pages import refusal

from pagemill import cli, project, provenance


@pytest.fixture
def folder(alone, tmp_path, monkeypatch):
    """A folder with one notebook, and no plan."""
    cells = [
        nbformat.v4.new_markdown_cell("# Rain"),
        nbformat.v4.new_code_cell("days = 3", metadata={"tags": ["parameters"]}),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "rain.ipynb")
    monkeypatch.chdir(tmp_path)
    project.use("pagemill.project:BARE")
    return tmp_path


def test_a_broken_notebook_beside_it_keeps_no_report_from_being_listed(folder, capsys):
    (folder / "deep.ipynb").write_text('{"cells":' + "[" * 100_000)
    assert cli.main(["render", "--list", "rain.ipynb"]) == 0
    assert capsys.readouterr().out.startswith("rain\t")


def test_a_notebook_that_is_not_there_is_named_and_not_a_plan(folder, capsys):
    told = refusal(capsys, "render", "rian.ipynb")
    assert "there is no notebook rian.ipynb (did you mean 'rain.ipynb'?)" in told


@pytest.mark.kernel
def test_a_report_whose_time_is_over_before_its_kernel_is_there_is_given_up(
    folder, monkeypatch, capsys
):
    """On a busy machine a start may take longer than the report may: this loop never ended."""
    (folder / "slow_start.py").write_text("import time\ntime.sleep(3)")
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
    project.use(dataclasses.replace(project.BARE, warm="slow_start"))
    held = nbformat.read(folder / "rain.ipynb", as_version=4)
    held.cells.append(nbformat.v4.new_code_cell("while True:\n    pass"))
    nbformat.write(held, folder / "rain.ipynb")
    assert cli.main(["render", "--timeout", "1", "rain.ipynb"]) == 1
    assert "rain: it took longer than 1 second and" in capsys.readouterr().err


def test_a_folder_that_may_not_be_read_keeps_no_report_from_being_made(folder):
    """Beside a notebook one of another user's failed every report."""
    (folder / "locked").mkdir()
    # Up to the folder of temporary files, which all may read.
    for parent in (folder, *folder.parents):
        if parent.name.startswith(("test_", "popen-", "pytest-")):
            parent.chmod(0o755)
    (folder / "locked").chmod(0)
    user = os.geteuid()
    os.seteuid(user or 65534)  # for whom no folder is closed
    try:
        assert [file.name for file in provenance.below(folder)] == ["rain.ipynb"]
    finally:
        os.seteuid(user)


def test_a_shell_completes_notebooks_where_there_is_no_plan(
    folder, monkeypatch, capsys
):
    """It completed nothing."""
    monkeypatch.setenv("_PAGEMILL_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "pagemill render rain -p d")
    for word, offered in (("2", "rain"), ("4", "days=")):
        monkeypatch.setenv("COMP_CWORD", word)
        assert cli.main([]) == 0
        assert capsys.readouterr().out.strip() == offered
