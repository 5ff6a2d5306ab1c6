"""The commands, as a user types them, and the package they come in."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pycountry
import pytest
from comtrade_server import KEY, Api
from fetch_files import ENGLISH, cases, options, write
from hatchling.builders.wheel import WheelBuilder
from typer.testing import CliRunner, Result

from catrade_build.tables.names import NAMES
from catrade_fetch import answers, codes, commands, rows
from catrade_fetch.comtrade_client import Client
from catrade_fetch.kept import manifests as manifests_of
from rounding.errors import ParameterError, PressError

ROOT = Path(__file__).resolve().parents[2]
QUERY = "comtrade --reporter CHN --partner KAZ KGZ --years 2022-2023 --level 2"


@pytest.fixture
def server(api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    api.release(156, range(1995, 2025))
    monkeypatch.setenv("CATRADE_COMTRADE_URL", api.url)
    monkeypatch.setenv("CATRADE_COMTRADE_PAUSE", "0")
    monkeypatch.delenv("COMTRADE_API_KEY", raising=False)
    monkeypatch.setitem(Client.__init__.__kwdefaults__, "sleep", lambda _: None)
    return api


def _run(command: str, data: Path) -> Result:
    return CliRunner().invoke(commands.app, [*command.split(), "--data", str(data)])


def test_the_command_of_the_readme(server, tmp_path):
    result = _run(QUERY, tmp_path)
    assert result.exit_code == 0, result.output
    assert (
        "3 requests to UN Comtrade (public preview, no key), about 3 seconds"
        in result.output
    )
    # two partners, two years, two flows: a total and 96 chapters each
    assert f"fetched {2 * 2 * 2 * 97} records in 3 requests" in result.output
    again = _run(QUERY, tmp_path)
    assert "nothing to fetch: all that is reported is there" in again.output


def test_a_key_from_the_environment_is_used_and_never_shown(
    server, tmp_path, monkeypatch
):
    monkeypatch.setenv("COMTRADE_API_KEY", KEY)
    result = _run("comtrade --reporter CHN --partner KAZ --years 2023", tmp_path)
    assert result.exit_code == 0
    assert "keyed end-point" in result.output
    assert KEY not in result.output


def test_more_than_three_hundred_requests_need_a_yes(server, tmp_path, monkeypatch):
    asked = "comtrade --reporter CHN --partner CA5 --years 1995-2024 --level 4"
    refused = _run(asked, tmp_path).exception
    # five partners, thirty years, two flows, each at most 1,300 records by 499; the totals
    assert isinstance(refused, ParameterError)
    assert "903 requests" in str(refused)
    assert "add --yes" in str(refused)
    assert not server.data_requests
    monkeypatch.setattr(commands, "ASK_ABOVE", 1)
    few = "comtrade --reporter CHN --partner KAZ --years 2020-2023 --yes"
    assert _run(few, tmp_path).exit_code == 0
    assert len(server.data_requests) == 1 + 2


WRONG = """
--partner KAZ --years 2015:2024 |  | --years must be a year or a span
--partner KAZ --years 2024-2099 |  | --years must not lie ahead of this year; got '2024-2099'
--partner China --years 2024 |  | --partner must be another country than --reporter; got CHN
--partner KAS --years 2024 |  | --partner must be one of
--partner EAEU --years 2024 |  | --partner EAEU is no country to UN Comtrade; its members are: ARM
  BLR KAZ KGZ RUS
--partner KAZ --years 2024 --level 3 |  | --level must be one of 0, 2, 4, 6
--partner KAZ --years 2024-2020 |  | earlier to the later year
--partner KAZ --years 2024 --frequency yearly |  | --frequency must be one of annual, monthly
--partner KAZ --years 2024 | PAUSE=abc | CATRADE_COMTRADE_PAUSE (seconds between requests) is
  'abc', not
--partner KAZ --years 2024 | PAUSE=nan | PAUSE (seconds between requests) is 'nan', not a number
  from 0
