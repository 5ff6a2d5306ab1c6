"""The explorer in JupyterLab: choose a pair and what is measured; see trade, goods, cars and rules.

What a tab shows is what some lines of code display, run as they stand; the same lines are "This
view as code", so that nothing is seen that cannot be typed. Only the tab looked at is worked out.
"""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from catrade.asked import FLOWS_OF_TOTAL
from catrade_build.edition import table
from catrade_build.tables.definitions import choices
from catrade_build.tables.names import (
    GROUPS,
    MIRROR_FLOW,
    code_of,
    flow_with,
    in_sentence,
    name_of,
    possessive,
    publishing,
)
from pagemill import display
from pagemill.plan import find_plan, load_plan, select_runs
from rounding.errors import PressError, ReportError, choice_error
from rounding.formats import join

#: What each list offers, in words and as it stands in code; the first is where it begins.
_CHOICES = {
    "book": {
        "The reporter’s": "own",
        "The partner’s": "partner",
        "Both sides’": "both",
    },
    "flow": {
        "Exports and imports": "both",
        "Exports": "export",
        "Imports": "import",
        "Their sum": "total",
    },
    "measure": {
        "Value": "value",
        "Growth": "growth",
        "Index": "index",
        "Share of all trade": "share",
    },
    "freq": {"Months": "month", "January to the newest month": "ytd", "Years": "year"},
}
_LABELS = {"book": "Figures", "freq": "By", "theme": "Policy"}
#: What each tab begins its code with the name of, and the notebook of its report.
_TABS = {
    "Trade": ("trade", "trade_growth"),
    "Goods": ("goods", "trade_composition"),
    "Cars": ("cars", "nev_central_asia"),
    "Rules": ("rules", "nev_policy_timeline"),
}
#: Members of the Eurasian Economic Union, whose tariffs are the union's.
_IN_EAEU = {"KAZ", "KGZ"}
_IMPORTS = """\
import pandas as pd
import seaborn as sns

import catrade as ct
from catrade import page"""
_CALL = 'ct.trade({}, {}, {start}, {end}, reporter={}, freq="{freq}")'
_BOTH = """\
pd.concat([
    {},
    {},
], ignore_index=True)"""
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
_TRADE = """\
axes = sns.lineplot(trade, x="{x}", y="{y}", estimator=None{hue})
display(ct.show(axes, trade, "{title}", subtitle="{subtitle}", name="ex"))
newest = trade.dropna(subset="value").sort_values("date").tail(8)
display(ct.table(newest, "The newest figures"))
display(page.sources(trade))"""
_GOODS = """\
goods = ct.goods("{partner}", "{flow}", end={end}{reporter})
goods = goods[goods["year"] == goods.dropna(subset="value")["year"].max()]
largest = goods.nlargest(8, "value")
title = f"{title}: the largest goods of {{goods['year'].max()}}"
whose = ", ".join(goods["reporter"].map(page.names.name_of).unique())
axes = sns.barplot(largest, x="value", y="goods", color=page.COLOURS.get("{partner}"))
subtitle = f"$ billion, as counted by {{whose}}"
chart = ct.show(axes, largest, title, subtitle=subtitle, name="ex-{flow}")
display(chart or page.note("no table lists the goods of {title}"))
display(page.sources(goods))"""
_FACTS = """\
facts = ct.facts("{partner}", "{flow}", {start}, {end}{reporter}).tail(5)
columns = ["period", "item", "figure"]
display(ct.table(facts, "{title}: the newest single figures", columns=columns))"""
_CARS = """\
cars = ct.market(kind="ev", partner={places}, jurisdiction="CHN", freq="month")
axes = sns.lineplot(cars.assign(value=cars["value"] / 1e6), x="date", y="value", hue="partner",
    palette=page.COLOURS)
title = "China’s exports of electric cars to {names}"
display(ct.show(axes, cars, title, subtitle="$ million a month", name="ex-cars"))
display(page.sources(cars))"""
_COUNTS = """\
counts = ct.market("all", jurisdiction={places}, freq="year", full=True)
counts = counts[counts["unit"] == "vehicles"].dropna(subset="value")
counts = counts.drop_duplicates(["series", "jurisdiction"], keep="last")
columns = {{"jurisdiction": "Where", "meaning": "What", "year": "Year", "value": "Vehicles"}}
display(ct.table(counts, "The newest counts of cars", columns=columns))
display(page.sources(counts))"""
_RULES = """\
rules = ct.events({places}, "{theme}", {start}, {end})
title = f"The newest of {{len(rules)}} events"
display(ct.table(rules.tail(8), title, columns=["date", "jurisdiction", "title"]))
in_force = ct.events({places}, "{theme}", on=rules["date"].max())
in_force = in_force[in_force["status"] == "yes"]
title = f"{{len(in_force)}} rules in force on the day of the last"
display(ct.table(in_force, title, columns=["title", "since_when", "until_when"]))
display(page.sources(rules, in_force))"""


