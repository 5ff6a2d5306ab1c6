"""What a night's plan needs: an index that reads what changed."""

import json
import os
from pathlib import Path
from typing import Any

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
