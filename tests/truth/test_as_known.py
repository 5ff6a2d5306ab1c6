"""Which figure an edition of a day must show, worked out by hand from when sources were published.

`published` in data/sources.csv, and `released` in data/release_days.csv, say from when on a row is
known; a source dated to a month counts from its last day. A figure below stands for a day on which
it was the newest of the best kind that was out.
"""

import datetime as dt
import functools

import pandas as pd
import pytest
from fetch_files import cases

from catrade_build.edition import table
from catrade_build.tables import as_of

pytestmark = pytest.mark.slow

#: In billions of the currency; "-" is none. What is not in doubt on a day is not asked of it.
#: Kazakhstan's bureau: first release of 2023 in February 2024 (78.6745), of 2024 in February 2025
#: (81.6184), all of 2023 by country on 9 January 2025, months revised on 14 September 2026.
#: A release prints what part went to China: 18.7, 18.3 and 19.2 per cent (of 79.0412 in 2025).
#: UN Comtrade's copy of 2024 is of 10 March 2026, the bureau's own panel of 28 September 2026.
#: China's ministry told the region's 2025 on 18 January 2026; customs' total of 2025 was printed on
#: the 14th, its table by country in yuan came in January, so it counts from the 31st.
FIGURES = """
KAZ WLD 2023 export USD | 2024-03-01 | 78.6745
KAZ WLD 2023 export USD | 2025-01-08 | 78.6745
KAZ WLD 2023 export USD | 2025-01-09 | 79.1388
KAZ WLD 2023 export USD | 2026-09-28 | 79.1388
KAZ WLD 2024 export USD | 2025-01-09 | -
KAZ WLD 2024 export USD | 2025-07-01 | 81.6184
KAZ WLD 2024 export USD | 2026-03-10 | 81.6184
KAZ WLD 2024 export USD | 2026-09-28 | 81.6741
KAZ CHN 2023 export USD | 2024-03-01 | 14.7121
KAZ CHN 2023 export USD | 2025-01-08 | 14.7121
KAZ CHN 2023 export USD | 2025-01-09 | 14.6662
KAZ CHN 2023 export USD | 2026-03-10 | 14.6662
KAZ CHN 2024 export USD | 2025-07-01 | 14.9362
KAZ CHN 2024 export USD | 2026-03-10 | 14.8975
KAZ CHN 2024 export USD | 2026-09-28 | 14.8914
KAZ CHN 2025 export USD | 2026-03-10 | 15.1759
KAZ CHN 2025 export USD | 2026-09-28 | 15.1960
CHN CA5 2024 total USD | 2025-01-09 | -
CHN CA5 2025 total USD | 2025-07-01 | -
CHN CA5 2025 total USD | 2026-01-18 | 106.3
CHN CA5 2025 total USD | 2026-01-31 | 106.3
CHN KAZ 2025 total CNY | 2026-01-18 | -
CHN KAZ 2025 total CNY | 2026-01-31 | 348.192
CHN WLD 2025 total USD | 2025-07-01 | -
CHN WLD 2025 total USD | 2026-01-18 | 6354.77
"""
DAYS = sorted({day for _, day, _ in cases(FIGURES)})


@functools.cache
def figures(day: str) -> pd.DataFrame:
    with as_of.holding(dt.date.fromisoformat(day)):
        rows = table("figures")
    key = ["reporter", "partner", "period", "flow", "currency"]
    return rows.set_index(key)


@pytest.mark.parametrize("day", DAYS)
def test_what_was_known_on_a_day(day):
    rows = figures(day)
    assert (rows["known_since"].dropna() <= pd.Timestamp(day)).all()
    assert rows.loc[rows["is_recent"], "year"].max() <= int(day[:4])
    for cell, of_day, figure in cases(FIGURES):
        if of_day != day:
            continue
        key = tuple(cell.split())
        if figure == "-":
            assert key not in rows.index, cell
            continue
        row = rows.loc[key]
        assert row["value"] == pytest.approx(float(figure), rel=1e-5), cell


def test_by_goods_nothing_is_held_as_of_the_middle_of_2025():
    """The oldest table of goods by chapter that is dated to the day is of 23 June 2026."""
    with as_of.holding(dt.date(2025, 7, 1)):
        then = table("goods")
    assert then.query("level == 'chapter' and reporter != 'BACI'").empty
