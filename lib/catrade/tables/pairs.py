"""A pair of sides, and the words for it: who counts, whose statistics, the other side."""

from __future__ import annotations

from dataclasses import dataclass

from catrade.tables.names import CENTRAL_ASIA, GROUPS, in_sentence, name_of

#: A flow inside a sentence, and the word between it and the other side.
FLOW_WORDS = {"export": "exports", "import": "imports", "total": "trade"}
_WAYS = {"export": "to", "import": "from", "total": "with"}


def flow_with(flow: str, other: str) -> str:
    """Name a flow and its other side as they stand in a sentence.

    Examples
    --------
    >>> flow_with("import", "Kyrgyzstan")
    'imports from Kyrgyzstan'
    """
    return f"{FLOW_WORDS.get(flow, flow)} {_WAYS.get(flow, 'with')} {other}"


@dataclass(frozen=True)
class Pair:
    """China and a partner, by the statistics of one of them, with the words for both.

    Parameters
    ----------
    partner
        Code of a country of Central Asia, or CA5 for the region.
    reporter
        Whose statistics: "CHN", or "partner" for the partner's own. Of the region's own
        Turkmenistan is left out (CA4), which publishes none.

    Examples
    --------
    >>> ours, own = Pair("CA5"), Pair("KAZ", "partner")
    >>> ours.counts, ours.other, ours.whose, ours.title()
    ('China counts', 'Central Asia', 'China’s statistics', 'Trade with Central Asia')
    >>> own.counts, own.other, own.whose, own.title("import")
    ('Kazakhstan counts', 'China', 'Kazakhstan’s statistics', 'Kazakhstan’s imports from China')
    >>> Pair("CA5", "partner").code, Pair("CA5", "partner").counts
    ('CA4', 'The four of the five that publish statistics count')
    """

    partner: str
    reporter: str = "CHN"

    @property
    def code(self) -> str:
        """The partner whose figures are added up."""
        is_own_region = self.partner == "CA5" and not self.is_china
        return "CA4" if is_own_region else self.partner

    @property
    def is_china(self) -> bool:
        """Whether the figures are China's."""
        return self.reporter == "CHN"

    @property
    def members(self) -> tuple[str, ...]:
        """The countries of a region; of a country none."""
        return GROUPS.get(self.code, ())

    @property
    def codes(self) -> list[str]:
        """The partner, and the countries it stands for."""
        return [self.code, *self.members]

    @property
    def everyone(self) -> list[str]:
        """The partner and all of the five whose figures there are."""
        own = CENTRAL_ASIA if self.is_china else GROUPS["CA4"]
        return list(dict.fromkeys([self.code, *own]))

    @property
    def name(self) -> str:
        """The partner's name as it stands in a sentence."""
        return in_sentence(self.code)

    @property
    def money(self) -> str:
        """How figures within the year are written: customs prints yuan."""
        return "cny" if self.is_china else "usd"

    @property
    def who(self) -> str:
        """The owner of the figures."""
        if self.is_china:
            return "China"
        return "the partners" if self.members else name_of(self.code)

    @property
    def whose(self) -> str:
        """Whose statistics they are."""
        return f"{self.who}’s statistics".replace("s’s", "s’")

    @property
    def counts(self) -> str:
        """Who counts, with the verb."""
        if self.members and not self.is_china:
            return "The four of the five that publish statistics count"
        return f"{self.who} counts"

    @property
    def other(self) -> str:
        """The other side."""
        return self.name if self.is_china else "China"

    def named(self, flow: str = "total") -> str:
        """Name a flow as it stands in a sentence."""
        if self.is_china or self.members:
            return flow_with(flow, name_of(self.code) if self.is_china else "China")
        return f"{name_of(self.code)}’s {flow_with(flow, 'China')}"

    def title(self, flow: str = "total") -> str:
        """Name a flow as a title begins."""
        text = self.named(flow)
        return f"{text[0].upper()}{text[1:]}"
