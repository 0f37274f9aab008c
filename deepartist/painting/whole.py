"""What a term takes that sees all of the picture at once: measured at its true size, on tensors without values."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from deepartist.operators.base import Operator
from deepartist.painting.term import Term, seen
from deepartist.recipe.contracts import PIXELS, LayerInfo
from deepartist.recipe.terms import beside, compositions, operators_of, pictures_of

if TYPE_CHECKING:
    import torch

UNKNOWN = 40
"""Bytes for each value of the maps, where an operator cannot be measured: as most of ours."""
MASKED = 8
"""Bytes more for each value, where a mask copies the places inside or fills up those outside."""


@dataclass(frozen=True)
class Whole:
    """An operator and the maps ``(N, C, H, W)`` that it gets of the whole picture, one per layer."""

    operator: Operator
    layers: tuple[str, ...]
    maps: tuple[tuple[int, int, int, int], ...]
    masked: bool = False

    @property
    def values(self) -> int:
        """Of all its maps."""
        return sum(count * channels * height * width for count, channels, height, width in self.maps)


def whole_terms(terms: Mapping[str, Any], size: tuple[int, int], infos: Callable[[str], LayerInfo]) -> Iterator[Whole]:
    """The operators that are not measured tile by tile, of a canvas of (width, height), and what they look at."""
    count, views = pictures_of(terms["view"]), len(compositions(terms["view"]))
    width, height = size[0], size[1] * views // count  # as many pixels, however a sheet is cut
    for operator, where, location in operators_of(terms):
        near = None if where == "regularize" else beside(terms, location)
        layers = tuple(near.layers or ()) if near else ()
        masked = near is not None and near.mask is not None
        apart = [(PIXELS,)] if near is None or operator.on_pixels else [(layer,) for layer in layers]
        for looked_at in [layers] if operator.joint else apart:
            if operator.additive and not masked and PIXELS not in looked_at:
                continue
            shapes = ((infos(layer).channels, infos(layer).stride) for layer in looked_at)
            maps = ((count, channels, -(-height // stride), -(-width // stride)) for channels, stride in shapes)
            yield Whole(cast(Operator, operator), looked_at, tuple(maps), masked)


@dataclass(frozen=True)
class Taken:
    """Bytes that a term takes, the maps themselves left out."""

    held: int
    """All the stage long: what is known of the reference, which is taken for as large as the canvas."""
    peak: int
    """At the worst moment of a loss and its gradient, beyond what is held."""


@lru_cache(maxsize=256)
def taken(whole: Whole) -> Taken:
    """Run a loss and its gradient on tensors that have shapes and no values, and count what is alive."""
    try:
        held, peak = _counted(whole)
    except (RuntimeError, NotImplementedError):  # what it does depends on values
        held, peak = 4 * whole.values, UNKNOWN * whole.values
    return Taken(held, peak + MASKED * whole.values if whole.masked else peak)


def _counted(whole: Whole) -> tuple[int, int]:
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode

    factors, shapes = dict.fromkeys(whole.layers, 1.0), dict(zip(whole.layers, whole.maps, strict=True))
    with FakeTensorMode(allow_non_fake_inputs=True), torch.enable_grad():
        canvas = {layer: torch.empty(shape, requires_grad=True) for layer, shape in shapes.items()}
        with _counting() as count:
            reference = {layer: torch.empty((1, *shape[1:])) for layer, shape in shapes.items()}
            with torch.no_grad():
                target = whole.operator.target([seen(reference, factors, whole.operator)])
            del reference
            held = count.alive
            count.peak = max(count.peak, held)
            term = Term("", factors, whole.operator, target, 1.0)
            torch.autograd.backward(term.loss(canvas, "replicate").sum())
    return held, count.peak - held


class _Count:
    """Bytes of the tensors that are alive, and the most that ever were."""

    def __init__(self) -> None:
        self.alive = self.peak = 0
        self._known: weakref.WeakSet[Any] = weakref.WeakSet()

    def note(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        if storage not in self._known:
            self._known.add(storage)
            self.alive += storage.nbytes()
            weakref.finalize(storage, self._gone, storage.nbytes()).atexit = False
        self.peak = max(self.peak, self.alive)

    def _gone(self, size: int) -> None:
        self.alive -= size


@contextmanager
def _counting() -> Iterator[_Count]:
    """Count what torch makes meanwhile."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    count = _Count()

    class Mode(TorchDispatchMode):  # type: ignore[no-untyped-call]
        def __torch_dispatch__(self, func: Any, types: Sequence[Any], args: Any = (), kwargs: Any = None) -> Any:
            made = func(*args, **(kwargs or {}))
            for each in tree_leaves(made):
                if isinstance(each, torch.Tensor):
                    count.note(each)
            return made

    with Mode():  # type: ignore[no-untyped-call]
        yield count