def view_as_code(
    reporter: str,
    partner: Iterable[str],
    book: str,
    flow: str,
    measure: str,
    freq: str,
    years: tuple[int, int],
    theme: str,
) -> dict[str, list[str]]:
    """Return the code of a view, tab by tab, in pieces of which each stands for itself.

    Examples
    --------
    >>> asked = ["own", "export", "value", "year", (2018, 2025), "all"]
    >>> view = view_as_code("CHN", ["UZB"], *asked)
    >>> print(view["Trade"][0].splitlines()[0])
    trade = ct.trade(['UZB'], ['export'], 2018, 2025, reporter=['CHN'], freq="year")
    """
    partners = list(partner)
    places = [code for code in [*partners, reporter] if code != "CHN"]
    words = {"start": years[0], "end": years[1], "freq": freq, "theme": theme}
    words |= {"places": places, "names": join([*map(in_sentence, places)])}
    flows = [*FLOWS_OF_TOTAL] if flow == "both" else [flow]
    trade = _trade(reporter, partners, book, flows, measure, words)
    goods = [
        piece
        for name in (FLOWS_OF_TOTAL if flow in ("both", "total") else [flow])
        for piece in _goods(reporter, partners[0], book, name, words)
    ]
    cars = [_CARS.format(**words)]
    if markets := [code for code in places if code in choices("market_places")]:
        cars.append(_COUNTS.format(places=markets))
    rules = [_RULES.format(**{**words, "places": _jurisdictions(places)})]
    return {"Trade": [trade], "Goods": goods, "Cars": cars, "Rules": rules}


def _trade(
    reporter: str,
    partners: list[str],
    book: str,
    flows: list[str],
    measure: str,
    words: dict[str, Any],
) -> str:
    """Return the code of the tab of trade: whose figures, of which flows, as a share of what."""
    whose, others = [reporter], partners
    own = [*map(publishing, partners)]
    theirs = [MIRROR_FLOW[name] for name in flows]
    trade = by_reporter = _CALL.format(partners, flows, whose, **words)
    by_partner = _CALL.format(whose, theirs, own, **words)
    counted = f"{possessive(name_of(reporter))} statistics"
    if book == "both":
        trade = _BOTH.format(by_reporter, by_partner)
        counted = "both sides’ statistics"
    if book == "partner":
        whose, others, flows, trade = own, [reporter], theirs, by_partner
        counted = "the partner’s statistics"
    whole = _CALL.format(["WLD"], flows, whose, **words)

    # One line a series: by what the frame differs in.
    differ = [
        name
        for name, is_so in {
            "reporter": len(whose) > 1 or book == "both",
            "partner": len(others) > 1,
            "flow": len(flows) > 1,
        }.items()
        if is_so
    ]
    code = f"trade = {trade}\n{_MEASURES[measure]}".format(**words, whole=whole)
    code += _TO_DATE if words["freq"] == "ytd" else ""
    code += _SERIES.format(by=differ) if len(differ) > 1 else ""
    hue = ', hue="series"' if differ else ""
    if len(differ) == 1:
        hue = f', hue="{differ[0]}", palette=page.COLOURS'
    return code + _TRADE.format(
        x="year" if words["freq"] == "year" else "date",
        y=measure,
        hue=hue,
        title=_title(whose, flows, others),
        subtitle=f"{_SUBTITLES[measure]}; {counted}".format(**words),
    )


