"""A page that came with files of its sender's: `verify` runs and reads nothing of theirs."""

import os
import shutil
from pathlib import Path

import pytest
from nbformat import write
from nbformat.v4 import new_code_cell
from saved_pages import (
    WAVES,
    notebook,
    page_of_now,
    project,
    refusal,
    rewritten,
    write_now,
)

from pagemill import cli, display
from pagemill import project as projects

#: What the sender's notebooks do: a file says that they ran.
EVIL = "from pathlib import Path\nPath({!r}).touch()\nprint('The wave is low.')"
OWN = "from pagemill import display\ndisplay.answer('The wave is high.')"


@pytest.fixture
def ran(tmp_path: Path) -> Path:
    return tmp_path / "RAN"


@pytest.fixture
def mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the user unpacks what came by mail, and stands."""
    folder = tmp_path / "mail"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def planted(folder: Path, ran: Path, *names: str) -> None:
    """Put notebooks of the sender's into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        write(notebook(new_code_cell(EVIL.format(str(ran)))), folder / name)


def sent(mail: Path, name: str) -> None:
    """Put a page into the mail whose record names some notebook."""
    made, _ = page_of_now(mail.parent / "sender")
    text = rewritten(made.read_text("utf-8"), "inputs", "notebook", "name", value=name)
    (mail / "page.html").write_text(text, "utf-8")


@pytest.mark.parametrize("with_plan", [True, False])
@pytest.mark.parametrize(
    "name", ["evil.ipynb", "evil", "../mail/evil", "notebooks/evil"]
)
def test_a_name_in_a_record_is_one_of_the_projects(
    name, with_plan, waves, mail, ran, capsys
):
    """Tester T1 a: a name that ended in .ipynb was looked for in the current folder."""
    sent(mail, name)
    both = ("evil.ipynb", "evil.ipynb.ipynb")
    planted(mail, ran, *both)
    planted(mail / "notebooks", ran, *both)
    if with_plan:
        for folder in (mail, mail / "notebooks"):
            listed = '[[report]]\nnotebook = "evil"\n'
            (folder / "reports.toml").write_text(listed, "utf-8")
    assert refusal(capsys, "verify", "page.html") == (
        f"pagemill: page.html names the notebook {name}, which is none of waves's: nothing was"
        " run\n"
    )
    assert not ran.exists()


def test_of_several_pages_none_is_made_if_one_names_a_strange_notebook(
    waves, mail, capsys, monkeypatch
):
    sent(mail, "evil")
    write_now(WAVES, mail / "good.html", display.answer("The wave is high."))
    monkeypatch.setattr("pagemill.verify.run_all", None)
    said = refusal(capsys, "verify", "good.html", "page.html")
    assert "page.html names the notebook evil, which is none of waves's" in said


@pytest.mark.kernel
def test_notebooks_and_tables_beside_a_page_are_the_senders(
    waves, mail, ran, tmp_path, monkeypatch, capsys
):
    """Tester T1 b: "reproduced", of what the sender's notebook had printed."""
    own = tmp_path / "own"
    shutil.copytree(WAVES, own, ignore=shutil.ignore_patterns("reports", "__*"))
    project(own, OWN)
    module = (own / "waves.py").read_text("utf-8")
    (own / "ours.py").write_text(module.replace('"waves"', '"ours"'), "utf-8")
    monkeypatch.syspath_prepend(own)
    monkeypatch.setenv("PYTHONPATH", str(own), prepend=os.pathsep)
    projects.use("ours:PROJECT")
    monkeypatch.chdir(own)
    assert cli.main(["render"]) == 0
    monkeypatch.chdir(mail)
    page = mail / "wave-3.html"
    shutil.copy(own / "reports" / page.name, page)
    planted(mail / "notebooks", ran, "wave.ipynb")
    (mail / "notebooks/reports.toml").write_text('[[report]]\nnotebook = "wave"\n')
    (mail / "heights.csv").write_text("height\n99\n", "utf-8")
    capsys.readouterr()
    assert cli.main(["verify", page.name]) == 0
    told = capsys.readouterr()
    assert told.out == "wave-3.html: reproduced\n"
    assert (
        f"running {own / 'notebooks/wave.ipynb'} (number=3) on the tables in {own}"
        in (told.err)
    )
    assert not ran.exists()
    # What the user names is run.
    assert cli.main(["verify", page.name, "--plan", "notebooks/reports.toml"]) == 1
    assert "not reproduced" in capsys.readouterr().out
    assert ran.exists()


def belongs_to_another(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a folder to another user; who may not is told that it is theirs."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, 65534, 65534)
        return
    stat = Path.stat

    def of_another(path: Path, **options: bool) -> os.stat_result:
        found = stat(path, **options)
        if folder not in (path, *path.parents):
            return found
        return os.stat_result([*found[:4], found.st_uid + 1, *found[5:]])

    monkeypatch.setattr(Path, "stat", of_another)


@pytest.mark.parametrize("asked", ["render", "render --list", "render rain", "params"])
def test_a_plan_of_another_user_is_not_found(
    asked, waves, mail, ran, monkeypatch, capsys
):
    """Tester T1 c: whoever could write a folder above had notebooks run (git's CVE-2022-24765)."""
    above = mail.parent / "notebooks"
    planted(above, ran, "rain.ipynb", "wave.ipynb")
    (above / "reports.toml").write_text('[[report]]\nnotebook = "rain"\n', "utf-8")
    belongs_to_another(above, monkeypatch)
    if asked == "params":  # it runs nothing and needs no plan
        assert cli.main([asked]) == 0
        return
    assert refusal(capsys, *asked.split()) == (
        f"pagemill: the plan {above / 'reports.toml'} belongs to another user, whose notebooks"
        " would run as you: nothing was run; if you trust it, name it (--plan)\n"
    )
    assert not (mail / "reports").exists()
    assert not ran.exists()
    # What is named is trusted.
    named = ["render", "--list", "--plan", str(above / "reports.toml")]
    assert cli.main(named) == 0


def test_verify_climbs_to_no_folder_above(waves, mail, ran, monkeypatch, capsys):
    above = mail.parent / "notebooks"
    planted(above, ran, "wave.ipynb")
    (above / "reports.toml").write_text('[[report]]\nnotebook = "wave"\n', "utf-8")
    sent(mail, "wave")
    used = []
    monkeypatch.setattr(
        "pagemill.verify.run_all",
        lambda runs, *_, **__: used.append(runs[0].path) or 1 / 0,
    )
    with pytest.raises(ZeroDivisionError):
        cli.main(["verify", "page.html"])
    assert used == [WAVES / "notebooks" / "wave.ipynb"]


def test_without_a_project_the_user_names_what_runs(alone, mail, ran, capsys):
    """Tester T1: `NAME.ipynb` of the current folder ran."""
    sent(mail, "evil")
    planted(mail, ran, "evil.ipynb")
    said = refusal(capsys, "verify", "page.html")
    assert "a page does not say which notebooks are yours: name the one" in said
    own = mail.parent / "rain.ipynb"
    planted(own.parent, ran, own.name)
    said = refusal(capsys, "verify", "page.html", "--notebook", own)
    assert "names the notebook evil, which is not rain.ipynb: nothing was run" in said
    said = refusal(capsys, "verify", "page.html", "--notebook", "rain")
    assert "--notebook must name a notebook, such as rain.ipynb; got rain" in said
    said = refusal(capsys, "verify", "page.html", "--notebook", own, "--plan", "x")
    assert "give one" in said
    assert not ran.exists()
