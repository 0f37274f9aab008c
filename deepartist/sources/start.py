"""Start expressions as pixels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from deepartist.randomness import random_generator
from deepartist.recipe.expression import Expression, Image, Number, Operation, Word
from deepartist.recipe.inputs import ImageInput
from deepartist.recipe.model import CONTENT
from deepartist.recipe.parts import parts
from deepartist.sources.base import Source
from deepartist.sources.pictures import load_picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def start_pixels(
    expression: Expression, size: tuple[int, int], seed: int, images: Mapping[str, ImageInput], content: str | None
) -> NDArray[np.float32]:
    """Evaluate a start expression at (width, height): ``(height, width, 3)`` float32, clamped to 0..1 at the end.

    `images` holds the pictures by reference, `content` is the reference of the content image. The same word twice
    gives the same pixels: ``noise - noise`` is black.
    """
    import numpy as np

    width, height = size

    def evaluate(part: Expression) -> NDArray[np.float32]:
        match part:
            case Number(value):
                return np.full((height, width, 3), value, np.float32)
            case Word(name) if name == CONTENT:
                return load_picture(images[cast(str, content)], size)
            case Word(name):
                source = cast(Source, parts("source")[name]())
                return source.pixels(random_generator(seed, name), width, height)
            case Image(reference):
                return load_picture(images[reference], size)
            case Operation(operator, left, right):
                a, b = evaluate(left), evaluate(right)
                return a + b if operator == "+" else a - b if operator == "-" else a * b

    return np.clip(evaluate(expression), 0, 1)
