"""`catrade claims`: a table for a person, JSON for a machine, one sentence for a mistake."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pandas as pd
import pytest

from catrade.cli import main

HERE = Path(__file__).parent
INVENTED = HERE / "data" / "claims_invented.csv"
SCHEMA = json.loads((HERE / "data" / "claims.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "arguments",
    [[], ["--document", "stheadline-mofcom-2026"], ["--claims", str(INVENTED)]],
    ids=["article", "chinese", "another file"],
)
def test_json_follows_its_schema(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "--format", "json", *arguments]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMA)
    assert "NaN" not in json.dumps(found)


def test_schema_refuses_an_unknown_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    main(["claims", "--format", "json", "--claims", str(INVENTED)])
    found = json.loads(capsys.readouterr().out)
    found["verdicts"][0]["verdict"] = "maybe"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, SCHEMA)


def test_table_is_plain_when_piped(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 120
    assert "Claims of dailymail-2026-01" in out
    assert "does not hold" in out
    # 13 on trade: 8 as announced, 5 open; 19 on meetings: 15, 3 and 1; 4 no figure can judge.
    assert out.strip().splitlines()[-1] == (
        "36 claims: 15 hold, 8 stand as announced, not independently confirmed, 3 do not hold and "
        "10 cannot be checked."
    )


def test_unknown_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "--document", "dailymail-2026"]) == 2
    error = capsys.readouterr().err
    assert "document must be one of dailymail-2026-01, stheadline-mofcom-2026" in error
    assert "(did you mean 'dailymail-2026-01'?)" in error
    assert error.count("\n") == 1


def test_unknown_format(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "--format", "jsonl"]) == 2
    assert "--format must be one of table, json" in capsys.readouterr().err


def test_another_data_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A total of 90 billion in every source turns the claim of 106.3 false."""
    monkeypatch.setenv("CATRADE_DATA", "")  # restored after the command has set it
    folder = tmp_path / "data"
    shutil.copytree(HERE.parent / "data", folder)
    trade = folder / "trade.csv"
    text = trade.read_text(encoding="utf-8")
    assert "CHN,CA5,2025,total,106300000000" in text
    changed = text.replace("CHN,CA5,2025,total,106300000000", "CHN,CA5,2025,total,90000000000")
    trade.write_text(changed, encoding="utf-8")
    assert main(["claims", "--format", "json", "--data", str(folder)]) == 0
    found = json.loads(capsys.readouterr().out)["verdicts"]
    verdicts = {(v["claim_id"], v["books"]): v["verdict"] for v in found}
    assert verdicts["total-2025", "CHN"] == "does not hold"
    assert verdicts["growth-2025", "CHN"] == "does not hold"
    assert verdicts["exports-2025", "CHN"] == "holds"


def test_missing_data_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "--data", str(tmp_path / "none")]) == 1
    assert "which is not a folder" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["table", "json"])
def test_no_secret_is_printed(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a claim that holds a key of the environment, in its statement and in its reason."""
    secret = 'k3y-"4711"-é'
    monkeypatch.setenv("SOME_API_KEY", secret)
    told = f"opinion,invented,1,Something {secret},not_checkable,A view {secret}"
    values = dict(
        zip(
            ("claim_id", "document", "number", "statement", "kind", "note"),
            told.split(","),
            strict=True,
        )
    )
    file = tmp_path / "mine.csv"
    head = INVENTED.read_text(encoding="utf-8").splitlines()[0]
    names = head.split(",")
    row = {**dict.fromkeys(names, ""), **values, "source_id": "tass-2025-07-15"}
    pd.DataFrame([row], columns=names).to_csv(file, index=False)
    assert main(["claims", "--format", form, "--claims", str(file)]) == 0
    out = capsys.readouterr().out
    assert "4711" not in out
    assert out.replace("\n", "").count("[SOME_API_KEY]") == 2