def _title(whose: list[str], flows: list[str], others: list[str]) -> str:
    flow = flows[0] if len(flows) == 1 else "total"
    names = join([possessive(name_of(code)) for code in whose])
    return f"{names} {flow_with(flow, join([*map(in_sentence, others)]))}"


def _goods(
    reporter: str, partner: str, book: str, flow: str, words: dict[str, Any]
) -> list[str]:
    """Return the code of one flow's goods; China's are the other side's where it lists none."""
    ours, theirs = reporter, partner
    if book == "partner":
        ours, theirs, flow = partner, reporter, MIRROR_FLOW[flow]
    asked = {
        "title": _title([ours], [flow], [theirs]),
        "partner": theirs,
        "flow": flow,
        "reporter": "" if ours == "CHN" else f", reporter={ours!r}",
    }
    return [piece.format(**{**words, **asked}) for piece in (_GOODS, _FACTS)]


def _jurisdictions(places: Iterable[str]) -> list[str]:
    """Return whose policy concerns a trade: China's, the two sides' own, their union's."""
    near = [place for code in places for place in GROUPS.get(code, [code])]
    near += ["EAEU"] if _IN_EAEU & {*near} else []
    held = choices("jurisdictions")
    return ["CHN", *(code for code in dict.fromkeys(near) if code in held)]


def explore(
    partner: str | Iterable[str] = "KAZ",
    start: int | None = None,
    end: int | None = None,
    *,
    reporter: str = "CHN",
    **begin: str,
) -> widgets.Box:
    """Return the explorer: controls with the view's code and files, beside them what they show.

    Parameters
    ----------
    partner
        One partner or several, by code or name.
    start, end
        First and last year at the beginning; by default the newest three.
    reporter
        Who trades with them, by code or name: any country of which figures are held.
    begin
        Where the lists begin: book (own, partner, both: whose figures), flow (both, export, import,
        total, as the reporter sees them), measure (value, growth, index, share), freq (month, ytd,
        year), theme (of policy).

    Returns
    -------
    Box
        Widgets: show them as the last line of a cell.

    Raises
    ------
    ParameterError
        If a value is not one to choose from.

    Examples
    --------
    >>> import catrade as ct
    >>> shown = ct.explore("Uzbekistan", freq="year")
    >>> shown.children[0].children[1].value
    ('UZB',)
    """
    return Explorer(partner, start, end, reporter=reporter, **begin).box


