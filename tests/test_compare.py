from __future__ import annotations

import copy
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
import small_plan
from matplotlib.figure import Figure

from catrade import cli, cli_pages, display
from catrade.errors import ParameterError, ReportError
from catrade.report import compare, provenance, render, saved
from catrade.report import plan as plans
from catrade.report.run import Outcome

PLAN = '[[report]]\nnotebook = "trade_growth"\nparameters = { partner = "KAZ" }\n'
INPUTS: dict[str, Any] = {
    "notebook": {"name": "trade_growth", "sha256": "a"},
    "parameters": {"partner": "KAZ", "reporter": "CHN", "start": 2013, "end": 2025},
    "page": {"title": "", "topic": "Growth"},
    "library": {"version": "0", "sha256": "b"},
    "template": {"sha256": "c"},
    "packages": {"pandas": "3.0.0", "python": "3.11.0"},
    "tables": {"trade": "d"},
}
RUN = plans.Run("kaz", "trade_growth", Path("x"), tuple(INPUTS["parameters"].items()))


def shown(*things: Any) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_markdown_cell("# Trade")]
    for thing in things:
        if isinstance(thing, str):
            cells.append(nbformat.v4.new_markdown_cell(thing))
            continue
        output = nbformat.v4.new_output("display_data", data=thing._repr_mimebundle_())
        cells.append(nbformat.v4.new_code_cell("show()", outputs=[output]))
    return nbformat.v4.new_notebook(cells=cells)


def write(file: Path, *things: Any, **inputs: Any) -> saved.Saved:
    """A page that shows some things, with some inputs replaced."""
    block = {"slug": "kaz", "inputs": {**copy.deepcopy(INPUTS), **inputs}, "data_date": ""}
    file.write_text(render.page(shown(*things), RUN, block), encoding="utf-8")
    return saved.open_page(file)


def table(rows: list[tuple[int, str, float]], name: str = "flows") -> display.Table:
    frame = pd.DataFrame(rows, columns=["year", "flow", "value_usd"])
    return display.table(frame, f"The {name}", name=name)


BOTH = [(2024, "export", 74e9), (2024, "import", 28e9), (2025, "export", 80e9)]


def test_a_page_is_read_back(tmp_path: Path) -> None:
    chart = display.Chart(
        Figure(), "It grew", "A line that rises to the end.", pd.DataFrame({"a": ["=1", "b"]}),
        name="line",
    )  # fmt: skip
    page = write(tmp_path / "a.html", display.answer("Up 3 %."), "## Part\n\nText *here*.", chart)
    assert page.answer == "Up 3 %."
    assert page.sentences == ["Trade", "Part", "Text here.", "It grew"]
    assert page.items["line"] == saved.Item("line", "It grew", ("a",), (("'=1",), ("b",)))


def test_equal_pages_are_the_same(tmp_path: Path) -> None:
    old, new = (write(tmp_path / f"{name}.html", table(BOTH)) for name in "ab")
    found = compare.compare(old, new)
    assert found.same
    assert found.cause() == "the two pages are the same, byte by byte"


def test_moved_numbers_are_named_by_figure_row_and_column(tmp_path: Path) -> None:
    old = write(tmp_path / "a.html", table(BOTH))
    moved = [(2024, "export", 74e9), (2024, "import", 28.7e9), (2025, "export", 80e9)]
    new = write(tmp_path / "b.html", table(moved), tables={"trade": "e"})
    found = compare.compare(old, new)
    assert found.moves == (
        compare.Move("The flows", "2024, import", "value_usd", "28000000000", "28700000000"),
    )
    assert found.moves[0].change == "+2.500 %"
    assert found.cause() == "moved by data: table trade changed"


def test_rows_columns_and_figures_that_come_or_go_are_named(tmp_path: Path) -> None:
    old = write(tmp_path / "a.html", table(BOTH), table(BOTH, "old"))
    wider = display.table(
        pd.DataFrame({"year": [2025, 2026], "flow": ["export", "export"], "value_usd": [80e9, 9e9],
                      "share": [0.5, 0.6]}), "The flows", name="flows",
    )  # fmt: skip
    new = write(tmp_path / "b.html", wider, table(BOTH, "new"))
    assert [(m.item, m.row, m.column, m.old, m.new) for m in compare.compare(old, new).moves] == [
        ("The flows", "", "(column) share", "–", "added"),
        ("The flows", "2024, export", "(row)", "removed", "–"),
        ("The flows", "2024, import", "(row)", "removed", "–"),
        ("The flows", "2026, export", "(row)", "–", "added"),
        ("The old", "", "(figure or table)", "removed", "–"),
        ("The new", "", "(figure or table)", "–", "added"),
    ]


