"""What the claim check says to programs: a schema.org ClaimReview a claim."""

from pathlib import Path

import catrade as ct
from catrade import reviews
from pagemill import linked
from pagemill.plan import Run
from pagemill.project import current


def test_claims_are_rated_in_words():
    """Of claims that others made, with the words and the place of who made them."""
    claims = ct.claim(document="dailymail-2026-01", full=True).drop_duplicates(
        "claim_id"
    )
    told = {"title": "t", "finding": "", "data_date": ""}
    of_page = reviews.of_claims(claims)
    graph = linked.records(Run("c", "n", Path(), {}), told, "", of_page)["@graph"]
    own = [record for record in graph if record["@type"] == "ClaimReview"]
    # What no figure can judge is not reviewed.
    assert len(own) == (claims["topic"] != "untestable").sum() > 20
    for review in own:
        # As https://schema.org/ClaimReview has it, rated in words and so without `ratingValue`.
        assert {*review} >= {"claimReviewed", "reviewBody", "itemReviewed"}
        assert review["author"] == {"@type": "Organization", "name": current().creator}
        assert {*review["reviewRating"]} == {"@type", "alternateName"}
        claimed = review["itemReviewed"]
        assert {*claimed} == {"@type", "author", "appearance"}
        assert all(claimed["appearance"].values())
        assert review["url"].startswith("c.html#claims-on-")
    (total,) = [review for review in own if "$106.3" in review["claimReviewed"]]
    words = total["reviewRating"]["alternateName"]
    assert words == "as announced, not independently confirmed"
    assert "By China’s figures" in total["reviewBody"]
