"""A figure that is not held, and the mark that it writes."""

from __future__ import annotations

#: What an unknown figure writes: a character that belongs to no text; see `rounding.told`.
MARK = "\ufffc"


class Unknown:
    """A figure that is not held: it calculates like one, passes no comparison, and is never told.

    Examples
    --------
    >>> f"{Unknown() / 2:usd}" == MARK, Unknown() > 1, bool(Unknown())
    (True, False, False)
    >>> import pandas as pd
    >>> (pd.Series([2024, 2025]) == Unknown().year).tolist()
    [False, False]
    >>> 106.3 / Unknown() - 1
    unknown
    """

    __iter__ = None  # what is got by [0], [1] … would have no end

    def __format__(self, spec: str) -> str:
        return MARK

    def __str__(self) -> str:
        return MARK

    def __repr__(self) -> str:
        return "unknown"

    def __bool__(self) -> bool:
        return False

    def __getattr__(self, name: str) -> Unknown:
        # What Python, IPython and pandas ask for, not a figure.
        if name.startswith("_") or name == "input_objs":
            raise AttributeError(name)
        return self

    def __getitem__(self, name: object) -> Unknown:
        return self

    def __call__(self, *args: object) -> Unknown:
        """Stand for what a method of the figure returns, such as `row.goods.lower()`."""
        return self

    def __float__(self) -> float:
        # The module of errors imports this one.
        from rounding.errors import ParameterError

        raise ParameterError(
            "a figure that is not held is no number: leave out what has none, or ask `if figure`"
        )

    def _unknown(self, other: object = None) -> Unknown:
        return self

    __add__ = __sub__ = __mul__ = __truediv__ = _unknown
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = _unknown
    __neg__ = __abs__ = _unknown

    def _never(self, other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never
