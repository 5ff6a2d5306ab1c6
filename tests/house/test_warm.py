"""What pages share is ready before them; where it is not, somebody hears of it."""

import gc

import pandas as pd
import pytest

from rounding.errors import DataError


@pytest.fixture
def warm():
    """The module, which changes how text is stored and how often circles are looked for."""
    often = gc.get_threshold()
    with pd.option_context("mode.string_storage", pd.options.mode.string_storage):
        from catrade import warm

        yield warm
    gc.set_threshold(*often)


@pytest.mark.slow
def test_all_that_pages_share_can_be_made(warm, caplog):
    for notebook in warm._SHARED:
        warm.ready(notebook)
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (DataError("trade.csv has no rows"), []),
        (
            TypeError("takes 0 arguments"),
            [
                "what the pages of a share could not be made ready, pages take longer:"
                " TypeError('takes 0 arguments')"
            ],
        ),
    ],
)
def test_what_is_wrong_with_the_code_is_said(warm, caplog, monkeypatch, fault, told):
    def fails(name: str) -> None:
        raise fault

    monkeypatch.setattr(warm, "table", fails)
    monkeypatch.setattr(warm, "_SHARED", {"a": ("figures",)})
    warm.ready("a")
    assert caplog.messages == told
