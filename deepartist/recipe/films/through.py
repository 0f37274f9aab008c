"""An endless zoom through several pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from deepartist.recipe.fields import Image, listed
from deepartist.recipe.films.base import MOST_FRAMES, Film, Known, Variant, named, without_films
from deepartist.recipe.paths import Path
from deepartist.recipe.problems import Location
from deepartist.recipe.words import Number, Whole

DEPTH = 8.0
"""How much larger than it is inside of a picture the next one becomes, until it fills the frame."""


class Through(Film):
    """From one picture into the next, which lies in its middle, and from the last one into the first.

    Each picture is the content of a painting. Between two of them every frame begins with the one before it, enlarged,
    and with the next painting in its middle, as far as that has come; and is painted where both meet.

    Source: ZoomingRotor of DeepArtist (Simiacryptus, 2021).
    """

    word: ClassVar[str] = "zoom"

    through: Annotated[tuple[Image, ...], BeforeValidator(listed, json_schema_input_type=list[str])] = Field(
        min_length=1, max_length=8
    )
    """One picture goes into itself."""
    frames: Annotated[Whole, Field(ge=2, le=24)] = 8
    """Painted from each picture to the next; the film also shows what lies between them."""
    seconds: Annotated[Number, Field(gt=0, le=120)] = 6.0
    """Until it looks as at the beginning."""

    def variants(self, recipe: Mapping[str, Any], known: Known) -> Iterator[Variant]:
        count, length = len(self.through), len(self.through) * self.frames
        if length > MOST_FRAMES:
            raise ValueError(f"a zoom of {length} paintings is too large: at most {MOST_FRAMES}")
        for index in range(length):
            which, step = divmod(index, self.frames)
            data: dict[str, Any] = {**without_films(recipe), "content": self.through[which]}
            places: dict[Path, Location] = {("content",): (self.word, "through", which)}
            if step == 0:
                yield Variant(named(self.through[which]), data, places)
                continue
            label = f"{named(self.through[which])} {step / self.frames:.0%}"
            outer, inner = index - 1, (which + 1) % count * self.frames
            yield Variant(
                label, data, places, (outer, inner), (self.enlarged, float(DEPTH ** (step / self.frames - 1)))
            )

    @property
    def enlarged(self) -> float:
        """From one frame to the next."""
        return float(DEPTH ** (1 / self.frames))
