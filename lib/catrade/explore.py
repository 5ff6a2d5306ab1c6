"""Widgets for JupyterLab: choose a partner, whose figures, a flow and years, and see the rest.

`explorer()` is all of it: controls above trade, goods and policy, each drawn anew when a control it
depends on moves. What it shows is what the names of `ct` return; nothing is calculated here.
"""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import pandas as pd

from catrade import params
from catrade.calc.in_force import in_force_spans
from catrade.cells.memory import kept
from catrade.cells.rows import FLOWS_OF_TOTAL
from catrade.charts import bars, columns, lines, spans
from catrade.face.calculate import growth
from catrade.face.figures import trade
from catrade.face.output import table
from catrade.face.tables import facts, goods, policies
from catrade.tables.goods import load_highlights
from catrade.tables.names import (
    FLOWS,
    GROUPS,
    MIRROR_FLOW,
    flow_with,
    in_sentence,
    name_of,
)
from catrade.tables.policy import load_policy_events
from catrade.words import capital
from pagemill import display
from pagemill.plan import find_plan, load_plan, select
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
    checked = params.validate(
        "trade_growth", partner=partner, reporter=reporter, start=start, end=end
    )
    for name, value, options in (("flow", flow, _FLOWS), ("theme", theme, _THEMES)):
        if value not in dict(options).values():
            raise choice_error(name, value, [code for _, code in options])
    slider = widgets.IntRangeSlider(
        value=(start, end),
        min=1992,
        max=2026,
        description="Years",
        continuous_update=False,
        layout={"width": "22em"},
    )
    dropdown = functools.partial(
        widgets.Dropdown,
        style={"description_width": "initial"},
        layout={"width": "auto"},
    )
    chosen = {
        "partner": dropdown(
            description="Partner", options=PARTNERS, value=checked.partner
        ),
        "reporter": dropdown(
            description="Figures",
            options=_books_of(checked.partner),
            value=checked.reporter,
        ),
        "flow": dropdown(description="Flow", options=_FLOWS, value=flow),
        "years": slider,
        "theme": dropdown(description="Policy", options=_THEMES, value=theme),
    }
    # Before the panels look: a choice that is gone falls back on the first.
    partners, books = chosen["partner"], chosen["reporter"]
    widgets.dlink((partners, "value"), (books, "options"), _books_of)
    figures = ("partner", "reporter", "flow", "years")
    trade_panel = _panel(_trade, chosen, figures)
    goods_panel = _panel(_goods, chosen, figures)
    policy_panel = _panel(_policy, chosen, ("partner", "years", "theme"))
    panels = widgets.Box([trade_panel, goods_panel, policy_panel])
    folded = widgets.Accordion(
        [_panel(_sources, chosen, chosen), _code(chosen), _report(chosen)],
        titles=("Sources", "This view as code", "This view as a report"),
    )
    controls = widgets.HBox(list(chosen.values()), layout={"flex_flow": "row wrap"})
    style = widgets.HTML(_STYLE)
    whole = widgets.VBox([style, controls, panels.add_class("ct-panels"), folded])
    return whole.add_class("ct-explorer")


def view_as_code(
    partner: str, reporter: str, flow: str, years: Years, theme: str
) -> str:
    """Return the lines that show a view of the explorer in a notebook.

    Examples
    --------
    >>> print(view_as_code("UZB", "CHN", "export", (2018, 2025), "all").splitlines()[2])
    trade = ct.trade("UZB", ["export"], 2018, 2025, reporter="CHN")
    """
    start, end = years
    flows = _flows(reporter, flow)
    written = ", ".join(f'"{one}"' for one in flows)
    places = ", ".join(f'"{place}"' for place in _places(partner))
    code = [
        "import catrade as ct",
        "",
        f'trade = ct.trade("{partner}", [{written}], {start}, {end}, reporter="{reporter}")',
        f'display(ct.charts.lines(trade, title="{_subject(partner, reporter, flow)}"))',
        'display(ct.table(ct.growth(trade), "By year"))',
    ]
    for seller, buyer, whose in _directions(partner, reporter, flow):
        pair = f'"{seller}", "{buyer}"'
        if len(_held(seller, buyer, whose)):
            name = _flow_name(seller, buyer)
            code += [
                f'goods = ct.goods({pair}, end={end}, reporter="{whose}", nearest=True)',
                'newest = goods[goods["year"] == goods["year"].max()]',
                'newest = newest.nlargest(8, "value_bn")',
                f'display(ct.charts.bars(newest, "goods", title="{name}"))',
            ]
        if len(_facts(seller, buyer, years)):
            code.append(f"display(ct.facts({pair}, {start}, {end}).tail(5))")
    asked = "" if theme == "all" else f'"{theme}", '
    code += [f"ct.policies({asked}start={start}, end={end}, jurisdiction=[{places}])"]
    return "\n".join(code)


