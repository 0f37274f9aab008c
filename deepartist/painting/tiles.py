"""A picture in tiles: the features, the losses and the gradient of a canvas too large to be seen at once.

Every tile is cut with a halo as wide as the deepest layer sees, so that its features are those of the whole. The loss
needs two passes: the first takes from each tile what the terms go by, the second carries the gradient of that back
through the network, tile by tile again. Memory is that of one tile; what it costs is a second forward pass.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from deepartist.operators.base import Additive
from deepartist.operators.statistics import Gaussian, Measured, joined
from deepartist.painting.memory import trim
from deepartist.painting.term import Term
from deepartist.pipelines import Encoder, Padding
from deepartist.recipe.contracts import PIXELS, LayerInfo

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@dataclass(frozen=True)
class Span:
    """One tile along one axis, in pixels: its own (`start` to `stop`) and those seen (`first` to `last`).

    On a torus the latter may lie beyond the picture, and mean the pixels on its other side.
    """

    start: int
    stop: int
    first: int
    last: int

    def pieces(self, size: int) -> Iterator[tuple[slice, slice]]:
        """Runs of neighbours: where they lie in the tile as it is seen, and where in a picture of that size."""
        at = self.first
        while at < self.last:
            place = at % size
            length = min(self.last - at, size - place)
            yield slice(at - self.first, at - self.first + length), slice(place, place + length)
            at += length


def spans(size: int, side: int, halo: int, step: int, torus: bool) -> list[Span]:
    """`size` pixels as tiles of about `side`, alike but for the last; they begin at multiples of `step`."""
    count = max(1, math.ceil(size / side))
    own = math.ceil(size / count / step) * step
    starts = range(0, size, own)
    found = []
    for start in starts:
        stop = min(start + own, size)
        first, last = start - halo, stop + halo
        found.append(Span(start, stop, first, last) if torus else Span(start, stop, max(first, 0), min(last, size)))
    if len(found) == 1:  # nothing to cut
        return [Span(0, size, 0, size)]
    return found


@dataclass(frozen=True)
class Tile:
    """A rectangle of a picture."""

    rows: Span
    columns: Span

    def cut(self, picture: Tensor) -> Tensor:
        """What is seen of ``(N, C, H, W)``, a copy."""
        import torch

        height, width = picture.shape[2:]
        strips = [
            torch.cat([picture[:, :, down, across] for _, across in self.columns.pieces(width)], 3)
            for _, down in self.rows.pieces(height)
        ]
        return torch.cat(strips, 2)

    def add(self, seen: Tensor, picture: Tensor) -> None:
        """Add values of what is seen to where they lie in `picture`."""
        height, width = picture.shape[2:]
        for down, rows in self.rows.pieces(height):
            for across, columns in self.columns.pieces(width):
                picture[:, :, rows, columns] += seen[:, :, down, across]

    def own(self, features: Tensor, stride: int) -> Tensor:
        """The tile's own places among the features of what is seen."""
        rows, columns = _own(self.rows, stride), _own(self.columns, stride)
        return features[:, :, rows, columns]

    def places(self, features: Tensor, stride: int) -> tuple[slice, slice]:
        """Where `features`, the tile's own, lie among those of the whole picture."""
        top, left = self.rows.start // stride, self.columns.start // stride
        return slice(top, top + features.shape[2]), slice(left, left + features.shape[3])


