"""Country codes of the publishers: UN Comtrade's numbers and the names Chinese customs prints."""

from __future__ import annotations

import re
from collections.abc import Iterable

from catrade.errors import ParameterError, nearest
from catrade.fetch import door
from catrade.names import CENTRAL_ASIA, GROUPS
from catrade.names_world import WORLD

# ISO 3166-1 alpha-3 and the code UN Comtrade reports under. It is the M49 code except for
# CHE, FRA, IND, NOR and USA (statistical territories) and TWN ("Other Asia, nes").
_COMTRADE = (
    "ABW533 AFG004 AGO024 AIA660 ALA248 ALB008 AND020 ARE784 ARG032 ARM051 ASM016 ATA010 ATF260 "
    "ATG028 AUS036 AUT040 AZE031 BDI108 BEL056 BEN204 BES535 BFA854 BGD050 BGR100 BHR048 BHS044 "
    "BIH070 BLM652 BLR112 BLZ084 BMU060 BOL068 BRA076 BRB052 BRN096 BTN064 BVT074 BWA072 CAF140 "
    "CAN124 CCK166 CHE757 CHL152 CHN156 CIV384 CMR120 COD180 COG178 COK184 COL170 COM174 CPV132 "
    "CRI188 CUB192 CUW531 CXR162 CYM136 CYP196 CZE203 DEU276 DJI262 DMA212 DNK208 DOM214 DZA012 "
    "ECU218 EGY818 ERI232 ESH732 ESP724 EST233 ETH231 FIN246 FJI242 FLK238 FRA251 FRO234 FSM583 "
    "GAB266 GBR826 GEO268 GGY831 GHA288 GIB292 GIN324 GLP312 GMB270 GNB624 GNQ226 GRC300 GRD308 "
    "GRL304 GTM320 GUF254 GUM316 GUY328 HKG344 HMD334 HND340 HRV191 HTI332 HUN348 IDN360 IMN833 "
    "IND699 IOT086 IRL372 IRN364 IRQ368 ISL352 ISR376 ITA380 JAM388 JEY832 JOR400 JPN392 KAZ398 "
    "KEN404 KGZ417 KHM116 KIR296 KNA659 KOR410 KWT414 LAO418 LBN422 LBR430 LBY434 LCA662 LIE438 "
    "LKA144 LSO426 LTU440 LUX442 LVA428 MAC446 MAF663 MAR504 MCO492 MDA498 MDG450 MDV462 MEX484 "
    "MHL584 MKD807 MLI466 MLT470 MMR104 MNE499 MNG496 MNP580 MOZ508 MRT478 MSR500 MTQ474 MUS480 "
    "MWI454 MYS458 MYT175 NAM516 NCL540 NER562 NFK574 NGA566 NIC558 NIU570 NLD528 NOR579 NPL524 "
    "NRU520 NZL554 OMN512 PAK586 PAN591 PCN612 PER604 PHL608 PLW585 PNG598 POL616 PRI630 PRK408 "
    "PRT620 PRY600 PSE275 PYF258 QAT634 REU638 ROU642 RUS643 RWA646 SAU682 SDN729 SEN686 SGP702 "
    "SGS239 SHN654 SJM744 SLB090 SLE694 SLV222 SMR674 SOM706 SPM666 SRB688 SSD728 STP678 SUR740 "
    "SVK703 SVN705 SWE752 SWZ748 SXM534 SYC690 SYR760 TCA796 TCD148 TGO768 THA764 TJK762 TKL772 "
    "TKM795 TLS626 TON776 TTO780 TUN788 TUR792 TUV798 TWN490 TZA834 UGA800 UKR804 UMI581 URY858 "
    "USA842 UZB860 VAT336 VCT670 VEN862 VGB092 VIR850 VNM704 VUT548 WLF876 WSM882 YEM887 ZAF710 "
    "ZMB894 ZWE716 EU27097 WLD000 "
)

