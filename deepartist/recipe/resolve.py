"""From what the author wrote to a recipe in which everything is said: defaults, sizes, inputs, cross-checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from deepartist.recipe.checks import mistakes, too_large
from deepartist.recipe.contracts import PIXELS, PipelineModel
from deepartist.recipe.defaults import PIPELINE, SIZE, Task, TaskDefaults, defaults_for
from deepartist.recipe.expression import Image, images_of, parse_expression, words_of
from deepartist.recipe.fields import MIN_SIDE
from deepartist.recipe.inputs import PAINTED, ImageInput, Inputs
from deepartist.recipe.model import CONTENT, Content, Growth, Recipe, Stage, Start, Style, Terms
from deepartist.recipe.parts import parts
from deepartist.recipe.problems import Location
from deepartist.recipe.references import References
from deepartist.recipe.resolved import Resolved
from deepartist.recipe.sizes import fitted, grown, rounded
from deepartist.recipe.terms import (
    all_on_pixels,
    made,
    operators_of,
    part,
    task_of,
    torus_multiple,
)
from deepartist.recipe.yaml_document import NOWHERE, Document


def resolve(recipe: Recipe, inputs: Inputs, document: Document = NOWHERE) -> Resolved:
    """Resolve a recipe; without a document it was not read from text (a canonical one). Raises RecipeError."""
    resolver = Resolver(recipe, inputs)
    result = resolver.run()
    if resolver.wrongs or document.problems:
        raise document.error(resolver.wrongs)
    return result


class Resolver:
    """Fills one recipe; `wrongs` collects (location, message) of all that cannot be."""

    def __init__(self, recipe: Recipe, inputs: Inputs) -> None:
        self.recipe, self.inputs = recipe, inputs
        self.images: Mapping[str, ImageInput] = {}
        self.wrongs: list[tuple[Location, str]] = []

    def run(self) -> Resolved:
        references = References(self.inputs)
        recipe = self.recipe = references.named(self.recipe)
        self.images = references.images
        self.wrongs += references.wrongs
        top = self._terms(recipe, None)
        start = self._start(top)
        filled = recipe.model_copy(update={**top, "start": start})
        sizes = self._possible(self._sizes(filled), filled)
        stages = tuple(
            stage.model_copy(update={"size": size, **self._overrides(stage, filled)})
            for stage, size in zip(self._stage_list(filled, sizes), sizes, strict=True)
        )
        filled = filled.model_copy(update={"size": sizes[-1], "stages": stages})
        resolved = Resolved(filled, self.images)
        for index, stage in enumerate(stages):
            written = isinstance(recipe.stages, tuple)
            for location, message in mistakes(resolved.terms(stage), filled, self.images):
                self._wrong(stage, ("stages", index) if written else (), location, message)
        return resolved

    # -- terms ---------------------------------------------------------------------------------------------------

    def _terms(self, terms: Terms, above: Terms | None) -> dict[str, Any]:
        """The terms of one level with their defaults; for a stage only what it says itself."""
        pipeline = terms.pipeline or (above.pipeline if above else None) or part("pipeline", PIPELINE)
        said = {name: value for name in Terms.model_fields if (value := getattr(terms, name)) is not None}
        whole = terms if above is None else above.model_copy(update=said)
        defaults = self._defaults(cast(PipelineModel, pipeline), task_of(whole))
        update: dict[str, Any] = {}
        if above is None or terms.pipeline is not None:
            update["pipeline"] = pipeline
        if terms.style:
            update["style"] = tuple(self._style(style, defaults) for style in terms.style)
        if terms.content:
            update["content"] = self._content(terms.content, defaults, task_of(whole))
        if terms.enhance:
            update["enhance"] = tuple(
                each.model_copy(
                    update={"by": each.by if each.by is not None else made("operator", defaults.enhance_by)}
                )
                for each in terms.enhance
            )
        for word, value in (("regularize", made("operator", defaults.regularize)), ("view", ())):
            if above is None or getattr(terms, word) is not None:
                update[word] = getattr(terms, word) if getattr(terms, word) is not None else value
        if above is None or terms.optimizer is not None:
            update["optimizer"] = terms.optimizer or part("optimizer", defaults.optimizer or self._optimizer(update))
        return update

    def _overrides(self, stage: Stage, recipe: Recipe) -> dict[str, Any]:
        if stage.pipeline is not None:
            # What the author left open above this stage gets the defaults of the stage's own network.
            words = [word for word in ("style", "content", "enhance") if getattr(stage, word) is None]
            stage = stage.model_copy(update={word: getattr(self.recipe, word) for word in words})
        update = self._terms(stage, recipe)
        defaults = self._defaults(cast(PipelineModel, stage.pipeline or recipe.pipeline), task_of(recipe))
        update["steps"] = stage.steps or defaults.steps
        return update

    @staticmethod
    def _style(style: Style, defaults: TaskDefaults) -> Style:
        match = style.match if style.match is not None else made("operator", defaults.style_match)
        layers = {PIXELS: 1.0} if all_on_pixels(match) else dict(style.layers or defaults.style_layers)
        return style.model_copy(update={"match": match, "layers": layers})

    @staticmethod
    def _content(content: Content, defaults: TaskDefaults, task: Task) -> Content:
        """A dream starts from its content and matches it only where that is asked for."""
        match = content.match
        if match is None:
            asked = task != "dream" or content.layers is not None
            own = ("content",) if content.layers is not None else defaults.content_match
            match = made("operator", own if asked else ())
        layers = {PIXELS: 1.0} if all_on_pixels(match) else dict(content.layers or defaults.content_layers)
        return content.model_copy(update={"match": match, "layers": layers})

    @staticmethod
    def _defaults(pipeline: PipelineModel, task: Task) -> TaskDefaults:
        return defaults_for(pipeline.name, task, pipeline.layers)

    @staticmethod
    def _optimizer(terms: Mapping[str, Any]) -> str:
        return "adam" if any(operator.sampled for operator, _, _ in operators_of(terms)) else "lbfgs"

    # -- the canvas ----------------------------------------------------------------------------------------------

    def _start(self, top: Mapping[str, Any]) -> Start:
        recipe = self.recipe
        defaults = self._defaults(top["pipeline"], task_of(recipe))
        start = recipe.start
        if start is None:
            start = Start(image=defaults.start)
        expression = parse_expression(start.image, {*parts("source"), CONTENT})
        if CONTENT in words_of(expression) and recipe.content is None:
            self.wrongs.append((("start",), 'start says "content", but this recipe has no content'))
        # An earlier painting goes on as it is: it has its colours.
        painted = isinstance(expression, Image) and expression.reference.startswith(PAINTED)
        styled = bool(recipe.style) and not (recipe.keep and recipe.keep.before) and not painted
        return Start(image=str(expression), colors=start.colors or ("style" if styled else "own"))

    def _sizes(self, recipe: Recipe) -> list[tuple[int, int]]:
        """Width and height of every stage, the last one being the picture's."""
        stages, size = recipe.stages, recipe.size
        last: Any = stages[-1].size if isinstance(stages, tuple) else stages.to if isinstance(stages, Growth) else None
        final: Any = next((said for said in (size, last) if isinstance(said, tuple)), size or last or SIZE)
        if size is not None and last is not None and not same_size(size, last):
            self.wrongs.append((("stages",), f"the stages end at {shown(last)}, but the size is {shown(size)}"))
        aspect = self._aspect()
        multiple = self._multiple(recipe)
        width, height = fitted(final, aspect)
        exact = rounded((width, height), multiple)
        where = ("size",) if final == size else ("stages", -1, "size")
        if exact != (width, height) and isinstance(final, tuple):
            message = f"with this view each side is a multiple of {multiple}: {exact[0]}×{exact[1]} would do"
            self.wrongs.append((where, message))
        elif multiple > 2 * max(width, height):
            message = f"with this view and these layers each side is a multiple of {multiple}: {final} is too small"
            self.wrongs.append((where, message))
        width, height = exact
        if isinstance(stages, tuple):
            return [rounded(fitted(stage.size, width / height), multiple) for stage in stages[:-1]] + [exact]
        defaults = self._defaults(cast(PipelineModel, recipe.pipeline), task_of(recipe))
        growth = stages if isinstance(stages, Growth) else Growth()
        longs = grown(growth.first, max(width, height), growth.count, defaults.first_stage, defaults.growth)
        return [rounded(fitted(long, width / height), multiple) for long in longs[:-1]] + [exact]

    def _possible(self, sizes: list[tuple[int, int]], recipe: Recipe) -> list[tuple[int, int]]:
        """The sizes, where they are possible; else the mistake is noted and small ones stand in for them."""
        largest = max(sizes, key=lambda size: size[0] * size[1])
        message = too_large(sizes[-1], recipe.output.format) or too_large(largest, ())
        if message is None:
            return sizes
        self.wrongs.append((("size",) if recipe.size is not None else ("stages", -1, "size"), message))
        return [(MIN_SIDE, MIN_SIDE)] * len(sizes)

    def _stage_list(self, recipe: Recipe, sizes: Sequence[tuple[int, int]]) -> Sequence[Stage]:
        if isinstance(recipe.stages, tuple):
            return recipe.stages
        growth = recipe.stages if isinstance(recipe.stages, Growth) else Growth()
        return [Stage(size=size, steps=growth.steps, minutes=growth.minutes) for size in sizes]

    def _aspect(self) -> float:
        """Width over height: the content's, else that of the first image in the start, else square."""
        references = [self.recipe.content.image] if self.recipe.content else []
        if self.recipe.start:
            references += images_of(parse_expression(self.recipe.start.image, {*parts("source"), CONTENT}))
        image = next((self.images[each] for each in references if each in self.images), None)
        return min(max(image.width / image.height, 1 / 16), 16.0) if image else 1.0

    def _multiple(self, recipe: Recipe) -> int:
        levels: list[Terms] = [recipe]
        if isinstance(recipe.stages, tuple):
            levels += [stage.model_copy(update=self._overrides(stage, recipe)) for stage in recipe.stages]
        return torus_multiple(levels)

    # -- checks --------------------------------------------------------------------------------------------------

    def _wrong(self, stage: Stage, place: Location, location: Location, message: str) -> None:
        """A mistake is reported where it was written: in the stage, or above all stages (once)."""
        own = place and (not location or getattr(stage, str(location[0]), None) is not None)
        entry = ((*place, *location) if own else location, message)
        if entry not in self.wrongs:
            self.wrongs.append(entry)


def same_size(one: Any, other: Any) -> bool:
    """Whether two ways to say a size can mean the same picture."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return one == other
    return bool((max(one) if isinstance(one, tuple) else one) == (max(other) if isinstance(other, tuple) else other))


def shown(size: Any) -> str:
    return "×".join(map(str, size)) if isinstance(size, tuple) else str(size)
