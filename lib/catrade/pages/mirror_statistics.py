"""What the mirror statistics page draws and says that its notebook should not hold.

Frames are those of `ct.mirror(…, full=True)`, `ct.trade` and `ct.facts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from catrade.charts import style
from catrade.tables.names import GROUPS, in_sentence
from catrade.tables.trade import load_sources, read_table
from catrade.words import capital, dollars, exact
from rounding.formats import is_missing, join
from rounding.rounded import Rounded

#: A flow as China sees it.
FLOWS = {
    "total": "Total trade",
    "export": "China’s exports",
    "import": "China’s imports",
}
#: A flow as the beginning of a line.
_WAYS = {"export": "China sells to", "import": "China buys from"}
#: Columns of the table of pairs.
PAIR_COLUMNS: Mapping[str, Any] = {
    "partner_name": "Country",
    "flow": ("Flow", FLOWS.get),
    "period": "Year",
    "china_bn": ("China, $bn", "billion"),
    "partner_bn": ("Partner, $bn", "billion"),
    "difference_bn": ("Difference, $bn", "billion"),
    "ratio": ("Ratio", lambda ratio: _times(ratio).removesuffix(" times")),
    "implied_margin": ("Implied c.i.f./f.o.b. margin", lambda part: _margin(part)),
    "sources": ("Sources", "sources"),
}
#: A c.i.f. margin above this is none that freight and insurance can be: the IMF takes 6%.
_PLAUSIBLE = 0.25
#: Where on a map a country's circles stand, and its words: degrees, and which way they run.
_PLACES = {
    "KAZ": (67.0, 48.3, 67.0, 51.7, "center"),
    "KGZ": (75.0, 41.6, 78.7, 40.9, "left"),
    "TJK": (71.0, 38.6, 73.0, 36.2, "left"),
    "TKM": (58.5, 39.0, 58.5, 34.9, "center"),
    "UZB": (64.0, 42.0, 60.9, 41.8, "right"),
}
#: Words of published facts that bear on why the two sides differ.
_REASONS = r"(?i)re-?export|sent on|transit|missing from|gold"


def outlines() -> pd.DataFrame:
    """Return the outlines of China and the five: a row a point of a line, in degrees."""
    return read_table("outlines").rename(columns={"source_id": "sources"})


def places(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the totals of countries with their places on a map, and what is written there.

    Parameters
    ----------
    pairs
        What `ct.mirror(…, alone=True)` returns of one year.

    Returns
    -------
    DataFrame
        `pairs` of totals with longitude and latitude (of the circles), across, up and side (of the
        words) and words.
    """
    rows = pairs[(pairs["flow"] == "total") & pairs["partner"].isin(_PLACES)]
    at = pd.DataFrame([_PLACES[code] for code in rows["partner"]], index=rows.index)
    at.columns = ["longitude", "latitude", "across", "up", "side"]
    own = rows["partner_bn"].map("{:.1f}".format).replace("nan", "none")
    ours = rows["china_bn"].map("{:.1f}".format)
    return rows.join(at).assign(words=rows["partner_name"] + "\n" + ours + " / " + own)


def draw_map(rows: pd.DataFrame) -> Axes:
    """Draw a ring for China's count and a disc for the country's own, by their areas.

    Parameters
    ----------
    rows
        What `places` returns.
    """
    # Land first, then of each country the ring, the disc and the words beside them.
    axes = Figure((7.2, 4.1)).subplots()
    for (code, _), line in outlines().groupby(["country", "ring"]):
        land = style.SOFT if code == "CHN" else style.GRID
        axes.fill(line["longitude"], line["latitude"], color=land, ec=style.PAPER)
    red = style.COUNTRY_COLOURS["CHN"]
    ring: dict[str, Any] = {"fill": False, "ec": red, "lw": 2, "zorder": 3}
    for row in rows.fillna({"partner_bn": 0}).to_dict("records"):
        disc = {"color": style.COUNTRY_COLOURS[row["partner"]], "zorder": 2}
        for value, look in [(row["china_bn"], ring), (row["partner_bn"], disc)]:
            high = 0.9 * value**0.5
            at = (row["longitude"], row["latitude"])
            axes.add_patch(Ellipse(at, 1.4 * high, high, **look))
        axes.text(row["across"], row["up"], row["words"], ha=row["side"])
    # A degree of latitude is 1.4 of longitude at 45 degrees north.
    axes.set(xlim=(46, 100), ylim=(34, 55.7), aspect=1.4)
    axes.axis("off")
    return axes


