"""What cannot be fetched; the message is one sentence."""

from __future__ import annotations

from rounding.errors import PressError


class FetchError(PressError):
    """A publisher's answer or file could not be used."""
