"""Widgets for JupyterLab: choose partners, whose figures and what is measured, and see the rest.

`explorer()` is all of it. Each panel shows what some lines of code display, run as they stand; the
same lines are "This view as code", so that nothing is seen that cannot be typed.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from catrade_build.cells.chosen import chosen
from catrade_build.cells.rows import FLOWS_OF_TOTAL
from catrade_build.tables.definitions import choices
from catrade_build.tables.names import (
    FLOWS,
    GROUPS,
    MIRROR_FLOW,
    code_of,
    flow_with,
    in_sentence,
    name_of,
)
from pagemill import display
from pagemill.plan import find_plan, load_plan, select_runs
from rounding.errors import PressError, ReportError, choice_error
from rounding.formats import join

__all__ = ["explorer", "view_as_code"]

#: What each list offers, in words and as it stands in code; the first is where it begins.
_CHOICES = {
    "reporter": {
        "China’s": "CHN",
        "The partner’s": "partner",
        "Both sides’": "both",
    },
    "flow": {
        "China’s exports and imports": "both",
        "China’s exports": "export",
        "China’s imports": "import",
        "Their sum": "total",
    },
    "measure": {
        "Value": "value",
        "Growth": "growth",
        "Index": "index",
        "Share of all trade": "share",
    },
    "freq": {
        "Months": "month",
        "January to the newest month": "ytd",
        "Years": "year",
    },
}
_LABELS = {"reporter": "Figures", "freq": "By", "theme": "Policy"}
#: Members of the Eurasian Economic Union, whose tariffs are the union's.
_IN_EAEU = {"KAZ", "KGZ"}
_IMPORTS = """\
import pandas as pd
import seaborn as sns

