"""`pagemill verify`: what runs, and why a page cannot be made again; `--explain`."""

import os
import shutil
from pathlib import Path

import pytest
from nbformat import write
from nbformat.v4 import new_code_cell
from saved_pages import (
    WAVES,
    making,
    notebook,
    page_of_now,
    project,
    refusal,
    rewritten,
)

from pagemill import cli, kernels, verify
from pagemill import project as projects
from pagemill.run import ReportOutcome

CELL = "from pagemill import display\ndisplay.answer('The wave is high.')"
#: What no page came out the same again with: a set's order, the clock and ids of SVG, an address.
CHANCE = (
    "%config InlineBackend.figure_formats = ['svg']\n"
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\n"
    "print({'a', 'b', 'c', 'd', 'e'}, object())"
)


@pytest.fixture
def made(waves: Path, tmp_path: Path) -> tuple[Path, Path, Path]:
    return (*page_of_now(tmp_path), tmp_path)


@pytest.mark.kernel
@pytest.mark.parametrize("kernel", ["forked", "ordinary"])
def test_verify_names_what_changed(waves, tmp_path, capfd, monkeypatch, kernel):
    """The same also where kernels cannot be forked: ids of SVG differed there each time."""
    if kernel == "ordinary":
        monkeypatch.setattr(kernels, "available", lambda: False)
    plan = str(project(tmp_path, CELL, CHANCE))
    assert cli.main(["render", "-j", "1"]) == 0
    sent = tmp_path / "renamed in a mail.html"
    shutil.copy(tmp_path / "reports" / "wave-3.html", sent)
    shutil.rmtree(tmp_path / "reports")
    capfd.readouterr()

    assert cli.main(["verify", str(sent), "--plan", plan]) == 0
    assert capfd.readouterr().out == f"{sent}: reproduced\n"
    assert {path.name for path in tmp_path.iterdir()} == {
        "heights.csv",
        "notebooks",
        sent.name,
    }

    (tmp_path / "heights.csv").write_text("height\n2\n", "utf-8")
    assert cli.main(["verify", str(sent), "--plan", plan]) == 1
    out = capfd.readouterr().out
    assert (
        "not reproduced: table heights changed (nothing else differs: text, tables"
        in out
    )


def test_a_page_that_cannot_be_made_keeps_no_other_from_being_looked_at(
    made, monkeypatch, capsys
):
    good, plan, data = made
    bad, text = data / "bad.html", good.read_text("utf-8")
    bad.write_text(rewritten(text, "inputs", "parameters", "numer", value=3), "utf-8")
    monkeypatch.setattr(verify, "run_all", making(text))
    asked = ["verify", str(bad), str(good), "--plan", str(plan)]
    assert cli.main(asked) == 1
    told = capsys.readouterr()
    assert told.out == f"{good}: reproduced\n"
    assert "bad.html cannot be made again: wave has no parameter 'numer'" in told.err
    # Nor can one of which a cell fails.
    message = "kaz: cell 3 failed (the notebook up to there is kaz.failed.ipynb)"
    failed = [ReportOutcome("kaz", "failed", 0, message)]
    monkeypatch.setattr(verify, "run_all", lambda *_, **__: failed)
    (data / "heights.csv").write_text("a\n2\n", "utf-8")
    cli.main(asked)
    since = "kaz: cell 3 failed (since it was made, table heights changed)\n"
    assert f"page.html cannot be made again: {since}" in capsys.readouterr().err


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
