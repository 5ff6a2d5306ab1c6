"""Cells that print without end, fork and leave, or say what cannot be sent."""

from pathlib import Path

import nbformat
import pandas as pd
import pytest
from saved_pages import of_outputs, output, project

from pagemill import article, notebook, plan
from pagemill.csvtext import csv_text
from rounding.errors import ReportError


def run(waves: Path, root: Path, *cells: str) -> list[list[nbformat.NotebookNode]]:
    """Run cells with a kernel as a report's are; return the outputs of each."""
    asked = plan.make_run("wave", project(root, *cells).parent, {})
    done = notebook.run_notebook(asked, root, root)
    return [cell.outputs for cell in done.cells if cell.source in cells]


@pytest.mark.kernel
def test_a_line_of_a_million_letters_is_printed(waves, tmp_path):
    """Tester T13: nbclient read it once for each of its letters, and Ctrl-C ended nothing."""
    (outputs,) = run(
        waves, tmp_path, "print('y' * 900_000, end=''); print('z' * 200_000)"
    )
    (printed,) = outputs
    expected = "y" * 900_000 + "z" * 100_000 + "…\n(100,001 more characters)\n"
    assert printed.text == expected
    assert "y" * 900_000 in article.read(of_outputs(printed)).body


@pytest.mark.kernel
def test_a_forked_process_that_leaves_takes_no_answer_with_it(waves, tmp_path):
    """Tester T23: the kernel's answer never came, until the cell's ten minutes were over."""
    forks = (
        "import os, sys\nchild = os.fork()\nif not child:\n    sys.exit({0})\n"
        "os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])"
    )
    # Python 3.12 and later warn of a fork where there are threads, as a kernel has.
    ends = (
        "import os, warnings\nwarnings.simplefilter('ignore')\nchild = os.fork()\n"
        "if child:\n    print('parent', os.waitpid(child, 0)[1])"
    )
    cells = (forks.format("7"), forks.format(""), ends, "'after'")
    last = [outputs[-1] for outputs in run(waves, tmp_path, *cells)]
    texts = [output.get("text") or output.data["text/plain"] for output in last]
    assert texts == ["7", "0", "parent 0\n", "'after'"]


@pytest.mark.kernel
def test_half_a_character_is_a_question_mark(waves, tmp_path):
    """Tester T18: ipykernel's traceback, the output lost, and the page "made"."""
    first, second = run(
        waves, tmp_path, "print('a\\ud800b 😀')", "{'x': 'c\\udfff'}['x']"
    )
    assert first[0].text == "a?b 😀\n"
    assert second[0].data["text/plain"] == "'c\\udfff'"


def test_streams_are_joined_as_nbclient_joins_them():
    parts = [
        ("stderr", "e1\n"),
        ("stdout", "0%\r50%"),
        ("stderr", "e2"),
        ("stdout", "\r99%\r\nb\r"),
    ]
    outputs = [nbformat.v4.new_output("stream", name=n, text=t) for n, t in parts]
    joined = notebook._joined(outputs)
    # Standard output before what was complained of; of a line that was rewritten its last form.
    assert [(o.name, o.text) for o in joined] == [
        ("stdout", "99%\r\nb\r"),
        ("stderr", "e1\ne2"),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\0b\x07c\x1b]d\u202ee\x9bf", "<pre>abc]def</pre>"),
        (
            "\x1b[31mred\x1b[0m <b>",
            '<pre><span class="ansi-red-fg">red</span> &lt;b&gt;</pre>',
        ),
    ],
)
def test_what_a_terminal_would_obey_is_no_text(text, shown):
    """Tester T25: NUL, ESC and what turns the direction of letters stood raw on the page."""
    stream = nbformat.v4.new_output("stream", name="stdout", text=text)
    for made in map(of_outputs, (stream, output(text__plain=text))):
        assert article.read(made).body.endswith(f"</details>\n{shown}")


def test_an_output_in_pieces_is_one_text_and_one_of_numbers_is_refused():
    pieces = output(text__html=["<p>a", "b</p>"])
    assert article.read(of_outputs(pieces)).body.endswith("\n<p>ab</p>")
    numbers = of_outputs(pieces)
    numbers.cells[0].outputs[0].data["text/html"] = 7
    with pytest.raises(ReportError, match="text/html must be text; got 7"):
        article.read(numbers)


def test_a_cell_of_a_shell_that_failed_is_a_sentence():
    """Press P10: `cell 1 failed: : 128`."""
    error = nbformat.v4.new_output("error", ename="", evalue="128", traceback=[])
    failed = of_outputs(error)
    failed.cells[0].metadata["papermill"] = {"exception": True}
    assert notebook._cell_failed(failed) == "cell 1 failed: it ended with 128"


def test_an_hour_stays_in_the_data_to_download():
    hours = pd.to_datetime(["2026-01-14 10:00", None])
    days = pd.to_datetime(["2026-01-14", "2026-01-15"])
    frame = pd.DataFrame({"at": hours, "day": days, "on": [True, False]})
    assert csv_text(frame) == (
        "at,day,on\n2026-01-14 10:00:00,2026-01-14,true\n,2026-01-15,false\n"
    )
