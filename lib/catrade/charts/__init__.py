"""Drawing for pages: house style, lines and labels, what `ct.show` makes of any drawing.

What an author types of it is `catrade.page` and `ct.show` (docs/drawing.md).
"""

#: What has left.
_CORES = "bars chart columns contributions dots grid lines panels spans COLOURS"


def __getattr__(name: str) -> object:
    if name in _CORES.split():
        raise AttributeError(
            f"ct.charts.{name} has left: draw with matplotlib or seaborn, on page.canvas() and in"
            " page.COLOURS (from catrade import page), and write ct.show(axes, frame, title)"
        )
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
