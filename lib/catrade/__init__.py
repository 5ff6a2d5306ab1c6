"""China–Central Asia trade and China's NEV policy: data, calculations, charts, reports.

`import catrade as ct`, and Tab after `ct.` shows what an analyst types; each name explains itself
with `?`. They are imported on first use, so that the import costs little more than pandas.
"""

# Names that begin with `_` are not offered by Tab in the cell that imports catrade.
import importlib as _importlib
import importlib.util as _util
import typing as _typing

if _typing.TYPE_CHECKING:
    from catrade import explore
    from catrade.charts.show import show
    from catrade.face.economy import economy
    from catrade.face.figures import published
    from catrade.face.market import market
    from catrade.face.output import table, to_excel
    from catrade.face.rules import after
    from catrade.face.search import search
    from catrade.face.tables import check_claims, facts, goods, in_force, policies
    from catrade.listed import composition
    from catrade.parts import combine, contributions, hhi, share
    from catrade.read import trade
    from catrade.series import growth, index_to
    from catrade_build.calc.mirror import mirror_goods
    from catrade_build.changes import changes
    from catrade_build.claims.claims import claim
    from catrade_build.day import as_of
    from pagemill.cites import sources

__version__ = "0.4.1"

#: What Tab shows, in the order in which an analyst meets it.
__all__ = [  # noqa: RUF022
    "search",
    "trade",
    "composition",
    "published",
    "sources",
    "mirror_goods",
    "goods",
    "facts",
    "market",
    "policies",
    "in_force",
    "after",
    "economy",
    "growth",
    "share",
    "contributions",
    "index_to",
    "hhi",
    "combine",
    "check_claims",
    "claim",
    "as_of",
    "changes",
    "show",
    "table",
    "to_excel",
    "explore",
]

#: Where the names are that stand in no module of their own name.
_NAMES = {
    "catrade.listed": "composition",
    "catrade.read": "trade",
    "catrade.series": "growth index_to",
    "catrade.parts": "share contributions combine hhi",
    "catrade.face.figures": "published",
    "catrade.face.tables": "goods facts policies in_force check_claims",
    "catrade.face.market": "market",
    "catrade.face.search": "search",
    "catrade.face.output": "table to_excel",
    "catrade.face.rules": "after",
    "catrade_build.changes": "changes",
    "catrade_build.day": "as_of",
    "catrade.face.economy": "economy",
    "catrade_build.calc.mirror": "mirror_goods",
    "catrade_build.claims.claims": "claim",
    "catrade.charts.show": "show",
    "pagemill.cites": "sources",
}


#: What has left, and what says it instead.
_LEFT = {
    "as_printed": "write ct.trade(…, currency='own')",
    "coverage": "ct.trade has a row with NaN where no figure is held",
    "dependence": "ct.trade(…, full=True) has the columns share and share_partner",
    "disagreements": "ct.published has every figure that was printed",
    "mirror": "ct.trade(…, full=True) has the other side's figure in the column mirror",
    "nowcast": "ct.read.table('estimates') has the estimates of the running year",
    "revisions": "ct.trade(…, full=True) has what was first printed in the column first",
    "cars": "write ct.market(…), with kind= and partner=",
    "cagr": "write ct.growth(frame, years=7, per_year=True)",
    "price": "divide a value by the count or weight of the same place, goods and period",
    "figures": "write ct.trade(…, full=True), or ct.read.figures for a page",
    "rivals": "write ct.read.rivals(…)",
    "chart": "draw with matplotlib or seaborn, and write ct.show(axes, frame, title)",
}
#: Words for writing pages, which `from catrade import page` has.
_OF_PAGES = "Rounded newest told either pair names display"


def __getattr__(name: str) -> _typing.Any:
    for module, names_of_it in _NAMES.items():
        if name in names_of_it.split():
            return getattr(_importlib.import_module(module), name)
    if name in _LEFT:
        raise AttributeError(f"ct.{name} has left: {_LEFT[name]}")
    if name in _OF_PAGES.split():
        here = "page" if name == "display" else f"page.{name}"
        raise AttributeError(f"ct.{name} has left: from catrade import page has {here}")
    if not name.startswith("_") and _util.find_spec(f"catrade.{name}"):
        return _importlib.import_module(f"catrade.{name}")
    from rounding.errors import did_you_mean

    hint = did_you_mean(name, __all__)
    raise AttributeError(f"catrade has no {name!r}{hint}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return list(__all__)