def test_rows_without_a_name_are_told_apart_by_their_number(tmp_path: Path) -> None:
    def values(*numbers: float) -> display.Table:
        return display.table(pd.DataFrame({"value": numbers}), "Values", name="values")

    old = write(tmp_path / "a.html", values(0.5, 0.5))
    new = write(tmp_path / "b.html", values(0.5, 0.75))
    assert [(m.row, m.new) for m in compare.compare(old, new).moves] == [("row 2", "0.75")]


def test_noise_in_the_last_digits_is_no_move(tmp_path: Path) -> None:
    old = write(tmp_path / "a.html", table([(2024, "export", 0.1 + 0.2)]))
    new = write(tmp_path / "b.html", table([(2024, "export", 0.300000000000002)]))
    found = compare.compare(old, new)
    assert found.moves == ()
    assert not found.identical


def test_sentences_that_changed_are_paired(tmp_path: Path) -> None:
    old = write(tmp_path / "a.html", display.answer("Up 3 %."), "One.\n\nTwo.\n\nThree.")
    new = write(tmp_path / "b.html", display.answer("Up 4 %."), "One.\n\nBoth.\n\nThree.\n\nFour.")
    found = compare.compare(old, new)
    assert found.sentences == (("Up 3 %.", "Up 4 %."), ("Two.", "Both."), ("–", "Four."))
    assert compare.counted(found) == "3 sentences differ"
    assert found.cause().startswith("no recorded input differs: one of the pages was altered")


def test_several_causes_are_not_told_apart(tmp_path: Path) -> None:
    old = write(tmp_path / "a.html", "One.")
    parameters = {**INPUTS["parameters"], "end": 2024}
    packages = {"pandas": "3.1.0", "python": "3.11.0"}
    new = write(tmp_path / "b.html", "Two.", parameters=parameters, packages=packages)
    assert compare.compare(old, new).cause() == (
        "moved by parameters and code together, which these two pages cannot tell apart: "
        "parameter end changed from 2025 to 2024; package pandas changed from 3.0.0 to 3.1.0"
    )
    quiet = write(tmp_path / "c.html", "One.", template={"sha256": "z"})
    assert compare.compare(old, quiet).cause() == (
        "no value and no sentence differs, though code did: the template of the pages changed"
    )


