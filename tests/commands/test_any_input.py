"""Anything at all, in every parameter of every notebook and every option of every command.

Either it is taken for what it says, or one sentence names what was wrong: never a traceback.
"""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import faults
import pytest
import typer
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catrade import cli, params
from catrade_build.tables.names import code_of
from catrade_fetch.comtrade_client import Client
from pagemill import entries, plan, run
from pagemill import params as press_params
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
SINGLE = [TEXT, st.none(), st.booleans(), st.integers(), st.integers(1990, 2030)]
SINGLE += [st.floats(), st.dates(), st.datetimes(), st.binary(max_size=8)]
SINGLE += [st.decimals(), st.complex_numbers()]
SINGLE.append(st.sampled_from(["all", "trade", "CHN", "KAZ", "both", 7]))
ANYTHING = st.recursive(
    st.one_of(SINGLE),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=3), inner, max_size=2),
        st.tuples(inner),
    ),
    max_leaves=4,
)


def one_sentence(text: str) -> bool:
    return bool(text) and "\n" not in text and "Traceback" not in text


def same(value: object, kept: object) -> bool:
    """Whether a kept value is what was given, in the form that the notebook works with."""
    if isinstance(value, list | tuple):
        value = ",".join(str(part) for part in value)
    text = value.decode() if isinstance(value, bytes) else str(value)
    if isinstance(kept, int):
        with contextlib.suppress(ValueError):
            return float(text) == kept
        return False
    words = {word.strip() for word in text.split(",")}
    return (
        kept in (text.strip(), code_of(text), code_of(text, (str(kept),)))
        or words == set(str(kept).split(","))
        or (kept == "all" and "all" in words)
    )


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
    assert same(value, kept), (value, kept)
    # What was kept is a value like any other: asking for it again changes nothing.
    assert params.validate(notebook, **{name: kept}) == checked
    assert isinstance(kept, int) or kept or name == "focus"
    assert all(
        len(pair) == 2 for pair in press_params.chips(notebook, checked.model_dump())
    )
    slug = plan.derived_slug(notebook, checked.model_dump())
    assert entries.checked_slug(slug) == slug
    assert len(slug) <= plan.LONGEST_SLUG


# --- the command line -----------------------------------------------------------------------


class Place(NamedTuple):
    """An option or argument of a command that takes a value."""

    command: tuple[str, ...]
    name: str
    metavar: str
    flags: tuple[str, ...]


def _places(command: Any, path: tuple[str, ...] = ()) -> Iterator[Place]:
    for parameter in command.params:
        if parameter.name != "help" and not getattr(parameter, "is_flag", False):
            flags = tuple(flag for flag in parameter.opts if flag.startswith("-"))
            yield Place(path, parameter.name, parameter.metavar or "", flags)
    for name, inner in getattr(command, "commands", {}).items():
        yield from _places(inner, (*path, name))


COMMAND = typer.main.get_command(cli.app)
VALUED = list(_places(COMMAND))
#: What each command needs beside the part that is tried; an argument stands first.
NEEDED = {
    ("render",): "trade_growth",
    ("verify",): "none.html",
    ("fetch", "comtrade"): "--reporter CHN --partner KAZ --years 2020 --data data",
    ("fetch", "baci"): "none.zip --data data",
    ("fetch", "gacc"): "none.html --data data",
    ("fetch", "file"): "none.csv --data data",
    ("fetch", "remove"): "none --data data",
}


def _arguments(place: Place, value: str) -> list[str]:
    if not place.flags:
        # `diff` takes two pages: the other one stands where it belongs.
        given = {"old": [value, "none.html"], "new": ["none.html", value]}
        return [*place.command, "--", *given.get(place.name, [value])]
    needed = NEEDED.get(place.command, "").split()
    flag = next((flag for flag in place.flags if flag.startswith("--")), place.flags[0])
    if flag in needed:
        del needed[needed.index(flag) : needed.index(flag) + 2]
    return [*place.command, *needed, f"{flag}={value}"]


