"""What the claim check says to programs: a schema.org `ClaimReview` a claim."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from catrade_build.words import source_words
from pagemill.project import current

#: Where a page has the claims on each subject; what no figure can judge is not reviewed.
_PLACES = {"trade": "#claims-on-trade", "record": "#claims-on-meetings"}


def of_claims(claims: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield a `ClaimReview` of each claim that figures or records can judge.

    The rating is a verdict in words, never a number of stars; what both sides' statistics say is
    its text.

    Parameters
    ----------
    claims
        `ct.claim(document=…, full=True)`, one row a claim.

    Examples
    --------
    >>> import catrade as ct
    >>> claims = ct.claim(full=True).query("claim_id == 'roundtable-weekday'")
    >>> (review,) = of_claims(claims)
    >>> review["claimReviewed"], review["reviewRating"]["alternateName"]
    ('The roundtable was on a Tuesday', 'does not hold')
    """
    for claim in claims[claims["topic"].isin(_PLACES)].to_dict("records"):
        review = {
            "@type": "ClaimReview",
            "url": _PLACES[claim["topic"]],
            "author": {"@type": "Organization", "name": current().creator},
            "claimReviewed": claim["statement"],
            "reviewRating": {"@type": "Rating", "alternateName": claim["standing"]},
            "reviewBody": claim["why"],
        }
        source = source_words().get(claim["document"])
        yield {**review, "itemReviewed": _claim_of(source)} if source else review


def _claim_of(source: dict[Any, Any]) -> dict[str, Any]:
    """Return who claimed it, and where that was printed."""
    publisher = {"@type": "Organization", "name": source["publisher"]}
    printed = {
        "@type": "CreativeWork",
        "name": source["title"],
        "url": source["url"],
        "datePublished": source["published"],
        "publisher": publisher,
    }
    return {"@type": "Claim", "author": publisher, "appearance": printed}
