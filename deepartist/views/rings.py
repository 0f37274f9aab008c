"""Rings that repeat towards the middle, one flowing into the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from deepartist.recipe.words import Number

if TYPE_CHECKING:
    from torch import Tensor

Blend = Annotated[Number, Field(ge=0, le=1)]
"""The part of each ring, from its outer border, in which it comes forth from the ring outside."""


def nested(depth: Tensor, blend: float) -> tuple[Tensor, Tensor]:
    """At a depth counted in rings from the outermost border: how far into its ring a place is, 0..1, and the share of
    that ring's own copy there.

    The other share is of the copy one ring farther in, with which the ring outside ends at the common border, so that
    there is none to be seen: 3t² - 2t³ has no slope at both ends.
    """
    into = depth - depth.floor()
    if blend == 0:
        return into, into.new_ones(()).expand_as(into)
    t = (into / blend).clamp(max=1)
    return into, t * t * (3 - 2 * t)