def gaps(pairs: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the gap of each country's flows in a year, or the year before, widest first.

    Parameters
    ----------
    pairs
        What `ct.mirror(…, full=True)` returns.
    year
        The newest year that may be shown; a country's flow of the year before stands in for it,
        and says so.

    Returns
    -------
    DataFrame
        `pairs` of exports and imports with a label: `China sells to Kyrgyzstan`.
    """
    rows = pairs[(pairs["flow"] != "total") & pairs["year"].between(year - 1, year)]
    rows = rows.sort_values("year").groupby(["partner", "flow"]).tail(1)
    names = rows["partner"].map(in_sentence)
    older = (", " + rows["year"].astype(str)).where(rows["year"] < year, "")
    rows = rows.assign(label=rows["flow"].map(_WAYS) + " " + names + older)
    return rows.sort_values("difference_bn", ascending=False)


def gap_title(gap: Rounded, whose: str) -> str:
    """Return the finding: how much of trade is in one side's statistics alone."""
    if gap.value < 0:
        return f"{-gap:bn} in {whose} books is not in China’s"
    return f"{gap:bn} that China counts is not in {whose} books"


def growths(published: pd.DataFrame) -> pd.DataFrame:
    """Return how trade grew by either side, where one source of each has both years.

    Parameters
    ----------
    published
        What `ct.published(…, full=True)` returns of both sides, by flow.

    Returns
    -------
    DataFrame
        partner, reporter, year, growth, sources; a row a side. What was converted from another
        currency is left out: the rate its office prints says more.
    """
    sound = published["quality"].eq("ok") & published["coverage"].eq("goods")
    rows = published[sound & ~published["converted"]]
    # Of Kazakhstan's row on China the partner is Kazakhstan here too.
    country = rows["partner"].where(rows["reporter"] == "CHN", rows["reporter"])
    rows = rows.assign(partner=country)[rows["partner"] != rows["reporter"]]
    keys = ["partner", "reporter", "published", "sources", "year"]
    sums = rows.pivot_table("value_bn", keys, "flow").dropna().sum(axis=1)
    before = sums.rename(index=lambda year: year + 1, level="year")
    growth = (sums / before - 1).dropna().rename("growth").reset_index()
    # Of several sources the newest.
    growth = growth.drop_duplicates(["partner", "reporter", "year"], keep="last")
    sides = growth.groupby(["partner", "year"])["reporter"].transform("nunique")
    growth = growth[sides == 2].drop(columns="published")
    # Tables that list a whole flow print dollars.
    growth = growth.assign(growth_low=growth["growth"], growth_high=growth["growth"])
    return growth.sort_values(["partner", "year"])


def apart(growth: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the country whose two sides say the most different in the newest year."""
    newest = growth[growth["year"] == growth["year"].max()]
    ends = newest.groupby("partner")["growth"].agg(["min", "max"])
    widest = (ends["max"] - ends["min"]).nlargest(1).index
    return growth[growth["partner"].isin(widest)]


def kinds_of(sources: pd.Series[str]) -> pd.Series[str]:
    """Return the kinds of each row's sources: the yearbooks of one bureau are one kind."""
    kinds = load_sources().set_index("source_id")["kind"]
    return sources.map(
        lambda ids: ";".join(sorted({kinds.get(one, "") for one in ids.split(";")}))
    )


def with_breaks(mirrored: pd.DataFrame) -> pd.DataFrame:
    """Break lines where the partner's figures change their source: such a step need not be trade.

    Parameters
    ----------
    mirrored
        Pairs of one flow.

    Returns
    -------
    DataFrame
        The rows and, half a year before one whose partner's figure is of another kind of source
        than in the pair before, and for every year in between that is missing, one without values.
    """
    frames = [mirrored]
    for partner, rows in mirrored.groupby("partner"):
        kind, years = kinds_of(rows["partner_sources"]), rows["year"]
        breaks = years[kind != kind.shift().fillna(kind)] - 0.5
        missing = set(range(years.min(), years.max())) - set(years)
        gaps = pd.DataFrame({"year": [*breaks, *missing]})
        frames.append(gaps.assign(partner=str(partner)))
    return pd.concat(frames, ignore_index=True).sort_values(["partner", "year"])


def less(whole: pd.DataFrame, part: pd.DataFrame) -> pd.DataFrame:
    """Return a region's figures without a country's: each as unsure as the two together.

    Examples
    --------
    >>> known = {"flow": "import", "year": 2024, "sources": "a"}
    >>> whole = pd.DataFrame([known | {"value_bn": 31.0, "low_bn": 30.5, "high_bn": 31.5}])
    >>> part = pd.DataFrame([known | {"value_bn": 3.0, "low_bn": 2.5, "high_bn": 3.5}])
    >>> less(whole, part)[["value_bn", "low_bn", "high_bn"]].values.tolist()
    [[28.0, 27.0, 29.0]]
    """
    both = whole.merge(part, on=["flow", "year"], suffixes=("", "_part"))
    both["value_bn"] -= both["value_bn_part"]
    both["low_bn"] -= both["high_bn_part"]
    both["high_bn"] -= both["low_bn_part"]
    both["sources"] += ";" + both["sources_part"]
    return both[whole.columns]


def times(ratios: pd.DataFrame) -> str:
    """Say how many times a country's figure China's was, from the least to the most.

    Examples
    --------
    >>> known = {"partner": "KGZ", "year": [2015, 2019, 2024], "ratio": [4.0, 2.8, 4.1]}
    >>> times(pd.DataFrame(known))
    'China counts 2.8 to 4.1 times Kyrgyzstan’s figure, 2015–2024'
    """
    first, last = ratios["year"].min(), ratios["year"].max()
    least, most = _times(ratios["ratio"].min()), _times(ratios["ratio"].max())
    span = most if least == most else f"{least.removesuffix(' times')} to {most}"
    years = first if first == last else f"{first}–{last}"
    whose = in_sentence(ratios["partner"].iloc[0])
    return f"China counts {span} {whose}’s figure, {years}"


def freight(newest: pd.DataFrame) -> str:
    """Say in how many cases freight and insurance cannot explain the gap, or make it wider.

    Parameters
    ----------
    newest
        Of each country and flow the newest pair.
    """
    cases = newest.dropna(subset=["implied_margin"])
    cases = cases[~cases["partner"].isin(GROUPS)]
    if cases.empty:
        return ""
    wider = int((cases["implied_margin"] < 0).sum())
    text = "An importer’s figure includes freight and insurance, so it should be the larger one."
    if wider:
        text = (
            f"Freight cannot explain it: in {wider} of {len(cases)} cases it widens the gap, "
            "because the importer’s figure, which includes freight and insurance, is the smaller "
            "one."
        )
    closed = []
    for row in cases[cases["implied_margin"].between(0, _PLAUSIBLE)].to_dict("records"):
        way = "to" if row["flow"] == "export" else "from"
        flow = f"{FLOWS[row['flow']]} {way} {row['partner_name']}"
        margin = _margin(row["implied_margin"])
        closed.append(f"a margin of {margin} would close the gap in {flow}")
    return f"{text} {capital(join(closed))}." if closed else text


def gap_moved(steps: pd.DataFrame, year: Any) -> str:
    """Say how the gap between the two sides' totals moved in a year, by country.

    Parameters
    ----------
    steps
        Pairs beside those of the year before (`…_before`).
    year
        The year; nothing is said if it has no year before.
    """
    rows = steps[(steps["flow"] == "total") & (steps["year"] == year)]
    if rows.empty:
        return ""
    move = rows["difference_bn"] - rows["difference_bn_before"]
    rows = rows.assign(move=move).sort_values("move", ascending=False)
    parts = rows[~rows["partner"].isin(GROUPS)]
    whole = rows[rows["partner"].isin(GROUPS) | (len(rows) == 1)].iloc[0]
    before, now = (
        dollars(whole["difference_bn_before"]),
        dollars(whole["difference_bn"]),
    )
    text = f"The gap was {before:usd} in {year - 1} and {now:usd} in {year}"
    if len(rows) > 1:
        moves = [
            f"{name} {'−' if move < 0 else '+'}{dollars(abs(move)):usd}"
            for name, move in zip(parts["partner_name"], parts["move"], strict=True)
        ]
        text += f": {join(moves)}"
    return f"{text}."


def other_sources(steps: pd.DataFrame, year: Any) -> str:
    """Say whose own figures of a year are of another source than those of the year before."""
    rows = steps[(steps["flow"] == "total") & (steps["year"] == year)]
    parts = rows[~rows["partner"].isin(GROUPS)]
    before = kinds_of(parts["partner_sources_before"])
    names = parts.loc[before != kinds_of(parts["partner_sources"]), "partner_name"]
    if names.empty:
        return ""
    return (
        f"The own figures of {join(names.tolist())} come from another source than in"
        f" {year - 1}."
    )


def moved_most(steps: pd.DataFrame, year: int) -> str:
    """Say in which flow of which country the gap moved most in a year, and how in either book."""
    rows = steps[(steps["flow"] != "total") & (steps["year"] == year)]
    rows = rows[~rows["partner"].isin(GROUPS)]
    if rows.empty:
        return ""
    moves = rows["difference_bn"] - rows["difference_bn_before"]
    row = rows.iloc[int(moves.abs().argmax())]
    way, who = "to" if row["flow"] == "export" else "from", in_sentence(row["partner"])
    verbs, ranges = [], []
    for side in ("china", "partner"):
        before, now = row[f"{side}_bn_before"], row[f"{side}_bn"]
        verbs.append("rose" if now > before else "fell")
        ranges.append(f"from {dollars(before):usd} to {dollars(now):usd}")
    other = ", but" if verbs[0] == verbs[1] else f" and {verbs[1]}"
    return (
        f"In {year} {FLOWS[row['flow']]} {way} {who} {verbs[0]} {ranges[0]} by China’s"
        f" statistics{other} {ranges[1]} by {who}’s."
    )


def facts(facts: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Return published facts that bear on the gap: gold, transit, re-export, missing sales."""
    codes = GROUPS.get(partner, (partner,))
    rows = facts[facts["exporter"].isin(codes) | facts["importer"].isin(codes)]
    rows = rows[(rows["item"] + " " + rows["note"]).str.contains(_REASONS)]
    return rows.reset_index(drop=True)


def _times(ratio: float) -> str:
    return "–" if is_missing(ratio) else f"{exact(ratio):times}"


def _margin(part: float) -> str:
    """Return the margin that would close a gap, in words."""
    if is_missing(part):
        return "–"
    if part < 0:
        return "none: the exporter’s figure is the larger"
    return f"{exact(part):percent}" if part <= _PLAUSIBLE else "not plausible"
