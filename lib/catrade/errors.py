"""Errors of catrade besides those of the press; each message is one sentence."""

from __future__ import annotations

from pagemill.errors import PressError

#: The base of all errors raised on purpose, by the name it had in version 0.1.
CatradeError = PressError


class FetchError(PressError):
    """A publisher's answer or file could not be used."""
