"""Tables and notebooks that are saved while a report is made from them."""

import base64
from pathlib import Path
from typing import Any

import pytest
from saved_pages import project

from pagemill import page as render
from pagemill import plan, provenance, run
from pagemill.files import hash_of

pytestmark = pytest.mark.kernel

READS = """\
from pathlib import Path
from pagemill.reads import note_reading
note_reading("heights")
table, runs = Path("../heights.csv"), Path("../runs")
print("It read", table.read_text().strip())
runs.write_text(runs.read_text() + "x")
"""
SAVES_ONCE = READS + "if len(runs.read_text()) == 1:\n    table.write_text('new')"
SAVES_EACH_TIME = READS + "table.write_text(runs.read_text())"


def made(waves: Path, root: Path, cell: str) -> run.ReportOutcome:
    """The outcome of a notebook of one cell, from a table that says "old"."""
    wave = plan.make_run("wave", project(root, cell).parent, {})
    (root / "reports").mkdir()
    (root / "heights.csv").write_text("old", "utf-8")
    (root / "runs").write_text("", "utf-8")
    return run.execute(wave, root / "reports", root)


def test_a_report_whose_table_changed_meanwhile_is_made_again(waves, tmp_path):
    """Tester T4: the page of the old data was recorded with the new data's hash, for good."""
    outcome = made(waves, tmp_path, SAVES_ONCE)
    assert outcome.status == "made"
    page = (tmp_path / "reports" / "wave-3.html").read_text("utf-8")
    assert "It read new" in page
    assert "It read old" not in page
    recorded = (provenance.from_html(page) or {})["inputs"]["tables"]
    assert recorded == {"heights": hash_of([tmp_path / "heights.csv"])}
    assert (tmp_path / "runs").read_text() == "xx"


def test_one_that_changes_each_time_fails_in_a_sentence(waves, tmp_path):
    outcome = made(waves, tmp_path, SAVES_EACH_TIME)
    assert outcome.status == "failed"
    assert (
        "wave-3: while it was made, table heights changed, and again" in outcome.message
    )
    assert not (tmp_path / "reports" / "wave-3.html").exists()


def test_a_picture_saved_while_the_page_is_made_is_that_of_its_record(
    waves, tmp_path, monkeypatch
):
    """Two reports at once wrote one picture: the one's page held the other's."""
    picture = tmp_path / "notebooks" / "dot.png"
    made_plainly = render.page

    def made_after_another_saved(*what: Any) -> str:
        picture.write_bytes(b"another's")
        return made_plainly(*what)

    monkeypatch.setattr(render, "page", made_after_another_saved)
    picture.parent.mkdir()
    picture.write_bytes(b"its own")
    shows = 'from IPython.display import HTML\nHTML(\'<img src="dot.png" alt="dot">\')'
    assert made(waves, tmp_path, READS + shows).status == "made"
    # Once more: the second time it was that all along.
    assert (tmp_path / "runs").read_text() == "xx"
    page = (tmp_path / "reports" / "wave-3.html").read_text("utf-8")
    assert base64.b64encode(b"another's").decode() in page
    recorded = (provenance.from_html(page) or {})["inputs"]["helpers"]
    assert recorded == {"dot.png": hash_of([picture])}
