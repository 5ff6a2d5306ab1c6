"""Columns of `figures` and `goods` by hand, from the published rows of data/*.csv.

A case is `cell | expected | why`, where why has the published figures that it was worked out from,
in billions unless it says so. `-` is an empty cell; a number holds to the digits that are written.
The rules themselves are tried in build/test_rules.py.
"""

import pandas as pd
import pytest
from fetch_files import cases

from catrade_build.edition import table

FIGURE = ["reporter", "partner", "flow", "period", "currency"]
GOOD = ["reporter", "exporter", "importer", "period", "code"]

FIGURES = {
    # The bureau's and customs' years, of one statistic without a gap.
    "record_since": """
KAZ CHN import 2025 USD | 1995 | 18.9703 is over each since 1995, the highest 16.77 or 15.39 of 2023
KAZ CHN export 2025 USD | - | 15.1960, but 16.4844 in 2012
CHN TKM import 2022 USD | 1992 | 10.3136 is over 9.5162 of 2014 and all others since 1992
CHN TKM total 2024 USD | - | 10.65, but 11.18 in 2022
TJK CHN import 2022 USD | 2016 | 841,707,330 dollars, and 841,304,897 in 2016; 2015 has no imports
CHN KAZ total 2026-07 CNY | - | the highest of three, but months are held since 2024
""",
    "leader": """
KAZ CHN total 2024 USD | yes | 14.8914 + 15.2662 with China, 9.55186 + 18.5837 with Russia
KAZ RUS total 2022 USD | yes | 26.9720 with Russia, 24.2039 with China
KAZ CHN import 2025 USD | no | 18.9703 from China, 19.5391 from Russia
KGZ RUS total 2024 USD | no | 3.2 with Russia; with China 0.1231 + 5.4510
TJK CHN total 2024 USD | equal | about 1.96 and, rounded, 2.0; about 1.9 with Russia may be 2.0
TJK RUS total 2024 USD | equal | as above: neither is behind
UZB CHN total 2024 USD | yes | of 65.9: 2.1039 + 10.3290 with China, 11.6 with Russia
""",
    "has_ended": """
CHN KGZ import 2026-7M CNY | yes | 0.8756 of 34.7006 a year before
CHN KGZ import 2026-02 CNY | no | 0.0574 of 8.0675; but of January’s 0.1976 there were 0.0843
CHN KGZ import 2026-03 CNY | yes | 0.1255 of 6.3603, the second month in a row
CHN KGZ import 2026-07 CNY | yes | 0.3555 of 6.7510, and 0.0888 of 4.5863 in June
CHN KGZ import 2025-09 CNY | no | 0.1391 of 0.7268 is 19 per cent
CHN KGZ import 2025 CNY | no | 37.4722 after 19.9807
""",
    # Customs' months since January 2024: 19.93 + 37.47 + 0.87 are 58.27, nine tenths of it 52.44;
    # October 2024 to August 2025 has 3.91 + 5.16 + 7.68 + 36.64 = 53.38, no ten months have it.
    "burst_first": """
CHN KGZ import 2026-07 CNY | 2024-10 | see above
CHN KGZ import 2026-06 CNY | - | only the newest month says it
CHN KGZ export 2026-07 CNY | - | an even flow: 5.7 to 15.6 in each month of 2025
CHN TJK import 2026-07 CNY | - | an even flow: 0.17 to 0.65 in each month since January 2025
CHN KGZ import 2025 CNY | - | a year
""",
    "burst_last": "CHN KGZ import 2026-07 CNY | 2025-08 | see above",
    "burst_months": "CHN KGZ import 2026-07 CNY | 11 | see above",
    "burst_of": "CHN KGZ import 2026-07 CNY | 31 | January 2024 to July 2026",
    "burst_part": "CHN KGZ import 2026-07 CNY | 0.916 | 53.38 of 58.27",
    # Customs print 46.3% more for January to July 2026 and 70% of the rise came in two months.
    "jump_first": "CHN KAZ import 2026-7M CNY | 2026-01 | see above",
    "jump_last": "CHN KAZ import 2026-7M CNY | 2026-02 | see above",
    "jump_part": "CHN KAZ import 2026-7M CNY | 0.70 | see above",
    # Bases: the yuan of a year before, or where they have been revised (by more than the rounding
    # of the printed growth) the new figure over it: 224.2929/1.194 + 124.5491 + 19.9471/1.128 +
    # 39.8315/0.96 + 59.1156 = 430.689.
    "without_ended": """
CHN CA5 total 2026-7M CNY | 0.1045 | 438.2324 less 0.8756, over 430.689 less 34.7006
CHN CA5 import 2026-7M CNY | 0.284 | 143.4694 over 97.6108/1.463 + 3.5572/1.603 +
  32.8908/0.92 + 9.4106/1.337
CHN KGZ total 2026-7M CNY | -0.106 | what is left are exports, 80.3181 after 89.8485
CHN KAZ total 2026-7M CNY | - | neither flow has ended
CHN CA5 total 2025 USD | - | Kyrgyz gold still came in 2025
""",
    "ended": """
CHN CA5 total 2026-7M CNY | KGZ:import | see `has_ended`
CHN KGZ total 2026-7M CNY | import | as above
CHN KAZ total 2026-7M CNY | - | neither flow has ended
""",
    "is_recent": """
CHN KAZ total 2026-7M CNY | yes | the newest year of the table is 2026
CHN CA5 total 2025 USD | yes | one year behind
KGZ CHN export 2024 USD | yes | two years behind
KAZ CHN export 2023 USD | no | three years behind
UZB CHN import 2023 USD | no | three years behind, though its list of imports has no newer year
""",
    "growth_basis": """
CHN KAZ total 2025 CNY | printed | customs print 11.6 per cent beside the yuan
KAZ CHN export 2025 USD | one release | 15.1960 and 14.8914 stand in the bureau's panel
UZB CHN total 2025 USD | two releases | 17.2 is of the press, 2.1039 + 10.3290 of others
CHN KAZ total 2025 USD | printed in yuan | of 48.7; what 48.7 / 43.82 gives is no finer
CHN CA5 total 2025 USD | worked out in yuan | customs print no growth of the five, but of each
TJK CHN total 2024 USD | - | 2.0 is another statistic than 0.31 + 0.78 of 2023
""",
    "base": """
CHN KAZ total 2025 CNY | 312.00 | 348.1922 / 1.116; the 311.7975 first held lie outside its rounding
KAZ CHN export 2025 USD | 14.8914 | of the bureau's panel
KAZ CHN import 2024 USD | 15.3892 | of the bureau's panel, not 16.77 as first released
UZB CHN total 2025 USD | 12.4328 | 2.1038561 + 10.3289580
CHN KGZ import 2026-7M CNY | 34.7006 | the one held: 0.8756 / 0.025 has it within its rounding
CHN CA5 total 2026-7M CNY | 430.69 | see `without_ended`
""",
    # Region's totals: exports + imports = the sum of the five.
    "value": """
CHN CA5 total 2019 USD | 46.01 | a referee's sum
CHN CA5 total 2020 USD | 39.19 | a referee's sum
CHN CA5 total 2021 USD | 49.93 | a referee's sum
CHN CA5 total 2022 USD | 70.24 | a referee's sum
CHN CA5 total 2024 USD | 94.87 | a referee's sum
UZB CHN total 2025 USD | 17.2 | what the press has of the committee, not a deputy minister's 17.8
""",
    "goods_value": """
CHN UZB total 2024 USD | 13.78 | the figure itself
UZB CHN total 2024 USD | 11.5185 | 1.189587 + 10.328958; the figure itself, 12.4328, has services
UZB CHN total 2025 USD | - | 17.2 has services, and goods alone are not printed
""",
    "growth": """
KAZ CHN total 2023 USD | 0.242 | 14.6662 + 15.3892 after 13.0602 + 11.1437, the bureau's own series
KAZ CHN total 2024 USD | 0.003 | 14.8914 + 15.2662 after that
KAZ RUS total 2023 USD | 0.003 | 10.2074 + 16.847 after 9.0914 + 17.8806
KAZ RUS total 2024 USD | 0.040 | 9.5519 + 18.5837 after that
CHN CA5 total 2019 USD | 0.114 | of the sums above, as a referee has them
CHN CA5 total 2020 USD | -0.148 | as above
CHN CA5 total 2021 USD | 0.274 | as above
CHN CA5 total 2022 USD | 0.407 | as above
CHN CA5 total 2024 USD | 0.061 | as above
CHN KAZ total 2017 USD | 0.370 | a rate printed of levels since revised is not theirs: 37.4
CHN KAZ total 2022 USD | 0.245 | 31.17 over 25.05; printed was 23.6
CHN KGZ total 2022 USD | 1.052 | printed was 105.6
CHN KGZ total 2023 USD | 0.277 | printed was 28.8
CHN TJK total 2018 USD | 0.100 | as a referee has it
CHN TJK total 2023 USD | 0.511 | printed was 53.5
CHN UZB total 2018 USD | 0.477 | as a referee has it
CHN UZB total 2023 USD | 0.436 | printed was 45
CHN TKM export 2023 USD | 0.103 | printed was 11.3
""",
    "mirror": """
CHN UZB total 2024 USD | 11.5185 | goods alone: 1.189587 + 10.328958; 2.1039 has services
CHN KAZ total 2025 USD | 34.1663 | 15.1960 + 18.9703
CHN KAZ export 2024 USD | 15.2662 | Kazakhstan's imports
KAZ CHN import 2024 USD | 27.9543 | China's exports
KGZ CHN import 2023 USD | 19.7207 | China's exports
CHN TKM total 2024 USD | - | Turkmenistan publishes none
""",
    "share": """
KAZ CHN total 2023 USD | 0.2154 | 30.0554 of 139.5510
KAZ RUS import 2022 USD | 0.3511 | 17.8806 of 50.9344
KGZ CHN total 2023 USD | 0.3453 | 0.0804 + 5.3533 of 3.3849 + 12.3520, all of the committee's lists
UZB CHN total 2025 USD | 0.2119 | 17.2 of 33.812 + 47.355, the first release
UZB CHN export 2025 USD | 0.0735 | 2.5161 of 34.2479, two tables of the committee of 15 July 2026
UZB RUS total 2025 USD | 0.1600 | 12.986 of the same
CHN KAZ export 2024 USD | 0.007816 | 27.954331 of 3,576.543294
CHN KAZ total 2025 USD | 0.007658 | in yuan: 348.1922 of 45,468.5085; not 48.7 of 6,354.77
CHN KAZ total 2015 USD | 0.00361 | all releases: none knows both flows with the world
""",
    "share_partner": """
CHN KGZ total 2023 USD | 0.3453 | Kyrgyzstan's, as above
CHN KAZ export 2022 USD | 0.2188 | Kazakhstan's imports, 11.1437 of 50.9344
KAZ CHN import 2024 USD | 0.007816 | China's exports, as above
KAZ CHN total 2025 USD | 0.007658 | China's, as above
CHN UZB total 2025 USD | 0.2119 | Uzbekistan's, as above
CHN TKM total 2024 USD | - | Turkmenistan publishes none
""",
    # A row counts from the day its source was published, a month from its last day.
    "known_since": """
KAZ CHN export 2025 USD | 2026-09-28 | the bureau's panel
KAZ CHN total 2023 USD | 2025-01-09 | the bureau's table by country, which alone has the total
KAZ CHN import 2023 USD | 2026-09-28 | the panel, of which that table has the dollars
KGZ CHN import 2023 USD | 2025-01-09 | the committee's list
CHN KGZ import 2024-01 CNY | 2024-03-31 | customs released it in March, with February
CHN KAZ total 2025 CNY | 2026-01-31 | customs released it in January 2026
CHN KGZ import 2026-07 CNY | 2026-08-31 | customs released it in August
""",
}

