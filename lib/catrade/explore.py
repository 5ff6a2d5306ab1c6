"""Widgets for JupyterLab: choose a partner, whose figures, a flow and years, and see the rest.

`explorer()` is all of it: controls above trade, goods and policy, each drawn anew when a control it
depends on moves. What it shows is what the names of `ct` return; nothing is calculated here.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import pandas as pd

from catrade import params
from catrade.calc.in_force import in_force_spans
from catrade.cells.memory import kept
from catrade.charts import bars, columns, lines, spans
from catrade.charts.core import About
from catrade.face.calculate import growth
from catrade.face.figures import publishes_none, trade
from catrade.face.output import table
from catrade.face.tables import facts, goods, policies
from catrade.tables.goods import (
    load_composition,
    load_composition_groups,
    load_highlights,
)
from catrade.tables.names import FLOWS, GROUPS, MIRROR_FLOW, in_sentence, name_of
from catrade.tables.policy import load_policy_events
from catrade.words import capital
from pagemill import display
from pagemill.plan import derived_slug, find_plan
from pagemill.tables import Column
from rounding.errors import ParameterError, PressError, ReportError, choice_error
from rounding.rounded import Rounded

__all__ = ["explorer", "view_as_code"]

PARTNERS = tuple((name_of(code), code) for code in params.PARTNERS)
REPORTERS = (("China’s", "CHN"), ("The partner’s", "partner"))
_FLOWS = (
    ("China’s exports and imports", "total"),
    ("China’s exports", "export"),
    ("China’s imports", "import"),
)
_THEMES = (
    ("All themes", "all"),
    *((t.replace("_", " ").capitalize(), t) for t in params.THEMES),
)
_WORDS = {"total": "trade with", "export": "exports to", "import": "imports from"}
#: Members of the Eurasian Economic Union, whose tariffs are the union's.
_IN_EAEU = ("KAZ", "KGZ")
#: One column, or two with the goods beside trade and policy, by the room there is.
_STYLE = (
    "<style>.ct-explorer{container-type:inline-size}"
    ".ct-explorer .widget-readout{min-width:7em}"
    ".ct-panels .ct-drawing{min-width:0!important}"
    ".ct-panels{display:grid;gap:0 1.5em;grid-template-columns:minmax(0,1fr)}"
    ".ct-panels .jp-OutputArea-child:first-child .ct-heading{font-size:1.4em;"
    "border-bottom:1px solid var(--jp-border-color2)}"
    "@container (min-width:62em){.ct-panels{grid-template-columns:repeat(2,minmax(0,1fr))}"
    ".ct-panels>:nth-child(2){grid-area:1/2/3/3}}"
    # Half a window is as wide as a phone: its drawing, so that letters can be read.
    "@container (max-width:38em) or ((min-width:62em) and (max-width:100em)){"
    ".ct-panels .ct-wide:has(+.ct-narrow){display:none}"
    ".ct-panels .ct-narrow{display:block!important}}</style>"
)
Shown = Sequence[Any]
Years = tuple[int, int]


def explorer(
    partner: str = "KAZ",
    reporter: str = "CHN",
    flow: str = "total",
    start: int = 2015,
    end: int = 2025,
    theme: str = "trade",
) -> widgets.VBox:
    """Return the explorer: controls, three panels, sources, this view as code and as a report.

    Parameters
    ----------
    partner, reporter
        As in the notebook `trade_growth`, by code or name.
    flow
        total, export or import, seen from China.
    start, end
        First and last year at the beginning.
    theme
        A theme of policy, or all.

    Raises
    ------
    ParameterError
        If a value is not one to choose from.

    Examples
    --------
    >>> explorer("Uzbekistan").children[1].children[0].label
    'Uzbekistan'
    """
    asked = {"partner": partner, "reporter": reporter, "start": start, "end": end}
    checked = params.validate("trade_growth", **asked)
    for name, value, options in (("flow", flow, _FLOWS), ("theme", theme, _THEMES)):
        if value not in dict(options).values():
            raise choice_error(name, value, [code for _, code in options])
    if checked.reporter not in dict(_books_of(checked.partner)).values():
        raise publishes_none()
    slider = widgets.IntRangeSlider(
        value=(start, end),
        min=1992,
        max=2026,
        description="Years",
        continuous_update=False,
        layout={"width": "22em"},
    )
    chosen = {
        "partner": _dropdown("Partner", PARTNERS, checked.partner),
        "reporter": _dropdown("Figures", _books_of(checked.partner), checked.reporter),
        "flow": _dropdown("Flow", _FLOWS, flow),
        "years": slider,
        "theme": _dropdown("Policy", _THEMES, theme),
    }

    def offer(_change: object) -> None:
        chosen["reporter"].options = _books_of(chosen["partner"].value)

    # Before the panels look: a choice that is gone falls back on the first.
    chosen["partner"].observe(offer, names="value")
    figures = ("partner", "reporter", "flow", "years")
    panels = []
    for draw, names in (
        (_trade, figures),
        (_goods, figures),
        (_policy, ("partner", "years", "theme")),
    ):
        panel = widgets.Output(layout={"min_height": "4em"})
        _follow(_redrawing(panel, draw, chosen, names), chosen, names)
        panels.append(panel)
    controls = widgets.HBox(list(chosen.values()), layout={"flex_flow": "row wrap"})
    grid = widgets.Box(panels).add_class("ct-panels")
    style = widgets.HTML(_STYLE)
    whole = widgets.VBox([style, controls, grid, _folded(chosen)])
    return whole.add_class("ct-explorer")


def _folded(chosen: Mapping[str, Any]) -> widgets.Accordion:
    """Return what is below the panels, each part written only while it is open."""
    sources = widgets.Output()
    code = widgets.Textarea(rows=9, layout={"width": "100%"}).add_class("ct-code")
    folded = widgets.Accordion(
        [sources, code, _report(chosen)],
        titles=("Sources", "This view as code", "This view as a report"),
    )

    def write() -> None:
        code.value = view_as_code(**{name: one.value for name, one in chosen.items()})

    writes = {0: _redrawing(sources, _sources, chosen, tuple(chosen)), 1: write}

    def look() -> None:
        if folded.selected_index in writes:
            writes[folded.selected_index]()

    folded.observe(lambda _: look(), names="selected_index")
    _follow(look, chosen, tuple(chosen))
    return folded


def view_as_code(
    partner: str, reporter: str, flow: str, years: Years, theme: str
) -> str:
    """Return the lines that show a view of the explorer in a notebook.

    Examples
    --------
    >>> print(view_as_code("UZB", "CHN", "export", (2018, 2025), "all").splitlines()[2])
    trade = ct.trade("UZB", ["export"], 2018, 2025, reporter="CHN")
    """
    flows, (start, end) = _flows(reporter, flow), years
    written = ", ".join(f'"{one}"' for one in flows)
    places = ", ".join(f'"{place}"' for place in _places(partner))
    code = [
        "import catrade as ct",
        "",
        f'trade = ct.trade("{partner}", [{written}], {start}, {end}, reporter="{reporter}")',
        f'display(ct.charts.lines(trade, title="{_subject(partner, reporter, flow)}"))',
        'display(ct.table(ct.growth(trade), "By year"))',
    ]
    for pair in _directions(partner, flow):
        seller, buyer = pair
        if pair in _books():
            level, whose = _asked(seller, buyer, reporter)
            by = f', reporter="{whose}"' if whose else ""
            code += [
                f'goods = ct.goods("{seller}", "{buyer}", end={end}, level="{level}"{by})',
                'newest = goods[goods["year"] == goods["year"].max()]',
                'newest = newest.nlargest(8, "value_bn")',
                f'display(ct.charts.bars(newest, "goods", title="{_flow_name(*pair)}"))',
            ]
        if len(_facts(*pair, years)):
            asked = f'"{seller}", "{buyer}", {start}, {end}'
            code.append(f"display(ct.facts({asked}).tail(5))")
    asked = "" if theme == "all" else f'"{theme}", '
    code += [f"ct.policies({asked}start={start}, end={end}, jurisdiction=[{places}])"]
    return "\n".join(code)


def _books_of(partner: str) -> tuple[tuple[str, str], ...]:
    """Return whose figures there are: one country publishes none of its own."""
    return REPORTERS[:1] if partner == "TKM" else REPORTERS


def _dropdown(
    label: str, options: Sequence[tuple[str, str]], value: str
) -> widgets.Dropdown:
    wide = {"style": {"description_width": "initial"}, "layout": {"width": "auto"}}
    return widgets.Dropdown(options=options, value=value, description=label, **wide)


def _redrawing(
    output: widgets.Output,
    draw: Callable[..., Shown],
    chosen: Mapping[str, Any],
    names: Sequence[str],
) -> Callable[[], None]:
    """Return what fills an Output with what `draw` returns for the controls' values."""

    def redraw() -> None:
        try:
            shown = draw(**{name: chosen[name].value for name in names})
        except PressError as error:
            shown = [display.note(f"{error}.")]
        kind = {"output_type": "display_data", "metadata": {}}
        # One message a panel, and the old figure stays until the new one is there.
        made = [kind | {"data": item._repr_mimebundle_()} for item in shown]
        output.outputs = tuple(made)

    return redraw


