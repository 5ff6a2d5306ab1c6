"""What a night's plan needs: an object store, an index that reads what changed."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from fetch_files import cases
from saved_pages import refusal, usual, write_now

from pagemill import cli, index, kernels, pages, plan, provenance
from pagemill.extras import store, watch
from rounding.errors import ParameterError


@pytest.mark.kernel
def test_reports_in_a_store_are_current_there_and_indexed_where_all_are(
    waves,
    tmp_path,
    capsys,
    monkeypatch,
):
    monkeypatch.setenv("PAGEMILL_PROJECT", "waves:PROJECT")
    monkeypatch.setenv("PYTHONPATH", str(waves))
    fsspec = pytest.importorskip("fsspec")
    shutil.copytree(waves / "notebooks", tmp_path / "notebooks")
    store = fsspec.filesystem("memory")
    asked = ["render", "-o", "memory://night/reports"]

    def last_line(*more: str) -> str:
        status = cli.main([*asked, *more])
        shown = capsys.readouterr()
        assert status == 0, shown.err
        return shown.out.splitlines()[-1]

    def held() -> list[str]:
        return sorted(
            path.rpartition("/")[2] for path in store.ls("/night/reports", False)
        )

    for slug in ("wave-3", "wave-5"):
        assert last_line(slug).endswith(f"reports/{slug}.html")
    endings = ("html", "html.md", "ipynb")
    made = [f"wave-{number}.{ending}" for number in (3, 5) for ending in endings]
    assert held() == made
    assert last_line("--index") == "the index: memory:///night/reports/index.html"
    listed = store.cat("/night/reports/index.html").decode()
    assert 'href="wave-3.html"' in listed
    # What programs read of all goes with the index.
    assert {*held()} - {*made} == {"edition.json", "index.html", "llms.txt"}
    sent = store.modified("/night/reports/wave-3.html")
    assert last_line() == "2 current: memory:///night/reports/index.html"
    assert store.modified("/night/reports/wave-3.html") == sent
    # What fails there keeps its last good page, and stands on the index.
    file = tmp_path / "notebooks" / "wave.ipynb"
    before = file.read_text("utf-8")
    file.write_text(before.replace("import ", "1 / 0; import ", 1), "utf-8")
    assert cli.main([*asked, "--report", "night.json"]) == 1
    assert "wave-3.failed.ipynb" in held()
    assert "wave-3.html" in held()
    listed = store.cat("/night/reports/index.html").decode()
    assert '<a href="wave-3.failed.ipynb">wave-3</a>: cell ' in listed
    assert "ZeroDivisionError" in listed
    told = json.loads((tmp_path / "night.json").read_text("utf-8"))
    assert [outcome["status"] for outcome in told] == ["failed", "failed"]
    assert told[0]["page"] == "memory:///night/reports/wave-3.html"
    # What is as it was again has not failed.
    file.write_text(before, "utf-8")
    last_line("wave-3")
    assert [name for name in held() if "failed" in name] == ["wave-5.failed.ipynb"]


NO_STORES = """
nonsense://x | 2 | Protocol not known: nonsense
dir://x | 2 | -o dir://x can hold no reports:
reference://x | 2 | -o reference://x can hold no reports:
gs://bucket/x | 1 | needs fsspec and its package for such addresses
"""


@pytest.mark.parametrize(("address", "status", "sentence"), cases(NO_STORES))
def test_a_store_that_cannot_be_is_a_sentence(waves, address, status, sentence, capsys):
    pytest.importorskip("fsspec")
    plan_file = str(waves / "notebooks" / "reports.toml")
    asked = ("render", "--plan", plan_file, "-o", address)
    assert sentence in refusal(capsys, *asked, status=int(status))


def test_of_many_pages_only_what_changed_is_read_again(waves, tmp_path, monkeypatch):
    text = write_now(waves, tmp_path / "one.html", *usual())
    for number in range(pages.MANY):
        (tmp_path / f"wave-{number}.html").write_text(text, "utf-8")
    index.write_index(tmp_path)
    kept = tmp_path / pages.KEPT
    read: list[str] = []
    plainly = pages._read.__wrapped__

    def reading(file: Path, *stamp: int) -> Any:
        read.append(file.name)
        return plainly(file, *stamp)

    monkeypatch.setattr(pages, "_read", reading)
    assert index.is_current(tmp_path)
    assert read == []
    (tmp_path / "wave-7.html").write_text(text.replace("48", "88"), "utf-8")
    assert not index.is_current(tmp_path)
    assert {*read} == {"wave-7.html"}
    # What is kept may be gone, damaged or of another version.
    before = index.write_index(tmp_path).read_bytes()
    held = json.loads(kept.read_text("utf-8"))
    held["pages"]["wave-7.html"] = {"places": 7}
    another = '{"library": "another"}'
    for damage in ("", "[1", "7", another, json.dumps(held)):
        kept.write_text(damage, "utf-8")
        assert index.is_current(tmp_path)
    kept.unlink()
    assert index.write_index(tmp_path).read_bytes() == before
    # A clock set back decides nothing.
    os.utime(tmp_path / "wave-7.html", (0, 0))
    assert index.is_current(tmp_path)


def test_digits_of_a_page_are_found(waves, tmp_path):
    write_now(waves, tmp_path / "one.html", "In Q3 of 2025 it was HS87.")
    (page,) = pages.look(tmp_path).values()
    assert {"q3", "2025", "hs87"} <= {*page.words}


def test_what_is_hashed_as_code_is_watched(waves, tmp_path, monkeypatch):
    """A change of a colour made all pages due, and somebody who watched was not told."""
    own = tmp_path / "own"
    own.mkdir()
    for name in ("a.py", "colours.yaml", "notes.md"):
        (own / name).touch()
    monkeypatch.setattr(provenance, "OWN", (provenance.OWN[0], own))
    planned = plan.load_plan(waves / "notebooks" / "reports.toml")
    seen = {
        file.name
        for file in watch.when_saved(planned, tmp_path, tmp_path / "reports")[0]
    }
    assert {"a.py", "colours.yaml", "waves.py", "style.css", "reports.toml"} <= seen
    assert "notes.md" not in seen


def test_who_watches_has_a_server_before_the_first_change(waves, tmp_path, monkeypatch):
    planned = plan.load_plan(waves / "notebooks" / "reports.toml")
    watching = watch.Watch(planned, tmp_path, tmp_path / "reports")
    begun: list[str] = []

    def begin(module: str) -> None:
        begun.append(module)
        (tmp_path / "heights.csv").write_text("height\n1\n", "utf-8")

    monkeypatch.setattr(kernels, "start_server", begin)
    watching.wait(has_failed=False)
    assert begun == ["matplotlib.pyplot,pagemill.display"]


def test_a_store_that_takes_no_files_is_a_sentence(waves):
    pytest.importorskip("fsspec")
    with store.opened("data://x", set()) as there:
        (there.folder / "a.html").touch()
        with pytest.raises(ParameterError, match="can hold no reports: Read only file"):
            there.send("a.html")