--partner KAZ --years 2024 | URL=http://[::1 | must begin with https://; got
"""


@pytest.mark.parametrize(("words", "setting", "message"), cases(WRONG))
def test_wrong_usage(
    server,
    tmp_path,
    monkeypatch,
    words,
    setting,
    message,
):
    if setting:
        name, value = setting.split("=")
        monkeypatch.setenv(f"CATRADE_COMTRADE_{name}", value)
    result = _run(f"comtrade --reporter CHN {words}", tmp_path)
    assert isinstance(result.exception, PressError)
    assert message in str(result.exception)
    assert server.log == []


def test_a_reporter_without_any_release_is_named(server, tmp_path):
    result = _run("comtrade --reporter TKM --partner CHN --years 2023", tmp_path)
    assert result.exit_code == 0
    assert "trying again (2 of 4)" in result.output
    assert (
        "nothing to fetch: UN Comtrade has no report of what was asked" in result.output
    )
    assert "not reported yet: TKM 2023" in result.output


def test_cells_without_an_answer_fail_and_what_was_kept_stays(server, tmp_path):
    server.always, server.always_for = "empty", {"AG2"}
    result = _run("comtrade --reporter CHN --partner KAZ --years 2023", tmp_path)
    message = (
        "gave no answer for export of CHN with KAZ in 2023, HS 2 digits; import of CHN"
    )
    with pytest.raises(PressError, match=message):
        raise result.exception or AssertionError(result.output)
    assert "fetched 2 records in 2 requests" in result.output
    assert len(answers.load_answers(tmp_path)) == 2


def test_other_asia_is_found_under_each_of_its_codes(server, tmp_path):
    _run(
        "comtrade --reporter CHN --partner S19 twn 490 --years 2023 --level 0", tmp_path
    )
    assert [query["partnerCode"] for query in server.data_requests] == ["490"]
    assert set(answers.load_answers(tmp_path)["partner"]) == {"TWN"}


def test_what_was_kept_is_what_is_said_after_an_interrupt(
    server, tmp_path, monkeypatch
):
    ask = Client.data

    def interrupted(self: Client, params: dict[str, str], frequency: str) -> object:
        if len(server.data_requests) == 2:
            raise KeyboardInterrupt
        return ask(self, params, frequency)

    monkeypatch.setattr(Client, "data", interrupted)
    result = _run(
        "comtrade --reporter CHN --partner KAZ KGZ --years 2022-2023", tmp_path
    )
    stopped = "interrupted; answers kept of this run: 2; the same"
    assert stopped in str(result.exception)
    assert getattr(result.exception, "exit_status", 0) == 130
    assert len(manifests_of(tmp_path / "fetched" / "comtrade" / "CHN")) == 2


def test_list_and_remove(server, tmp_path):
    assert "nothing was fetched yet" in _run("list", tmp_path).output
    _run("comtrade --reporter CHN --partner KAZ --years 2023", tmp_path)
    page = write(tmp_path / "table.html", ENGLISH)
    assert "kept 23 figures" in _run(f"gacc {page}", tmp_path).output
    shown = _run("list", tmp_path).output
    for label in ("comtrade/CHN", "gacc/gacc-2026-05-usd", "today", "MB"):
        assert label in shown
    wrong = _run("remove comtrade/CHM", tmp_path).exception
    assert "did you mean 'comtrade/CHN'" in str(wrong)
    removed = _run("remove gacc/gacc-2026-05-usd", tmp_path).output
    assert "removed gacc/gacc-2026-05-usd" in removed
    assert "gacc/" not in _run("list", tmp_path).output
    assert len(rows.trade_rows(tmp_path).rows) == 2


def test_comtrade_codes_are_the_iso_numbers_but_for_the_territories():
    iso = {country.alpha_3: int(country.numeric) for country in pycountry.countries}
    others = {code: n for code, n in codes.COMTRADE.items() if iso.get(code) != n}
    wanted = (
        '"CHE": 757, "FRA": 251, "IND": 699, "NOR": 579, "USA": 842, "TWN": 490, "EU27": 97,'
        ' "WLD": 0'
    )
    assert others == options(wanted)
    assert set(iso) <= set(codes.COMTRADE) <= {*NAMES}


# --- a package of its own ------------------------------------------------------------------------

WITHOUT = """\
from importlib import metadata
metadata.entry_points = lambda **_: ()
from catrade.cli import main
raise SystemExit(main(["fetch", "comtrade", "--reporter", "CHN"]))
"""


def test_without_the_package_a_sentence_says_what_to_install():
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True
    )
    assert run.returncode == 1
    assert run.stderr == (
        "catrade: catrade fetch comes with catrade-fetch, which is not installed: in the"
        " project's folder run pip install ./lib/catrade_fetch\n"
    )


def test_the_package_has_its_own_files_only(tmp_path):
    """What a wheel of `catrade` has inside: `test_data.py`."""
    builder = WheelBuilder(str(ROOT / "lib/catrade_fetch"))
    (wheel,) = builder.build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(wheel) as content:
        folders = {name.partition("/")[0] for name in content.namelist()}
    assert {folder for folder in folders if "." not in folder} == {"catrade_fetch"}
