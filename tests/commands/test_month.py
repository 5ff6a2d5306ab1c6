"""`catrade month`: from a saved table of customs to the page of news and its message."""

import shutil

import fetch_files
import fetch_files as made
import pandas as pd
import pytest

from catrade import cli, month
from catrade_build.releases import releases_due
from rounding.errors import ParameterError

#: Of the bulletin of June 2026, in dollars, what customs printed of the five, in thousands.
JUNE = """
TOTAL|699151163|3674741763|412387125|2125358846|286764038|1549382917|-|17.6|26.6
Kazakhstan|5219425|27201363|3047248|14977823|2172177|12223540|24.8|7.1|56.3
Kyrgyzstan|1810709|9703130|1797697|9628186|13012|74944|-31.9|-7.0|-98.1
Tajikistan|481900|2351128|403503|1906867|78397|444260|14.4|7.4|59.2
Turkmenistan|890263|4821970|194156|777560|696107|4044410|-1.0|21.3|-4.4
Uzbekistan|1680056|8866747|1465622|7650341|214434|1216406|31.2|28.5|52.1
"""
PLAN = '[[report]]\nnotebook = "whats_new"\n'


def test_a_folder_of_saved_files_ends_in_the_page_of_news_and_its_message(
    tmp_path, monkeypatch, capfd
):
    data = fetch_files.copy_tables(tmp_path / "data")
    monkeypatch.setenv("CATRADE_DATA", str(data))
    saved = tmp_path / "saved"
    saved.mkdir()
    rows = ["".join(map(made.line, made.grid(text))) for text in (made.ROWS, JUNE)]
    page = made.changed(made.ENGLISH.replace(*rows), *made.of_month(6))
    made.write(saved / "by-country.html", page)
    (saved / ".partly").write_text("a hidden file is none that was saved")
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    shutil.copy(fetch_files.ROOT / "notebooks" / "whats_new.ipynb", notebooks)
    plan = notebooks / "reports.toml"
    plan.write_text(PLAN)
    output = tmp_path / "reports"
    asked = ["--published", "2026-07-18", "--day", "2026-10-12"]
    asked += ["--output", str(output), "--plan", str(plan), str(saved)]
    status = cli.main(["month", *asked])
    out, err = capfd.readouterr()
    assert status == 0, err
    # What is due and where it lies, then what was read, the check, the page and the message.
    assert (
        "overdue  General Administration of Customs of China: trade by country" in out
    )
    assert "http://english.customs.gov.cn/statics/report/monthly.html: row (2)" in out
    assert "by-country.html: kept 36 figures of 2026-06 and 2026-H1" in err
    assert "strict: " in out
    page = output / "whats-new.html"
    assert f"the page: {page.as_uri()}" in out
    assert page.is_file()
    (sent,) = [line for line in out.splitlines() if line.startswith("the message: ")]
    words = sent.removeprefix("the message: ").split()
    assert 20 < len(words) <= 60
    assert words[-1] == "whats-new.html"
    assert "new-energy car retail sales fell 12.0% in September 2026." in sent


def test_a_message_ends_before_sixty_words():
    # Six words a headline, nine before them and five after: seven fit, 9 + 7 * 6 + 5 = 56.
    headlines = [f"Sales of cars fell {n}% again" for n in range(10, 20)]
    ranks = [*map(float, range(10))]
    known = pd.DataFrame({"rank": ranks, "headline": headlines})
    known.attrs |= {"since": "1 May 2026", "until": "31 May 2026"}
    told = month.message(known, "whats-new.html")
    assert told.startswith("New from 1 May 2026 to 31 May 2026: Sales of cars fell 10%")
    assert told.count("Sales of cars fell") == 7
    assert len(told.split()) == 55


def test_a_month_without_news_says_so():
    known = pd.DataFrame({"rank": [float("nan")], "headline": [""]})
    known.attrs |= {"since": "1 May 2026", "until": "31 May 2026"}
    told = month.message(known, "whats-new.html")
    assert told.startswith("Nothing that may be printed came after 1 May 2026 and by")


def test_where_the_next_lies_is_the_publisher_s_own_address_where_it_is_known():
    lines = month.due_lines(releases_due("2026-10-12"))
    kazakh = next(n for n, line in enumerate(lines) if "Kazakhstan" in line)
    assert lines[kazakh + 2].strip().startswith("https://stat.gov.kz/en/industries/")
    # Of the association of passenger cars only the newest article that had it.
    cars = next(n for n, line in enumerate(lines) if "Passenger Car" in line)
    assert lines[cars + 2].strip().startswith("http")


def test_a_mistake_ends_in_a_sentence_before_anything_is_done(tmp_path, capsys):
    with pytest.raises(ParameterError, match="is not there: name the files"):
        month.files_in([tmp_path / "table.html"])
    with pytest.raises(ParameterError, match="has no file in it"):
        month.files_in([tmp_path])
    assert cli.main(["month", "--day", "tomorrow"]) == 2
    assert "tomorrow" in capsys.readouterr().err
    assert cli.main(["month", str(tmp_path / "none.html")]) == 2
    assert "none.html is not there" in capsys.readouterr().err
