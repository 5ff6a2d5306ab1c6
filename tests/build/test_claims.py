"""The claims shipped: figures in their reasons worked out by hand, and claims that are none."""

from pathlib import Path

import pandas as pd
import pytest
from computed import displayed
from fetch_files import ROOT, cases, changed, options, rows_of, write

import catrade as ct
from catrade import page
from catrade_build.check.check import check_data
from catrade_build.claims.core import UNKNOWN
from catrade_build.claims.facts import Facts
from catrade_build.claims.verdicts import judge_claims
from catrade_build.tables.policy import ARTICLE, load_claims
from rounding.errors import DataError, ParameterError

CHINESE = "stheadline-mofcom-2026"
INVENTED = Path(__file__).parents[1] / "files" / "claims_invented.csv"


@pytest.fixture(scope="module")
def shipped(facts: Facts) -> pd.DataFrame:
    return judge_claims(load_claims(), facts)


def _reason(shipped: pd.DataFrame, claim: str, books: str) -> str:
    rows = shipped.set_index(["claim_id", "books"])
    return str(rows.loc[[(claim, books)], "reason"].iloc[0])


def test_goods_by_hand(shipped):
    """The one complete table of China's exports to all five: the groups as WITS has them."""
    rows = pd.read_csv(ROOT / "data" / "composition_groups.csv", dtype={"period": str})
    rows = rows[rows["exporter"].eq("CHN") & rows["reporter"].eq("CHN")]
    rows = rows[rows["period"].eq("2023") & rows["classification"].eq("WITS16")]
    assert rows["importer"].nunique() == 5
    share = rows.groupby("code")["value_usd"].sum() / rows["value_usd"].sum()
    assert share.idxmax() == "50-63"
    reason = _reason(shipped, "export-goods-2025", "")
    assert f"were {share['84-85'] + share['86-89']:.1%} of them" in reason
    assert f"textiles and clothing alone {share['50-63']:.1%}" in reason


def test_every_verdict_has_a_sentence_and_sources(shipped):
    sources = {row["source_id"] for row in rows_of("sources")}
    for row in shipped.to_dict("records"):
        reason = row["reason"]
        assert reason.endswith(".")
        assert reason[0] == reason[0].upper()
        assert ".." not in reason
        used = set(filter(None, row["sources"].split(";")))
        assert used <= sources - {ARTICLE, CHINESE}
        assert used or row["verdict"] == UNKNOWN, row["claim_id"]


# --- claims that are none -------------------------------------------------------------------------


NONE = """
"kind": "grwth" | must be one of level.*did you mean 'growth'
"subject": "" | column subject: must not be empty .* kind growth
"value": -1.5 | column value: must be above -1
"precision": NaN | column precision: must say how
"rounding": "roughly" | rounding must be one of nearest.*'roughly'
"books": "RUS" | books must be one of CHN, partner; got 'RUS'
"partner": "UZZ" | country must be one of .*did you mean 'UZB'
"period": "next year" | period must look like
"""


@pytest.mark.parametrize(("changes", "sentence"), cases(NONE))
def test_a_claim_that_is_none_gives_one_sentence(facts, changes, sentence):
    claims = load_claims(ARTICLE).query("claim_id == 'growth-2025'")
    with pytest.raises(ParameterError, match=f"growth-2025.* {sentence}") as caught:
        judge_claims(claims.assign(**options(changes)), facts)
    assert "\n" not in str(caught.value)


FAULTY = """
,growth,=>,grwth, | column kind: must be one of
event_gap,,=>event_gap,CHNA, | 'CHNA' is not in countries.csv
,1000000000,nearest=>,-1000000000,nearest | must be greater than 0
"""


@pytest.mark.parametrize(("change", "sentence"), cases(FAULTY))
def test_a_faulty_file_is_named_with_row_and_column(tmp_path, change, sentence):
    text = changed(INVENTED.read_text("utf-8"), change)
    file = write(tmp_path / "mine.csv", text)
    with pytest.raises(DataError, match=rf"mine\.csv, row \d+, .*{sentence}"):
        load_claims(path=file)


def test_all_missing_columns_in_one_sentence(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("number,statement,kind,value\n1,It grew,growth,0.1\n", "utf-8")
    with pytest.raises(DataError) as caught:
        load_claims(path=file)
    assert str(caught.value).startswith(
        "mine.csv, row 1: the columns claim_id, document, subject, partner"
    )
    assert "more" not in str(caught.value)


#: 48.7 (48.65 to 48.70) over 43.87 billion; its own: 34.17 over 30.16. Customs prints 32.4 times
#: more gold-laden imports from Kyrgyzstan for 2024; of half of 2025 21.8 billion with Kazakhstan,
#: after 21.7, no tenth more; of seven months of 2026 19.4% in yuan, which had risen meanwhile.
IN_ONE_LINE = """
KAZ total 2025 | "growth": 0.11 | holds, does not hold | China’s trade with Kazakhstan in 2025
KAZ total 2025 | "growth": 0.133, "precision": 0.001 | does not hold, holds |
KAZ total 2025 | "value": 34.2 | does not hold, holds |
KAZ total 2025 | "value": 48, "rounding": "above" | holds, does not hold |
KGZ import 2024 | "growth": 32, "precision": 1, "rounding": "about" | holds, does not hold |
KAZ total 2025-H1 | "growth": 0.1 | does not hold, cannot be checked | from $21.7 billion in
KAZ total 2025-6M | "growth": 0.1 | does not hold, cannot be checked | from $21.7 billion in
KAZ total 2026-7M | "growth": 0.194 | does not hold, cannot be checked |
  , printed in yuan and converted,
"""


@pytest.mark.parametrize(("of_what", "asked", "verdicts", "told"), cases(IN_ONE_LINE))
def test_a_claim_in_one_line(of_what, asked, verdicts, told):
    claim = ct.claim(*of_what.split(), **options(asked))
    assert ", ".join(claim["verdict"]) == verdicts
    assert told in " ".join(claim[["statement", "reason"]].iloc[0])


def test_a_report_on_claims_of_ones_own(data_copy, monkeypatch):
    """A file in data/claims/ is judged; less is said where less is claimed."""
    monkeypatch.setenv("CATRADE_DATA", str(data_copy))
    (data_copy / "claims").mkdir()
    lines = INVENTED.read_text("utf-8").splitlines()
    kept = [lines[0], *(line for line in lines if line.startswith("growth-"))]
    (data_copy / "claims" / "mine.csv").write_text("\n".join(kept), "utf-8")
    assert not [p for p in check_data(data_copy).problems if "mine" in p.file]
    shown = displayed("claim_check", claims="mine.csv")
    texts = [part._repr_html_() for part in shown]
    assert any("0 of 3 claims hold" in text for text in texts)
    # No rank is claimed, no meeting named, nothing of opinion said: no figure, no line on them.
    for nothing in ("own count", "ahead of", "meetings", "no figure can judge"):
        assert not [text for text in texts if nothing in text], nothing
    with pytest.raises(ParameterError, match=r"no mien\.csv \(did you mean 'mine'"):
        page.validate("claim_check", claims="mien")
    with pytest.raises(ParameterError, match="small letters, digits and _; got 'My'"):
        page.validate("claim_check", claims="My.csv")
