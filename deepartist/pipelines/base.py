"""What every pipeline shares: named layers without torch, an encoder with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from deepartist.recipe.contracts import PipelineModel

if TYPE_CHECKING:
    import torch
    from torch import Tensor

Padding = Literal["replicate", "circular", "native"]
"""How a network continues a picture beyond its edges: ``native`` as it was trained (zeros), ``circular`` on a torus."""


class WeightsError(RuntimeError):
    """The weights of a pipeline are missing or not its own; the message says what to do."""


class Encoder(ABC):
    """A loaded network on one device."""

    @abstractmethod
    def encode(self, pictures: Tensor, layers: Iterable[str], padding: Padding = "replicate") -> dict[str, Tensor]:
        """Features ``(N, C, H/stride, W/stride)`` of the named layers for pictures ``(N, 3, H, W)`` in 0..1.

        Runs no further than the deepest layer asked for. ``pixels`` is the picture itself.
        """

    def walk(
        self, pictures: Tensor, layers: Iterable[str], padding: Padding = "replicate"
    ) -> Iterator[tuple[str, Tensor]]:
        """The same features, one layer after the other.

        What is computed from a layer before the next one is asked for has its turn in the backward pass when that
        arrives there, and not, with all other layers', before: so much less has to wait in memory. Networks that can
        only give all of them at once need not override this.
        """
        yield from self.encode(pictures, layers, padding).items()

    def reduced(self, precision: torch.dtype) -> Encoder:
        """The same network, computing in `precision` wherever pictures do not suffer; features are given out in the
        precision of the pictures. Networks that know nothing of this stay as they are."""
        return self


class Pipeline(PipelineModel):
    """A vision network; see `PipelineModel` for what is known of it without torch."""

    def load(self, device: torch.device, weights: Mapping[str, Path]) -> Encoder:
        """Load the network; `weights` maps pipeline names to own files. Raises WeightsError with a clear sentence."""
        raise NotImplementedError