def _follow(
    redraw: Callable[[], None], chosen: Mapping[str, Any], names: Sequence[str]
) -> None:
    """Do something now, and again whenever one of some controls moves."""
    for name in names:
        chosen[name].observe(lambda _: redraw(), names="value")
    redraw()


def _report(chosen: Mapping[str, Any]) -> widgets.VBox:
    """Return a button that renders the page of the partner and years chosen, and its address."""
    button = widgets.Button(
        description="Make the report", icon="file", button_style="primary"
    )
    said = widgets.HTML()

    def make(_button: object) -> None:
        start, end = chosen["years"].value
        asked = {
            "partner": chosen["partner"].value,
            "reporter": chosen["reporter"].value,
        }
        said.value = "Making the report …"
        try:
            page = _render({**asked, "start": start, "end": end})
            link = f'<a href="{page}" target="_blank">{page.rpartition("/")[2]}</a>'
            said.value = f"Made: {link}"
        except PressError as error:
            said.value = f"{error}"

    button.on_click(make)
    return widgets.VBox([button, said])


def _render(asked: dict[str, Any]) -> str:
    """Render the trade growth page with parameters; return its address beside the notebook."""
    values = params.validate("trade_growth", **asked).model_dump()
    root = find_plan().parent.parent
    given = [
        part for name, value in values.items() for part in ("-p", f"{name}={value}")
    ]
    command = [sys.executable, "-m", "catrade", "render", "trade_growth", *given]
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ReportError(done.stderr.strip().rpartition("\n")[2])
    return f"../reports/{derived_slug('trade_growth', values)}.html"


