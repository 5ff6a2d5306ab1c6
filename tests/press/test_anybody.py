"""Notebooks of anybody: what only formats is kept, what would run or load is left out and said."""

import base64
import json
import os
import re
import sys
from html import escape
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from fetch_files import cases
from saved_pages import notebook, of_outputs, output, project

from pagemill import article, bare, cli, inert, plan, provenance
from pagemill import notebook as notebooks
from pagemill import project as projects

ANSWER = {"text__html": '<p class="ct-answer">It rained.</p>'}
PNG = base64.b64encode(b"\x89PNG").decode()


def page_of(
    *cells: nbformat.NotebookNode, folder: Path | None = None
) -> tuple[str, list[str]]:
    """What is shown of cells, and what is lost."""
    read = article.read(notebook(*cells), folder, "made", "left out")
    return read.body, read.lost


def shown(source: str = "", **data: object) -> tuple[str, list[str]]:
    """What a cell with one output leaves on a page, and what is said to be lost."""
    tags = {"tags": ["remove-input"]}
    outputs = [output(**data)]
    return page_of(
        nbformat.v4.new_code_cell(source or "show()", outputs=outputs, metadata=tags)
    )


#: HTML as libraries write it: models, old pages, scales, folds, sounds, films, formulas, colours.
HARMLESS = """
<label for="x" class="sk">Ridge</label><input id="x" type="checkbox">
<center><font color="red" face="serif">x</font><tt>y</tt></center>
<progress value="3" max="5"></progress><meter value="0.5"></meter>
<details open><summary>More</summary><p>Words</p></details>
<audio controls><source src="data:audio/wav;base64,AA"></audio>
<video src="data:video/mp4;base64,AA"></video>
<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>
<td bgcolor="#eee" nowrap="">x</td>
"""
KEPT = "Ridge <tt>y <progress <details data:audio/wav data:video/mp4 <mfrac> halign"


def test_what_only_formats_is_kept():
    frame = pd.DataFrame({"k": ["a", "b"], "v": [1, 2]})
    table = frame.groupby("k").agg({"v": ["min", "max"]}).to_html()
    for fragment in (table, *HARMLESS.split("\n")):
        assert inert.made_inert(fragment)[1] == ""
    html, lost = shown(text__html=HARMLESS + table)
    assert [word for word in KEPT.split() if word not in html] == []
    assert lost == []


def test_styles_of_an_output_stay_with_it():
    """A Styler's colours were dropped."""
    style = pd.DataFrame({"a": [1]}).style.set_uuid("x").highlight_max(color="#ff0")
    made = of_outputs(output(text__html=style.to_html()))
    read = article.read(made, None, "made", "left out")
    # They stand in the head of the page, for what is inside this output alone.
    own = re.search(r'<div class="(ct-own-\w+)">', read.body)
    assert own
    assert read.styles == [f".{own[1]} #T_x_row0_col0 {{background-color: #ff0;}}"]
    assert "<style" not in read.body
    assert read.lost == []


def test_styled_tables_and_objects_have_the_same_names_in_every_run():
    """No page that showed `<Wave object at 0x7f…>` came out the same again."""
    runs = []
    for run_number in range(2):
        styled = [pd.DataFrame({"a": [n]}).style.to_html() for n in (1, 2)]
        wave = f"<bound method <a.Wave object at 0x7f00ab12{run_number:04}>>"
        made = of_outputs(
            *(output(text__html=html) for html in styled),
            output(text__html=escape(wave), text__plain=wave),
            nbformat.v4.new_output("stream", text=f"{wave} is 0x7f00ab12ffff\n"),
            nbformat.v4.new_output(
                "stream",
                name="stderr",
                text=f"/tmp/ipykernel_{run_number}/1.py:2: careful",
            ),
        )
        runs.append(notebooks.tidy(made))
    assert runs[0] == runs[1]
    printed = runs[0].cells[0].outputs[-2].text
    assert printed == "<bound method <a.Wave object at 0x…>> is 0x7f00ab12ffff\n"
    assert runs[0].cells[0].outputs[-1].text == "<cell>:2: careful"
    second = runs[0].cells[0].outputs[1].data["text/html"]
    assert 'id="T_00001_row0_col0"' in second


