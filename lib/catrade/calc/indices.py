"""Classic indices of trade structure, computed from product or bilateral trade.

Pure functions on frames with one row a (country, product) or (country, country); values in US
dollars of one period. They need the whole world's trade where they compare with the world, which
the bundled figures do not have and a BACI release does (`catrade.tables.baci.load`).
"""

from __future__ import annotations

import pandas as pd

from catrade.cells.frames import require_columns, require_unique
from rounding.errors import ParameterError


def rca(exports: pd.DataFrame) -> pd.DataFrame:
    r"""Return Balassa's index of revealed comparative advantage.

    .. math:: RCA_{ik} = \frac{x_{ik} / \sum_k x_{ik}}{\sum_i x_{ik} / \sum_i \sum_k x_{ik}}

    Above 1 the country is more specialised in the product than the world is.

    Parameters
    ----------
    exports
        Exports of the whole world: `exporter`, `code`, `value_usd`, one row a pair; countries
        and products without trade may be left out. With a column `year`, each year by itself.

    Returns
    -------
    DataFrame
        The rows of `exports` with trade, and the column `rca` (a ratio, 0 or more).

    Raises
    ------
    ParameterError
        If a column is missing, a row is repeated or a value is negative.

    References
    ----------
    Balassa, B. (1965), "Trade Liberalisation and 'Revealed' Comparative Advantage", The
    Manchester School 33(2), 99-123.

    Examples
    --------
    A sells 80 of gas and 20 of cloth, B 20 and 80; half of the world's trade is gas, so A's index
    for gas is 0.8 / 0.5.

    >>> world = pd.DataFrame({"exporter": ["A", "A", "B", "B"],
    ...                       "code": ["gas", "cloth", "gas", "cloth"],
    ...                       "value_usd": [80.0, 20.0, 20.0, 80.0]})
    >>> rca(world)["rca"].tolist()
    [1.6, 0.4, 0.4, 1.6]
    """
    keys = _prepare(exports, ["exporter", "code"], "rca")
    return _against_the_world(exports, keys, "code", "rca")


def trade_intensity(flows: pd.DataFrame) -> pd.DataFrame:
    r"""Return the trade intensity index of every pair.

    .. math:: T_{ij} = \frac{x_{ij} / \sum_j x_{ij}}{\sum_i x_{ij} / \sum_i \sum_j x_{ij}}

    Above 1 the exporter sells the partner more than the partner's weight in world trade.

    Parameters
    ----------
    flows
        Exports between all countries: `exporter`, `importer`, `value_usd`, one row a pair. With a
        column `year`, each year by itself.

    Returns
    -------
    DataFrame
        The rows of `flows` with trade, and the column `intensity` (a ratio, 0 or more).

    Raises
    ------
    ParameterError
        If a column is missing, a row is repeated or a value is negative.

    References
    ----------
    Brown, A. J. (1949), Applied Economics: Aspects of the World Economy in War and Peace, Allen
    and Unwin; in the form of the World Bank's WITS user manual (the world's share in the
    denominator keeps the exporter's own trade; Kojima's variant takes it out).

    Examples
    --------
    A sends 3/4 of its exports to B, which takes 3/6 of the world's trade.

    >>> pairs = pd.DataFrame({"exporter": ["A", "A", "B", "B"], "importer": ["B", "C", "A", "C"],
    ...                       "value_usd": [3.0, 1.0, 1.0, 1.0]})
    >>> trade_intensity(pairs)["intensity"].tolist()
    [1.5, 0.75, 3.0, 1.5]
    """
    keys = _prepare(flows, ["exporter", "importer"], "trade_intensity")
    return _against_the_world(flows, keys, "importer", "intensity")