def _own(span: Span, stride: int) -> slice:
    before = (span.start - span.first) // stride
    # At the edge of a picture some networks look a little further than its last whole square.
    return slice(before, None if span.last == span.stop else before + (span.stop - span.start) // stride)


class TiledEncoder(Encoder):
    """Any network, run over one tile after the other: the same features in less memory."""

    def __init__(self, encoder: Encoder, infos: Callable[[str], LayerInfo], side: int) -> None:
        """`infos` knows stride and field of every layer; `side` is about what a tile has of its own, in pixels."""
        self.encoder, self.infos, self.side = encoder, infos, side

    def margin(self, layers: Iterable[str]) -> tuple[int, int]:
        """Of what the sides of a tile are multiples, and how wide its halo is, in pixels."""
        infos = [self.infos(layer) for layer in layers]
        step = math.lcm(*(info.stride for info in infos))
        return step, max(math.ceil((info.field / 2 + info.stride) / step) for info in infos) * step

    def tiles(self, picture: Tensor, layers: Iterable[str], padding: Padding) -> list[Tile]:
        """The tiles of a picture in which all layers are exact, row by row."""
        step, halo = self.margin(layers)
        rows, columns = (spans(size, self.side, halo, step, padding == "circular") for size in picture.shape[2:])
        return [Tile(down, across) for down in rows for across in columns]

    def see(self, tile: Tile, cut: Tensor, layers: Iterable[str], padding: Padding) -> dict[str, Tensor]:
        """The tile's own features of each layer; `cut` is what `Tile.cut` gave.

        On a torus the network may wrap the tile around, too: where that is wrong, it ends in the halo.
        """
        found = self.encoder.encode(cut, layers, padding)
        return {layer: tile.own(features, self.infos(layer).stride) for layer, features in found.items()}

    def encode(self, pictures: Tensor, layers: Iterable[str], padding: Padding = "replicate") -> dict[str, Tensor]:
        wanted = set(layers)
        found = {PIXELS: pictures} if PIXELS in wanted else {}
        if deep := sorted(wanted - {PIXELS}):
            maps = Maps(self.infos)
            # The last tile comes first: it knows how large the maps are.
            for tile in reversed(self.tiles(pictures, deep, padding)):
                maps.put(tile, self.see(tile, tile.cut(pictures), deep, padding))
            found |= maps.whole
        return found


class Maps:
    """Feature maps of a whole picture, put together from those of its tiles, the last one first."""

    def __init__(self, infos: Callable[[str], LayerInfo]) -> None:
        self.infos = infos
        self.whole: dict[str, Tensor] = {}

    def put(self, tile: Tile, found: Mapping[str, Tensor]) -> None:
        for layer, features in found.items():
            rows, columns = tile.places(features, self.infos(layer).stride)
            if layer not in self.whole:
                shape = (*features.shape[:2], rows.stop, columns.stop)
                self.whole[layer] = features.new_empty(shape).contiguous(memory_format=_layout(features))
            self.whole[layer][:, :, rows, columns] = features


def tiled_losses(
    terms: Sequence[Term], encoder: TiledEncoder, picture: Tensor, padding: Padding, seed: int
) -> tuple[dict[str, Tensor], Tensor]:
    """The losses of all terms by name (without graph), and the gradient of their sum for a picture ``(N, 3, H, W)``."""
    import torch

    picture = picture.detach().requires_grad_(True)
    additive = [term for term in terms if term.additive]
    others = [term for term in terms if not term.additive]
    needed = {layer for term in others for layer in term.layers} - {PIXELS}
    layers = sorted({layer for term in terms for layer in term.layers} - {PIXELS})
    tiles = encoder.tiles(picture, layers, padding) if layers else []

    maps, measured, counts = Maps(encoder.infos), [], []
    with torch.no_grad():
        for tile in reversed(tiles):
            found = encoder.see(tile, tile.cut(picture), layers, padding)
            maps.put(tile, {layer: found[layer] for layer in needed})
            measured.append([_leaves(_measure(term, found)) for term in additive])
            counts.append([found[term.layer].shape[2] * found[term.layer].shape[3] for term in additive])
            del found  # before the next ones are there
    trim()

    whole = {layer: features.requires_grad_(True) for layer, features in maps.whole.items()} | {PIXELS: picture}
    losses: dict[str, Tensor] = {}
    for term in others:  # one after the other: what each needs for its gradient is gone before the next one begins
        loss = term.factor * term.loss(whole, padding, seed).mean()
        if loss.requires_grad:
            loss.backward()  # type: ignore[no-untyped-call]
        losses[term.name] = loss.detach()
        del loss
        trim()
    for index, term in enumerate(additive):
        joint = joined([each[index] for each in measured], [each[index] for each in counts])
        losses[term.name] = term.factor * cast(Additive, term.operator).distance(joint, term.target).mean()
    total: Tensor = sum((losses[term.name] for term in additive), picture.new_zeros(()))
    if additive:
        total.backward()  # type: ignore[no-untyped-call]

    gradient = torch.zeros_like(picture) if picture.grad is None else picture.grad
    for tile, leaves in zip(reversed(tiles), measured, strict=True):
        cut = tile.cut(picture.detach()).requires_grad_(True)
        found = encoder.see(tile, cut, layers, padding)
        slopes: list[tuple[Tensor, Tensor | None]] = []
        for term, leaf in zip(additive, leaves, strict=True):
            slopes += zip(_tensors(_measure(term, found)), (each.grad for each in _tensors(leaf)), strict=True)
        for layer in needed:
            rows, columns = tile.places(found[layer], encoder.infos(layer).stride)
            slope = whole[layer].grad
            slopes.append((found[layer], None if slope is None else slope[:, :, rows, columns]))
        felt = [(value, slope) for value, slope in slopes if slope is not None]
        torch.autograd.backward([value for value, _ in felt], [slope for _, slope in felt])
        if cut.grad is not None:
            tile.add(cut.grad, gradient)
        del cut, found, slopes, felt
    return {term.name: losses[term.name].detach() for term in terms}, gradient


def _measure(term: Term, found: Mapping[str, Tensor]) -> Measured:
    return cast(Additive, term.operator).measure(found[term.layer], term.target)


def _tensors(measured: Measured) -> tuple[Tensor, ...]:
    return (measured.mean, measured.covariance) if isinstance(measured, Gaussian) else (measured,)


def _leaves(measured: Measured) -> Measured:
    """The same as the beginning of a graph, so that it gets a gradient."""
    found = [tensor.requires_grad_(True) for tensor in _tensors(measured)]
    return Gaussian(*found) if isinstance(measured, Gaussian) else found[0]


def _layout(features: Tensor) -> torch.memory_format:
    import torch

    channels_last = features.is_contiguous(memory_format=torch.channels_last)
    return torch.channels_last if channels_last else torch.contiguous_format
