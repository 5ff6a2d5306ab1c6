"""China–Central Asia trade and China's NEV policy: data, calculations, charts, reports.

`import catrade as ct`, and Tab after `ct.` shows what an analyst types; each name explains itself
with `?`. They are imported on first use, so that the import costs little more than pandas.
"""

# Names that begin with `_` are not offered by Tab in the cell that imports catrade.
import importlib as _importlib
import importlib.util as _util
import typing as _typing

if _typing.TYPE_CHECKING:
    from catrade.charts.show import show
    from catrade.effects import after
    from catrade.explorer import explore
    from catrade.found import search
    from catrade.judged import claim
    from catrade.listed import facts, goods
    from catrade.markets import economy, market
    from catrade.output import table, to_excel
    from catrade.parts import combine, contributions, hhi, share
    from catrade.policy import events
    from catrade.series import growth, index_to
    from catrade.traded import published, sources, trade
    from catrade_build.changes import changes
    from catrade_build.day import as_of
    from catrade_build.decompose import decompose

__version__ = "0.5.0"

#: What Tab shows, in the order in which an analyst meets it.
__all__ = [  # noqa: RUF022
    "trade",
    "goods",
    "market",
    "economy",
    "events",
    "facts",
    "after",
    "claim",
    "published",
    "sources",
    "search",
    "growth",
    "share",
    "contributions",
    "combine",
    "index_to",
    "hhi",
    "decompose",
    "as_of",
    "changes",
    "show",
    "table",
    "to_excel",
    "explore",
]

#: Where the names are that stand in no module of their own name.
_NAMES = {
    "catrade.traded": "trade published sources",
    "catrade.listed": "goods facts",
    "catrade.markets": "market economy",
    "catrade.policy": "events",
    "catrade.effects": "after",
    "catrade.judged": "claim",
    "catrade.found": "search",
    "catrade.series": "growth index_to",
    "catrade.parts": "share contributions combine hhi",
    "catrade_build.decompose": "decompose",
    "catrade_build.day": "as_of",
    "catrade_build.changes": "changes",
    "catrade.charts.show": "show",
    "catrade.output": "table to_excel",
    "catrade.explorer": "explore",
}

#: What has left, and what says it instead.
_LEFT = {
    "figures": "write ct.trade(…, full=True), or ct.read.figures(…) for a page",
    "rivals": "write ct.read.rivals(…)",
    "composition": "write ct.goods(…, full=True), or ct.read.composition(…) for a page",
    "mirror_goods": "ct.goods(…) has the other side's figure in the column mirror",
    "policies": "write ct.events(…)",
    "in_force": "write ct.events(…, on=day)",
    "check_claims": "write ct.claim(document=…)",
    "as_printed": "write ct.trade(…, currency='own')",
    "coverage": "ct.trade has a row with NaN where no figure is held",
    "dependence": "ct.trade(…, full=True) has the columns share and share_partner",
    "disagreements": "ct.published has each figure's distance in the column beyond",
    "mirror": "ct.trade(…, full=True) has the other side's figure in the column mirror",
    "nowcast": "ct.read.table('estimates') has the estimates of the running year",
    "revisions": "ct.trade(…, full=True) has what was first printed in the column first",
    "cars": "write ct.market(…), with kind= and partner=",
    "cagr": "write ct.growth(frame, years=7, per_year=True)",
    "price": "divide a value by the count or weight of the same place, goods and period",
    "chart": "draw with matplotlib or seaborn, and write ct.show(axes, frame, title)",
    "display": "from catrade import page has answer, table, note, folded and the like",
}
#: Words for writing pages, which have left for `from catrade import page`.
_OF_PAGES = "Rounded newest told either pair names"


def __getattr__(name: str) -> _typing.Any:
    for module, names_of_it in _NAMES.items():
        if name in names_of_it.split():
            from catrade.asked import with_sentences

            function = getattr(_importlib.import_module(module), name)
            globals()[name] = with_sentences(function)
            return globals()[name]
    if name in _LEFT:
        raise AttributeError(f"ct.{name} has left: {_LEFT[name]}")
    if name in _OF_PAGES.split():
        raise AttributeError(
            f"ct.{name} has left: from catrade import page has page.{name}"
        )
    if not name.startswith("_") and _util.find_spec(f"catrade.{name}"):
        return _importlib.import_module(f"catrade.{name}")
    from rounding.errors import did_you_mean

    hint = did_you_mean(name, __all__)
    raise AttributeError(f"catrade has no {name!r}{hint}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return list(__all__)