@pytest.fixture(scope="module")
def place_to_work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("anywhere")
    (folder / "data").mkdir()
    (folder / "notebooks").symlink_to(ROOT / "notebooks")
    return folder


def _main(
    arguments: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, str]:
    """Run a command as the shell does; no kernel and no network, whatever it is asked."""
    started: list[object] = []
    # Streams as strict as those of a terminal in UTF-8.
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    err = io.TextIOWrapper(
        io.BytesIO(), "utf-8", "backslashreplace", write_through=True
    )
    with monkeypatch.context() as patched:
        patched.chdir(folder)
        # Made anew for each call otherwise, which takes longer than most refusals.
        patched.setattr("typer.main.get_command", lambda _: COMMAND)
        patched.setattr(
            run, "run_all", lambda runs, *_, **__: started.extend(runs) or []
        )
        patched.setattr("pagemill.index.write_index", lambda output, _: output)
        patched.setattr("pagemill.index.write_bundle", lambda *_: [])
        patched.setenv("CATRADE_DATA", str(ROOT / "data"))
        patched.setenv("CATRADE_COMTRADE_URL", "http://127.0.0.1:9")
        patched.setenv("CATRADE_COMTRADE_PAUSE", "0")
        patched.setitem(Client.__init__.__kwdefaults__, "sleep", lambda _: None)
        patched.setattr("sys.stdin", io.StringIO(""))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = cli.main(arguments)
    assert status != 2 or not started, "a kernel would have started on wrong parameters"
    written = [stream.buffer.getvalue().decode("utf-8") for stream in (out, err)]
    assert "Traceback" not in "".join(written)
    return status, written[1]


@pytest.mark.parametrize(
    "place", VALUED, ids=lambda place: f"{' '.join(place.command)} {place.name}"
)
def test_an_option_takes_any_text_or_refuses_it_by_name(
    place, place_to_work, monkeypatch
):
    @settings(QUICK, max_examples=5)
    @given(value=TEXT)
    def holds(value: str) -> None:
        status, told = _main(_arguments(place, value), place_to_work, monkeypatch)
        assert status in {0, 1, 2}, told
        # Click's own refusals stand below two lines on usage; which tables are read is no refusal.
        lines = [line for line in told.splitlines() if line.strip()]
        lines = [line for line in lines if not line.startswith("tables are read")]
        if status == 2:
            assert lines[-1].startswith(("catrade: ", "Error: ")), told
            assert len(lines) == 1 or lines[0].startswith("Usage: "), told
            names = _names(place, value)
            assert any(name in lines[-1] for name in names), (place, value, told)
        elif status == 1:
            assert lines, (place, value)

    holds()


def _names(place: Place, value: str) -> set[str]:
    """Return how a refusal may name an option or its value."""
    named = {*place.flags, place.name, place.name.upper(), place.metavar}
    shown = {repr(value)[1:-1], value.strip(), str(Path(value)), Path(value).name}
    # What stands before the option on the line was wrong already.
    before = {"new": "none.html", "plan": "none.html"}
    before |= {"parameters": "has no parameter"}
    if place.command == ("fetch", "remove"):
        before = {place.name: "NAME must be one of"}
    return (named | shown | {before.get(place.name, "")}) - {""}


def test_every_option_of_every_command_is_tried():
    seen = {" ".join(place.command) for place in VALUED}
    assert seen >= {"render", "params", "check", "verify", "diff", "claims"}
    assert seen >= {"fetch comtrade", "fetch baci", "fetch gacc", "fetch file"}
    assert seen >= {"fetch list", "fetch remove"}
    assert len(VALUED) >= 30


REAL = r"""
render trade_growth -p partner=\xff\xfe
render trade_growth -p start=2013\x1b[2J
"""


@pytest.mark.parametrize("words", REAL.strip().splitlines())
def test_a_real_command_says_one_sentence(words):
    raw = words.encode().decode("unicode_escape").encode("latin-1")
    arguments = raw.decode("utf-8", "surrogateescape").split()
    ended = faults.run(*arguments, cwd=ROOT / "notebooks")
    assert ended.status in {1, 2}
    assert "\x1b" not in faults.one_sentence(ended)
