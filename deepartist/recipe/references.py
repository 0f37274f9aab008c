"""The pictures of a recipe: each is looked up once, and has its full name from then on.

A folder becomes the files in it, the beginning of a painting's key becomes the key, so that what a painting carries
with it does not depend on what lies about later.
"""

from __future__ import annotations

from typing import Any, TypeVar

from deepartist.recipe.expression import parse_expression, with_images
from deepartist.recipe.fields import MOST_IMAGES
from deepartist.recipe.inputs import ImageInput, InputError, Inputs
from deepartist.recipe.model import CONTENT, Content, Mask, Recipe, Stage, Start, Style, Terms
from deepartist.recipe.parts import parts
from deepartist.recipe.problems import Location

TermsType = TypeVar("TermsType", bound=Terms)


class References:
    """Looks up the pictures of one recipe."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self.images: dict[str, ImageInput] = {}
        """By full name."""
        self.wrongs: list[tuple[Location, str]] = []
        """(location, message) of all that cannot be found."""

    def named(self, recipe: Recipe) -> Recipe:
        """The recipe with the full names of all pictures that could be found."""
        named = self._terms(recipe, ())
        if isinstance(recipe.stages, tuple):
            stages = (self._stage(stage, index) for index, stage in enumerate(recipe.stages))
            named = named.model_copy(update={"stages": tuple(stages)})
        if recipe.start:
            named = named.model_copy(update={"start": self._start(recipe.start)})
        if recipe.finish:
            steps = (self._finish(step, ("finish", number)) for number, step in enumerate(recipe.finish))
            named = named.model_copy(update={"finish": tuple(steps)})
        return named

    def _stage(self, stage: Stage, index: int) -> Stage:
        return self._terms(stage, ("stages", index))

    def _terms(self, terms: TermsType, place: Location) -> TermsType:
        update: dict[str, Any] = {}
        if terms.style:
            update["style"] = tuple(
                self._style(style, (*place, "style", number)) for number, style in enumerate(terms.style)
            )
        if terms.content:
            update["content"] = self._content(terms.content, (*place, "content"))
        if terms.enhance:
            update["enhance"] = tuple(
                each.model_copy(update={"mask": self._mask(each.mask, (*place, "enhance", number))})
                for number, each in enumerate(terms.enhance)
            )
        return terms.model_copy(update=update)

    def _style(self, style: Style, place: Location) -> Style:
        names: list[str] = []
        for which, reference in enumerate(style.image):
            try:
                found = self.inputs.pictures(reference, MOST_IMAGES)
            except InputError as error:
                self.wrongs.append(((*place, "image", which), str(error)))
                names.append(reference)
            else:
                names += [self._known(image) for image in found]
        if len(names) > MOST_IMAGES:
            message = f"{len(names)} pictures are too many for one style: at most {MOST_IMAGES}"
            self.wrongs.append(((*place, "image"), message))
        return style.model_copy(update={"image": tuple(names), "mask": self._mask(style.mask, place)})

    def _content(self, content: Content, place: Location) -> Content:
        image = self._one(content.image, (*place, "image"))
        return content.model_copy(update={"image": image, "mask": self._mask(content.mask, place)})

    def _mask(self, mask: Mask | None, place: Location) -> Mask | None:
        if mask is None or mask.image is None:
            return mask
        return mask.model_copy(update={"image": self._one(mask.image, (*place, "mask", "image"))})

    def _start(self, start: Start) -> Start:
        expression = parse_expression(start.image, {*parts("source"), CONTENT})
        named = with_images(expression, lambda reference: self._one(reference, ("start", "image"), unrounded=True))
        return start.model_copy(update={"image": str(named)})

    def _finish(self, step: Any, place: Location) -> Any:
        named = {word: getattr(step, word) for word in step.pictures}
        update = {
            word: self._one(name, (*place, "image")) for word, name in named.items() if name not in (None, CONTENT)
        }
        return step.model_copy(update=update)

    def _one(self, reference: str, location: Location, unrounded: bool = False) -> str:
        """The full name of a picture; where it cannot be found, that is noted and the name stays as it is."""
        try:
            image = self.inputs.image(reference)
        except InputError as error:
            self.wrongs.append((location, str(error)))
            return reference
        return self._known(image.canvas if unrounded and image.canvas else image)

    def _known(self, image: ImageInput) -> str:
        self.images[image.reference] = image
        return image.reference
