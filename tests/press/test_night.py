"""What a night's plan needs: an index that reads what changed."""

import json
import os

import pytest
from saved_pages import refusal, usual, write_now

from pagemill import index, pages


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            ["-o", "s3://bucket/reports"],
            "-o names a folder of this machine, and got s3:",
        ),
        (["--watch"], "--watch is no more: a program that looks for changes can run"),
    ],
)
def test_what_left_with_0_5_names_what_does_it(waves, asked, sentence, capsys):
    assert sentence in refusal(capsys, "render", *asked)


def test_of_many_pages_only_what_changed_is_read_again(waves, tmp_path, monkeypatch):
    text = write_now(waves, tmp_path / "one.html", *usual())
    for number in range(pages.MANY):
        (tmp_path / f"wave-{number}.html").write_text(text, "utf-8")
    before = index.write_index(tmp_path).read_bytes()
    pages._read.cache_clear()
    assert index.is_current(tmp_path)
    assert pages._read.cache_info().misses == 0
    changed = tmp_path / "wave-7.html"
    changed.write_text(text.replace("48", "88"), "utf-8")
    os.utime(changed, (0, 0))  # a clock set back decides nothing
    assert not index.is_current(tmp_path)
    assert pages._read.cache_info().misses == 1
    changed.write_text(text, "utf-8")
    # What is kept may be gone, damaged or of another version.
    held = json.loads((tmp_path / pages.KEPT).read_text("utf-8"))
    held["pages"]["wave-7.html"] = {"places": 7}
    for damage in ("", "[1", "7", '{"library": "another"}', json.dumps(held)):
        (tmp_path / pages.KEPT).write_text(damage, "utf-8")
        assert index.write_index(tmp_path).read_bytes() == before


def test_digits_of_a_page_are_found(waves, tmp_path):
    write_now(waves, tmp_path / "one.html", "In Q3 of 2025 it was HS87.")
    (page,) = pages.look(tmp_path).values()
    assert {"q3", "2025", "hs87"} <= {*page.words}