class Explorer:
    """Controls, the tabs that follow them, and the view as code and files.

    Each change is a request with a number. Only the newest is shown, and a tab is shown at once, so
    that what stands there is always what the controls say.
    """

    def __init__(
        self,
        partner: str | Iterable[str],
        start: int | None,
        end: int | None,
        *,
        reporter: str,
        **begin: str,
    ) -> None:
        figures = table("figures")
        self._pairs = figures[["reporter", "partner"]].drop_duplicates()
        self._asked = 0
        self._shown: dict[str, list[str]] = {}
        self._worked: dict[str, list[str]] = {}
        self._names: dict[str, Any] = {}
        exec(_IMPORTS, self._names)

        newest = int(figures.loc[figures["freq"] == "month", "year"].max())
        years = widgets.IntRangeSlider(
            value=(start or newest - 2, end or newest),
            min=int(figures["year"].min()),
            max=newest,
            continuous_update=False,
        )
        self.controls = self._lists(partner, reporter, begin) | {"years": years}
        for name, control in self.controls.items():
            control.description = _LABELS.get(name, name.capitalize())
            control.style.description_width = "70px"
            control.layout.width = "320px"
        self.code = widgets.Textarea(layout={"width": "320px", "height": "230px"})
        self.code.add_class("ct-code")
        self.answer = widgets.HTML()
        self.buttons = [
            self._button("Make the report", self._report),
            self._button("Make a workbook", self._workbook),
        ]
        tall = {"height": "640px", "overflow": "auto"}
        self.panels = {name: widgets.HTML(layout=tall) for name in [*_TABS, "Report"]}
        self.tabs = widgets.Tab([*self.panels.values()], titles=[*self.panels])
        self.tabs.layout = {"flex": "1 1 0", "min_width": "0"}
        below = widgets.HBox(self.buttons), self.answer
        label = widgets.Label("This view as code")
        left = widgets.VBox([*self.controls.values(), *below, label, self.code])
        left.layout = {"width": "330px", "flex": "0 0 330px"}
        self.box = widgets.HBox([left, self.tabs])
        self.box.add_class("ct-explorer")
        self.controls["reporter"].observe(self._of_reporter, names="value")
        for control in self.controls.values():
            control.observe(self.show, names="value")
        self.tabs.observe(self.show, names="selected_index")
        self.show()

    def _lists(
        self, partner: str | Iterable[str], reporter: str, begin: dict[str, str]
    ) -> dict[str, Any]:
        """Make the lists to choose from, each where it was asked to begin."""
        held = {*self._pairs["reporter"]} - {*GROUPS}
        whose = sorted(held, key=lambda code: (code != "CHN", name_of(code)))
        reporters = [(name_of(code), code) for code in whose]
        (reporter,) = _begun("reporter", reporter, reporters)
        partners = self._partners(reporter)
        asked = _begun("partner", partner, partners)
        lists: dict[str, Any] = {
            "reporter": widgets.Dropdown(options=reporters, value=reporter),
            "partner": widgets.SelectMultiple(options=partners, value=asked, rows=5),
        }
        themes = {
            name.replace("_", " ").capitalize(): name for name in choices("themes")
        }
        others = _CHOICES | {"theme": {"All": "all"} | themes}
        for name in begin:
            if name not in others:
                raise choice_error("control", name, others)
        for name, options in others.items():
            first, *_ = options.values()
            (value,) = _begun(name, begin.get(name, first), options.items())
            lists[name] = widgets.Dropdown(options=options, value=value)
        return lists

    def _partners(self, reporter: str) -> list[tuple[str, str]]:
        """Return with whom a country has figures of trade, the region and its members first."""
        held = self._pairs.loc[self._pairs["reporter"] == reporter, "partner"].unique()
        codes = [code for code in held if code not in ("CA4", "WLD")]
        near = [code for code in ("CA5", *GROUPS["CA5"], "CHN") if code in codes]
        rest = sorted({*codes} - {*near}, key=name_of)
        return [(name_of(code), code) for code in [*near, *rest]]

    def _of_reporter(self, _change: object) -> None:
        """Offer the partners of another reporter; keep those that it has, too."""
        control = self.controls["partner"]
        options = self._partners(self.controls["reporter"].value)
        codes = [code for _, code in options]
        kept = [code for code in control.value if code in codes]
        with self.box.hold_trait_notifications():
            control.unobserve(self.show, names="value")
            control.options = options
            control.value = kept or codes[:1]
            control.observe(self.show, names="value")

    def show(self, _change: object = None) -> None:
        """Show the tab that is looked at; what did not work is a sentence, and not in the code."""
        tab = self.tabs.titles[self.tabs.selected_index]
        values = {name: control.value for name, control in self.controls.items()}
        if tab == "Report" or not values["partner"]:  # while another is being chosen
            return
        self._asked += 1
        number = self._asked
        pieces = view_as_code(**values)[tab]
        if self._shown.get(tab) != pieces:
            html = self._run(tab, pieces)
            if number != self._asked:
                return
            self._shown[tab] = pieces
            self.panels[tab].value = html
        self.code.value = "\n\n".join([_IMPORTS, *self._worked[tab]])

    def _run(self, tab: str, pieces: Iterable[str]) -> str:
        """Return what pieces of code display, as HTML."""
        shown: list[Any] = []
        self._names["display"] = shown.append
        self._worked[tab] = []
        for piece in pieces:
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always", UserWarning)
                try:
                    exec(piece, self._names)
                    self._worked[tab].append(piece)
                except PressError as error:
                    shown.append(display.note(f"{error}."))
            shown += [display.note(f"{warning.message}.") for warning in told]
        return "".join(item._repr_html_() for item in shown if item is not None)

    def _button(self, what: str, make: Any) -> widgets.Button:
        def click(_button: object) -> None:
            self.answer.value = "Being made …"
            try:
                self.answer.value = escape(f"Made: {make()}")
            except PressError as error:
                self.answer.value = escape(str(error))

        button = widgets.Button(description=what, icon="file", button_style="primary")
        button.on_click(click)
        return button

    def _asks(self, notebook: str) -> dict[str, Any]:
        """Return the parameters of a notebook that shows the same."""
        start, end = self.controls["years"].value
        asked = {"start": start, "end": end}
        if notebook == "nev_policy_timeline":
            return asked
        partner, *_ = self.controls["partner"].value
        if notebook == "nev_central_asia":
            return asked | {"partner": partner}
        reporter = self.controls["reporter"].value
        if self.controls["book"].value == "partner":
            own = reporter == "CHN"
            partner, reporter = (partner, "partner") if own else (reporter, partner)
        return asked | {"partner": partner, "reporter": reporter}

    def _looked_at(self) -> tuple[str, list[str], Path]:
        """Return the frame of the tab, and what renders its report to which page."""
        tab = self.tabs.titles[self.tabs.selected_index]
        name, notebook = _TABS.get(tab, _TABS["Trade"])
        asked = self._asks(notebook)
        plan = find_plan()
        (run,) = select_runs(load_plan(plan), [notebook], asked)
        given = [f"-p{name}={value}" for name, value in asked.items()]
        page = plan.parent.parent / "reports" / f"{run.slug}.html"
        return name, [notebook, *given], page

    def _report(self) -> Path:
        """Render the page of what is looked at, and show it in a tab of its own."""
        _, asked, page = self._looked_at()
        command = [sys.executable, "-m", "catrade", "render", *asked]
        done = subprocess.run(
            command,
            cwd=page.parent.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ReportError(done.stderr.strip().rpartition("\n")[2])
        frame = '<iframe style="width:100%;height:620px;border:0" srcdoc="{}"></iframe>'
        self.panels["Report"].value = frame.format(escape(page.read_text("utf-8")))
        self.tabs.selected_index = len(_TABS)
        return page

    def _workbook(self) -> Path:
        """Write the frame of the tab, with its sources, beside the reports."""
        name, _, page = self._looked_at()
        file = page.with_name(f"{page.stem}-{name}.xlsx")
        file.parent.mkdir(exist_ok=True)
        exec(f"ct.to_excel({{{name!r}: {name}}}, {str(file)!r})", self._names)
        return file


def _begun(
    name: str, asked: str | Iterable[str], options: Iterable[tuple[str, str]]
) -> list[str]:
    """Return the codes of what is asked for; one sentence if one is none to choose from."""
    held = [code for _, code in options]
    names = [asked] if isinstance(asked, str) else asked
    codes = [code_of(one, held) for one in names]
    for code in codes:
        if code not in held:
            raise choice_error(name, code, held)
    return codes
