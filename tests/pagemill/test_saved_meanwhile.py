"""Tables and notebooks that are saved while a report is made from them."""

from pathlib import Path

import pytest
from saved_pages import project

from pagemill import plan, provenance, run

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


def made(waves: Path, root: Path, cell: str) -> run.Outcome:
    """The outcome of a notebook of one cell, from a table that says "old"."""
    wave = plan.make_run("wave", project(root, cell).parent, {})
    (root / "reports").mkdir()
    (root / "heights.csv").write_text("old", "utf-8")
    (root / "runs").write_text("", "utf-8")
    return run.execute(wave, root / "reports", root)


def test_a_report_whose_table_changed_meanwhile_is_made_again(
    waves: Path, tmp_path: Path
):
    """Tester T4: the page of the old data was recorded with the new data's hash, for good."""
    outcome = made(waves, tmp_path, SAVES_ONCE)
    assert outcome.status == "made"
    page = (tmp_path / "reports" / "wave-3.html").read_text("utf-8")
    assert "It read new" in page
    assert "It read old" not in page
    recorded = (provenance.from_html(page) or {})["inputs"]["tables"]
    assert recorded == {"heights": provenance.hash_of([tmp_path / "heights.csv"])}
    assert (tmp_path / "runs").read_text() == "xx"


def test_one_that_changes_each_time_fails_in_a_sentence(waves: Path, tmp_path: Path):
    outcome = made(waves, tmp_path, SAVES_EACH_TIME)
    assert outcome.status == "failed"
    assert (
        "wave-3: while it was made, table heights changed, and again" in outcome.message
    )
    assert not (tmp_path / "reports" / "wave-3.html").exists()