#: Our code to UN Comtrade's number.
COMTRADE = {code: int(number) for code, number in re.findall(r"([A-Z]{3}|EU27)(\d{3}) ", _COMTRADE)}
#: Other publishers' codes of "Other Asia, not elsewhere specified", in which the UN's statistics
#: hold Taiwan's trade: CEPII writes S19, UN Comtrade 490.
ALIASES = {"S19": "TWN", "490": "TWN"}
_FROM_COMTRADE = {number: code for code, number in COMTRADE.items()}

# English and Chinese names in the customs tables; "EU" becomes EU27 or EU28 by the year.
_CUSTOMS = """
WLD|Total|总值|合计
KAZ|Kazakhstan|哈萨克斯坦
KGZ|Kyrgyzstan|Kirghizia|Kyrghyzstan|吉尔吉斯斯坦|吉尔吉斯
TJK|Tajikistan|Tadzhikistan|塔吉克斯坦
TKM|Turkmenistan|土库曼斯坦
UZB|Uzbekistan|乌兹别克斯坦
RUS|Russian Federation|Russia|俄罗斯|俄罗斯联邦
EU|European Union|European Union (EU)|EU|欧洲联盟|欧盟
AFG|Afghanistan|阿富汗
ARE|United Arab Emirates|阿联酋|阿拉伯联合酋长国
ARM|Armenia|亚美尼亚
AUS|Australia|澳大利亚
AZE|Azerbaijan|阿塞拜疆
BEL|Belgium|比利时
BLR|Belarus|Byelorussia|白俄罗斯
BRA|Brazil|巴西
CAN|Canada|加拿大
CHE|Switzerland|瑞士
DEU|Germany|德国
ESP|Spain|西班牙
FRA|France|法国
GBR|United Kingdom|United Kingdom (UK)|英国
GEO|Georgia|格鲁吉亚
HKG|Hong Kong|Hong Kong, China|China Hong Kong|中国香港|香港
IDN|Indonesia|印度尼西亚
IND|India|印度
IRN|Iran|伊朗
ITA|Italy|意大利
JPN|Japan|日本
KOR|R. O. Korea|Republic of Korea|Korea Rep.|韩国
MNG|Mongolia|蒙古
MYS|Malaysia|马来西亚
NLD|Netherlands|荷兰
PAK|Pakistan|巴基斯坦
POL|Poland|波兰
SAU|Saudi Arabia|沙特阿拉伯
SGP|Singapore|新加坡
THA|Thailand|泰国
TUR|Turkey|Türkiye|土耳其
TWN|Taiwan|Taiwan, China|China Taiwan|中国台湾
UKR|Ukraine|乌克兰
USA|United States|United States (US)|美国
VNM|Vietnam|Viet Nam|越南
"""


def _fold(label: str) -> str:
    """Fold a printed label: no blanks, one form of brackets, no 'of which', no closing colon."""
    text = label.translate(str.maketrans("（）：，", "():,"))
    text = re.sub(r"\s+", "", text.replace("\xa0", " ")).casefold()
    return re.sub(r"^(其中|ofwhich):?|:$|\*$", "", text)


_BY_LABEL = {_fold(name): code for code, name in WORLD.items()} | {
    _fold(label): code
    for code, *labels in (line.split("|") for line in _CUSTOMS.split("\n") if line)
    for label in labels
}


def canonical(code: str) -> str:
    """Return our code for a publisher's: upper case, one name for one country.

    Examples
    --------
    >>> canonical("S19"), canonical("kaz")
    ('TWN', 'KAZ')
    """
    return ALIASES.get(code.strip().upper(), code.strip().upper())


def unknown_country(name: str, value: object, known: Iterable[str]) -> ParameterError:
    """Return the error for a country code that is not there; the region's codes are tried first.

    Examples
    --------
    >>> print(unknown_country("partner", "KAS", COMTRADE))
    partner must be a code such as KAZ, CHN or WLD (ISO 3166-1 alpha-3); got 'KAS' (did you mean
    'KAZ'?)
    """
    listed = list(known)
    first = [code for code in (*CENTRAL_ASIA, *GROUPS, "CHN", "RUS") if code in listed]
    guess = nearest(value, first) or nearest(value, listed)
    hint = f" (did you mean {guess!r}?)" if guess else ""
    message = (
        f"{name} must be a code such as KAZ, CHN or WLD (ISO 3166-1 alpha-3); got {value!r}{hint}"
    )
    return ParameterError(message)