GOODS = {
    "value": """
KAZ KAZ CHN 2023 2709 | 3.762 | crude oil, as the press and two referees have it
KAZ KAZ CHN 2024 2709 | 1.888 | as they have it
KAZ KAZ CHN 2024 2603 | 2.876 | copper ore, as they have it
KAZ KAZ CHN 2024 2844 | 1.759 | radioactive elements, as they have it
KAZ KAZ WLD 2026-06 7208-7212 | 0.132405 | flat steel of June
""",
    "of_world": """
KAZ KAZ CHN 2024 2603 | 0.910 | 2.8762 of 3.1596
KAZ KAZ CHN 2024 2711 | 0.774 | 1.3539 of 1.7503
KAZ KAZ CHN 2024 7403 | 0.649 | 2.6800 of 4.1318
KAZ KAZ CHN 2024 7202 | 0.452 | 1.0965 of 2.4255
KAZ KAZ CHN 2024 2844 | 0.386 | 1.7588 of 4.5541
KAZ KAZ CHN 2024 2709 | 0.044 | 1.8876 of 42.8788
""",
    "whole": "KAZ KAZ WLD 2026-06 2709 | 9.81647 | all exports of June",
    "share": "KAZ KAZ WLD 2026-06 2709 | 0.52661 | 5.169474 of 9.81647",
    "unit_value": """
KAZ KAZ WLD 2026-06 2709 | 833.0467 | 5,169,474 thousand dollars, as revised, for 6,205,503 tonnes
KAZ KAZ WLD 2026-06 7208-7212 | - | its weight cannot be: see below
""",
    "unit_value_low": """
KAZ KAZ WLD 2026-06 2709 | 833.0466 | 5,169,473.5 for 6,205,503.5
KAZ KAZ WLD 2026-06 7108 | 137196002 | gold: 72,688.5 thousand dollars for 0.529815 tonnes
""",
    "net_weight_t": "KAZ KAZ WLD 2026-06 7208-7212 | - | 0.16 dollars a tonne of steel",
}


@pytest.fixture(scope="module")
def edition():
    national = table("goods").query("level in ['heading', 'national']")
    return {
        "figures": table("figures").set_index(FIGURE),
        "goods": national.set_index(GOOD),
    }


def as_written(value, expected):
    """Return a cell as the table of cases writes it, a number with the digits expected."""
    if pd.isna(value) or value == "":
        return "-"
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    if isinstance(value, str):
        return value
    places = len(expected.partition(".")[2])
    return f"{value:.{places}f}"


@pytest.mark.parametrize(
    ("name", "column", "text"),
    [("figures", *case) for case in FIGURES.items()]
    + [("goods", *case) for case in GOODS.items()],
)
def test_by_hand(name, column, text, edition):
    for cell, expected, why in cases(text):
        value = edition[name].at[tuple(cell.split()), column]
        assert as_written(value, expected) == expected, f"{cell}: {why}"
