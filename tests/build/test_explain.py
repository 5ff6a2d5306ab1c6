"""`catrade build --explain`: each sentence is true of the rows of data/trade.csv, by hand.

What stands here of a row was read in data/trade.csv and data/sources.csv, and judged by the rule of
choice that data/README.md tells.
"""

import pytest

from catrade.cli import main
from catrade_build.explain import explain
from rounding.errors import ParameterError

pytestmark = pytest.mark.slow

#: By cell, what must be said, in this order.
SAID = {
    # Customs' dollars in UN Comtrade's copy; two tables in yuan, of which customs' own is official.
    "chosen": (
        "CHN,KAZ,export,2024",
        [
            "198.97 billion CNY (198.97 to 198.97), as published, of gacc-country-months",
            "of gacc-2024-rmb-github: left out: a data set comes after official statistics.",
            "27.9543 billion USD (27.9543 to 27.9543), as published, of comtrade-chn-github-2024",
            "27.9543 billion USD of comtrade-chn-github-2024: used.",
            "198.97 billion CNY of gacc-country-months: left out: a figure in dollars comes first.",
        ],
    ),
    # 81,618.4 million of February 2025 and 81,674.1 of September 2026, both the bureau's.
    "overruled": (
        "KAZ,WLD,export,2024",
        [
            "81.6741 billion USD",
            "81.6184 billion USD of kaz-bns-release-2024: left out: it contradicts"
            " kaz-bns-months-2026, which is newer or held by more.",
            "81.6741 billion USD of kaz-bns-months-2026: used.",
        ],
    ),
    "doubtful and rejected": (
        "CHN,WLD,total,2025",
        [
            "6,354.77 billion USD",
            "6,510 billion USD of globaltimes-2026-01-14: rejected: 45.47 trillion yuan converted",
            "6,354.77 billion USD of etnet-2026-01-14: used.",
        ],
    ),
    "left out as doubtful": (
        "CHN,UZB,total,2025",
        [
            "converted from the currency it is published in, of gacc-country-months",
            "16.2 billion USD of caliber-2026: left out as doubtful: customs' own table",
            "115.16 billion CNY of gacc-country-months: used.",
        ],
    ),
    # A minister's 17.8 does not stand for the committee that the press quotes with 17.2.
    "an official quoted": (
        "UZB,CHN,total,2025",
        [
            "17.2 billion USD (17.15 to 17.25), as published, of caspianpost-boom-2026",
            "17.2 billion USD of caspianpost-boom-2026: used.",
            "17.8 billion USD of sputnik-uzb-2026-03-04: left out: an official quoted comes after",
        ],
    ),
    # Only the IMF's estimates from Russia's partners are held.
    "no figure": (
        "RUS,CHN,export,2024",
        [
            "No figure is shown of it.",
            "112.059 billion USD of imf-imts-2026-05: rejected: not Russia's",
        ],
    ),
    "a month": (
        "CHN,KAZ,import,2026-07",
        [
            "in July 2026: 12.8787 billion CNY",
            "12.8787 billion CNY of gacc-country",
            "1.888",
        ],
    ),
    # Half a year is the sum to June.
    "a half year": (
        "CHN,KAZ,total,2024-H1",
        ["in January–June 2024", "of gacc-country-months: used."],
    ),
    # The ministry's 106.3; 106.3 of others agrees. What its members come to is not asked.
    "a group as announced": (
        "CHN,CA5,total,2025",
        [
            "106.3 billion USD (106.25 to 106.35), as published, of kommersant-2026-01-19",
            "106.3 billion USD of caspianpost-eurasianet-2026: agrees, and says no more.",
            "106.3 billion USD of kommersant-2026-01-19: used.",
        ],
    ),
    # 94.8 was printed, the members come to 94.87: 43.866 + 22.715 + 3.860 + 10.649 + 13.781.
    "a group as a sum": (
        "CHN,CA5,total,2024",
        [
            "94.8699 billion USD (94.8584 to 94.876), the sum of the group's members",
            "94.8 billion USD of 24kg-2025-01-24: left out: it contradicts the sum of the group",
            "China’s trade with Kazakhstan in 2024: 43.866 billion USD",
            "43.8 billion USD of 24kg-2025-01-24: left out: exports plus imports says more.",
            "27.9543 billion USD of comtrade-chn-github-2024: used.",
            "China’s trade with Kyrgyzstan in 2024: 22.7149 billion USD",
            "22.71 billion USD of astanatimes-2025-01: agrees, and narrows the converted figure.",
        ],
    ),
    # Of Kazakhstan's the bureau's own 14.8914, not UN Comtrade's older 14.8975.
    "a group's own": (
        "CA4,CHN,total,2024",
        [
            "50.1645 billion USD",
            "14.8975 billion USD of comtrade-mirror-cipf: left out: a data set comes after",
            "14.8914 billion USD of kaz-bns-panel-2026: used.",
            "2.10386 billion USD of uzb-siat-exports-2026: used.",
        ],
    ),
    # 27.954331004 less 15.911621031.
    "a balance": (
        "CHN,KAZ,balance,2024",
        [
            "12.0427 billion USD (12.0427 to 12.0427), exports less imports",
            ": used.",
            ": used.",
        ],
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_each_sentence_is_true_of_the_rows(case):
    cell, expected = SAID[case]
    sentences = iter(explain(cell))
    for part in expected:
        assert any(part in sentence for sentence in sentences), (cell, part)


def test_nothing_is_called_used_that_is_of_another_figure():
    """UN Comtrade stands in the sum of four for Kyrgyzstan, not for Kazakhstan's exports."""
    told = "\n".join(explain("CA4,CHN,total,2024"))
    assert (
        "Kazakhstan’s imports from China, 15.1535 billion USD of comtrade-mirror-cipf: left"
        in told
    )
    assert (
        "Kyrgyzstan’s imports from China, 5.45101 billion USD of comtrade-mirror-cipf: used"
        in told
    )
    printed = [
        text for text in explain("CHN,CA5,total,2024") if "Central Asia, " in text
    ]
    assert printed
    assert not [text for text in printed if text.endswith(": used.")]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("CHN,KAZ,export", "a cell is reporter, partner, flow and period"),
        ("CHN,KAZ,exports,2024", "did you mean 'export'"),
        ("CHN,KZA,export,2024", "KAZ"),
        ("CHN,KAZ,export,1950", "no figure of CHN,KAZ,export,1950 is held; the newest"),
        ("CHN,KAZ,export,24", "period must look like 2025"),
        ("CHN,EAEU,export,2024", "is held, nor of any other period"),
        (
            "TKM,CHN,import,2025",
            "Turkmenistan publishes no trade statistics by partner",
        ),
    ],
)
def test_a_wrong_cell_is_one_sentence(asked, said, capsys):
    with pytest.raises(ParameterError, match=said):
        explain(asked)
    assert main(["build", "--explain", asked]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