def _books_of(partner: str) -> tuple[tuple[str, str], ...]:
    """Return whose figures there are: one country publishes none of its own."""
    return REPORTERS[:1] if partner == "TKM" else REPORTERS


def _panel(
    draw: Callable[..., Shown], chosen: Mapping[str, Any], names: Iterable[str]
) -> widgets.Output:
    """Return an Output with what `draw` returns for some controls, drawn anew when one moves."""
    output = widgets.Output(layout={"min_height": "4em"})
    own = {name: chosen[name] for name in names}

    def redraw(_change: object = None) -> None:
        try:
            shown = draw(**{name: control.value for name, control in own.items()})
        except PressError as error:
            shown = [display.note(f"{error}.")]
        kind = {"output_type": "display_data", "metadata": {}}
        # One message a panel, and the old figure stays until the new one is there.
        made = [kind | {"data": item._repr_mimebundle_()} for item in shown]
        output.outputs = tuple(made)

    _follow(redraw, own)
    return output


def _code(chosen: Mapping[str, Any]) -> widgets.Textarea:
    """Return the view as code, to be copied."""
    code = widgets.Textarea(rows=9, layout={"width": "100%"})

    def write(_change: object = None) -> None:
        view = {name: control.value for name, control in chosen.items()}
        code.value = view_as_code(**view)

    _follow(write, chosen)
    return code.add_class("ct-code")


def _follow(do: Callable[..., None], controls: Mapping[str, Any]) -> None:
    """Do something now, and again whenever one of some controls moves."""
    for control in controls.values():
        control.observe(do, names="value")
    do()


def _report(chosen: Mapping[str, Any]) -> widgets.VBox:
    """Return a button that renders the page of the partner and years chosen, and its address."""
    button = widgets.Button(
        description="Make the report", icon="file", button_style="primary"
    )
    said = widgets.HTML()

    def make(_button: object) -> None:
        asked = {name: chosen[name].value for name in ("partner", "reporter")}
        asked["start"], asked["end"] = chosen["years"].value
        said.value = "Making the report …"
        try:
            page = _render(asked)
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
    given = [f"-p{name}={value}" for name, value in values.items()]
    command = [sys.executable, "-m", "catrade", "render", "trade_growth", *given]
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ReportError(done.stderr.strip().rpartition("\n")[2])
    (run,) = select(load_plan(find_plan()), ["trade_growth"], values)
    return f"../reports/{run.slug}.html"


def _flows(reporter: str, flow: str) -> list[str]:
    """Return the flows to show as the reporter sees them."""
    flows = list(FLOWS) if flow == "total" else [flow]
    return flows if reporter == "CHN" else [MIRROR_FLOW[one] for one in flows]


def _subject(partner: str, reporter: str, flow: str) -> str:
    if reporter == "CHN":
        return f"China’s {flow_with(flow, in_sentence(partner))}"
    return f"{name_of(partner)}’s {flow_with(MIRROR_FLOW[flow], 'China')}"


def _places(partner: str) -> tuple[str, ...]:
    near = GROUPS.get(partner, (partner,))
    if set(near) & set(_IN_EAEU):
        near = (*near, "EAEU")
    return ("CHN", *near)


