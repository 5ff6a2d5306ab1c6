"""What a render may touch and tell: no file elsewhere, no secret, no folder of this machine."""

import json
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import computed
import nbformat
import pandas as pd
import pytest
import saved_pages

from pagemill import display, private
from pagemill import page as render
from pagemill import plan as plans

SECRETS = {
    "COMTRADE_API_KEY": "0f3c-unlikely-key-77",
    "AWS_SECRET_ACCESS_KEY": 'wJa"lr&XUt<nFEMI7\\K7MDENG',
    "GITHUB_TOKEN": "ghp-ünlikely-4711-token",
}
QUIET = "import warnings\nwarnings.warn('careful')\nprint('quiet')"
FAILS = (
    "import os, pandas\nprint(os.environ['COMTRADE_API_KEY'])\n"
    "pandas.read_csv('/nowhere/' + os.environ['AWS_SECRET_ACCESS_KEY'])"
)
TELLS = (
    "import os\nprint(os.environ['AWS_SECRET_ACCESS_KEY'], os.environ['GITHUB_TOKEN'])"
)
SHOWS = "from IPython.display import HTML\nHTML('<p>x</p><img src=x onerror=alert(1)>')"
CELLS = {
    "claim_check": FAILS,
    "country_dossier": TELLS,
    "nev_policy_timeline": SHOWS,
    "trade_growth": QUIET,
}
#: What each is asked, as its model wants it.
ASKED = {
    "claim_check": 'claims = ""\ndocument = "dailymail-2026-01"',
    "country_dossier": 'partner = "KAZ"\nreporter = "CHN"\nlanguage = ""',
    "nev_policy_timeline": (
        'start = 2009\nend = "newest"\njurisdiction = "all"\nthemes = "all"'
    ),
    "trade_growth": computed.ASKED,
}
PLAN = "".join(f"[[report]]\nnotebook = '{name}'\n\n" for name in CELLS)
#: What stands in the output folder before, each a link to a file elsewhere.
LINKS = (
    "trade-growth-ca5.html",
    "trade-growth-ca5.html.md",
    "llms.txt",
    "trade-growth-ca5.ipynb",
    "index.html",
    "claim-check.failed.ipynb",
)
MADE = {
    *LINKS,
    "country-dossier-kaz.failed.ipynb",
    "nev-policy-timeline.failed.ipynb",
}

#: The command, whose kernels need nothing of the library and do not wait for it.
START = """
import dataclasses, sys
from catrade import cli, project

project.PROJECT = dataclasses.replace(project.PROJECT, warm="")
sys.exit(cli.main())
"""

