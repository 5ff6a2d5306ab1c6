"""What the charts of goods share: words for a flow, labels of items, horizontal bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from catrade.charts import parts, style, words
from catrade.charts.labels import right_margin
from catrade.trade_composition.composition import OTHER
from pagemill import formats, numbers
from pagemill.display import Chart
from pagemill.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FLOW = ("exporter", "importer", "reporter")
LABEL = {
    "hs_chapter": "short_name",
    "section": "section_short",
    "group": "group_name",
    "wits_group": "wits_name",
}
_ITEMS = {
    "hs_chapter": "chapter",
    "section": "section",
    "group": "group",
    "wits_group": "product group",
}
#: Behind texts that stand on grid lines.
ON_PAPER = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.8}
_ROW = 0.235  # inches a horizontal bar takes


def goods(exporter: str, importer: str) -> str:
    """Return the flow as it stands in a sentence.

    Examples
    --------
    >>> goods("CHN", "KAZ")
    'goods from China to Kazakhstan'
    """
    return f"goods from {words.country(exporter)} to {words.country(importer)}"


def recorded(exporter: str, importer: str, reporter: str) -> str:
    """Return the flow as its reporter has it: whose statistics, and which direction.

    Examples
    --------
    >>> recorded("CHN", "KAZ", "KAZ"), recorded("CHN", "KGZ", "CHN")
    ("Kazakhstan's recorded imports from China", "China's recorded exports to Kyrgyzstan")
    >>> recorded("TKM", "CHN", "UNCTAD")
    'goods from Turkmenistan to China, by UNCTAD'
    """
    if reporter == exporter:
        return f"{words.owner(reporter)} recorded exports to {words.country(importer)}"
    if reporter == importer:
        return f"{words.owner(reporter)} recorded imports from {words.country(exporter)}"
    return f"{goods(exporter, importer)}, by {words.country(reporter)}"


def flow_name(exporter: str, importer: str) -> str:
    """Return the flow from China's side, in short.

    Examples
    --------
    >>> flow_name("CHN", "KAZ"), flow_name("KAZ", "CHN")
    ("China's exports to Kazakhstan", "China's imports from Kazakhstan")
    """
    if importer == "CHN":
        return f"China's imports from {words.country(exporter)}"
    return f"{words.owner(exporter)} exports to {words.country(importer)}"


def short_name(exporter: str, importer: str, reporter: str) -> str:
    """Return the flow for a title: China's as it is, another side's as what that side records."""
    if reporter == "CHN":
        return flow_name(exporter, importer)
    return recorded(exporter, importer, reporter)


def empty(subject: str, name: str) -> Chart:
    """Return the chart that says there is no table to draw."""
    why = f"No complete table of {subject} is bundled for this selection."
    return parts.empty(words.capital(subject), name, why)


def one_flow(frame: pd.DataFrame, function: str) -> tuple[str, str, str]:
    """Return exporter, importer and reporter of a frame that has one of each."""
    flows = frame[list(_FLOW)].drop_duplicates()
    if len(flows) != 1:
        message = f"{function} draws one flow as one side has it; the frame has {len(flows)}"
        raise ParameterError(message)
    exporter, importer, reporter = flows.iloc[0]
    return str(exporter), str(importer), str(reporter)


def source_line(frame: pd.DataFrame) -> str:
    """Return whose statistics a composition is and how many sources it comes from."""
    ids = frame.rename(columns={"source_id": "source_ids"})
    return words.source_line(ids)


def item_labels(frame: pd.DataFrame, item: str) -> list[str]:
    """Return what to write beside each item; the rest says how many it stands for."""
    label = LABEL[item]
    texts = frame[label if label in frame.columns else item].astype(str).tolist()
    if "members" not in frame.columns:
        return texts
    of = zip(texts, frame[item], frame["members"], strict=True)
    one = _ITEMS[item]
    return [
        f"All other ({many} {one}{'s' * (many > 1)})" if code == OTHER else t
        for t, code, many in of
    ]


def bar_axes(rows: Sequence[str], title: str, *, right: float, extra: float = 0.0) -> Any:
    """Return a figure with one axes for horizontal bars, one labelled row an item."""
    left = 0.16 + right_margin(rows) - 0.1
    height = 0.62 + _ROW * len(rows) + extra
    figure, (axes,) = style.new_figure(height, margins=(left, right, 0.34 + extra, 0.28))
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_ylim(len(rows) - 0.45, -0.55)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    # The title stands over the row labels, so long ones keep to the page.
    figure.text(0.012, 1 - 0.2 / height, title, fontsize=9.5, fontweight="bold", va="center")
    return figure, axes


def percent_text(value: float) -> str:
    """Return an exact fraction in per cent."""
    return numbers.format_percent(value, value, value)


def percent_ticks(axes: Axes) -> None:
    """Write the x ticks of fractions in per cent."""
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: formats.fixed(100 * v, 0)))


def money_text(row: Any) -> str:
    """Return a row's value in dollars; of a wide interval, its ends."""
    text = words.money(row)
    if text.startswith("between"):
        return numbers.format_usd_range(float(row["low_usd"]), float(row["high_usd"]))
    return text


def lower(label: str) -> str:
    """Return a label as it stands inside a sentence."""
    return label[:1].lower() + label[1:]


def share_text(row: Any, column: str = "share") -> str:
    """Return a row's share in per cent with the digits its interval bears."""
    low, high = f"{column}_low", f"{column}_high"
    return words.share(column, low, high)(row)