def test_a_picture_without_alternative_is_called_by_what_stands_before_it():
    """An outsider's were called "A picture, shown by the code import weather"."""
    texts = [
        "# Rain in towns",
        "",
        "## By *month*\n\nMore.\n\n- list",
        "",
        "",
        "The last.",
        "",
    ]
    cells = []
    for text in texts:
        drawn = nbformat.v4.new_code_cell("plot()", outputs=[output(image__png=PNG)])
        cells.append(nbformat.v4.new_markdown_cell(text) if text else drawn)
    html, lost = page_of(*cells)
    alternatives = ["1: Rain in towns", "2: By month", "3: By month", "4: The last."]
    named = [f"Picture {name}" for name in alternatives]
    assert re.findall('alt="(.*?)"', html) == named
    cells = ", ".join(f"'plot()' (as {name!r})" for name in named)
    assert lost == [
        f"pictures without a text alternative, in the cells that begin {cells}: show a"
        " pagemill.display.Chart, or give the cell the metadata key 'alt'"
    ]
    # Without a heading and text it has a number; a film that runs by itself is a picture.
    assert 'alt="Picture 1"' in shown("x", image__gif=PNG)[0]


def test_pictures_beside_the_text_are_in_the_page(tmp_path):
    """Press 4: a logo was a link that led nowhere, an attachment gone."""
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "my logo.png").write_bytes(b"\x89PNG")
    (tmp_path.parent / "secret.png").write_bytes(b"secret")
    text = "![logo](img/my%20logo.png) ![wave](attachment:w.png) ![x](../secret.png)"
    cell = nbformat.v4.new_markdown_cell(
        text, attachments={"w.png": {"image/png": PNG}}
    )
    html, lost = page_of(cell, folder=tmp_path)
    assert html.count(f'src="data:image/png;base64,{PNG}"') == 2
    assert '<a href="../secret.png"' in html
    assert lost == ["the picture ../secret.png is a link: it is not in the project"]
    # The first paragraph is the question, if it is no picture; raw HTML has pictures, too.
    cell.source = (
        "# Title\n\n![wave](attachment:w.png)\n\n<img src='img/my%20logo.png'>"
    )
    html, lost = page_of(cell, folder=tmp_path)
    assert html.count(f"data:image/png;base64,{PNG}") == 2
    assert lost == []
    # And so has HTML that a cell shows.
    raw = [output(text__html="<img src='img/my%20logo.png'>")]
    html, lost = page_of(nbformat.v4.new_code_cell("x", outputs=raw), folder=tmp_path)
    assert f"data:image/png;base64,{PNG}" in html
    assert lost == []


def test_what_a_call_that_draws_gives_back_is_not_shown():
    """`[<matplotlib.lines.Line2D at 0x7f…>]`: another at each run."""
    texts = ["[<Line2D at 0x7f>]", "Text(0.5, 1.0, 'Waves')", "'kept'"]
    returned = [
        nbformat.v4.new_output("execute_result", data={"text/plain": text})
        for text in texts
    ]
    drawn = nbformat.v4.new_output("display_data", data={"image/png": PNG})
    html, _ = page_of(nbformat.v4.new_code_cell("x", outputs=[*returned, drawn]))
    assert re.findall("<pre>(.*?)</pre>", html)[-1:] == ["&#39;kept&#39;"]
    assert "Line2D" not in html
    assert "Text(" not in html