def test_pages_of_different_notebooks_say_so(tmp_path: Path) -> None:
    old = write(tmp_path / "a.html", "One.")
    new = write(tmp_path / "b.html", "Two.", notebook={"name": "claim_check", "sha256": "z"})
    assert "the notebook is claim_check, not trade_growth" in compare.compare(old, new).cause()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: "<p>Hello</p>", "is not a report of catrade: it has no record"),
        (lambda text: text.replace('"inputs":', '"inputs":{'), "is damaged: it is no valid JSON"),
        (lambda text: text.replace('"tables":', '"tabels":'), "it lacks 'tables' or has it"),
        (lambda text: text.replace('"slug":"kaz"', '"slug":7'), "it lacks 'parameters' or 'slug'"),
        (lambda text: text.replace('"trade":"d"', '"../x":"d"'), "'../x' is no name of a table"),
        (
            lambda text: text.replace('"topic":"Growth"', '"a":"b"'),
            "it lacks the topic of the page",
        ),
    ],
)
@pytest.mark.parametrize("command", ["verify", "diff"])
def test_a_page_that_cannot_be_read_is_one_sentence_and_exit_2(
    tmp_path: Path, damage: Any, said: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.html"
    write(file, "One.")
    before = file.read_text(encoding="utf-8")
    file.write_text(damage(before), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != before
    assert cli.main([command, str(file), str(file)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert len(captured.err.strip().splitlines()) == 1


def test_missing_and_foreign_files_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "picture.html").write_bytes(b"\xff\xfe\x00")
    for name, said in (
        ("none.html", "cannot be read: No such file or directory"),
        ("picture.html", "it is not text in UTF-8"),
        (".", "cannot be read: Is a directory"),
    ):
        assert cli.main(["verify", str(tmp_path / name)]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert len(error.strip().splitlines()) == 1


def test_diff_prints_a_table_and_its_exit_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = str(tmp_path / "a.html"), str(tmp_path / "b.html")
    write(Path(old), display.answer("Up 3 %."), table(BOTH))
    write(Path(new), display.answer("Up 4 %."), table(BOTH[:2]), tables={"trade": "e"})
    assert cli.main(["diff", old, old]) == 0
    assert "the same, byte by byte" in capsys.readouterr().out
    assert cli.main(["diff", old, new]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 value and 1 sentence differ"
    assert lines[1] == "moved by data: table trade changed"
    assert "2025, export   (row)    removed     –" in "\n".join(lines)
    assert lines[-2:] == ["− Up 3 %.", "+ Up 4 %."]


def test_diff_says_how_much_it_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = str(tmp_path / "a.html"), str(tmp_path / "b.html")
    write(Path(old), table([(year, "export", 1e9) for year in range(1950, 1950 + 40)]))
    write(Path(new), table([(year, "export", 2e9) for year in range(1950, 1950 + 40)]))
    cli.main(["diff", old, new])
    out = capsys.readouterr().out
    assert f"… and {40 - cli_pages.SHOWN} more: --all shows them" in out
    assert "1989" not in out
    cli.main(["diff", "--all", old, new])
    assert "1989" in capsys.readouterr().out


def project(root: Path, *cells: tuple[str, str]) -> Path:
    return small_plan.write_plan(root, PLAN, {"trade_growth": small_plan.notebook(*cells)})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "trade.csv").write_text("a\n1\n", encoding="utf-8")
    (folder / "sources.csv").write_text("source_id,published\n", encoding="utf-8")
    return folder


NUMBERS = f"import pandas as pd\n{small_plan.TABLE}"
CELLS = (("code", small_plan.VALIDATE), ("code", small_plan.ANSWER), ("code", NUMBERS))


@pytest.mark.kernel
def test_verify_names_what_changed(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    plan = project(tmp_path, *CELLS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CATRADE_DATA", str(data))
    assert cli.main(["render", "-j", "1"]) == 0
    sent = tmp_path / "renamed in a mail.html"
    shutil.copy(tmp_path / "reports" / "trade-growth-kaz.html", sent)
    shutil.rmtree(tmp_path / "reports")
    capfd.readouterr()

    assert cli.main(["verify", str(sent)]) == 0
    assert capfd.readouterr().out == f"{sent}: reproduced\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "notebooks", sent.name]

    (data / "trade.csv").write_text("a\n2\n", encoding="utf-8")
    assert cli.main(["verify", str(sent)]) == 1
    out = capfd.readouterr().out
    assert "not reproduced: table trade changed (the numbers and sentences are the same)" in out
    (data / "trade.csv").write_text("a\n1\n", encoding="utf-8")

    changed = small_plan.notebook(*CELLS[:2], ("code", NUMBERS.replace("94.8", "94.9")))
    nbformat.write(changed, plan.parent / "trade_growth.ipynb")
    assert cli.main(["verify", str(sent)]) == 1
    assert "notebook trade_growth changed (1 value differs, which" in capfd.readouterr().out


@pytest.fixture
def made(tmp_path: Path, data: Path) -> tuple[Path, Path, Path]:
    """A page with the inputs of now, its plan and its data; no kernel has run."""
    plan = project(tmp_path)
    run = plans.load_plan(plan).runs[0]
    block = {"slug": run.slug, "inputs": provenance.inputs(run, data), "data_date": ""}
    file = tmp_path / "page.html"
    file.write_text(render.page(shown(table(BOTH)), run, block), encoding="utf-8")
    return file, plan, data


def making(text: str) -> Any:
    """Stand in for the kernel: the page that it would make."""

    def make(runs: Any, output: Path, _data: Path) -> list[Outcome]:
        (output / f"{runs[0].slug}.html").write_text(text, encoding="utf-8")
        return [Outcome(runs[0].slug, "made")]

    return make


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        (("library", "sha256"), "0", "the library catrade changed"),
        (("template", "sha256"), "0", "the template of the pages changed"),
        (("packages", "pandas"), "2.9", "package pandas changed from 2.9 to "),
        (("packages", "python"), "3.1", "Python changed from 3.1 to "),
    ],
)
def test_each_kind_of_input_is_named(
    made: tuple[Path, Path, Path], key: tuple[str, str], value: str, said: str
) -> None:
    file, plan, data = made
    now = file.read_text(encoding="utf-8")
    block = provenance.from_html(now)
    assert block is not None
    block["inputs"][key[0]][key[1]] = value
    before = provenance.to_json(provenance.from_html(now) or {})
    file.write_text(now.replace(before, provenance.to_json(block)), encoding="utf-8")
    verdict = compare.verify(file, plan, data, making(now))
    assert not verdict.reproduced
    assert verdict.reason.startswith(said)
    assert compare.verify(file, plan, data, making(file.read_text("utf-8"))).reproduced


def test_an_altered_page_is_found_and_the_place_named(made: tuple[Path, Path, Path]) -> None:
    file, plan, data = made
    now = file.read_text(encoding="utf-8")
    file.write_text(now.replace("74000000000", "47000000000"), encoding="utf-8")
    reason = compare.verify(file, plan, data, making(now)).reason
    assert reason.startswith("the bytes differ though no recorded input does, first in line ")
    assert "in “flows" in reason


def test_a_page_whose_notebook_is_gone_or_fails_cannot_be_made(
    made: tuple[Path, Path, Path],
) -> None:
    file, plan, data = made

    def failing(runs: Any, _output: Path, _data: Path) -> list[Outcome]:
        message = "kaz: cell 3 failed (the notebook up to there is kaz.failed.ipynb)"
        return [Outcome(runs[0].slug, "failed", 0, message)]

    (data / "trade.csv").write_text("a\n2\n", encoding="utf-8")
    expected = r"made again: kaz: cell 3 failed \(since it was made, table trade changed\)$"
    with pytest.raises(ReportError, match=expected):
        compare.verify(file, plan, data, failing)
    (plan.parent / "trade_growth.ipynb").unlink()
    with pytest.raises(ReportError, match=r"made again: there is no notebook trade_growth\.ipynb"):
        compare.verify(file, plan, data, failing)


@pytest.mark.parametrize(
    ("part", "bad"),
    [("parameters", {"partner": "UZZ"}), ("slug", "../../etc/x"), ("notebook", "../x")],
)
def test_a_record_cannot_lead_elsewhere(made: tuple[Path, Path, Path], part: str, bad: Any) -> None:
    file, plan, data = made
    text = file.read_text(encoding="utf-8")
    block = provenance.from_html(text) or {}
    before = provenance.to_json(block)
    if part == "slug":
        block["slug"] = bad
    elif part == "notebook":
        block["inputs"]["notebook"]["name"] = bad
    else:
        block["inputs"]["parameters"] = bad
    file.write_text(text.replace(before, provenance.to_json(block)), encoding="utf-8")
    with pytest.raises(ReportError, match="cannot be made again"):
        compare.verify(file, plan, data, making(text))


def test_explain_says_why_each_report_is_due_and_makes_none(
    made: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    file, plan, data = made
    monkeypatch.chdir(plan.parent.parent)
    monkeypatch.setenv("CATRADE_DATA", str(data))
    assert cli.main(["render", "--explain"]) == 0
    assert capsys.readouterr().out == "trade-growth-kaz: there is no report yet\n"
    reports = plan.parent.parent / "reports"
    assert not reports.exists()
    reports.mkdir()
    shutil.copy(file, reports / "trade-growth-kaz.html")
    (reports / "trade-growth-kaz.ipynb").write_text("{}", encoding="utf-8")
    cli.main(["render", "--explain"])
    assert capsys.readouterr().out == "trade-growth-kaz: current\n"
    cli.main(["render", "--explain", "--force"])
    assert capsys.readouterr().out.endswith(": current, but --force asks for it\n")
    (data / "trade.csv").write_text("a\n2\n", encoding="utf-8")
    cli.main(["render", "--explain"])
    assert capsys.readouterr().out == "trade-growth-kaz: table trade changed\n"


def test_a_bundle_is_the_same_for_the_same_pages(
    made: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    file, plan, data = made
    monkeypatch.chdir(plan.parent.parent)
    monkeypatch.setenv("CATRADE_DATA", str(data))
    reports = Path("reports")
    reports.mkdir()
    for name in ("trade-growth-kaz", "another"):
        shutil.copy(file, reports / f"{name}.html")
    (reports / "trade-growth-kaz.ipynb").write_text("{}", encoding="utf-8")
    (reports / "notes.html").write_text("not ours", encoding="utf-8")
    assert cli.main(["render", "--bundle", "one.zip"]) == 0
    assert capsys.readouterr().out.endswith("the index and 2 pages: one.zip\n")
    Path("sub").mkdir()
    assert cli.main(["render", "--bundle", "sub/two.zip"]) == 0
    assert Path("one.zip").read_bytes() == Path("sub/two.zip").read_bytes()
    with zipfile.ZipFile("one.zip") as bundle:
        assert bundle.namelist() == [
            "reports/index.html", "reports/another.html", "reports/trade-growth-kaz.html",
        ]  # fmt: skip
        assert {entry.date_time for entry in bundle.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert bundle.read("reports/another.html") == file.read_bytes()
    assert [path.name for path in Path("sub").iterdir()] == ["two.zip"]


@pytest.mark.parametrize(
    ("target", "said"),
    [("one.tar", "must name a file that ends in .zip"), ("no/one.zip", "there is no folder no")],
)
def test_a_bundle_that_cannot_be_is_refused_before_anything_runs(
    made: tuple[Path, Path, Path], target: str, said: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(made[1].parent.parent)
    assert cli.main(["render", "--bundle", target]) == 2
    assert said in capsys.readouterr().err
    assert not Path("reports").exists()


def test_open_page_is_for_pages_only(tmp_path: Path) -> None:
    file = tmp_path / "block.html"
    file.write_text(
        f'<script type="application/json" id="{provenance.SCRIPT_ID}">{json.dumps([1])}</script>',
        encoding="utf-8",
    )
    with pytest.raises(ParameterError, match="is damaged"):
        saved.open_page(file)
