"""The reference of all parts, as Markdown: what their docstrings and fields say."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from deepartist.recipe.contracts import PIXELS, OperatorModel, PipelineModel, SampleModel, ViewModel
from deepartist.recipe.parts import Kind, Part, parts
from deepartist.recipe.words import shown

KINDS: Mapping[Kind, str] = {
    "operator": "Operators",
    "view": "Views",
    "pipeline": "Pipelines",
    "optimizer": "Optimisers",
    "finish": "Finish steps",
    "source": "Sources",
}
CHOSEN = ("operator", "view", "pipeline")
"""By what a gallery chooses paintings."""
MOST = 6
"""How many of the paintings with a part are shown below it."""
LIMITS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
SMALL = ("size: 192", "stages: {from: 48, steps: 60}")
"""What an example says of size and stages where it says nothing itself: all of them are painted with the site."""
LENGTHS = {"minItems": "at least", "maxItems": "at most"}


def reference() -> str:
    """Markdown of every registered part: operators, views, pipelines, optimisers, finish steps and sources."""
    lines = [
        "# Reference",
        "",
        "Every part that a recipe can name, with its parameters, formula, source and a small picture. Written by",
        "`deepartist reference` from the parts themselves.",
    ]
    for kind, title in KINDS.items():
        lines += ["", f"## {title}"]
        for name, part in sorted(parts(kind).items()):
            lines += ["", f"### {name} {{ #{kind}-{name} }}", "", inspect.cleandoc(part.__doc__ or "")]
            lines += [line for fact in _facts(part) for line in ("", fact)]
            if recipe := example(part):
                fence = "yaml" if issubclass(part, PipelineModel) and part.downloads else 'deepartist layout="side"'
                lines += ["", f"```{fence}", recipe, "```"]
            if table := list(_parameters(part)):
                lines += ["", "| parameter | values | default | |", "| --- | --- | --- | --- |", *table]
            if kind in CHOSEN:
                lines += ["", "```deepartist-gallery", f"{kind}: {name}", f"limit: {MOST}", "```"]
    return "\n".join(lines) + "\n"


def example(part: type[Part]) -> str:
    """A small recipe with the part, complete; empty for a part that has none."""
    if issubclass(part, SampleModel):
        lines = [f"style: sample:{part.name}"]
    else:
        lines = inspect.cleandoc(part.example).splitlines()
    said = {line.partition(":")[0] for line in lines}
    return "\n".join([*lines, *(line for line in SMALL if lines and line.partition(":")[0] not in said)])


def _facts(part: type[Part]) -> Iterator[str]:
    """What a recipe's author has to know of a part beside its words."""
    if issubclass(part, OperatorModel):
        stands = " and ".join(f"`{place}`" for place in sorted(part.places))
        facts = [f"Stands under {stands}."]
        if part.on_pixels:
            facts.append("Looks at the picture itself, whatever layers are named.")
        if part.joint:
            facts.append("Looks at all layers named together.")
        if part.sampled:
            facts.append("Drawn anew at every step.")
        yield " ".join(facts)
    if issubclass(part, ViewModel) and part.periodic:
        yield "Makes the canvas a torus."
    if issubclass(part, PipelineModel):
        layers = ", ".join(f"`{name}`" for name in part().layers if name != PIXELS)
        yield f"Layers: `{PIXELS}`{', ' if layers else ''}{layers}."


def _parameters(part: type[Part]) -> Iterator[str]:
    schema = part.model_json_schema()
    for name, field in schema.get("properties", {}).items():
        known = {**field, **schema.get("$defs", {}).get(str(field.get("$ref", "")).rpartition("/")[2], {})}
        about = "Its share of the loss." if name == "weight" else str(known.get("description", "")).replace("\n", " ")
        default = f"`{shown(known['default'])}`" if known.get("default") is not None else "–"
        values = " ".join([_values(known), *_limits(part.model_fields[name].metadata)])
        yield f"| `{name}` | {values} | {default} | {about.replace('``', '`')} |"


def _limits(metadata: list[Any]) -> Iterator[str]:
    for each in metadata:
        for word, sign in LIMITS.items():
            if (limit := getattr(each, word, None)) is not None:
                yield f"{sign} {shown(limit)}"


def _values(schema: Mapping[str, Any]) -> str:
    """What a parameter may be, in a few words."""
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "anyOf" in schema:
        options = [_values(each) for each in schema["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(options))
    kind = {"integer": "whole number", "number": "number", "boolean": "`true`, `false`", "string": "word"}
    if schema.get("type") == "array":
        limits = [f"{word} {schema[key]}" for key, word in LENGTHS.items() if key in schema]
        inner: Mapping[str, Any] = schema.get("items") or next(iter(schema.get("prefixItems", ())), {})
        return f"list of {_values(inner)}s" + (f" ({', '.join(limits)})" if limits else "")
    return kind.get(str(schema.get("type")), "value")