def test_what_lies_beside_a_notebook_is_an_input(tmp_path):
    """Modules, and pictures that it names; hidden folders and environments are none of its own."""
    for name in ("helper.py", "logo.png", "other.png", ".git/x.py", "env/pyvenv.cfg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "env" / "x.py").touch()
    (tmp_path / "a.ipynb").write_text("![](logo.png)")
    assert [*provenance.helpers(tmp_path / "a.ipynb")] == ["helper.py", "logo.png"]


def test_a_page_on_which_no_cell_shows_anything_says_so():
    quiet = nbformat.v4.new_code_cell("x = 3")
    assert page_of(quiet)[1] == [
        "no cell shows a figure, a table or an answer on its page"
    ]
    answers = nbformat.v4.new_code_cell("x", outputs=[output(**ANSWER)])
    assert page_of(quiet, answers)[1] == []


def test_html_in_the_text_is_shown_as_it_is_in_an_output():
    cell = nbformat.v4.new_markdown_cell(
        "One<br>two <b>three</b>\n\n<script>x()</script>\n"
    )
    html, lost = page_of(cell)
    assert "One<br>two <b>three</b>" in html
    assert "x()" not in html
    assert lost == [
        "the text that begins 'One<br>two <b>three</b>' holds <script>, which is left out"
    ]


def test_formulas_are_drawn_and_one_that_cannot_be_read_is_shown():
    html, lost = shown(text__latex="$x$", text__plain="x")
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">' in html
    assert "<mi>x</mi>" in html
    tex = "$$a+b$$\n\n$\\href{x}{y}$\n\n\\begin{matrix}c\\end{matrix}"
    html, lost = page_of(nbformat.v4.new_markdown_cell(tex))
    assert re.search('display="block">.*<mi>a</mi><mo>.*?</mo><mi>b</mi>', html)
    assert "$\\href{x}{y}$" in html
    assert "<mtd><mi>c</mi></mtd>" in html
    assert lost == []


#: A tag, and what it leaves of a cell.
TAGS = """
remove-cell |
remove_input | shown
hide-input | shown
remove-output | source
hide-output | source <summary>Output shown
hide_cell | <summary>Output shown
other | source shown
"""


@pytest.mark.parametrize(("tag", "left"), cases(TAGS))
def test_tags_of_other_tools_are_obeyed(tag, left):
    printed = nbformat.v4.new_output("stream", text="shown")
    tags = {"tags": [tag]}
    cell = nbformat.v4.new_code_cell("source()", outputs=[printed], metadata=tags)
    html, _ = page_of(cell)
    # What is hidden can be opened: source and output each by a line of its own.
    words = re.findall("source|shown|<summary>Output", html)
    assert " ".join(words) == left


def test_the_rules_of_a_project_are_for_its_own_notebooks(waves, tmp_path, monkeypatch):
    """Anybody's notebook is made where a strict project is installed, too."""
    for name in ("wave", "plain"):
        nbformat.write(notebook(), tmp_path / f"{name}.ipynb")
    bare.look_in(tmp_path)
    # `wave` is one that the project has a model of.
    assert plan.make_run("wave", tmp_path, {}).rules is projects.current()
    assert plan.make_run("plain", tmp_path, {}).rules is projects.BARE
    # So is one without a model that lies with the project's own.
    monkeypatch.setattr(plan, "own_plan", lambda: tmp_path / "reports.toml")
    assert plan.make_run("plain", tmp_path, {}).rules is projects.current()


# --- with kernels ---------------------------------------------------------------------------


def made(root: Path) -> str:
    return (root / "reports" / "wave-3.html").read_text("utf-8")


@pytest.mark.kernel
def test_a_module_beside_the_notebook_is_imported_and_counts(
    waves, tmp_path, capsys, monkeypatch
):
    """Press 2: no report of such a project was made, or it stayed "current" when one changed."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    folder = project(tmp_path, "import helper\nprint('It is', helper.HEIGHT)").parent
    helper = folder / "helper.py"
    helper.write_text("HEIGHT = 48\n", "utf-8")
    os.utime(helper, (0, 0))
    assert cli.main(["render"]) == 0
    assert "It is 48" in made(tmp_path)
    # In the same second and of the same length, Python's bytecode is taken for that of this file.
    helper.write_text("HEIGHT = 88\n", "utf-8")
    os.utime(helper, (0, 0))
    cli.main(["render", "--explain"])
    assert "wave-3: file helper.py changed" in capsys.readouterr().out
    assert cli.main(["render"]) == 0
    assert "It is 88" in made(tmp_path)
    cli.main(["render", "--explain", "--force"])
    assert capsys.readouterr().out.endswith(": current, but --force asks for it\n")


@pytest.mark.kernel
def test_a_picture_is_told_by_its_axes(waves, tmp_path):
    cell = (
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('Waves of\\n2026')\n"
        "plt.xlabel('day'); plt.ylabel('metres')\n"
        # Of several figures each is told by its own.
        "other = plt.figure()\nother.subplots().set_title('Tides', loc='left')\nplt.show()"
    )
    project(tmp_path, cell)
    assert cli.main(["render", "--report", "made.json"]) == 0
    alternatives = re.findall('<img [^>]*alt="(.*?)"', made(tmp_path))
    assert alternatives == ["Waves of 2026; metres; day", "Tides"]
    (told,) = json.loads((tmp_path / "made.json").read_text("utf-8"))
    assert (told["slug"], told["status"], told["message"]) == ("wave-3", "made", "")
    assert told["lost"][0].startswith("pictures without a text alternative, in the")


@pytest.mark.kernel
def test_a_cell_that_may_fail_fails_no_report(waves, tmp_path):
    folder = project(tmp_path, "raise ValueError('<no>')", "print('goes on')").parent
    held = nbformat.read(folder / "wave.ipynb", 4)
    held.cells[0].metadata["tags"] = ["raises-exception"]
    nbformat.write(held, folder / "wave.ipynb")
    assert cli.main(["render"]) == 0
    html = made(tmp_path)
    assert "<pre>ValueError: &lt;no&gt;</pre>" in html
    assert "goes on" in html
    assert "papermill-error-cell" not in html
    del held.cells[0].metadata["tags"]
    nbformat.write(held, folder / "wave.ipynb")
    assert cli.main(["render"]) == 1


@pytest.mark.kernel
def test_a_report_that_takes_too_long_is_given_up_and_tried_again(
    waves, tmp_path, capsys
):
    project(tmp_path, "open('../tried', 'a').write('x')\nwhile True:\n    pass")
    assert cli.main(["render", "--timeout", "2", "--retries", "1"]) == 1
    sentence = "wave-3: it took longer than 2 seconds and was ended"
    assert sentence in capsys.readouterr().err
    assert (tmp_path / "tried").read_text() == "xx"


@pytest.mark.kernel
def test_a_notebook_of_another_language_runs_with_its_own_kernel_or_fails_alone(
    waves,
    tmp_path,
    monkeypatch,
    capsys,
):
    """A kernel that is no ipykernel of this Python: it is started, not forked, and has ports."""
    folder = project(tmp_path, "print('the wave is', number)").parent
    spec = tmp_path / "share" / "kernels" / "shell" / "kernel.json"
    spec.parent.mkdir(parents=True)
    start = "import runpy; runpy.run_module('ipykernel_launcher', run_name='__main__')"
    command = [sys.executable, "-c", start, "-f", "{connection_file}"]
    spec.write_text(
        json.dumps({"argv": command, "language": "bash", "display_name": "Shell"})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    held = nbformat.read(folder / "wave.ipynb", as_version=4)
    held.metadata["kernelspec"] = {"name": "shell", "language": "bash"}
    nbformat.write(held, folder / "wave.ipynb")
    assert cli.main(["render"]) == 0
    html = made(tmp_path)
    assert "the wave is 3" in html
    held.metadata["kernelspec"]["name"] = "abacus"
    nbformat.write(held, folder / "wave.ipynb")
    assert cli.main(["render"]) == 1
    sentence = (
        "wave-3: the notebook asks for the kernel 'abacus', which is not here; there is"
    )
    assert sentence in capsys.readouterr().err
    assert made(tmp_path) == html
