"""The page of goods: which table it shows, what leads it, and each sentence beside its column."""

from pathlib import Path

import pandas as pd
import pytest
from computed import displayed
from fetch_files import cases, options

import catrade as ct

DATA = Path(__file__).parents[2] / "data"
#: A flow and a book | whose table is shown, its level, first and last year. China's chapters of
#: what Kazakhstan trades are not held; chapters not among six would lead China's sales there.
TABLES = """
KAZ CHN CHN | KAZ chapter 2015 2024
CHN KAZ CHN | KAZ section 2015 2024
CHN UZB UZB | UZB chapter 2017 2024
UZB CHN CHN | CHN wits 2023 2023
TKM CHN CHN | CHN wits 2023 2023
"""


@pytest.mark.parametrize(("asked", "used"), cases(TABLES))
def test_whose_table_is_shown(asked, used):
    seller, buyer, book = asked.split()
    rows = ct.read.composition(seller, buyer, 2015, book=book)
    (whose,), (level,) = rows["reporter"].unique(), rows["level"].unique()
    assert f"{whose} {level} {rows['year'].min()} {rows['year'].max()}" == used
    last = rows[rows["year"] == rows["year"].max()]
    assert last["share"].sum() == pytest.approx(1)
    assert last["whole"].iloc[0] == pytest.approx(last["value"].sum())


def test_a_total_of_another_release_is_a_column():
    """Kazakhstan 2024: 15.15 billion of goods by WITS, 15.2662 by its bureau, 0.7% more."""
    row = ct.read.composition("CHN", "KAZ", 2024, 2024).iloc[0]
    assert round(row["whole"], 2) == 15.15
    assert row["total"] == 15.2662
    assert row["is_other_release"]
    # Of what it sells the bureau's 14.8914 are within half a per cent.
    assert not ct.read.composition("KAZ", "CHN", 2024, 2024)["is_other_release"].any()


#: Who sells | the good, its part as published, the years it is known of. Kazakhstan's gas is
#: 1.13 of 18.97 billion: not followed.
SINGLE = """
KGZ | Gold | 4.95 / 5.24 | 2025
TKM | Gas | 8.41 / 8.45 | 2022 2023 2024 2025
UZB | Gas | 0.773 / 1.87 | 2022 2023 2025
"""


@pytest.mark.parametrize(("seller", "good", "part", "years"), cases(SINGLE))
def test_a_good_published_singly_is_followed_where_it_weighs(seller, good, part, years):
    rows = ct.read.composition(seller, "CHN", book="single")
    assert set(rows["goods"]) == {good}
    assert rows["year"].tolist() == [*map(int, years.split())]
    assert rows["share"].iloc[-1] == pytest.approx(eval(part), abs=0.002)
    assert rows["share"].between(rows["share_low"], rows["share_high"]).all()


def test_a_small_good_is_not_followed():
    assert ct.read.composition("KAZ", "CHN", book="single").empty


def test_both_sides_are_compared_by_the_same_goods():
    """Chapters where both list any, of the newest year; else the World Bank's groups."""
    both = ct.read.composition("KAZ", "CHN", book="both").dropna(subset="mirror")
    assert set(both["level"]) == {"chapter"}
    assert both.groupby("reporter").size().to_dict() == {"CHN": 7, "KAZ": 7}
    groups = ct.read.composition("CHN", "KAZ", book="both").set_index(
        ["reporter", "goods"]
    )
    # 6.99 less 3.18 by the bank's groups of China and Kazakhstan's chapters added up to them.
    gap = groups.loc[("CHN", "Textiles and clothing")]
    assert gap["gap"] == pytest.approx(gap["value"] - gap["mirror"])


#: Parameters | what the page says.
SAID = """
"partner": "KAZ" | From Kazakhstan China buys ores above all: $3.94 billion in 2024, 26.5%, by
  Kazakhstan’s statistics.
"partner": "KGZ" | Gold was 95% of China’s imports from Kyrgyzstan in 2025; 92% of those of 31
  months came in 11.
"partner": "KAZ", "as_of": "2025-07-01" | No table by goods is held of this trade in these years,
  as known on 1 July 2025.
"""


@pytest.mark.parametrize(("given", "sentence"), cases(SAID))
def test_the_lede(given, sentence):
    first = displayed("trade_composition", **options(given))[:2]
    assert sentence in " ".join(map(str, first))


@pytest.mark.parametrize("pair", [("KAZ", "CHN"), ("UZB", "CHN")])
def test_the_queue_is_gap_times_evidence(pair):
    """Both books side by side by year, from the rows of either."""
    books = pd.read_csv(DATA / "composition.csv", dtype={"hs_chapter": str})
    key = ["exporter", "importer", "year", "code"]
    books = books.assign(code=books["hs_chapter"], billions=books["value_usd"] / 1e9)
    chapters = books[books["code"].str.fullmatch(r"\d\d")]
    chapters = chapters[
        chapters["exporter"].isin(pair) & chapters["importer"].isin(pair)
    ]
    by_book = chapters.pivot_table("billions", key, "reporter").dropna().reset_index()
    queue = ct.read.queue(*pair).query("level == 'chapter'")
    assert len(queue) > 5
    for row in queue.itertuples():
        good = by_book.query("code == @row.code and exporter == @row.exporter")
        seller, buyer = good[row.exporter], good[row.importer]
        # The same side by a tenth of the larger or more.
        more = (seller - buyer).where(
            (seller - buyer).abs() > 0.1 * good[[*pair]].max(axis=1)
        )
        last = more[good["year"] == row.year].item()
        years = 0 if pd.isna(last) else int((more * last > 0).sum())
        assert row.years == years, row.goods
        # Both list this good, in at least three years.
        assert row.of_years == len(good) >= 3
        assert row.score == pytest.approx(row.apart * years / row.of_years)
    assert queue["score"].is_monotonic_decreasing