def _flows(reporter: str, flow: str) -> list[str]:
    """Return the flows to show as the reporter sees them."""
    flows = list(FLOWS) if flow == "total" else [flow]
    return flows if reporter == "CHN" else [MIRROR_FLOW[one] for one in flows]


def _subject(partner: str, reporter: str, flow: str) -> str:
    if reporter == "CHN":
        return f"China’s {_WORDS[flow]} {in_sentence(partner)}"
    return f"{name_of(partner)}’s {_WORDS[MIRROR_FLOW[flow]]} China"


def _places(partner: str) -> tuple[str, ...]:
    near = GROUPS.get(partner, (partner,))
    union = ("EAEU",) if set(near) & set(_IN_EAEU) else ()
    return ("CHN", *near, *union)


def _directions(partner: str, flow: str) -> list[tuple[str, str]]:
    """Return seller and buyer of each flow; of a group's goods there is no table."""
    if partner in GROUPS:
        return []
    both = {"export": ("CHN", partner), "import": (partner, "CHN")}
    return list(both.values()) if flow == "total" else [both[flow]]


@kept
def _figures(partner: str, reporter: str, flow: str) -> pd.DataFrame:
    """Return the figures and growth of all years: a move of the slider reads nothing anew."""
    return growth(trade(partner, _flows(reporter, flow), reporter=reporter))