def _directions(partner: str, reporter: str, flow: str) -> list[tuple[str, str, str]]:
    """Return seller, buyer and reporter of each flow; of a group's goods there is no table."""
    if partner in GROUPS:
        return []
    whose = partner if reporter == "partner" else reporter
    both = {"export": ("CHN", partner, whose), "import": (partner, "CHN", whose)}
    flows = FLOWS_OF_TOTAL if flow == "total" else (flow,)
    return [both[one] for one in flows]


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
    known = rows.dropna(subset="value_bn")
    newest = known.iloc[-1]  # the total stands last
    whose = f"{name_of(newest['reporter'])}’s statistics, current dollars"
    drawn = lines(
        rows,
        "year",
        by="flow",
        title=f"{subject}: {Rounded.of(newest, 'value_bn'):bn} in {newest['year']}",
        subtitle=f"$ billion; {whose}",
        name="ex-levels",
    )
    shown = [display.heading("Trade"), drawn]
    rates = rows[rows["flow"] == newest["flow"]]
    rates = rates[rates["growth"].notna().cummax()]
    if len(rates):
        last = rates.dropna(subset="growth").iloc[-1]
        rate = Rounded.of(last, "growth")
        drawn = columns(
            rates,
            "year",
            "growth",
            cut=2,
            title=f"{subject}: {rate:+percent} in {last['year']}",
            subtitle=f"Growth in %; {whose}",
            name="ex-growth",
        )
        shown.append(drawn)
    return shown


def _goods(partner: str, reporter: str, flow: str, years: Years) -> Shown:
    shown: list[Any] = [display.heading("Goods")]
    if partner in GROUPS:
        text = "What is traded is known country by country: choose one of the five."
        return [*shown, display.note(text)]
    for direction in _directions(partner, reporter, flow):
        shown += _of_flow(*direction, years)
    return shown


@kept
def _held(seller: str, buyer: str, whose: str) -> pd.DataFrame:
    """Return the goods of a flow by the side asked for, else the table nearest to it."""
    try:
        return goods(seller, buyer, reporter=whose, nearest=True)
    except ParameterError:  # no table at all
        return pd.DataFrame()


@kept
def _facts(seller: str, buyer: str, years: Years) -> pd.DataFrame:
    """Return the single figures on a flow, but those on all goods and words without any."""
    if load_highlights(seller, buyer, None, *years).empty:
        return pd.DataFrame()
    rows = facts(seller, buyer, *years)
    return rows[~rows["topic"].isin(["all_goods", "structure_statement"])]


def _flow_name(seller: str, buyer: str) -> str:
    return f"{name_of(seller)}’s exports to {in_sentence(buyer)}"


def _of_flow(seller: str, buyer: str, whose: str, years: Years) -> Shown:
    name = _flow_name(seller, buyer)
    slug = f"{seller}-{buyer}".lower()
    rows = _held(seller, buyer, whose)
    shown: list[Any] = []
    if len(rows):
        within = rows[rows["year"].between(*years)]
        rows = within if len(within) else rows
        newest = rows[rows["year"] == rows["year"].max()]
        largest = newest.nlargest(8, "value_bn")
        first = largest.iloc[0]
        counted = f"{name_of(first['reporter'])}’s statistics"
        drawn = bars(
            largest,
            "goods",
            title=f"{capital(first['goods'])} led in {first['year']}",
            subtitle=f"{name}, $ billion; {counted}",
            name=f"ex-{slug}",
        )
        shown.append(drawn)
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
    found = _events(partner, years, theme)
    rules = _rules(partner, years, theme)
    shown: list[Any] = [display.heading("Policy on new energy vehicles")]
    if len(rules):
        held = len(rules["measure_id"].unique())
        said = "The newest twelve by their start. " if len(rules) > 12 else ""
        if len(rules) > held:
            said += "A rule that was changed or came again has several bars."
        drawn = spans(
            rules.sort_values("start").tail(12),
            "measure_title",
            first=f"{start}-01-01",
            last=f"{end}-12-31",
            title=f"{held} rules were in force between {start} and {end}",
            subtitle=said,
            name="ex-rules",
        )
        shown.append(drawn)
    if len(found):
        newest = found.iloc[::-1].head(10)
        where = [params.spell("jurisdiction", code) for code in newest["jurisdiction"]]
        caption = f"The newest {len(newest)} of {len(found)} events"
        shown.append(table(newest.assign(where=where), caption, columns=_EVENTS))
    else:
        shown.append(display.note("No event of this theme in these years."))
    return shown


def _sources(partner: str, reporter: str, flow: str, years: Years, theme: str) -> Shown:
    parts = [_window(partner, reporter, flow, years)]
    parts.append(_events(partner, years, theme))
    for seller, buyer, whose in _directions(partner, reporter, flow):
        parts.append(_held(seller, buyer, whose))
        parts.append(load_highlights(seller, buyer, None, *years))
    return [display.sources(*parts)]
