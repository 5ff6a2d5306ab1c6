"""As known on a day: what takes part, and what follows from it; days and figures by hand."""

import datetime as dt
from collections.abc import Iterator

import pytest

import catrade as ct
from catrade import params
from catrade_build.tables import as_of
from catrade_build.tables.trade import (
    count_undated,
    known_from,
    newest_day,
    read_table,
)
from rounding.errors import ParameterError


@pytest.fixture(autouse=True)
def _all_again() -> Iterator[None]:
    yield
    as_of.use(None)


def _with_the_five() -> float:
    return float(ct.trade("CA5", "total", 2024, 2024)["value"].item())


def test_growth_of_2025_as_printed_and_from_rates_by_country_once_these_were_out():
    # 18 January 2026: the ministry prints 12 per cent. From the end of January on customs' rates in
    # yuan are known, on 2024 as revised: 348.192/1.116 + 194.726/1.205 + 30.858/1.125 +
    # 71.900/0.949 + 115.160/1.185 = 673.97, of which 760.84 is 1.1289; at 7.1161 yuan a dollar in
    # 2024 and 7.1551 in 2025 that is 1.1227.
    rates = {}
    for day in ("2026-01-20", "2026-02-01", "2026-08-31"):
        with ct.as_of(day):
            rates[day] = ct.growth(ct.trade("CA5", "total", 2024, 2025)).iloc[-1]
    first, *later = rates.values()
    assert (first["growth"], first["growth_basis"]) == (0.12, "printed")
    for row in later:
        assert row["growth"] == pytest.approx(0.1227, abs=0.0005)
        assert row["growth_basis"] == "worked out in yuan"


DAYS = """
trade | sources == 'gacc-country-months' and period == '2025-03' | 2025-04-18
trade | sources == 'gacc-country-months' and period == '2026-01' | 2026-03-31
trade | sources == 'kommersant-2026-01-19' | 2026-01-19
trade | sources == 'astanatimes-2025-01' | 2025-01-31
trade | sources == 'qazinform-2025-5m' | 2025-12-31
trade | sources == 'comtrade-te-2023' | NaT
exchange_rates | period == '2023-4M' and currency == 'CNY' | 2023-04-30
policy_events | event_id == '2026-purchase-tax-half' | 2023-06-22
policy_events | event_id == '2026-nev-joint-conference' | 2026-01-13
revision_log | flow == 'import' | 2026-09-15
"""


@pytest.mark.parametrize("case", DAYS.strip().splitlines())
def test_a_row_counts_from_its_release_or_its_source_or_its_decision(case):
    name, which, day = case.split(" | ")
    rows = read_table(name).query(which)
    assert len(rows)
    since = known_from(name, rows)
    assert [str(date)[:10] for date in since.unique()] == [day]


def test_a_block_ends_and_what_was_kept_is_of_its_day():
    now = _with_the_five()
    with ct.as_of("2025-02-01"):
        then = _with_the_five()
        with ct.as_of("2025-07-01"):
            assert _with_the_five() != then
        assert _with_the_five() == then
    assert _with_the_five() == now


def test_policy_is_what_was_decided_by_then():
    # Half the purchase tax from 2026 on was decided on 19 June 2023.
    with ct.as_of("2023-06-30"):
        later = ct.events("CHN", on="2026-01-14").set_index("measure")
        assert later.loc["purchase-tax", "until_when"] == "2027-12-31"
        assert ct.events(start=2024)["measure"].tolist() == ["purchase-tax"]
    with ct.as_of("2023-06-18"):
        then = ct.events("CHN", on="2023-06-18").set_index("measure")
        assert then.loc["purchase-tax", "until_when"] == "2023-12-31"


def test_frames_and_the_sentence_say_what_is_left_out():
    with ct.as_of("2026-01-18") as then:
        frame = ct.trade("KAZ", start=2024)
        assert frame.attrs["as_of"] == "2026-01-18"
        assert frame.attrs["undated"] == count_undated("trade") == 66
        assert str(then).startswith("As known on 18 January 2026: ")
    assert "as_of" not in ct.trade("KAZ", start=2024).attrs
    assert str(ct.as_of("")) == ""


@pytest.mark.parametrize("day", ["2026-13", "18.1.2026", "1850-01-01"])
def test_what_is_no_day_is_refused(day):
    with pytest.raises(ParameterError, match="must"):
        ct.as_of(day)
    assert as_of.current() is None


def test_a_day_to_come_is_refused_at_the_door_and_of_notebooks():
    today = dt.date.today()
    assert today > newest_day(), "the clock is behind what is held"
    ct.as_of(today)  # of today is nothing to come
    ct.as_of()
    # Two days on is still to come where a day ends while this runs.
    tomorrow, later = (str(today + dt.timedelta(days=n)) for n in (1, 2))
    for day in (later, "9999-12-31", "2008-09-07"):
        told = (
            f"must be a day from 2008-09-08 to ({today}|{tomorrow}), today; got {day}"
        )
        with pytest.raises(ParameterError, match=f"^as_of {told}$"):
            ct.as_of(day)
        with pytest.raises(ParameterError, match=f"^until {told}$"):
            ct.changes(until=day)
        with pytest.raises(ParameterError, match=f"^as_of {told}$"):
            params.validate("trade_growth", as_of=day)
    assert as_of.current() is None