import catrade as ct
from catrade import page"""
_CALL = 'ct.trade({}, {}, {start}, {end}, reporter="{}", freq="{freq}")'
_MEASURES = {
    "value": "",
    "growth": "trade = ct.growth(trade)\n",
    "index": "trade = ct.index_to(trade, {start})\n",
    "share": 'trade = ct.share(trade, of={whole}, by="partner")\n',
}
_SUBTITLES = {
    "value": "$ billion, current",
    "growth": "Growth on the year before, %",
    "index": "{start} = 100",
    "share": "Share of all trade, %",
}
_TO_DATE = """\
newest = trade.dropna(subset="value")["date"].max()
trade = trade[trade["date"].dt.month == newest.month]
"""
_SERIES = """\
trade["series"] = trade[{by}].map(page.names.name_of).agg(", ".join, axis=1)
"""
_DRAWN = """\
axes = sns.lineplot(trade, x="{x}", y="{y}"{hue})
display(ct.show(axes, trade, "{title}", subtitle="{subtitle}", name="ex"))
newest = trade.dropna(subset="value").sort_values("date").tail(12)
display(ct.table(newest, "The newest figures"))"""
_GOODS = """\
{name} = ct.read.composition("{seller}", "{buyer}", end={end}, book="{side}")
newest = {name}[{name}["year"] == {name}["year"].max()].nlargest(8, "value")
title = f"{title}: the largest goods of {{newest['year'].max()}}"
axes = sns.barplot(newest, x="value", y="goods", color=page.COLOURS["{seller}"])
chart = ct.show(axes, newest, title, subtitle="$ billion", name="ex-{name}")
display(chart or page.note("no table lists the goods from {seller} to {buyer}"))"""
_FACTS = """\
{name}_facts = ct.facts("{partner}", "{flow}", {start}, {end}).tail(5)
columns = ["period", "item", "figure"]
display(ct.table({name}_facts, "{title}: the newest single figures", columns=columns))"""
_POLICY = """\
events = ct.events({places}, "{theme}", {start}, {end})
title = f"The newest of {{len(events)}} events"
display(ct.table(events.tail(10), title, columns=["date", "jurisdiction", "title"]))
rules = ct.events({places}, "{theme}", on=events["date"].max())
rules = rules[rules["status"] == "yes"]
title = f"{{len(rules)}} rules in force on the day of the last"
display(ct.table(rules, title, columns=["title", "since_when", "until_when"]))"""


def view_as_code(
    partner: Iterable[str],
    reporter: str,
    flow: str,
    measure: str,
    freq: str,
    years: tuple[int, int],
    theme: str,
) -> dict[str, list[str]]:
    """Return the code of a view, panel by panel, in pieces of which each stands for itself.

    Examples
    --------
    >>> view = view_as_code(["UZB"], "CHN", "export", "value", "year", (2018, 2025), "all")
    >>> print(view["Trade"][0].splitlines()[0])
    trade = ct.trade(['UZB'], ['export'], 2018, 2025, reporter="CHN", freq="year")
    """
    partners = list(partner)
    words = {"start": years[0], "end": years[1], "freq": freq}
    flows = list(FLOWS) if flow == "both" else [flow]
    own = [MIRROR_FLOW[name] for name in flows]
    one_flow = "total" if flow == "both" else flow

    # Whose figures, of which trade, in which share of what.
    title = (
        f"China’s {flow_with(one_flow, join([in_sentence(code) for code in partners]))}"
    )
    whose = f"{name_of('CHN')}’s statistics"
    trade = _CALL.format(partners, flows, "CHN", **words)
    whole = _CALL.format(["WLD"], flows, "CHN", **words)
    by_partner = _CALL.format(partners, own, "partner", **words)
    if reporter == "both":
        trade = f"pd.concat([\n    {trade},\n    {by_partner},\n])"
        whose = "both sides’ statistics"
    if reporter == "partner":
        owners = join([f"{name_of(code)}’s" for code in partners])
        title = f"{owners} {flow_with(MIRROR_FLOW[one_flow], 'China')}"
        whose = "the partner’s statistics"
        trade = by_partner
        whole = _CALL.format(["WLD"], own, partners[0], **words)

    # One line a series: by the one thing in which they differ, or by all of these.
    differ = {
        "country": len(partners) > 1,
        "flow": len(flows) > 1,
        "reporter": reporter == "both",
    }
    several = [name for name in differ if differ[name]]
    code = f"trade = {trade}\n{_MEASURES[measure]}".format(**words, whole=whole)
    code += _TO_DATE if freq == "ytd" else ""
    code += _SERIES.format(by=several) if len(several) > 1 else ""
    code += _DRAWN.format(
        x="year" if freq == "year" else "date",
        y=measure,
        hue=_hue(several),
        title=title,
        subtitle=f"{_SUBTITLES[measure]}; {whose}".format(**words),
    )
    policy = _POLICY.format(theme=theme, places=_places(partners), **words)
    goods = _goods(partners[0], reporter, one_flow, words)
    return {"Trade": [code], "Goods": goods, "Policy": [policy]}


def _hue(several: Sequence[str]) -> str:
    """Return how lines are told apart: by what alone differs, in its own colours, or by all."""
    if not several:
        return ""
    if len(several) > 1:
        return ', hue="series"'
    return f', hue="{several[0]}", palette=page.COLOURS'


def _goods(
    partner: str, reporter: str, flow: str, words: Mapping[str, Any]
) -> list[str]:
    """Return the code of the goods of one partner, flow by flow."""
    pairs = {"export": ("CHN", partner), "import": (partner, "CHN")}
    code = []
    flows = FLOWS_OF_TOTAL if flow == "total" else [flow]
    for name in flows:
        seller, buyer = pairs[name]
        asked = {
            "name": f"{name}s",
            "title": f"{name_of(seller)}’s exports to {in_sentence(buyer)}",
            "seller": seller,
            "buyer": buyer,
            "partner": partner,
            "flow": name,
            "side": partner if reporter == "partner" else "CHN",
        }
        code += [text.format(**asked, **words) for text in (_GOODS, _FACTS)]
    return code


def _places(partners: Iterable[str]) -> list[str]:
    """Return whose policy concerns trade with some partners: China's, their own, their union's."""
    near = [place for code in partners for place in GROUPS.get(code, [code])]
    near += ["EAEU"] if _IN_EAEU & {*near} else []
    held = choices("jurisdictions")
    return ["CHN", *(code for code in dict.fromkeys(near) if code in held)]


def explorer(
    partner: str | Iterable[str] = "KAZ",
    start: int | None = None,
    end: int | None = None,
    **begin: str,
) -> widgets.VBox:
    """Return the explorer: controls, three panels, sources, this view as code and as files.

    Parameters
    ----------
    partner
        One partner or several, by code or name.
    start, end
        First and last year at the beginning; by default the newest three.
    begin
        Where the lists begin: reporter (CHN, partner, both), flow (both, export, import, total: as
        China sees them), measure (value, growth, index, share), freq (month, ytd, year), theme.

    Raises
    ------
    ParameterError
        If a value is not one to choose from.

    Examples
    --------
    >>> explorer("Uzbekistan", freq="year").children[0].children[0].value
    ('UZB',)
    """
    china = chosen("monthly").query("reporter == 'CHN'")
    newest = int(china["year"].max())
    codes = dict.fromkeys(["CA5", *china["partner"]])
    options = {code: name_of(code) for code in codes if code not in ("CA4", "WLD")}
    asked = [partner] if isinstance(partner, str) else partner
    asked = [code_of(place, options) for place in asked]
    for code in asked:
        if code not in options:
            raise choice_error("partner", code, options)
    look = {"style": {"description_width": "initial"}, "layout": {"width": "auto"}}
    controls: dict[str, Any] = {
        "partner": widgets.SelectMultiple(
            description="Partner",
            options=[(name, code) for code, name in options.items()],
            value=asked,
            rows=4,
            **look,
        )
    }
    themes = {
        theme.replace("_", " ").capitalize(): theme for theme in choices("themes")
    }
    lists = _CHOICES | {"theme": {"All": "all"} | themes}
    for name in begin:
        if name not in lists:
            raise choice_error("control", name, lists)
    for name, values in lists.items():
        value = begin.get(name, next(iter(values.values())))
        if value not in values.values():
            raise choice_error(name, value, values.values())
        controls[name] = widgets.Dropdown(
            description=_LABELS.get(name, name.capitalize()),
            options=values,
            value=value,
            **look,
        )
    controls["years"] = widgets.IntRangeSlider(
        value=(start or newest - 2, end or newest),
        min=int(chosen()["year"].min()),
        max=newest,
        description="Years",
        continuous_update=False,
        layout={"width": "22em"},
    )
    return _laid_out(controls)


def _laid_out(controls: Mapping[str, Any]) -> widgets.VBox:
    """Return controls above the panels they move."""
    heads = ("Trade", "Goods", "Policy", "Sources")
    panels = {name: widgets.Output(layout={"min_height": "4em"}) for name in heads}
    text = widgets.Textarea(rows=12, layout={"width": "100%"}).add_class("ct-code")
    names: dict[str, Any] = {}
    worked: dict[str, list[str]] = {}
    before: dict[str, list[str]] = {}
    exec(_IMPORTS, names)

    def show(_change: object = None) -> None:
        """Run what has changed; what did not work is a sentence, and stands not in the code."""
        if not controls["partner"].value:  # while another is being chosen
            return
        view = view_as_code(**{name: item.value for name, item in controls.items()})
        for name, pieces in view.items():
            if before.get(name) != pieces:
                worked[name] = _run(panels[name], name, pieces, names)
        before.update(view)
        code = [piece for name in view for piece in worked[name]]
        frames = ", ".join(piece.partition(" = ")[0] for piece in code)
        code.append(f"display(page.sources({frames}))")
        _run(panels["Sources"], "", code[-1:], names)
        text.value = "\n\n".join([_IMPORTS, *code])

    for control in controls.values():
        control.observe(show, names="value")
    show()
    shown = widgets.GridBox(
        [panels[name] for name in heads[:3]],
        layout={
            "grid_template_columns": "repeat(auto-fit, minmax(min(32em, 100%), 1fr))"
        },
    )
    folded = widgets.Accordion(
        [panels["Sources"], text, _files(controls, names)],
        titles=("Sources", "This view as code", "This view as files"),
    )
    row = widgets.HBox([*controls.values()], layout={"flex_flow": "row wrap"})
    return widgets.VBox([row, shown.add_class("ct-panels"), folded])


def _run(
    panel: widgets.Output, head: str, pieces: Iterable[str], names: dict[str, Any]
) -> list[str]:
    """Show in a panel what pieces of code display; return those that worked."""
    shown: list[Any] = [display.heading(head)] if head else []
    names["display"] = shown.append
    worked = []
    for piece in pieces:
        try:
            exec(piece, names)
            worked.append(piece)
        except PressError as error:
            shown.append(display.note(f"{error}."))
    kind = {"output_type": "display_data", "metadata": {}}
    # One message a panel, and the old figure stays until the new one is there.
    panel.outputs = tuple(
        kind | {"data": item._repr_mimebundle_()} for item in shown if item is not None
    )
    return worked


def _files(controls: Mapping[str, Any], names: dict[str, Any]) -> widgets.VBox:
    """Return buttons that make a workbook of the view, and the page of its partner and years."""
    answer = widgets.HTML()

    def button(what: str, make: Callable[[], str]) -> widgets.Button:
        def click(_button: object) -> None:
            answer.value = "Being made …"
            try:
                answer.value = f"Made: {make()}"
            except PressError as error:
                answer.value = f"{error}"

        control = widgets.Button(description=what, icon="file", button_style="primary")
        control.on_click(click)
        return control

    def workbook() -> str:
        exec('ct.to_excel({"Trade": trade}, "view.xlsx")', names)
        return "view.xlsx, beside this notebook"

    def report() -> str:
        start, end = controls["years"].value
        reporter = controls["reporter"].value
        page = _render(
            partner=controls["partner"].value[0],
            reporter="CHN" if reporter == "both" else reporter,
            start=start,
            end=end,
        )
        return f'<a href="{page}" target="_blank">{page.rpartition("/")[2]}</a>'

    buttons = [button("Make the report", report), button("Make a workbook", workbook)]
    return widgets.VBox([widgets.HBox(buttons), answer])


def _render(**asked: Any) -> str:
    """Render the trade growth page with parameters; return its address beside the notebook."""
    (run,) = select_runs(load_plan(find_plan()), ["trade_growth"], asked)
    given = [f"-p{name}={value}" for name, value in asked.items()]
    command = [sys.executable, "-m", "catrade", "render", "trade_growth", *given]
    done = subprocess.run(
        command,
        cwd=find_plan().parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ReportError(done.stderr.strip().rpartition("\n")[2])
    return f"../reports/{run.slug}.html"
