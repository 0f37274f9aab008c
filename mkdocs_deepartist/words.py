"""Derived wording: alt texts, names, durations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from deepartist.recipe import Resolved


MOST_NAMES = 5
"""A folder of pictures is not told one by one."""
SPOKEN = {"stilllife": "still life"}
"""Samples whose name is not how one says it."""
SEAMLESS = ("recolor", "repeat", "smooth")
"""Finish steps after which a tile is still one."""


def picture_name(reference: str) -> str:
    """``images/starry_night.jpg`` → ``starry night``, ``sample:strokes?seed=3`` → ``strokes``."""
    if reference.startswith("painting:"):
        return "an earlier painting"
    if "://" in reference:
        reference = urlsplit(reference).path
    name = reference.removeprefix("sample:").partition("?")[0] if reference.startswith("sample:") else reference
    plain = re.sub(r"[\s_-]+", " ", unquote(PurePosixPath(name).stem)).strip() or "picture"
    return SPOKEN.get(plain, plain)


def alt_text(resolved: Resolved) -> str:
    """What can be said of a painting without having seen it."""
    if resolved.film is not None:
        labels = [frame.label for frame in resolved.frames]
        if said := resolved.film.said:
            return f"{_still(resolved)}, {said}"
        kind = "survey" if resolved.film.word == "survey" else "film"
        return f"{_still(resolved)}: a {kind} of {len(labels)} pictures, from {labels[0]} to {labels[-1]}"
    return _still(resolved)


def _still(resolved: Resolved) -> str:
    from deepartist.recipe.terms import compositions

    recipe = resolved.recipe
    styles = [image for style in recipe.style or () for image in style.image]
    style = _joined(list(dict.fromkeys(picture_name(each) for each in styles)))
    content = picture_name(recipe.content.image) if recipe.content else ""
    if style:
        views = {view.name for each in compositions(recipe.view) for view in each}
        kind = "kaleidoscope" if "kaleidoscope" in views else "seamless texture" if "wrap" in views else "texture"
        return _sentence(f"{content} painted" if content else f"a {kind}", f"in the style of {style}")
    if recipe.enhance:
        layers = _joined(list(dict.fromkeys(layer for each in recipe.enhance for layer in each.layers)))
        pipeline = recipe.pipeline.name if recipe.pipeline else "the network"
        return _sentence(content or "a picture", f"as {pipeline} dreams it at {layers}")
    return _sentence(content or "a picture", "rebuilt from its layers")


def is_tile(resolved: Resolved) -> bool:
    """Whether the picture can be laid side by side with itself without a seam."""
    from deepartist.recipe.terms import compositions

    last = resolved.terms(resolved.stages[-1])
    views = {view.name for view in compositions(last["view"])[0]}  # as the picture is shown
    seamless = all(step.name in SEAMLESS for step in resolved.recipe.finish or ())
    return seamless and bool(views & {"wrap", "retile"}) and not views & {"sheet", "polar"}


def parts_of(resolved: Resolved) -> dict[str, tuple[str, ...]]:
    """The names of the pipelines, operators and views that take part in a painting, in any stage or frame."""
    from deepartist.recipe.terms import compositions

    found: dict[str, dict[str, None]] = {"pipelines": {}, "operators": {}, "views": {}}
    for each in [frame.resolved for frame in resolved.frames] or [resolved]:
        for terms in map(each.terms, each.stages):
            references = [*(terms["style"] or ()), *([terms["content"]] if terms["content"] else [])]
            used = [part for reference in references for part in reference.match]
            used += [part for enhanced in terms["enhance"] or () for part in enhanced.by]
            found["pipelines"][terms["pipeline"].name] = None
            found["operators"].update((part.name, None) for part in used)
            found["views"].update((view.name, None) for views in compositions(terms["view"]) for view in views)
    return {word: tuple(names) for word, names in found.items()}


def duration(seconds: float) -> str:
    """``0.4 s``, ``41 s``, ``3 min 12 s``, ``1 h 5 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    return f"{rest} s" if not minutes else f"{minutes} min {rest} s" if rest else f"{minutes} min"


def _sentence(*parts: str) -> str:
    text = " ".join(parts)
    return text[:1].upper() + text[1:]


def _joined(names: Sequence[str]) -> str:
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