def _window(partner: str, reporter: str, flow: str, years: Years) -> pd.DataFrame:
    start, end = years
    params.validate(
        "trade_growth", partner=partner, reporter=reporter, start=start, end=end
    )
    rows = _figures(partner, reporter, flow)
    rows = rows[rows["year"].between(start, end)]
    if rows["value_bn"].notna().any():
        return rows
    raise ParameterError(
        f"there is no figure of {_subject(partner, reporter, flow)} from {start} to {end}"
    )


def _trade(partner: str, reporter: str, flow: str, years: Years) -> Shown:
    rows = _window(partner, reporter, flow, years)
    subject = _subject(partner, reporter, flow)
    newest = rows[rows["value_bn"].notna()].iloc[-1]  # the total stands last
    whose = f"{name_of(newest['reporter'])}’s statistics, current dollars"
    level = f"{subject}: {Rounded.of(newest, 'value_bn'):bn} in {newest['year']}"
    unit = f"$ billion; {whose}"
    look: About = {"title": level, "subtitle": unit, "name": "ex-levels"}
    shown = [display.heading("Trade"), lines(rows, "year", by="flow", **look)]
    rates = rows[(rows["flow"] == newest["flow"]) & rows["growth"].notna().cummax()]
    if len(known := rates[rates["growth"].notna()]):
        rate = Rounded.of(last := known.iloc[-1], "growth")
        moved = f"{subject}: {rate:+percent} in {last['year']}"
        unit = f"Growth in %; {whose}"
        look = {"title": moved, "subtitle": unit, "name": "ex-growth"}
        shown.append(columns(rates, "year", "growth", cut=2, **look))
    return shown


def _goods(partner: str, reporter: str, flow: str, years: Years) -> Shown:
    shown: list[Any] = [display.heading("Goods")]
    if partner in GROUPS:
        text = "What is traded is known country by country: choose one of the five."
        return [*shown, display.note(text)]
    for seller, buyer in _directions(partner, flow):
        shown += _of_flow(seller, buyer, reporter, years)
    return shown


@kept
def _books() -> dict[tuple[str, str], tuple[str, list[str]]]:
    """Return of each flow the finest level at which it is held, and by whose statistics."""
    chapters = load_composition()
    groups = load_composition_groups(classification="WITS16")
    held: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for level, rows in (("wits", groups), ("chapter", chapters)):
        for (seller, buyer), part in rows.groupby(["exporter", "importer"]):
            held[str(seller), str(buyer)] = (level, list(part["reporter"].unique()))
    return held


@kept
def _held(seller: str, buyer: str, reporter: str) -> pd.DataFrame | None:
    """Return the goods of a flow by the side asked for, else by the other; None if by neither."""
    if (seller, buyer) not in _books():
        return None
    level, whose = _asked(seller, buyer, reporter)
    return goods(seller, buyer, reporter=whose, level=level)  # type: ignore[arg-type]


def _asked(seller: str, buyer: str, reporter: str) -> tuple[str, str | None]:
    """Return the level at which a flow is held, and its reporter if the side asked for is."""
    level, books = _books()[seller, buyer]
    asked = reporter if reporter == "CHN" else buyer if seller == "CHN" else seller
    return level, asked if asked in books else None


