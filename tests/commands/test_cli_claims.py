"""`catrade claims`: lines for a person, JSON for a machine, one sentence for a mistake."""

import json
import re
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
from fetch_files import cases

from catrade.cli import main

HERE = Path(__file__).parents[1]
INVENTED = HERE / "files" / "claims_invented.csv"
SCHEMA = json.loads((HERE / "files" / "claims.schema.json").read_text("utf-8"))


@pytest.mark.parametrize(
    "arguments",
    [[], ["--claims", str(INVENTED)]],
    ids=["article", "another file"],
)
def test_json_follows_its_schema(arguments, capsys):
    assert main(["claims", "--format", "json", *arguments]) == 0
    printed = json.loads(capsys.readouterr().out)
    jsonschema.validate(printed, SCHEMA)
    assert "NaN" not in json.dumps(printed)


def test_lines_are_plain(capsys):
    assert main(["claims"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 120
    assert "Claims of dailymail-2026-01" in out
    assert "does not hold" in out
    # 10 on trade: 1, 7 as announced, 2 open; 20 on meetings: 16, 3 and 1; 8 no figure can judge.
    last = out[out.rindex("38 claims: ") :].split(": ")[1].rstrip(".\n")
    assert set(last.split("; ")) == {
        "17 holds",
        "7 as announced, not independently confirmed",
        "3 does not hold",
        "11 cannot be checked",
    }


WRONG = """
--document dailymail-2026 | of dailymail-2026-01, .*mean 'dailymail-2026-01'
--format jsonl | --format must be one of table, json
--data none | --data names none, which is not a folder
"""


@pytest.mark.parametrize(("arguments", "sentence"), cases(WRONG))
def test_a_mistake_is_one_sentence(arguments, sentence, capsys):
    assert main(["claims", *arguments.split()]) == 2
    error = capsys.readouterr().err
    assert re.search(sentence, error)
    assert error.count("\n") == 1


def test_another_data_folder(data_copy, capsys, monkeypatch):
    """The roundtable a day earlier: then it was on the Tuesday that the article names."""
    monkeypatch.setenv("CATRADE_DATA", "")  # restored after the command has set it
    file = data_copy / "policy_events.csv"
    text = file.read_text("utf-8")
    moved = re.sub(r"(?m)^(2026-nev-roundtable-17.+?2026-01-1)4", r"\g<1>3", text)
    assert moved != text
    file.write_text(moved, "utf-8")
    assert main(["claims", "--format", "json", "--data", str(data_copy)]) == 0
    printed = json.loads(capsys.readouterr().out)["verdicts"]
    verdicts = {v["claim_id"]: v["verdict"] for v in printed}
    assert verdicts["roundtable-weekday"] == "holds"
    assert verdicts["symposium-day-before"] == "does not hold"


@pytest.mark.parametrize("form", ["table", "json"])
def test_no_secret_is_printed(
    form,
    tmp_path,
    capsys,
    monkeypatch,
):
    """Of a claim that holds a key of the environment, in its statement and in its reason."""
    secret = 'k3y-"4711"-é'
    monkeypatch.setenv("SOME_API_KEY", secret)
    told = {"claim_id": "a", "document": "d", "number": "1", "kind": "not_checkable"}
    told |= {"statement": f"Something {secret}", "note": f"A view {secret}"}
    names = pd.read_csv(INVENTED, nrows=0).columns
    mine = pd.DataFrame([told | {"source_id": "tass-2025-07-15"}], columns=names)
    file = tmp_path / "mine.csv"
    mine.to_csv(file, index=False)
    assert main(["claims", "--format", form, "--claims", str(file)]) == 0
    out = capsys.readouterr().out
    assert "4711" not in out
    assert out.replace("\n", "").count("[SOME_API_KEY]") == 2
