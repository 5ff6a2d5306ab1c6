"""Benchmarks end in a sentence, not a traceback, where a tool they measure with is missing."""

import sys

import pytest
from benchmarks import __main__ as benchmarks


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("neutral", "neutral needs the package playwright.*, one of the test tools: "),
        ("neutrl", "NAME must be one of render, .*; got 'neutrl'"),
    ],
)
def test_what_cannot_be_measured_is_said(asked, sentence, monkeypatch):
    for name in ("playwright", "playwright.sync_api"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(sys, "argv", ["benchmarks", asked])
    with pytest.raises(SystemExit, match=sentence):
        benchmarks.main()
