"""Where a site is published: the option ``publish`` of the plugin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from deepartist.recipe.words import Number, Text, Whole, friendly_errors
from deepartist.remotes.places import Place

MAX_DELETE, KEEP_DAYS = 256, 7.0


class Headers(BaseModel):
    """Headers of the files that a pattern names, where they are to be other than usual."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    _friendly = friendly_errors()

    cache_control: Text | None = None
    content_type: Text | None = None
    content_disposition: Text | None = None
    content_language: Text | None = None


class Target(Place):
    """One place that a site is published to."""

    acl: Literal["private", "public-read", "authenticated-read", "bucket-owner-full-control"] | None = None
    """Not sent at all by default: buckets of today refuse them."""
    headers: dict[str, Headers] = Field(default_factory=dict)
    """By pattern (``films/*``, ``*.pdf``); of several that fit, the first counts."""
    max_delete: Annotated[Whole, Field(ge=0)] = MAX_DELETE
    """If more files than this are to go, none does."""
    keep_days: Annotated[Number, Field(ge=0)] = KEEP_DAYS
    """Days that a file stays after it has left the site: pages that are open somewhere still ask for it."""
    cloudfront: Annotated[Text, Field(pattern="^[A-Z0-9]+$")] | None = None
    """The distribution that shows the bucket."""
    cloudfront_path: Text | None = None
    """Where the site begins at the distribution. Default: the folder of the URL; ``/`` with it as origin path."""


def check_targets(targets: Mapping[str, Target]) -> Mapping[str, Target]:
    """Raises ValueError where a name cannot be typed as one or two targets are one place."""
    places: dict[Any, str] = {}
    for name, target in targets.items():
        if not re.fullmatch(r"\w[\w.-]*", name):
            raise ValueError(f'"{name}" cannot be the name of a target: letters, digits, "-" and "."')
        place = (target.url, target.endpoint_url)
        if place in places:
            raise ValueError(f'"{places[place]}" and "{name}" are the same place, {target.url}: name it once')
        places[place] = name
    return targets
