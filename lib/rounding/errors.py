"""Errors: each message is one sentence a user can act on."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from operator import eq

from rounding.unknown import MARK

#: A message of more characters repeats a value that nobody reads.
_LONGEST = 1000
#: Texts of a list that are said.
_MOST = 20
#: How a message calls an unknown figure: nobody can read its mark.
_UNKNOWN = "a figure that is not held"


class PressError(Exception):
    """Base of every error raised on purpose; `exit_status` is what the command returns."""

    exit_status = 1

    def __init__(self, message: str = "") -> None:
        # Whoever asks with a figure of a row may ask with one that is not there.
        super().__init__(message.replace(repr(MARK), _UNKNOWN).replace(MARK, _UNKNOWN))

    def _render_traceback_(self) -> list[str]:
        # IPython calls this hook: a user's mistake shows as its sentence, not as a traceback.
        return [f"{type(self).__name__}: {brief(str(self))}"]


class DataError(PressError):
    """A table is missing, unreadable or breaks its schema."""


class ReportError(PressError):
    """A report could not be planned, run, rendered or written."""


class ParameterError(PressError, ValueError):
    """A parameter or option has a value it may not have."""

    exit_status = 2


def brief(text: str) -> str:
    """Return a message without its middle if it repeats a very long value.

    Examples
    --------
    >>> len(brief("got " + "x" * 100_000 + " (did you mean 'square'?)"))
    800
    """
    return text if len(text) <= _LONGEST else f"{text[:500]}…{text[-299:]}"


def nearest(value: object, choices: Iterable[object]) -> str | None:
    """Return the choice most like `value`, of equals the first by letter, or None if none is close.

    Examples
    --------
    >>> nearest("squares", ["sine", "square"])
    'square'
    >>> nearest("xyz", ["sine", "square"]) is None
    True
    >>> nearest("soler", ["older", "solar"]), nearest("wave", ["wave_length", "weave"])
    ('solar', 'weave')
    """
    text = str(value).casefold()[:_LONGEST]
    folded = {str(choice).casefold(): str(choice) for choice in choices}
    # Letters that only changed places come first: NSIE is SINE, though NINE has as many of them.
    swapped = [choice for choice in folded if sorted(choice) == sorted(text)]
    # One letter of three may be another; of choices as like, letters in their place count.
    close = difflib.get_close_matches(text, swapped or folded, 9, cutoff=0.6)

    def likeness(choice: str) -> tuple[float, int]:
        ratio = difflib.SequenceMatcher(None, choice, text).ratio()
        return ratio, sum(map(eq, choice, text))

    return folded.get(max(sorted(close), key=likeness, default=""))


def did_you_mean(value: object, choices: Iterable[object]) -> str:
    """Return the end of a sentence that names the choice most like `value`, or nothing.

    Examples
    --------
    >>> did_you_mean("squares", ["sine", "square"]), did_you_mean("xyz", ["sine", "square"])
    (" (did you mean 'square'?)", '')

    What was typed helps nobody:

    >>> did_you_mean("square", ["sine", "square"])
    ''
    """
    guess = nearest(value, choices)
    is_help = guess and guess != str(value)
    return f" (did you mean {guess!r}?)" if is_help else ""


def choice_error(name: str, value: object, choices: Iterable[object]) -> ParameterError:
    """Return the error for a value outside a list of choices.

    Examples
    --------
    >>> print(choice_error("shape", "squares", ["sine", "square"]))
    shape must be one of sine, square; got 'squares' (did you mean 'square'?)
    """
    allowed = [str(choice) for choice in choices]
    message = f"{name} must be one of {', '.join(allowed)}; got {value!r}"
    return ParameterError(message + did_you_mean(value, allowed))


def some(texts: Sequence[str]) -> list[str]:
    """Return the first texts of a list and how many more there are: a record may name thousands.

    Examples
    --------
    >>> some(["a"] * 30)[-2:]
    ['a', 'and 10 more']
    """
    left = len(texts) - _MOST
    return [*texts[:_MOST], f"and {left} more"] if left > 0 else list(texts)


def counted(number: float, noun: str) -> str:
    """Return how many there are of something, as a sentence says it.

    Examples
    --------
    >>> counted(1, "second"), counted(1200, "row"), counted(0, "figure")
    ('1 second', '1,200 rows', '0 figures')
    """
    return f"{number:,.15g} {noun}{'' if number == 1 else 's'}"


def one_line(text: str) -> str:
    r"""Return a message on one line, what a terminal would obey or not show written out.

    Examples
    --------
    >>> print(one_line("no file \x1b[2J\nx"))
    no file \x1b[2J\nx
    """
    return "".join(
        letter
        if letter.isprintable() or unicodedata.category(letter) == "Zs"
        else repr(letter)[1:-1]
        for letter in text
    )
