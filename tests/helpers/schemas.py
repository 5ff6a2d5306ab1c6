"""Schemas of what pages say to programs, by hand from schema.org."""

from typing import Any

TEXT = {"type": "string", "minLength": 1}
ADDRESS = {"type": "string", "pattern": r"^(https?://\S+|[\w.-]+\.html(#\S+)?)$"}


def thing(kind: str, **properties: Any) -> dict[str, Any]:
    """The schema of one kind of schema.org, all of whose properties are needed."""
    return {
        "type": "object",
        "required": ["@type", *properties],
        "properties": {"@type": {"const": kind}, **properties},
    }


def listed(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


#: https://schema.org/Dataset, with what search engines ask of one.
DATASET = thing(
    "Dataset",
    name=TEXT,
    description={"type": "string", "minLength": 1, "maxLength": 5000},
    inLanguage={"type": "string", "pattern": "^[a-z]{2}$"},
    distribution=listed(
        thing(
            "DataDownload",
            name=TEXT,
            contentUrl=ADDRESS,
            encodingFormat={"const": "text/csv"},
        )
    ),
)
DATASET["properties"] |= {
    "url": ADDRESS,
    "dateModified": {"type": "string", "pattern": r"^\d{4}(-\d\d){0,2}$"},
    "creator": thing("Organization", name=TEXT),
    "license": thing("CreativeWork", description=TEXT),
}
DATASET["additionalProperties"] = False
#: https://schema.org/ClaimReview: rated in words, so without `ratingValue`.
REVIEW = thing(
    "ClaimReview",
    url=ADDRESS,
    author=thing("Organization", name=TEXT),
    claimReviewed=TEXT,
    reviewBody=TEXT,
    reviewRating=thing("Rating", alternateName=TEXT) | {"additionalProperties": False},
    itemReviewed=thing(
        "Claim",
        author=thing("Organization", name=TEXT),
        appearance=thing("CreativeWork", name=TEXT, url=ADDRESS, datePublished=TEXT),
    ),
)
