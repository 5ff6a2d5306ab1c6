"""Widgets for JupyterLab: choose a partner, whose figures, a flow and years, and see the rest.

`explorer()` is all of it. Its parts can be put together otherwise: `pickers()` are the controls,
and each panel draws anew when a control it depends on moves. Figures and sentences are those of the
reports; nothing is calculated here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

import ipywidgets as widgets

from catrade import params
from catrade.cells import implied, series
from catrade.charts.bars import bars
from catrade.load import trade as data
from catrade.load.nev import load_policy_events
from catrade.names import CENTRAL_ASIA, GROUPS, name_of
from catrade.nev_policy import policy
from catrade.nev_policy.charts import spans as span_charts
from catrade.nev_policy.charts import timeline as policy_charts
from catrade.nev_policy.say import policy as findings_nev
from catrade.trade_composition.views import chapters as goods
from catrade.trade_growth import charts as trade_charts
from catrade.trade_growth import pair, say
from pagemill import display, tables
from pagemill.errors import PressError, choice_error

#: What a reader picks from: (what is shown, the value).
PARTNERS = tuple((name_of(code), code) for code in get_args(params.Partner))
REPORTERS = (("China’s", "CHN"), ("The partner’s", "partner"))
FLOWS = (
    ("China’s exports and imports", "total"),
    ("China’s exports", "export"),
    ("China’s imports", "import"),
)
THEMES = (("All themes", "all"), *((name, key) for key, name in policy_charts.THEME_NAMES.items()))
#: Members of the Eurasian Economic Union, whose tariffs are its members' own.
_IN_EAEU = ("KAZ", "KGZ")
_DIRECTIONS = {"total": "both", "export": "exports", "import": "imports"}
_NAMED_GOODS = 8
_EVENT_COLUMNS: dict[str, tables.Column] = {
    "number": ("No.", "text"),
    "date": ("Date", "date"),
    "title_en": "Event",
}
#: One column, two (growth above policy, beside composition) or three, by the room there is.
_STYLE = (
    "<style>.ct-explorer{container-type:inline-size}"
    ".ct-explorer .ct-panels{display:grid;gap:0 1.5em;grid-template-columns:minmax(0,1fr)}"
    ".ct-explorer .ct-drawing{min-width:0!important}"
    ".ct-panels .jp-OutputArea-child:first-child .ct-heading{font-size:1.5em;"
    "border-bottom:1px solid var(--jp-border-color2)}"
    "@container (min-width:50em){.ct-explorer .ct-panels{"
    "grid-template:auto 1fr/repeat(2,minmax(0,1fr))}"
    ".ct-explorer .ct-panel-composition{grid-area:1/2/3/3}"
    ".ct-explorer .ct-panel-policy{grid-area:2/1}}"
    "@container (min-width:105em){.ct-explorer .ct-panels{"
    "grid-template:auto/repeat(3,minmax(0,1fr))}"
    ".ct-explorer .ct-panel-composition{grid-area:1/2}"
    ".ct-explorer .ct-panel-policy{grid-area:1/3}}</style>"
)
_WIDE = {"style": {"description_width": "initial"}, "layout": {"width": "auto"}}

Pickers = Mapping[str, Any]
Shown = Sequence[Any]


def explorer(
    partner: str = "KAZ",
    reporter: str = "CHN",
    flow: str = "total",
    start: int = 2015,
    end: int = 2025,
    theme: str = "trade",
) -> widgets.VBox:
    """Return the explorer: controls above growth, composition and policy side by side.

    Parameters
    ----------
    partner, reporter
        As in the notebook `trade_growth`.
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
    """
    chosen = pickers(partner, reporter, flow, start, end, theme)
    panels = {
        "growth": growth_panel(chosen),
        "composition": composition_panel(chosen),
        "policy": policy_panel(chosen),
    }
    for name, panel in panels.items():
        panel.add_class(f"ct-panel-{name}")
    controls = widgets.HBox(list(chosen.values()), layout={"flex_flow": "row wrap"})
    grid = widgets.Box(list(panels.values())).add_class("ct-panels")
    sources = widgets.Accordion([sources_panel(chosen)], titles=("Sources",))
    parts = [widgets.HTML(_STYLE), controls, grid, sources]
    return widgets.VBox(parts).add_class("ct-explorer")


def pickers(
    partner: str = "KAZ",
    reporter: str = "CHN",
    flow: str = "total",
    start: int = 2015,
    end: int = 2025,
    theme: str = "trade",
) -> dict[str, widgets.ValueWidget]:
    """Return the controls by name: partner, reporter, flow, years, theme.

    Raises
    ------
    ParameterError
        If a value is not one to choose from.

    Examples
    --------
    >>> pickers(partner="UZB")["partner"].label
    'Uzbekistan'
    """
    params.validate("trade_growth", partner=partner, reporter=reporter, start=start, end=end)
    params.validate("nev_policy_timeline", themes=theme)
    _among("flow", flow, FLOWS)
    _among("theme", theme, THEMES)
    known = data.load_trade()["year"]
    return {
        "partner": _dropdown("Partner", PARTNERS, partner),
        "reporter": _dropdown("Figures", REPORTERS, reporter),
        "flow": _dropdown("Flow", FLOWS, flow),
        "years": widgets.IntRangeSlider(
            value=(start, end),
            min=min(start, int(known.min())),
            max=max(end, int(known.max())),
            description="Years",
            continuous_update=False,
            style={"description_width": "initial"},
            layout={"width": "22em"},
        ),
        "theme": _dropdown("Policy", THEMES, theme),
    }


def growth_panel(chosen: Pickers) -> widgets.Output:
    """Return the panel of levels and growth a year, which follows the controls."""
    return _panel(_growth, chosen, ("partner", "reporter", "flow", "years"))


def composition_panel(chosen: Pickers) -> widgets.Output:
    """Return the panel of what is traded, which follows the controls."""
    return _panel(_composition, chosen, ("partner", "reporter", "flow", "years"))


def policy_panel(chosen: Pickers) -> widgets.Output:
    """Return the panel of policy in China and the partner, which follows the controls."""
    return _panel(_policy, chosen, ("partner", "years", "theme"))


def sources_panel(chosen: Pickers) -> widgets.Output:
    """Return the list of sources behind the panels, which follows the controls."""
    return _panel(_sources, chosen, tuple(chosen))


def _dropdown(label: str, options: Sequence[tuple[str, str]], value: str) -> widgets.Dropdown:
    return widgets.Dropdown(options=options, value=value, description=label, **_WIDE)


def _among(name: str, value: str, options: Sequence[tuple[str, str]]) -> None:
    codes = [code for _, code in options]
    if value not in codes:
        error = choice_error(name, value, codes)
        raise error


def _panel(draw: Callable[..., Shown], chosen: Pickers, names: Sequence[str]) -> widgets.Output:
    """Return an Output that holds what `draw` returns, and draws again when a control moves."""
    output = widgets.Output(layout={"min_height": "4em"})

    def redraw(_change: object = None) -> None:
        try:
            shown = draw(**{name: chosen[name].value for name in names})
        except PressError as error:
            shown = [display.note(f"{error}.")]
        # One message a panel, and the old figure stays until the new one is there.
        output.outputs = tuple(_as_output(item) for item in shown)

    for name in names:
        chosen[name].observe(redraw, names="value")
    redraw()
    return output


def _as_output(item: Any) -> dict[str, Any]:
    bundle = item._repr_mimebundle_()
    return {"output_type": "display_data", "data": bundle, "metadata": {}}


def _growth(partner: str, reporter: str, flow: str, years: tuple[int, int]) -> Shown:
    start, end = _window(partner, reporter, years)
    trade = implied.with_computed(data.load_trade(end=end))
    book = series.annual(trade, reporter=reporter, partner=partner)
    asked = {"reporter": reporter, "partner": partner}
    cells = pair.between(pair.yearly(book, trade, **asked), start, end)
    if flow != "total":
        cells = cells[cells["china_flow"] == flow]
    known = cells[(cells["china_flow"] == flow) & cells["growth"].notna()]
    about = {"title": say.level(cells, **asked), "subtitle": say.measure(cells, **asked)}
    levels = trade_charts.levels(cells, **about, name="explore-levels")
    shown = [display.heading("Growth"), levels or display.note(say.nothing(**asked))]
    if known.empty:
        return shown
    title = f"{say.subject(**asked, flow=known['flow'].iloc[0])} {say.moved(known.iloc[-1])}"
    title = f"{title} in {known['period'].iloc[-1]}"
    subtitle = "Change on the year before, current dollars"
    named = {"title": title, "subtitle": subtitle, "name": "explore-growth"}
    return [*shown, bars(known.sort_values("year"), "year", "growth", upright=True, **named)]


def _composition(partner: str, reporter: str, flow: str, years: tuple[int, int]) -> Shown:
    shown: list[Any] = [display.heading("Composition")]
    if partner in GROUPS:
        places = ", ".join(name_of(code) for code in CENTRAL_ASIA)
        text = f"What is traded is known country by country; choose one of {places}."
        return [*shown, display.note(text)]
    for found in _goods(partner, reporter, flow, years):
        shown.extend(goods.structure(found, _NAMED_GOODS))
    return shown


def _policy(partner: str, years: tuple[int, int], theme: str) -> Shown:
    start, end = years
    events = _events(partner, years, theme)
    whole = _events(partner, years, theme, whole=True)
    day = policy.report_day(load_policy_events(), end)
    now = policy.policies_in_force(whole, day)
    spells = policy.in_force_spans(whole)
    numbered = policy.numbered(events)
    return [
        display.heading("Policy on new energy vehicles"),
        display.note(findings_nev.in_force_on(now, day)),
        span_charts.in_force(spells, start, end, day=day, name="explore-in-force"),
        policy_charts.timeline(numbered, start, end, name="explore-timeline"),
        display.table(numbered, "Events", columns=_EVENT_COLUMNS, name="explore-events"),
    ]


def _sources(partner: str, reporter: str, flow: str, years: tuple[int, int], theme: str) -> Shown:
    start, end = _window(partner, reporter, years)
    trade = implied.with_computed(data.load_trade(end=end))
    cells = pair.between(series.annual(trade, reporter=reporter, partner=partner), start, end)
    found = [] if partner in GROUPS else _goods(partner, reporter, flow, years)
    items = [part.items for part in found]
    return [display.sources(cells, *items, _events(partner, years, theme, whole=True))]


def _window(partner: str, reporter: str, years: tuple[int, int]) -> tuple[int, int]:
    """Check the choice as the notebook does: both ends of the slider may stand on one year."""
    start, end = years
    params.validate("trade_growth", partner=partner, reporter=reporter, start=start, end=end)
    return start, end


def _goods(partner: str, reporter: str, flow: str, years: tuple[int, int]) -> list[goods.Goods]:
    start, end = years
    asked = {"partner": partner, "reporter": reporter, "direction": _DIRECTIONS[flow]}
    return goods.goods(**asked, start=start, end=end, level="chapter")


def _events(partner: str, years: tuple[int, int], theme: str, *, whole: bool = False) -> Any:
    """Return the policy events of China, the partner and its customs union."""
    near = pair.members(partner)
    union = ["EAEU"] if set(near) & set(_IN_EAEU) else []
    places = ["CHN", *near, *union]
    return load_policy_events(*years, jurisdiction=places, theme=theme, whole=whole)
