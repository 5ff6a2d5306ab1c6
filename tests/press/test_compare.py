"""`pagemill diff`: which numbers and sentences differ between two pages, and by what."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import pytest
from fetch_files import cases, changed
from saved_pages import BOTH, refusal, table, write

from pagemill import cli, compare, display, provenance
from pagemill.compare import Comparison


@pytest.fixture(autouse=True)
def _of_waves(waves: Path):
    """All pages are of the foreign project."""


def pair(
    folder: Path, before: Sequence[Any], after: Sequence[Any], **inputs: Any
) -> Comparison:
    """What differs between two pages that show some things."""
    old = write(folder / "a.html", *before)
    return compare.compare(old, write(folder / "b.html", *after, **inputs))


def growth(total: float, rate: float, residual: float) -> display.Table:
    frame = pd.DataFrame(
        {
            "country": ["CHN", "UZB"],
            "value_usd": [total, 9e9],
            "low_usd": [total - 5e7, 8e9],
            "growth": [rate, 0.1],
            "growth_low": [rate - 0.001, 0.05],
            "contribution": [residual, 0.02],
        }
    )
    interval = display.Interval("growth_low", "growth_low")
    value = "Value, dollars"
    columns = {"country": "Country", "value_usd": value, "growth": ("Growth", interval)}
    return display.table(frame, "Growth", columns=columns)


def test_a_change_is_said_in_words_and_digits_that_show_it(tmp_path):
    """Editor S10: rates in points, no noise, the table's words, ends with their figure."""
    before, after = growth(106.3e9, 0.1213, 4.16e-17), growth(106.6e9, 0.1246, 0.0)
    # 0.3 / 106.3 is 0.28 per cent; 12.46 less 12.13 is 0.33 points.
    assert list(map(str, pair(tmp_path, [before], [after]).moves)) == [
        "CHN: Value, dollars: 106.3 billion → 106.6 billion (+0.28%)",
        "CHN: Growth: 12.13% → 12.46% (+0.33 points)",
    ]


def test_rows_columns_and_figures_that_come_or_go_are_named(tmp_path):
    rows = [(2025, "export", 80e9, 0.5), (2026, "export", 9e9, 0.6)]
    wider = pd.DataFrame(rows, columns=["year", "flow", "value_usd", "share"])
    after = display.table(wider, "The flows", name="flows"), table(BOTH, "new")
    moves = pair(tmp_path, [table(BOTH), table(BOTH, "old")], after).moves
    assert [(m.item, m.row, m.column, m.old, m.new) for m in moves] == [
        ("Table 1, The flows", "", "(column) share", "–", "added"),
        ("Table 1, The flows", "2024, export", "(row)", "removed", "–"),
        ("Table 1, The flows", "2024, import", "(row)", "removed", "–"),
        ("Table 1, The flows", "2026, export", "(row)", "–", "added"),
        ("Table 2, The old", "", "(figure or table)", "removed", "–"),
        ("Table 2, The new", "", "(figure or table)", "–", "added"),
    ]


#: What is damaged in a page, and what is said of it.
DAMAGE = """
pagemill-provenance=>x | is not a report of waves: it has no record
"inputs":=>"inputs":{ | is damaged: it is no valid JSON
"tables":=>"tabels": | it lacks 'tables' or has it
"slug":"kaz"=>"slug":7 | it lacks 'slug' or has it
"heights":"d=>"../x":"d | '../x' is no name of a table
"topic":"Growth"=>"a":"b" | it lacks 'topic' or has it
"""


@pytest.mark.parametrize(("damage", "sentence"), cases(DAMAGE))
def test_a_page_that_cannot_be_read_is_one_sentence_and_exit_2(
    tmp_path, damage, sentence, capsys
):
    file = tmp_path / "a.html"
    text = write(file, "One.").text
    file.write_text(changed(text, damage), "utf-8")
    assert sentence in refusal(capsys, "diff", file, file)