World = tuple[Path, subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One run of four notebooks with secrets about, into a folder full of links to elsewhere."""
    root = tmp_path_factory.mktemp("folder-of-jane-doe")
    books = {
        name: computed.notebook(cell, asked=ASKED[name]) for name, cell in CELLS.items()
    }
    file = computed.write_plan(root / "project", PLAN, books)
    for name in ("elsewhere", "home-of-jane-doe", "real"):
        (root / name).mkdir()
    # The output folder is a link itself, and its name is one that papermill fills in.
    real, output = root / "real", root / "out{partner}{0}"
    output.symlink_to(real)
    for name in LINKS:
        (root / "elsewhere" / name).write_text("not to be touched", "utf-8")
        (real / name).symlink_to(root / "elsewhere" / name)
    home = str(root / "home-of-jane-doe")
    user = {
        "HOME": home,
        "USERPROFILE": home,
        "USER": "jane-doe",
        "HOSTNAME": "jane-doe-host",
    }
    where = ["--plan", str(file), "-o", str(output)]
    done = subprocess.run(
        [sys.executable, "-c", START, "render", *where, "-j", "2", "--force"],
        env={**os.environ, **SECRETS, **user, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=root / "project",
        capture_output=True,
        text=True,
    )
    return root, done


@pytest.mark.kernel
def test_links_in_the_output_folder_are_replaced_not_followed(world):
    root, done = world
    assert done.returncode == 1, done.stderr
    for file in (root / "elsewhere").iterdir():
        assert file.read_text("utf-8") == "not to be touched", file
        assert not (root / "real" / file.name).is_symlink()
    assert (root / "out{partner}{0}").is_symlink()
    assert {path.name for path in (root / "real").iterdir()} == MADE
    expected = {"project", "elsewhere", "real", "out{partner}{0}", "home-of-jane-doe"}
    assert {path.name for path in root.iterdir()} == expected


@pytest.mark.kernel
def test_a_report_that_tells_a_secret_or_shows_an_attack_is_not_made(
    world,
):
    _, done = world
    assert (
        "the report shows the value of AWS_SECRET_ACCESS_KEY, a secret" in done.stderr
    )
    assert "holds the address 'x' in <img>" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.kernel
def test_no_output_holds_a_secret_nor_a_folder_of_this_machine(world):
    root, done = world
    texts = {file.name: file.read_text("utf-8") for file in (root / "real").iterdir()}
    texts |= {"stdout": done.stdout, "stderr": done.stderr}
    assert "UserWarning: careful" in texts["trade-growth-ca5.ipynb"]
    assert "[COMTRADE_API_KEY]" in texts["claim-check.failed.ipynb"]
    folders = {
        str(root),
        sys.prefix,
        str(Path(render.__file__).parents[3]),
        "ipykernel_",
    }
    for name, content in texts.items():
        for value in SECRETS.values():
            forms = {
                value,
                json.dumps(value)[1:-1],
                json.dumps(value, ensure_ascii=False)[1:-1],
            }
            assert not [form for form in forms if form in content], name
        if name not in (
            "stdout",
            "stderr",
        ):  # a terminal may show the user's own folders
            assert not [folder for folder in folders if folder in content], name
            assert "jane-doe" not in content, name


#: Variables that hold no secret, by their names or because what they hold is short or a word.
HARMLESS = """
CITY=Almaty-2026 SHORT_KEY=a1 YEAR_TOKEN=20262027 WORD_KEY=kazakhstan PWD=2026-01-14-pwd
OLDPWD=2026-01-14-old GIT_AUTHOR_DATE=2026-01-14-odd PATTERN=2026-01-14-even PATH=2026-01-14-path
"""


def test_secrets_are_known_by_the_names_of_their_variables(monkeypatch):
    harmless = dict(line.split("=") for line in HARMLESS.split())
    monkeypatch.setattr(os, "environ", {"MY_password": "correct-horse-1", **harmless})
    assert private.leak("x correct-horse-1 y") == "MY_password"
    assert private.leak(" ".join(harmless.values())) == ""
    assert private.without_secrets("say correct-horse-1!") == "say [MY_password]!"


def test_a_secret_is_found_as_a_form_sends_it(monkeypatch):
    """Tester U12: a blank that was written as a plus."""
    monkeypatch.setenv("MY_API_KEY", "correct horse & battery 9")
    sent = "https://a.example/?key=correct+horse+%26+battery+9&x=1"
    assert private.leak(sent) == "MY_API_KEY"


#: Secrets that are written in another form somewhere; the last in cells of a spreadsheet only.
FORMS = [
    "pq/12+Ab==34",
    "ab'cd\"12<x>&y",
    "-----BEGIN\nMIIEvQIBADANBg7\n-----END",
    "密钥-很长的-4711-号",
    "correct horse battery 9",
    "Zk7Secret98\n",
    "aB3;=x9-long",  # has an apostrophe after the semicolon
    '=aB3;+x9;-y"8;@z',
    "aB3\t=x9-long",
]
PLACES = [("download", value) for value in FORMS]
PLACES += [(place, value) for place in ("output", "text") for value in FORMS[:4]]


@pytest.mark.parametrize(("place", "value"), PLACES)
def test_a_secret_is_found_and_hidden_in_whatever_form_it_is_written(
    place, value, monkeypatch
):
    monkeypatch.setenv("MY_API_KEY", value)
    told = value.splitlines()[1 if "BEGIN" in value else 0]
    frame = pd.DataFrame({"note": [told]})
    things = {
        "output": display.note(f"Say {told} now"),
        "download": display.table(frame, "Notes", name="notes"),
        "text": f"Say `{told}` now",
    }
    notebook = saved_pages.shown(things[place])
    run = plans.load_plan(plans.find_plan()).runs[0]
    html = render.page(notebook, run, {"inputs": saved_pages.INPUTS})
    assert private.leak(html) == "MY_API_KEY"
    for text in (
        html,
        nbformat.writes(notebook),
        nbformat.writes(notebook, ensure_ascii=True),
    ):
        hidden = private.without_secrets(text)
        assert "[MY_API_KEY]" in hidden
        readings = (
            hidden,
            unquote(hidden),
            unescape(hidden),
            unquote(unescape(hidden)),
        )
        assert not [reading for reading in readings if told in reading]


PARTED = """\
k3y<b></b>-unlikely-77
<i>k3y</i>-unlikely<br>
-77
k3y-unli
   kely-77
K3Y-UNLIKELY-77
\x1b[31mk3y\x1b[0m-unlikely-77
<span class="ansi-red-fg">k3y</span>-unlikely-77
"""


def test_a_secret_in_pieces_is_seen_and_hidden(monkeypatch):
    """Tester T12: who reads the page reads it, whatever stands between its letters."""
    monkeypatch.setenv("MY_API_KEY", "k3y-unlikely-77")
    for text in re.findall(r"(?i)\S*k3y(?:.|\n)*?77", PARTED):
        assert private.leak(f"<p>{text}</p>") == "MY_API_KEY", text
        printed = nbformat.v4.new_output("stream", text=f"say {text}!")
        cell = nbformat.v4.new_code_cell("x", outputs=[printed])
        kept = nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))
        for shown in (text, kept):
            assert "unli" not in private.without_secrets(shown).lower()
        assert json.loads(private.without_secrets(kept))["cells"]
    # Cells of a table and words apart are no piece of one.
    for text in ("<td>k3y-</td><td>unlikely-77</td>", "k3y- unlikely-77", "k3y-un"):
        assert private.leak(text) == ""


NAMES = (
    "PGPASS MYSQL_PWD GITHUB_PAT BEARER HTTP_AUTH AUTHORIZATION SESSION_COOKIE DATABASE_URL"
    " PASSPHRASE PRIVATE my_pat"
)


@pytest.mark.parametrize("name", NAMES.split())
def test_names_of_secrets(name, monkeypatch):
    monkeypatch.setenv(name, "postgres://jane:s3cret-words@db.example/x")
    assert private.leak("it is s3cret-words, you know") == name
