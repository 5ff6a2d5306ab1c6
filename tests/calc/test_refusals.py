"""Wrong calls at the door and in a plan end in one sentence that says what would be right."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import catrade as ct
from catrade.calc.concentration import hhi
from catrade.cli import main
from rounding.dates import date_interval
from rounding.errors import ParameterError
from rounding.rounded import Rounded

FRAME = pd.DataFrame({"partner": ["KAZ", "KGZ"], "year": 2025, "value_bn": [1.0, 2.0]})


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: ct.table("KAZ", "Trade"), "table needs a frame, such as ct.trade("),
        (lambda: ct.to_excel(FRAME, "x.txt"), "must end in .xlsx; got"),
        (lambda: ct.to_excel([1], "x.xlsx"), "needs frames, tables or charts; got"),
        (lambda: ct.share(FRAME, of="x"), "of must be a table of the whole or "),
        (lambda: ct.policies("BYD"), "(did you mean search='BYD'?)"),
        (lambda: ct.trade("CHN", reporter="TKM"), "so it cannot be the reporter: use "),
        (lambda: hhi([1, -1]), "amounts must be zero or more"),
        (
            lambda: ct.check_claims(FRAME),
            "check_claims needs columns 'statement' and 'kind'; the frame has ",
        ),
        (lambda: ct.charts.bars("KAZ", title=""), "bars draws a DataFrame; got"),
        (
            lambda: ct.charts.bars(pd.concat([FRAME, FRAME]), "partner", title=""),
            "(choose rows, or name a column in by=)",
        ),
        (
            lambda: ct.charts.lines(FRAME, "year", marks={"x": "y"}, title=""),
            "need days such as 2024-01-25; got",
        ),
        (
            lambda: ct.params.validate("claim_check", document="X Y"),
            "document must be one of dailymail-2026-01, ",
        ),
        (lambda: date_interval("14.1.2026"), "a date must look like 2026-01-14, "),
        (lambda: Rounded.printed(1, -1), "the rounding unit must be zero or more"),
    ],
)
def test_a_wrong_call_says_what_would_be_right(
    call: Callable[[], object], said: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        call()
    assert said in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_folder_of_tables_that_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["claims", "--data", str(tmp_path / "none")]) == 2
    assert "which is not a folder; it must be one with trade.csv" in (
        capsys.readouterr().err
    )
