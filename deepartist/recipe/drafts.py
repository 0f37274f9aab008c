"""Drafts: the same recipe, small and with fewer steps, so that a laptop shows every picture soon."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, cast

from deepartist.recipe.defaults import DRAFT_SIDE, DRAFT_STEPS, SMALLEST_STAGE
from deepartist.recipe.fields import in_pixels
from deepartist.recipe.model import Style
from deepartist.recipe.resolved import Resolved
from deepartist.recipe.sizes import rounded
from deepartist.recipe.terms import torus_multiple


def draft(resolved: Resolved) -> Resolved:
    """The recipe at draft quality: long side at most `DRAFT_SIDE`, stages scaled along, `DRAFT_STEPS` of the steps."""
    if resolved.frames:
        frames = tuple(replace(frame, resolved=draft(frame.resolved)) for frame in resolved.frames)
        return replace(resolved, recipe=frames[0].resolved.recipe, frames=frames)
    recipe, stages = resolved.recipe, resolved.stages
    factor = min(1.0, DRAFT_SIDE / max(resolved.size))
    multiple = torus_multiple([recipe, *stages])
    small = []
    for index, stage in enumerate(stages):
        width, height = stage.size if isinstance(stage.size, tuple) else (stage.size, stage.size)
        size = rounded((max(16, round(width * factor)), max(16, round(height * factor))), multiple)
        if index < len(stages) - 1 and (max(size) < SMALLEST_STAGE and factor < 1):
            continue
        small.append(stage.model_copy(update={"size": size, "steps": math.ceil((stage.steps or 1) * DRAFT_STEPS)}))
    final = max(cast(tuple[int, int], small[-1].size))
    small = [stage.model_copy(update=_scaled(stage.style, final / max(resolved.size))) for stage in small]
    update = {
        **_scaled(recipe.style, final / max(resolved.size)),
        "stages": tuple(small),
        "size": small[-1].size,
    }
    return Resolved(recipe.model_copy(update=update), resolved.images)


def _scaled(styles: tuple[Style, ...] | None, factor: float) -> dict[str, Any]:
    """Strokes of so many pixels are as large beside a small picture as beside the whole one."""

    def scaled(scale: float | str) -> float | str:
        return in_pixels(float(scale.removesuffix("px")) * factor) if isinstance(scale, str) else scale

    return {"style": styles and tuple(s.model_copy(update={"scale": tuple(map(scaled, s.scale))}) for s in styles)}