@kept
def _facts(seller: str, buyer: str, years: Years) -> pd.DataFrame:
    """Return the single figures on a flow, but those on all goods and words without any."""
    if load_highlights(seller, buyer, None, *years).empty:
        return pd.DataFrame()
    rows = facts(seller, buyer, *years)
    return rows[~rows["topic"].isin(["all_goods", "structure_statement"])]


def _flow_name(seller: str, buyer: str) -> str:
    return f"{name_of(seller)}’s exports to {in_sentence(buyer)}"


def _of_flow(seller: str, buyer: str, reporter: str, years: Years) -> Shown:
    name = _flow_name(seller, buyer)
    slug = f"{seller}-{buyer}".lower()
    rows = _held(seller, buyer, reporter)
    shown: list[Any] = []
    if rows is not None:
        within = rows[rows["year"].between(*years)]
        rows = within if len(within) else rows
        newest = rows[rows["year"] == rows["year"].max()]
        first = newest.loc[newest["value_bn"].idxmax()]
        whose = f"{name_of(first['reporter'])}’s statistics"
        title = f"{capital(first['goods'])} led in {first['year']}"
        said = f"{name}, $ billion; {whose}"
        look: About = {"title": title, "subtitle": said, "name": f"ex-{slug}"}
        shown.append(bars(newest.nlargest(8, "value_bn"), "goods", **look))
    held = _facts(seller, buyer, years)
    if len(held):
        newest = held.iloc[::-1].head(5)
        caption = f"{name}: the newest single figures published"
        shown.append(
            display.table(newest, caption, columns=_FACTS, name=f"facts-{slug}")
        )
    return shown or [display.note(f"Nothing is published of {name} in these years.")]


_FACTS: dict[str, Column] = {
    "period": ("Period", "period"),
    "item": "What",
    "figure": "Figure",
    "share": ("Share", "percent"),
    "growth": ("Growth", "percent"),
}


_EVENTS: dict[str, Column] = {
    "date": ("Date", "date"),
    "title": "Event",
    "where": "Where",
}


@kept
def _events(partner: str, years: Years, theme: str) -> pd.DataFrame:
    return policies(theme, *years, jurisdiction=_places(partner))


@kept
def _rules(partner: str, years: Years, theme: str) -> pd.DataFrame:
    """Return the spells of time in which the rules of a theme were in force in some years."""
    start, end = years
    whole = load_policy_events(start, end, _places(partner), theme, whole=True)
    return in_force_spans(whole, f"{start}-01-01", f"{end}-12-31")


def _policy(partner: str, years: Years, theme: str) -> Shown:
    start, end = years
    found, rules = _events(partner, years, theme), _rules(partner, years, theme)
    shown: list[Any] = [display.heading("Policy on new energy vehicles")]
    if len(rules):
        held = len(rules["measure_id"].unique())
        title = f"{held} rules were in force between {start} and {end}"
        said = "The newest twelve by their start. " if len(rules) > 12 else ""
        if len(rules) > held:
            said += "A rule that was changed or came again has several bars."
        look: About = {"title": title, "subtitle": said, "name": "ex-rules"}
        newest = rules.sort_values("start").tail(12)
        first, last = f"{start}-01-01", f"{end}-12-31"
        shown.append(spans(newest, "measure_title", first=first, last=last, **look))
    if len(found):
        newest = found.iloc[::-1].head(10)
        where = [params.spell("jurisdiction", code) for code in newest["jurisdiction"]]
        caption = f"The newest {len(newest)} of {len(found)} events"
        shown.append(table(newest.assign(where=where), caption, columns=_EVENTS))
    else:
        shown.append(display.note("No event of this theme in these years."))
    return shown


def _sources(partner: str, reporter: str, flow: str, years: Years, theme: str) -> Shown:
    parts = [_window(partner, reporter, flow, years), _events(partner, years, theme)]
    for pair in _directions(partner, flow):
        held = _held(*pair, reporter)
        if held is not None:
            parts.append(held)
        parts.append(load_highlights(*pair, None, *years))
    return [display.sources(*parts)]
