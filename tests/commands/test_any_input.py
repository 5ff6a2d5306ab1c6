"""Anything at all, in every parameter of every notebook and every option of every command.

Either it is taken for what it says, or one sentence names what was wrong: never a traceback.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import processes
import pytest
import typer
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catrade import cli, params
from catrade_fetch.comtrade_client import Client
from pagemill import bare, entries, plan, run
from rounding.errors import ParameterError

ROOT = Path(__file__).resolve().parents[2]
FIELDS = [
    (name, field)
    for name, model in params.NOTEBOOKS.items()
    for field in model.model_fields
]
QUICK = settings(
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    max_examples=6,
    derandomize=True,
)

#: What people and programs type, and what they should not.
WORDS = r"""
0 -1 1e3 2e308 -0 nan NaN inf -inf null None true 2015.0 2015.5 2_015 0x7DF 2015-2016 ２０１５ ٢٠١٥
2015-02-30 2026-01 2026-13 0000-00 99999 kaz Kazakhstan Russia all trade, KAZ,UZB ;DROP <b> ../.. ~
* %s%n {0} {partner} [red]x[/nope] [/] \ ' " -- - = a=b é 中国 🇰🇿 reports . / /dev/null , ,, 05 5.0
+5
"""
ODD = WORDS.split()
ODD += ["", " ", "\t", "\n", "9" * 400, "KAZ ", "CA5\u200b", "K\u202eAZ", "a" * 300]
ODD += ["a/" * 200, "\x1b[31mred", "\x01", "\udcff"]
TEXT = st.one_of(
    st.sampled_from(ODD),
    # A command line cannot hold NUL; bytes that are no UTF-8 come as lone surrogates.
    st.text(
        st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=30
    ),
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(str),
)


ANYTHING = st.one_of(
    TEXT,
    st.lists(TEXT, max_size=3),
    st.sampled_from([None, True, b"\xff", 7, 2015, 2015.5, 1j, {"a": 1}, ("KAZ",)]),
    st.dates(),
    st.decimals(),
)


def one_sentence(text: str) -> bool:
    return bool(text) and "\n" not in text and "Traceback" not in text


@pytest.mark.parametrize(("notebook", "name"), FIELDS, ids=lambda part: str(part))
@QUICK
@given(value=ANYTHING)
@example(value=[])
@example(value={})
@example(value=[[]])
@example(value=math.nan)
@example(value=math.inf)
@example(value=10**400)
def test_a_parameter_is_taken_as_it_is_or_refused_by_name(notebook, name, value):
    bare.look_in(ROOT / "notebooks")  # what is not tried is as its cell says
    try:
        checked = params.validate(notebook, **{name: value})
    except ParameterError as error:
        refused = str(error)
    else:
        refused = ""
    if refused:
        assert one_sentence(refused)
        assert name in refused
        return
    kept = getattr(checked, name)
    # What was kept is a value like any other: asking for it again changes nothing.
    assert params.validate(notebook, **{name: kept}) == checked
    slug = plan.derived_slug(notebook, checked.model_dump())
    assert entries.checked_slug(slug) == slug
    assert len(slug) <= plan.LONGEST_SLUG


# --- the command line -----------------------------------------------------------------------

#: What each command needs beside the part that is tried.
NEEDED = {
    "render": "trade_growth",
    "verify": "none.html",
    "diff": "none.html",
    "fetch comtrade": "--reporter CHN --partner KAZ --years 2020 --data data",
    "fetch baci": "none.zip --data data",
    "fetch gacc": "none.html --data data",
    "fetch file": "none.csv --data data",
    "fetch remove": "none --data data",
}


def _places(command: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each option of a command that takes a value; "" for its arguments."""
    for parameter in command.params:
        if not getattr(parameter, "is_flag", False):
            flags = [flag for flag in parameter.opts if flag.startswith("--")]
            yield path, flags[0] if flags else ""
    for name, inner in getattr(command, "commands", {}).items():
        yield from _places(inner, f"{path} {name}".strip())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to work in, where no kernel starts and no network is, whatever is asked."""
    folder = tmp_path_factory.mktemp("anywhere")
    (folder / "data").mkdir()
    (folder / "notebooks").symlink_to(ROOT / "notebooks")
    return folder


@pytest.mark.parametrize(
    ("command", "flag"), sorted({*_places(typer.main.get_command(cli.app))})
)
def test_an_option_takes_any_text_or_refuses_it_in_a_sentence(
    command, flag, folder, monkeypatch, capfd
):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(run, "run_all", lambda *_, **__: [])
    monkeypatch.setattr("pagemill.index.write_index", lambda output, _: output)
    monkeypatch.setattr("pagemill.index.write_bundle", lambda *_: [])
    # Of the edition one table, and of these tables, which are sound, no judgement.
    monkeypatch.setattr("catrade_build.write.TABLES", ["releases"])
    monkeypatch.setattr("catrade_build.check.compare.check_strict", lambda _: ([], []))
    monkeypatch.setenv("CATRADE_DATA", str(ROOT / "data"))
    monkeypatch.setenv("CATRADE_COMTRADE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CATRADE_COMTRADE_PAUSE", "0")
    monkeypatch.setitem(Client.__init__.__kwdefaults__, "sleep", lambda _: None)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    @settings(QUICK, max_examples=5)
    @given(value=TEXT)
    def holds(value: str) -> None:
        words = [*NEEDED.get(command, "").split(), f"{flag}={value}"]
        if not flag:
            words = ["--", value]
        status = cli.main([*command.split(), *words])
        told = capfd.readouterr().err
        assert "Traceback" not in told
        assert status in {0, 1, 2}, told
        if status == 2:
            # Click's own refusals stand below two lines on usage.
            last = [line for line in told.splitlines() if line.strip()][-1]
            assert last.startswith(("catrade: ", "Error: ")), told

    holds()


REAL = r"""
render trade_growth -p partner=\xff\xfe
render trade_growth -p start=2013\x1b[2J
"""


@pytest.mark.parametrize("words", REAL.strip().splitlines())
def test_a_real_command_says_one_sentence(words):
    raw = words.encode().decode("unicode_escape").encode("latin-1")
    arguments = raw.decode("utf-8", "surrogateescape").split()
    ended = processes.run(*arguments, cwd=ROOT / "notebooks")
    assert ended.status in {1, 2}
    assert "\x1b" not in processes.one_sentence(ended)
