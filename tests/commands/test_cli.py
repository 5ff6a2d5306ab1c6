import re
from datetime import date
from pathlib import Path

import computed
import pytest
from fetch_files import cases
from processes import python

import catrade
from catrade import cli

PLAN = """
[[report]]
notebook = "trade_growth"
parameters = { partner = "KAZ" }

[[report]]
notebook = "trade_growth"
title = "Uzbekistan"
parameters = { partner = "UZB" }
"""
CELL = "if partner == 'UZB':\n    raise ValueError('no data')\nprint(partner)"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    content = computed.notebook(CELL)
    computed.write_plan(tmp_path, PLAN, {"trade_growth": content})
    monkeypatch.chdir(tmp_path)
    return tmp_path


RENDER = "render trade_growth -p"
WRONG = f"""
{RENDER} partner=UZZ | did you mean 'UZB'?
{RENDER} yaer=2023 | trade_growth has no parameter 'yaer'
{RENDER} partner | -p must look like NAME=VALUE
{RENDER} =KAZ | -p must look like NAME=VALUE
render -p partner=KAZ | -p needs a REPORT
{RENDER} partner={"x" * 99_999} | partner must be one of
render trade-growth-kax | no report or notebook is called 'trade-growth-kax'
  (did you mean 'trade-growth-kaz'?): `catrade render --list` names all reports
render trade_grwth.ipynb | there is no notebook trade_grwth.ipynb
  (did you mean 'trade_growth.ipynb'?)
params trade_grow | did you mean 'trade_growth'?
params trade-growth-uzz | did you mean 'trade-growth-uzb'?
"""


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(("line", "sentence"), cases(WRONG), ids=lambda text: text[:40])
def test_wrong_usage_is_one_sentence_and_exit_2(line, sentence, capsys):
    assert cli.main(line.split()) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("catrade: ")
    assert sentence in captured.err
    assert len(captured.err.strip().splitlines()) == 1
    assert len(captured.err) < 1_000
    assert not Path("reports").exists()


@pytest.mark.kernel
def test_render_makes_what_it_can_and_says_what_failed(project, capfd):
    assert cli.main(["render", "--jobs", "2"]) == 1
    captured = capfd.readouterr()
    assert "trade-growth-kaz: made in " in captured.out
    address = (project / "reports" / "index.html").resolve().as_uri()
    assert f"1 made, 1 failed: {address}" in captured.out
    first, last = captured.err.strip().splitlines()
    assert first.startswith(
        "failed: trade-growth-uzb: cell 3 (under “How has trade grown?”) failed"
    )
    assert last == (
        "catrade: 1 of 2 reports failed (trade-growth-uzb); their last good pages stay"
    )
    assert sorted(path.name for path in (project / "reports").iterdir()) == [
        "index.html",
        "llms.txt",
        "trade-growth-kaz.html",
        "trade-growth-kaz.html.md",
        "trade-growth-kaz.ipynb",
        "trade-growth-uzb.failed.ipynb",
    ]
    assert cli.main(["render", "trade-growth-kaz"]) == 0
    assert "1 current: " in capfd.readouterr().out


@pytest.mark.usefixtures("project")
def test_list_names_the_reports_and_makes_none(
    capsys,
):
    assert cli.main(["render", "--list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "trade-growth-kaz\ttrade_growth\t",
        "trade-growth-uzb\ttrade_growth\tUzbekistan",
    ]
    assert not Path("reports").exists()


def test_check_names_each_fault_and_exits_1(data_copy, capsys):
    assert cli.main(["check", "--data", str(data_copy)]) == 0
    assert "no faults" in capsys.readouterr().out
    file = data_copy / "trade.csv"
    head, row, *rest = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join([head, f"XXX,{row.partition(',')[2]}", *rest]), "utf-8")
    for folder, place in ((str(data_copy), "trade.csv, row 2"), ("nowhere", "nowhere")):
        assert cli.main(["check", "--data", folder]) == 1
        captured = capsys.readouterr()
        assert place in captured.out
        assert "found" in captured.err


@pytest.mark.usefixtures("project")
def test_params_says_what_may_be_asked(capsys):
    told = {
        "": "trade_growth\tpartner, reporter, start, end, as_of",
        "trade_growth.ipynb": "    takes a year from 1992 to 2026, or newest\n",
        "trade_growth": "partner = 'CA5'\n",
        "trade-growth-uzb": "partner = 'UZB'\n",
    }
    for asked, text in told.items():
        assert cli.main(["params", *asked.split()]) == 0
        assert text in capsys.readouterr().out


#: What is typed, with _ for a blank at the end | what is offered among others.
COMPLETED = f"""
ver | verify
render trade-growth-k | trade-growth-kaz
{RENDER} _ | partner= reporter= start= end=
fetch comtrade --reporter _ | CA5 KAZ CHN WLD CHE
fetch comtrade --partner KAZ K | KGZ KAZ KOR
fetch comtrade --partner KAZ KGZ --years 2015 | 2015-LAST
fetch comtrade --level _ | 0 2 4 6
fetch comtrade --partner KAZ --frequency m | monthly
"""


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(("line", "offered"), cases(COMPLETED))
def test_a_shell_completes(
    line,
    offered,
    monkeypatch,
    capsys,
):
    asked = f"catrade {line.removesuffix('_')}"
    monkeypatch.setenv("COMP_WORDS", asked)
    monkeypatch.setenv("COMP_CWORD", str(len(asked.split(" ")) - 1))
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", asked)
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    last_year = date.today().year - 1
    for shell in ("bash", "zsh", "fish"):
        monkeypatch.setenv("_CATRADE_COMPLETE", f"complete_{shell}")
        assert cli.main([]) == 0
        shown = set(re.findall(r"[-\w]+=?", capsys.readouterr().out))
        # A year may end while this runs.
        wanted = [offered.replace("LAST", str(last_year + n)) for n in (0, 1)]
        assert any({*words.split()} <= shown for words in wanted), shell
        assert "trade_composition" not in shown


def test_every_command_has_help_with_an_example(capsys):
    for command in ("render", "params", "check", "verify", "diff", "claims", "month"):
        assert cli.main([command, "--help"]) == 0
        assert f" catrade {command} " in capsys.readouterr().out
    assert cli.main(["fetch", "gacc", "-h"]) == 0
    assert "Usage: catrade fetch gacc" in capsys.readouterr().out
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"catrade {catrade.__version__}\n"


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from catrade.cli import main; main(['--help']); "
        "print(sorted({'pandas', 'matplotlib', 'nbconvert', 'papermill', 'pydantic'} "
        "& set(sys.modules)))"
    )
    assert python(code).splitlines()[-1] == "[]"


def test_an_interrupt_is_a_sentence(monkeypatch, capsys):
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pagemill.params.describe_parameters", interrupt)
    assert cli.main(["params", "trade_growth"]) == 130
    # Nobody knows how far it came: "nothing was changed" stood below finished reports.
    assert capsys.readouterr().err == (
        "catrade: interrupted; what was finished before is in place\n"
    )