def test_missing_and_foreign_files_are_one_sentence(tmp_path, capsys):
    (tmp_path / "picture.html").write_bytes(b"\xff\xfe\x00")
    block = f'<script type="application/json" id="{provenance.SCRIPT_ID}">[1]</script>'
    (tmp_path / "block.html").write_text(block, "utf-8")
    os.mkfifo(tmp_path / "pipe.html")
    for name, sentence in (
        ("none.html", "cannot be read: No such file or directory"),
        ("picture.html", "it is not text in UTF-8"),
        ("block.html", "is damaged"),
        ("pipe.html", "it is no file"),  # and is not waited for
        ("/dev/zero", "it is no file"),
        (".", "cannot be read: Is a directory"),
    ):
        assert sentence in refusal(capsys, "verify", tmp_path / name)


def test_diff_leads_with_the_answer(tmp_path, capsys):
    old, new = str(tmp_path / "a.html"), str(tmp_path / "b.html")
    write(Path(old), display.answer("Up 3%."), "One.\n\nTwo.\n\nThree.", table(BOTH))
    write(
        Path(new),
        display.answer("Up 4%."),
        "One.\n\nBoth.\n\nThree.\n\nAdded.",
        table(BOTH[:2]),
        tables={"heights": "e" * 64},
    )
    assert cli.main(["diff", old, old]) == 0
    assert "the same, byte by byte" in capsys.readouterr().out
    assert cli.main(["diff", old, new]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "− Up 3%.",
        "+ Up 4%.",
        "data may explain it: table heights changed",
        # The answer on the page, in its head, its record and for programs; the text; the table.
        "1 value and 3 sentences differ, in 6 parts of the page",
        "Table 1, The flows",
        "    2025, export: (row): removed",
        "− Two.",
        "+ Both.",
        "+ Added.",
    ]


def test_diff_says_how_much_it_leaves_out(tmp_path, capsys):
    files = [str(tmp_path / name) for name in ("a.html", "b.html")]
    for file, value in zip(files, (1e9, 2e9), strict=True):
        write(
            Path(file), table([(year, "export", value) for year in range(1950, 1990)])
        )
    cli.main(["diff", *files])
    out = capsys.readouterr().out
    assert f"… and {40 - cli.SHOWN} more: --all shows them" in out
    assert "1989" not in out
    cli.main(["diff", "--all", *files])
    assert "1989" in capsys.readouterr().out


# --- pages that somebody else made ----------------------------------------------------------


def altered(tmp_path: Path, old: str, new: str) -> list[str]:
    """The arguments of `diff` for a page and the same with something put in its place."""
    good, bad = tmp_path / "good.html", tmp_path / "bad.html"
    write(good, display.answer("Up 3%."), "Text here.", table(BOTH))
    html = good.read_text("utf-8")
    assert old in html
    bad.write_text(html.replace(old, new), "utf-8")
    return ["diff", str(good), str(bad)]


#: What a terminal would obey, and where it stands: in a paragraph, a title, or data to download.
OBEYED = {
    "\x1b]0;pwned\x1b\\": "Text here.",
    "\u202e": "The flows",
    "\x9b31m": "2024,export",
}


def test_a_terminal_obeys_nothing_that_stands_in_a_page(tmp_path, capsys):
    for text, place in OBEYED.items():
        put = quote(text) if "," in place else text
        assert cli.main(altered(tmp_path, place, put + place)) == 1
        out = capsys.readouterr().out
        assert [one for one in out if not one.isprintable() and one != "\n"] == []
        assert repr(text)[1:-1].split("]")[0] in out.replace("\n", "")


@pytest.mark.parametrize("odd", ["<![foo[", "<!-- "])
def test_odd_html_is_read_or_refused_in_one_sentence(odd, tmp_path, capsys):
    status = cli.main(altered(tmp_path, "Text here.", f"Text here.</p>{odd}"))
    sentence = capsys.readouterr().err
    assert (status == 2 and sentence.count("\n") == 1) or (
        status in (0, 1) and not sentence
    )


def test_a_csv_that_cannot_be_read_is_one_sentence(tmp_path, capsys):
    told = refusal(capsys, *altered(tmp_path, "2024,import", "2024,1,2,3,import"))
    assert "the data of 'flows' cannot be read as CSV: " in told
