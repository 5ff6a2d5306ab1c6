"""Schemas of what pages say to programs, by hand from schema.org and jsonfeed.org."""

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
    variableMeasured=listed(thing("PropertyValue", name=TEXT)),
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
    "isBasedOn": listed(
        thing("CreativeWork", name=TEXT, publisher=thing("Organization", name=TEXT))
    ),
}
DATASET["additionalProperties"] = False
FEED = {
    "type": "object",
    "required": ["version", "title", "items", "home_page_url", "feed_url"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "authors": {"type": "array", "items": {"required": ["name"]}},
        "items": listed(
            {
                "type": "object",
                "required": ["id", "url", "content_text", "date_modified"],
                "properties": {
                    "date_modified": {
                        "type": "string",
                        "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$",
                    }
                },
            }
        ),
    },
}
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
