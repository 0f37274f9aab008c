"""What the lower rooms need to know of each kind of part without importing torch.

The rooms ``operators``, ``views``, ``pipelines``, ``sources``, ``painting`` and ``finishing`` subclass these and add
the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from deepartist.recipe.parts import Kind, Part
from deepartist.recipe.words import Weight

Place = Literal["style", "content", "enhance", "regularize"]
PIXELS = "pixels"
"""The layer that every pipeline has: the picture itself."""


@dataclass(frozen=True)
class LayerInfo:
    """One named layer: channels, stride (canvas pixels per position) and receptive field (pixels)."""

    channels: int
    stride: int
    field: int


class OperatorModel(Part):
    """A term of the loss over the features of one layer."""

    kind: ClassVar[Kind] = "operator"
    places: ClassVar[frozenset[Place]]
    """Where it may stand in a recipe. Matchers stand under style or content, enhancers under enhance."""
    additive: ClassVar[bool] = False
    """Its loss depends on means over positions alone: large canvases are measured tile by tile, in little memory."""
    sampled: ClassVar[bool] = False
    """It looks along other directions or at other positions at every step, so that it needs Adam."""
    joint: ClassVar[bool] = False
    """It looks at all layers named beside it together; else at one after the other."""
    least_layers: ClassVar[int] = 1
    """How many layers must be named beside it."""
    least_pictures: ClassVar[int] = 1
    """How many pictures a view must show at once: it compares them with each other."""
    placed: ClassVar[bool] = False
    """It looks at places beside each other, or at layers above each other: it cannot be given single places."""
    regional: ClassVar[bool] = False
    """It is `placed`, and its `loss` takes a third argument all the same: which places of its (first) layer to look at,
    ``(H·W,)`` of bool."""
    enhances: ClassVar[bool] = False
    """Its loss is negative and has no zero to be reached."""
    on_pixels: ClassVar[bool] = False
    """It looks at the picture itself, whatever layers are named beside it."""

    weight: Weight = 1.0


class ViewModel(Part):
    """A map between the canvas and what the network sees."""

    kind: ClassVar[Kind] = "view"
    periodic: ClassVar[bool] = False
    """The canvas is a torus: layers wrap around, and sides are multiples of the deepest stride."""
    averages: ClassVar[bool] = False
    """The rendered picture averages several canvas pixels, so that the canvas itself has no range limit."""
    moves: ClassVar[str] = ""
    """The kind of film in which the canvas moves below it: ``rotate`` or ``zoom``. It has `View.moving` then."""

    @property
    def period(self) -> float:
        """Degrees of turning after which it shows the same; 0 where it does not turn."""
        return 0.0

    @property
    def pictures(self) -> tuple[int, int]:
        """How many pictures it cuts the canvas into, across and down."""
        return 1, 1


class PipelineModel(Part):
    """A vision network with named layers."""

    kind: ClassVar[Kind] = "pipeline"
    downloads: ClassVar[bool] = False
    """Its weights are not part of the package."""

    @property
    def layers(self) -> Mapping[str, LayerInfo]:
        """Every layer in order of depth, `PIXELS` first."""
        raise NotImplementedError

    def digest(self, weights: Mapping[str, str]) -> str:
        """The digest of the weights that will be used; `weights` maps pipeline names to digests of own files."""
        raise NotImplementedError


class OptimizerModel(Part):
    """How the loss is lowered."""

    kind: ClassVar[Kind] = "optimizer"
    exact_only: ClassVar[bool] = False
    """Needs the same loss at every step: sampled operators are refused."""


class SourceModel(Part):
    """A word of start expressions."""

    kind: ClassVar[Kind] = "source"


class SampleModel(Part):
    """A procedural picture of fixed size."""

    kind: ClassVar[Kind] = "sample"
    size: ClassVar[tuple[int, int]]
    """Width and height in pixels."""


class FinishModel(Part):
    """Something done to the finished picture, for which nothing is painted again."""

    kind: ClassVar[Kind] = "finish"
    pictures: ClassVar[tuple[str, ...]] = ()
    """Its fields that name a picture; ``content`` is the recipe's content."""
    aligned: ClassVar[tuple[str, ...]] = ()
    """Those of them that are laid over the finished picture, and so need its shape."""

    @property
    def references(self) -> tuple[str, ...]:
        """The pictures that it looks at, as the recipe names them."""
        return tuple(value for word in self.pictures if (value := getattr(self, word)) is not None)

    def resized(self, size: tuple[int, int]) -> tuple[int, int]:
        """Width and height of the picture after the step, from those before it."""
        return size

    def identity(self) -> dict[str, Any]:
        """Without the names of pictures, whose content goes into the key instead."""
        return {word: value for word, value in super().identity().items() if word not in self.pictures}
