"""Claims on events: worked out by hand from a few invented ones."""

import pytest
from claim_cells import EVENTS, cases, facts_with, judged
from fetch_files import cases as lines
from fetch_files import options

from catrade_build.claims.core import HOLDS, UNKNOWN
from rounding.errors import ParameterError

# --- events -------------------------------------------------------------------------------------

BLANK = dict.fromkeys(
    ("subject", "partner", "scope", "flow", "period", "books", "terms"), ""
)
BLANK |= {"precision": 1.0, "unit": "count"}  # type: ignore[dict-item]
DAYS = {"terms": "first", "unit": "days"}
MIIT = "Ministry of Industry and Information Technology of China"
BOTH = f"{MIIT} and National Development and Reform Commission of China"


CASES = """
weekday event_id=first terms=Tuesday | holds | A meeting was on 13 January 2026, a Tuesday, as
 claimed.
weekday event_id=first terms=Monday | does not hold | A meeting was on 13 January 2026, a Tuesday;
 the claim has Monday.
weekday event_id=month terms=Monday | cannot be checked | A month is dated January 2026, without a
 day.
issuer event_id=first terms=NDRC | holds | A meeting was held or issued by BOTH, as claimed.
issuer event_id=first terms=MIIT;MOF | does not hold | A meeting was held or issued by BOTH; the
 claim has Ministry of Finance of China as well.
issuer_count event_id=first value=3 | does not hold | A meeting: 2 bodies (BOTH); the claim has 3.
count event_id=first value=12 | holds | A meeting: 12 firms, as claimed.
count event_id=first value=14 | does not hold | A meeting: 12 firms; the claim has 14.
count event_id=second value=14 | cannot be checked | Another meeting: no number is on record.
mentions event_id=first terms=steel;FIRMS | holds | A meeting: “Talked of Steel”, as claimed.
mentions event_id=first terms=steel;copper | cannot be checked | A meeting: “Talked of Steel”; what
 is quoted of it does not mention copper.
gap event_id=second value=1 | holds | Another meeting is dated 14 January 2026, 1 day after “a
 meeting” (13 January 2026), as claimed.
gap event_id=second value=1.5 | holds | Another meeting is dated 14 January 2026, 1 day after “a
 meeting” (13 January 2026), as claimed.
gap event_id=second value=3 rounding=above | does not hold | Another meeting is dated 14 January
 2026, 1 day after “a meeting” (13 January 2026); the claim has at least 3 days.
gap event_id=month value=6 rounding=below | holds within rounding | A month is dated January 2026,
 −12 to 18 days after “a meeting” (13 January 2026); the claim has at most 6 days.
gap event_id=second terms=month value=6 rounding=below | holds within rounding | Another meeting is
 dated 14 January 2026, −17 to 13 days after “A month” (January 2026); the claim has at most 6 days.
gap event_id=first value=5 precision=4 | does not hold | A meeting is dated 13 January 2026, the
 same day as “a meeting” (13 January 2026); the claim has 5 days.
"""


@pytest.mark.parametrize(("kind", "changes", "verdict", "sentence"), cases(CASES))
def test_events(kind, changes, verdict, sentence):
    judgement = judged(
        f"event_{kind}", **(BLANK | (DAYS if kind == "gap" else {}) | changes)
    )
    told = sentence.replace("BOTH", BOTH)
    assert judgement.verdict == verdict
    assert judgement.reason == told
    assert judgement.sensitive == ""


def test_the_evidence_of_an_event():
    judgement = judged("event_count", **(BLANK | {"event_id": "first", "value": 12}))
    assert judgement.evidence == "a meeting, 13 January 2026: 12 firms (e)"
    gap = judged("event_gap", **{**BLANK, **DAYS, "event_id": "second", "value": 1})
    first, second = gap.evidence.splitlines()
    assert first == judgement.evidence
    assert second.startswith("Another meeting, 14 January 2026")
    assert gap.computed == (1, 1)


WRONG = """
event_count | "event_id": "frist" | event of policy_events.csv must be .*did you mean 'first'
event_gap | "event_id": "first", "terms": "frist" | event of policy_events.csv must .*'first'
event_weekday | "event_id": "first", "terms": "Thuesday" | weekday must .*'Tuesday'
event_issuer | "event_id": "first", "terms": "MIITT" | no issuer .*'MIIT'
"""


@pytest.mark.parametrize(("kind", "changes", "message"), lines(WRONG))
def test_an_event_claim_that_is_none(kind, changes, message):
    with pytest.raises(ParameterError, match=f"claim c: {message}"):
        judged(kind, **(BLANK | {"value": 1} | options(changes)))


def test_a_quotation_tells_more_than_our_summary():
    """The summary has no sectors; three of the sources name them."""
    asked = BLANK | {"event_id": "first", "terms": "steel;ships"}
    assert judged("event_mentions", **asked).verdict == UNKNOWN
    events = EVENTS.assign(quote="firms from steel, ships and medicine")
    judgement = judged("event_mentions", facts_with(events=events), **asked)
    sentence = "A meeting: “firms from steel, ships and medicine”, as claimed."
    assert (judgement.verdict, judgement.reason) == (HOLDS, sentence)
    asked |= {"terms": "steel;copper"}
    judgement = judged("event_mentions", facts_with(events=events), **asked)
    assert judgement.verdict == UNKNOWN
    assert judgement.reason.endswith("; what is quoted of it does not mention copper.")


def test_what_nothing_can_judge_has_the_sources_of_what_its_note_tells():
    judgement = judged("not_checkable", **(BLANK | {"note": "an opinion."}))
    assert (judgement.verdict, judgement.reason) == (UNKNOWN, "An opinion.")
    assert judgement.evidence == ""
    asked = BLANK | {"note": "no table", "terms": "wits-wtw-2023"}
    judgement = judged("not_checkable", **asked)
    assert (judgement.reason, judgement.sources) == ("No table.", "wits-wtw-2023")
    assert judgement.evidence == ""
    with pytest.raises(ParameterError, match=r"no source of .*'wits-wtw"):
        judged("not_checkable", **(asked | {"terms": "wits-wtv-2023"}))