def comtrade_code(country: str, name: str = "country") -> int:
    """Return UN Comtrade's number of a country.

    Raises
    ------
    ParameterError
        If the code is not known.

    Examples
    --------
    >>> comtrade_code("KGZ"), comtrade_code("WLD"), comtrade_code("CHE")
    (417, 0, 757)
    """
    if country not in COMTRADE:
        raise unknown_country(name, country, COMTRADE)
    return COMTRADE[country]


def country_of(number: int) -> str | None:
    """Return our code for UN Comtrade's number, or None.

    Examples
    --------
    >>> country_of(762)
    'TJK'
    """
    return _FROM_COMTRADE.get(number)


def expand(countries: list[str], name: str) -> list[str]:
    """Put the members in the place of group codes, check every code and drop repeated ones.

    Examples
    --------
    >>> expand(["CA5", "KAZ", "RUS"], "partner")
    ['KAZ', 'KGZ', 'TJK', 'TKM', 'UZB', 'RUS']
    """
    known = [*COMTRADE, *GROUPS]
    found: dict[str, None] = {}
    for country in countries:
        code = canonical(country)
        if code not in known:
            raise unknown_country(name, country, known)
        found.update(dict.fromkeys(GROUPS.get(code, (code,))))
    return list(found)


def customs_partner(label: str, year: int) -> str | None:
    """Return our code for a row label of a Chinese customs table, or None for a row not used.

    Examples
    --------
    >>> customs_partner("  吉尔吉斯斯坦", 2026), customs_partner("European Union", 2019)
    ('KGZ', 'EU28')
    >>> customs_partner("Asia", 2026) is None
    True
    """
    code = _BY_LABEL.get(_fold(label))
    if code == "EU":
        return "EU27" if year >= 2020 else "EU28"
    return code


#: CEPII's areas that are no ISO country, by the number that all releases share: the first is UN
#: Comtrade's "Other Asia", which older releases call N/A or TWN and newer ones S19.
_BACI = {490: "TWN", 697: "R20", 849: "PUS"}


def baci_country(number: int, iso3: str) -> str:
    """Return our code for a country of a BACI release; those without an ISO code stay apart.

    Examples
    --------
    >>> baci_country(490, "S19"), baci_country(697, "N/A"), baci_country(398, "KAZ")
    ('TWN', 'R20', 'KAZ')

    Raises
    ------
    FetchError
        If the release calls it by no code.
    """
    if number in _BACI:
        return _BACI[number]
    return door.name(iso3, f"the ISO code of country {number}", r"[A-Z][A-Z0-9]{2}")


# What the IMF and WITS call countries otherwise than customs and ISO 3166-1 do.
_CALLED = {
    _fold(label): code
    for code, *labels in (
        line.split("|")
        for line in (
            "CHN|China|China, P.R.: Mainland|China, People's Republic of",
            "HKG|China, P.R.: Hong Kong"
            "|Hong Kong Special Administrative Region, People's Republic of China",
            "MAC|China, P.R.: Macao"
            "|Macao Special Administrative Region, People's Republic of China",
            "KGZ|Kyrgyz|Kyrgyz Rep.|Kyrgyz Republic",
            "TWN|Taiwan Province of China|Other Asia, nes",
            "WLD|World",
        )
    )
    for label in labels
}


def country_called(label: str) -> str | None:
    """Return our code for a country as the IMF or WITS calls it; None for groups and others.

    Examples
    --------
    >>> country_called("Kazakhstan, Rep. of"), country_called("Kyrgyz Republic")
    ('KAZ', 'KGZ')
    >>> country_called("China, P.R.: Hong Kong"), country_called("Iran, Islamic Rep. of")
    ('HKG', 'IRN')
    >>> country_called("European Union"), country_called("Central Asia")
    (None, None)
    """
    if found := _CALLED.get(_fold(label)):
        return found
    plain = re.sub(
        r",?\s*(Islamic |United |The )?(Rep(\.|ublic)?( of)?|I\.R\. of)$", "", label.strip()
    )
    found = _BY_LABEL.get(_fold(plain))
    return found if found != "EU" else None