def export_similarity(exports: pd.DataFrame, first: str, second: str) -> float:
    r"""Return the Finger-Kreinin similarity of two countries' export structures.

    .. math:: S_{ab} = \sum_k \min(s_{ak}, s_{bk})

    with :math:`s_{ak}` the share of product k in the exports of a: 1 if the structures are the
    same, 0 if no product is common (the authors print it as a percentage). It depends on how fine
    the products are; exports to one market are compared by passing exports to that market.

    Parameters
    ----------
    exports
        `exporter`, `code`, `value_usd` of one period; other exporters are ignored.
    first, second
        The two exporters.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ParameterError
        If a column is missing, a row is repeated, a value is negative, the frame has several
        years, or an exporter has no trade in it.

    References
    ----------
    Finger, J. M. and Kreinin, M. E. (1979), "A Measure of 'Export Similarity' and Its Possible
    Uses", The Economic Journal 89(356), 905-912.

    Examples
    --------
    Shares 0.8/0.2 and 0.2/0.3/0.5: the common part is 0.2 + 0.2.

    >>> world = pd.DataFrame({"exporter": ["A", "A", "B", "B", "B"],
    ...                       "code": ["gas", "cloth", "gas", "cloth", "fruit"],
    ...                       "value_usd": [80.0, 20.0, 20.0, 30.0, 50.0]})
    >>> round(export_similarity(world, "A", "B"), 12)
    0.4
    """
    keys = _prepare(exports, ["exporter", "code"], "export_similarity")
    if keys and len(exports["year"].unique()) > 1:
        raise ParameterError(
            "export_similarity compares one period; select a year first"
        )
    shares = {}
    for country in (first, second):
        own = exports[exports["exporter"] == country].set_index("code")["value_usd"]
        if not own.sum() > 0:
            raise ParameterError(
                f"export_similarity needs exports of {country}; the frame has none"
            )
        shares[country] = own / own.sum()
    both = pd.concat([shares[first], shares[second]], axis=1).fillna(0.0)
    return float(both.min(axis=1).sum())


def grubel_lloyd(
    exports: pd.DataFrame, imports: pd.DataFrame
) -> tuple[pd.DataFrame, float]:
    r"""Return the Grubel-Lloyd index of intra-industry trade, by product and in all.

    .. math:: GL_k = 1 - \frac{|x_k - m_k|}{x_k + m_k}, \qquad
              GL = 1 - \frac{\sum_k |x_k - m_k|}{\sum_k (x_k + m_k)}

    0 where trade goes one way only, 1 where exports equal imports. The index for all goods is
    weighted by trade; it is lower where total trade is unbalanced and higher for coarse products.

    Parameters
    ----------
    exports, imports
        `code` and `value_usd` of one country (or pair) in one period, one row a product.

    Returns
    -------
    DataFrame
        code, export_usd, import_usd, grubel_lloyd: every product with trade.
    float
        The index for all goods.

    Raises
    ------
    ParameterError
        If a column is missing, a product is repeated, a value is negative, or there is no trade.

    References
    ----------
    Grubel, H. G. and Lloyd, P. J. (1975), Intra-industry Trade: The Theory and Measurement of
    International Trade in Differentiated Products, Macmillan.

    Examples
    --------
    >>> sold = pd.DataFrame({"code": ["84", "85"], "value_usd": [30.0, 10.0]})
    >>> bought = pd.DataFrame({"code": ["84", "27"], "value_usd": [10.0, 50.0]})
    >>> by_product, all_goods = grubel_lloyd(sold, bought)
    >>> by_product.set_index("code")["grubel_lloyd"].to_dict()
    {'27': 0.0, '84': 0.5, '85': 0.0}
    >>> round(all_goods, 12)
    0.2
    """
    sides = []
    for frame, name in ((exports, "export_usd"), (imports, "import_usd")):
        _prepare(frame, ["code"], "grubel_lloyd")
        sides.append(frame.set_index("code")["value_usd"].rename(name))
    both = pd.concat(sides, axis=1).fillna(0.0).sort_index()
    both = both[both.sum(axis=1) > 0]
    if both.empty:
        raise ParameterError(
            "grubel_lloyd needs trade in at least one product; both frames have none"
        )
    gap = (both["export_usd"] - both["import_usd"]).abs()
    trade = both["export_usd"] + both["import_usd"]
    rows = both.assign(grubel_lloyd=1 - gap / trade).rename_axis("code").reset_index()
    return rows, float(1 - gap.sum() / trade.sum())


def _prepare(frame: pd.DataFrame, key: list[str], function: str) -> list[str]:
    """Check a frame and return `["year"]` if it has one year column to keep apart."""
    require_columns(frame, [*key, "value_usd"], function)
    years = ["year"] if "year" in frame.columns else []
    require_unique(frame, [*years, *key], function)
    if (frame["value_usd"] < 0).any() or frame["value_usd"].isna().any():
        raise ParameterError(
            f"{function} needs values of 0 or more; the frame has negative or missing ones"
        )
    return years


def _against_the_world(
    flows: pd.DataFrame, keys: list[str], to: str, name: str
) -> pd.DataFrame:
    """Add the share of `to` in an exporter's exports over its share in those of the world."""
    rows = flows[flows["value_usd"] > 0]
    value = rows["value_usd"]
    own = value.groupby([rows[k] for k in [*keys, "exporter"]]).transform("sum")
    there = value.groupby([rows[k] for k in [*keys, to]]).transform("sum")
    world = (
        value.groupby([rows[k] for k in keys]).transform("sum") if keys else value.sum()
    )
    return rows.assign(**{name: (value / own) / (there / world)}).reset_index(drop=True)
