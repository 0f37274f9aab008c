"""How the loss went, as a line that fits into a line of text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 72.0, 14.0
GAP = 3.0
"""Between stages."""


@dataclass(frozen=True)
class Chart:
    """What the template draws: one line per stage, as points of an SVG polyline, and what they say in words."""

    lines: tuple[str, ...]
    words: str
    width: float = WIDTH
    height: float = HEIGHT


Curves = Sequence[Mapping[str, Sequence[float]]]
"""By stage and dotted name."""


def needed(stages: Curves) -> list[dict[str, list[float]]]:
    """What `chart` looks at: the curve of the total, and of the others their ends."""
    return [{name: list(curve if name == "total" else curve[-1:]) for name, curve in each.items()} for each in stages]


def chart(stages: Curves) -> Chart | None:
    """The chart of all stages side by side, from curves by dotted name, ``total`` among them; None where there is
    nothing to be drawn. Losses that stay positive are drawn by their logarithms."""
    curves = [list(stage.get("total") or ()) for stage in stages]
    curves = [curve for curve in curves if len(curve) > 1 and all(map(math.isfinite, curve))]
    if not curves:
        return None
    values = [value for curve in curves for value in curve]
    drawn = [[math.log(value) for value in curve] for curve in curves] if min(values) > 0 else curves
    least, most = min(min(curve) for curve in drawn), max(max(curve) for curve in drawn)
    across = (WIDTH - GAP * (len(drawn) - 1)) / len(drawn)
    lines = []
    for number, curve in enumerate(drawn):
        left = number * (across + GAP)
        points = (
            (left + across * step / (len(curve) - 1), 1 + (HEIGHT - 2) * (most - value) / ((most - least) or 1))
            for step, value in enumerate(curve)
        )
        lines.append(" ".join(f"{x:.1f},{y:.1f}" for x, y in points))
    return Chart(tuple(lines), _words(curves, stages[-1]))


def _words(curves: Sequence[Sequence[float]], last: Mapping[str, Sequence[float]]) -> str:
    """``Loss 0.98 → 0.031 in 4 stages; at the end style.relu1_2.gram 0.012, …``, largest terms first."""
    stages = f" in {len(curves)} stages" if len(curves) > 1 else ""
    ends = {name: curve[-1] for name, curve in last.items() if name != "total" and curve}
    terms = sorted(ends, key=lambda name: -abs(ends[name]))[:6]
    at_the_end = ", ".join(f"{name} {ends[name]:.2g}" for name in terms)
    return f"Loss {curves[0][0]:.2g} → {curves[-1][-1]:.2g}{stages}" + (f"; at the end {at_the_end}" if terms else "")
