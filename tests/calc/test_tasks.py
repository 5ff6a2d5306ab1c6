"""First tries of an analyst: what they give, and the sentence that leads on from a wrong one.

Values are those that the sources print, or worked out from them by hand in the test.
"""

import numpy as np
import openpyxl
import pandas as pd
import pytest

import catrade as ct
from catrade import page


def test_a_table_becomes_a_workbook_with_its_sources(tmp_path):
    table = ct.table(ct.growth(ct.trade("KAZ")), "Trade of China and Kazakhstan")
    book = openpyxl.load_workbook(ct.to_excel(table, tmp_path / "growth.xlsx"))
    assert book.sheetnames == ["Trade of China and Kazakhsta", "Sources"]
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    place = {name: number for number, name in enumerate(head)}
    of_2024 = next(
        r for r in rows if (r[place["year"]], r[place["flow"]]) == (2024, "export")
    )
    # 27.954331 after 24.696910 billion.
    assert of_2024[place["growth"]] == pytest.approx(
        27.954331 / 24.696910 - 1, abs=1e-6
    )
    assert book["Sources"]["A1"].value == "publisher"
    # The office that published a figure, and apart from it whose copy was read.
    head, *rows = book["Sources"].iter_rows(values_only=True)
    copies = {
        row[head.index("publisher")]: row[head.index("read_from")] for row in rows
    }
    assert copies["UN Comtrade"].startswith("GitHub user ")


def test_a_workbook_has_a_sheet_of_years_by_partners(tmp_path):
    exports = ct.trade(flow="export", start=2024)
    book = openpyxl.load_workbook(ct.to_excel(exports, tmp_path / "five.xlsx"))
    assert book.sheetnames == ["Data", "Data by year", "Sources"]
    head, first, *_ = book["Data by year"].iter_rows(values_only=True)
    assert head[:3] == ("year", "Kazakhstan, export", "Kyrgyzstan, export")
    assert first[:2] == (2024, pytest.approx(27.954331, abs=1e-6))


def test_no_sheet_is_written_over_another(tmp_path):
    days = pd.DataFrame({"day": pd.to_datetime(["2026-01-14"], utc=True)})
    exports = ct.trade(["KAZ", "UZB"], "export", 2025)
    named = {"Sources": days, "x" * 30: exports, "X" * 31: exports}
    book = openpyxl.load_workbook(ct.to_excel(named, tmp_path / "x.xlsx"))
    assert len(book.sheetnames) == 6
    # Excel has no time zones.
    assert book["Sources"]["A2"].value == "2026-01-14 00:00:00+00:00"


JULY = {"year": 2026, "month": 7, "date": pd.Timestamp("2026-07-01"), "value_bn": 5.3}


@pytest.mark.parametrize(
    ("row", "notes", "shown"),
    [
        (JULY, {"freq": "month"}, "Year\tMonth\t$bn\n2026\tJuly 2026\t5.3"),
        (
            JULY,
            {"freq": "ytd", "unit": "CNY billion"},
            "January to\tCNY billion\n2026\tJuly 2026\t5.3",
        ),
        (
            JULY | {"currency": "EUR"},
            {"unit": "EUR billion"},
            "Date\tEUR billion\n2026\t1 July 2026\t5.3",
        ),
    ],
)
def test_a_table_says_what_its_figures_are(row, notes, shown):
    frame = pd.DataFrame([row])
    frame.attrs = notes
    assert shown in str(ct.table(frame, "x"))


# --- first tries that once went wrong without a word, or to a dead end ---------------------


def test_a_month_as_start_means_months():
    assert ct.published("UZB", "export", "2026-05")["period"].str.len().eq(7).all()
    assert ct.market("nev_sales", "2026-01")["period"].iloc[0] == "2026-01"
    both = ct.market(["nev_sales", "nev_exports"], 2024, 2025, freq="year")
    assert both.groupby("series").size().to_dict() == {"nev_exports": 2, "nev_sales": 2}


# --- names and sides -------------------------------------------------------------------------


def test_a_single_fact_in_yuan_is_said_in_words():
    """Customs' own 16,747,050,000 yuan stood as 1.674705e+10 CNY."""
    figures = ct.facts("KGZ", "import", topic="all_goods")["figure"]
    assert "16.7 billion yuan" in set(figures)
    assert not figures.str.contains("e+", regex=False).any()


def test_a_claim_on_any_two_is_judged_by_both():
    """Russia sold 18.496 billion to Kazakhstan in 2021, which counts 17.606 (`trade.csv`)."""
    asked = {"reporter": "Russia", "value": 18.5}
    judged = ct.claim("KAZ", "export", 2021, **asked)
    told = judged[["whose", "verdict"]].to_numpy().tolist()
    assert told == [["Russia’s", "holds"], ["Kazakhstan’s own", "does not hold"]]
    assert judged["statement"][0].startswith("Russia’s exports to Kazakhstan in 2021")


def test_all_is_whoever_there_is():
    assert {"RUS", "TUR"} <= {*ct.published("all", "total", 2025)["partner"]}
    every = ct.goods("all", "import", level="wits", end=2023)
    assert set(every["importer"]) == {"CHN"}
    assert {"KAZ", "TKM"} <= {*every["partner"]}
    assert {"KAZ", "UZB"} <= {
        *ct.trade("CHN", "total", 2024, 2024, reporter="all")["reporter"]
    }


def test_goods_are_found_by_number_and_level():
    by_section = ct.goods("KAZ", "export", level="sitc", reporter="CHN")
    sevens = ct.goods("KAZ", "export", 7, level="sitc", reporter="CHN")
    assert len(sevens) == by_section["year"].nunique()
    cars = ct.goods("UZB", "export", np.int64(87))
    assert set(cars["code"]) == {"87"}


#: Whose figures, counted with whom, and how that is said.
WORDS = """
KAZ CHN | China counts | Kazakhstan | China’s statistics | Exports to Kazakhstan
KAZ partner | Kazakhstan counts | China | Kazakhstan’s statistics | Kazakhstan’s exports to China
CHN KAZ | Kazakhstan counts | China | Kazakhstan’s statistics | Kazakhstan’s exports to China
KAZ RUS | Russia counts | Kazakhstan | Russia’s statistics | Russia’s exports to Kazakhstan
EU27 KAZ | Kazakhstan counts | the EU | Kazakhstan’s statistics | Kazakhstan’s exports to the EU
KAZ EU27 | The EU counts | Kazakhstan | the EU’s statistics | The EU’s exports to Kazakhstan
UZB USA | The United States counts | Uzbekistan | the United States’ statistics \
| The United States’ exports to Uzbekistan
CA5 RUS | Russia counts | Central Asia | Russia’s statistics | Russia’s exports to Central Asia
"""


@pytest.mark.parametrize("case", WORDS.strip().replace("\\\n", "").splitlines())
def test_a_pair_of_any_two_has_its_words(case):
    asked, *words = case.split(" | ")
    pair = page.pair(*asked.split())
    told = [pair.counts, pair.other, pair.whose, pair.title("export")]
    assert told == [text.strip() for text in words]
