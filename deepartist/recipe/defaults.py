"""Defaults that depend on the task and the pipeline, as data. Everything else has its default in its model.

A task is what a recipe asks for: ``texture`` (style alone), ``transfer`` (style and content), ``dream`` (something
enhanced in a content, no style), ``vision`` (the same without a content), ``content`` (a content reconstructed from its
layers).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Task = Literal["texture", "transfer", "dream", "vision", "content"]

SIZE = 512
"""Long side where a recipe gives no size."""
PIPELINE = "texnet"
DRAFT_SIDE = 256
"""Long side of a draft."""
DRAFT_STEPS = 0.7
"""Share of the steps that a draft paints."""
SMALLEST_STAGE = 48
"""A draft leaves out stages whose long side would fall below this."""


@dataclass(frozen=True)
class TaskDefaults:
    """What a recipe of one task gets on one pipeline where it says nothing itself."""

    style_layers: Mapping[str, float] = field(default_factory=lambda: {"pixels": 1.0})
    style_match: tuple[Any, ...] = ("gram",)
    content_layers: Mapping[str, float] = field(default_factory=lambda: {"pixels": 1.0})
    content_match: tuple[Any, ...] = ("laplacian",)
    enhance_by: tuple[Any, ...] = ("power",)
    regularize: tuple[Any, ...] = ()
    start: str = "noise"
    first_stage: int = 64
    growth: float = 2.0
    steps: int = 100
    optimizer: Any = None
    """None: L-BFGS, or Adam where an operator is sampled anew at each step."""


def _texnet_style(grain: float) -> dict[str, float]:
    """Both branches of texnet; each of the random layers weighs `grain` times as much as a learned one."""
    learned = dict.fromkeys(("pixels", "relu1_2", "relu2_2", "relu3_2", "relu4_2"), 1.0)
    return {**learned, **{f"grain{block}": grain for block in range(1, 6)}}


_VGG_STYLE = {"relu1_1": 1.0, "relu2_1": 1.0, "relu3_1": 1.0, "relu4_1": 1.0, "relu5_1": 0.5}
# Its first layer is coarse, so that pixels and shallow layers have to keep the grain. Found by benchmarks/search.py.
_SQUEEZE_STYLE = {"pixels": 2.0, "relu1": 2.0, "fire2": 2.0, "fire3": 1.0, "fire4": 1.0, "fire5": 1.0}
_SQUEEZE_MATCH = ("covariance", {"palette": {"weight": 0.3}})
# Nobody has searched these: the weights were not at hand. The layers are those of lucid's style transfer (Mordvintsev
# et al. 2018, on this network's older sister), and conv2d0 for the grain.
_INCEPTION_STYLE = dict.fromkeys(("conv2d0", "conv2d2", "mixed3a", "mixed3b", "mixed4a", "mixed4b", "mixed4c"), 1.0)
# Up to 64 pixels: the few squares of a larger layer would show in the painting.
_POOLING_STYLE = dict.fromkeys(("pixels", *(f"pool{size}" for size in (2, 4, 8, 16, 32, 64))), 1.0)

# A dream has no end: L-BFGS would run away from the picture in a few steps, so it takes small ones, octave by octave.
_DREAM = TaskDefaults(start="content", first_stage=128, growth=1.4, steps=20, optimizer="ascent")
# In noise there is nothing to hold on to: begun smaller and given time, motifs find each other.
_VISION = replace(_DREAM, start="0.4 + 0.2 * noise", first_stage=64, steps=40)

DEFAULTS: dict[str, dict[Task, TaskDefaults]] = {
    "texnet": {
        "texture": TaskDefaults(
            style_layers=_texnet_style(4.0),
            style_match=("gram", {"palette": {"weight": 0.1}}),
            first_stage=32,
            steps=76,
        ),
        "transfer": TaskDefaults(
            style_layers=_texnet_style(2.0),
            style_match=("moments", {"palette": {"weight": 0.3}}),
            content_match=({"laplacian": {"weight": 0.03}}, {"flow": {"weight": 0.05}}),
            start="content + 0.3 * noise - 0.15",
            steps=64,
        ),
        # By strong features rather than by all of them: with 2 every place dreams of the same dots.
        "dream": replace(_DREAM, enhance_by=({"power": {"exponent": 4}},)),
        "vision": replace(_VISION, enhance_by=({"power": {"exponent": 4}},)),
        "content": TaskDefaults(),
    },
    "vgg19": {
        "texture": TaskDefaults(style_layers=_VGG_STYLE),
        "transfer": TaskDefaults(
            style_layers=_VGG_STYLE,
            content_layers={"relu4_2": 1.0},
            content_match=({"content": {"weight": 0.1}},),
            start="content",
            first_stage=128,
        ),
        "dream": _DREAM,
        "vision": _VISION,
        "content": TaskDefaults(content_layers={"relu4_2": 1.0}, content_match=("content",)),
    },
    "inception": {
        "texture": TaskDefaults(style_layers=_INCEPTION_STYLE),
        "transfer": TaskDefaults(
            style_layers=_INCEPTION_STYLE,
            content_layers={"mixed3b": 1.0},
            content_match=({"content": {"weight": 0.1}},),
            start="content",
            first_stage=128,
        ),
        "dream": _DREAM,
        "vision": _VISION,
        "content": TaskDefaults(content_layers={"mixed3b": 1.0}, content_match=("content",)),
    },
    "squeezenet": {
        "texture": TaskDefaults(style_layers=_SQUEEZE_STYLE, style_match=_SQUEEZE_MATCH, first_stage=32),
        "transfer": TaskDefaults(
            style_layers=_SQUEEZE_STYLE,
            style_match=_SQUEEZE_MATCH,
            content_layers={"fire5": 1.0},
            content_match=({"content": {"weight": 0.05}},),
            start="content",
            first_stage=128,
        ),
        "dream": _DREAM,
        "vision": _VISION,
        "content": TaskDefaults(content_layers={"fire4": 1.0}, content_match=("content",)),
    },
}
DEFAULTS["vgg16"] = DEFAULTS["vgg19"]
# Without a network, what understands pixels does the work: colours at every fineness, and edges for the content.
for _name, _layers, _match in (
    ("pooling", _POOLING_STYLE, ("moments", "palette")),
    ("pixels", {"pixels": 1.0}, ("palette",)),
):
    DEFAULTS[_name] = {
        "texture": TaskDefaults(style_layers=_layers, style_match=_match, steps=40),
        "transfer": TaskDefaults(
            style_layers=_layers,
            style_match=_match,
            content_match=({"laplacian": {"weight": 0.1}},),
            start="content",
            first_stage=128,
            steps=40,
        ),
        "dream": _DREAM,
        "vision": _VISION,
        "content": TaskDefaults(),
    }


def defaults_for(pipeline: str, task: Task, layers: Mapping[str, Any]) -> TaskDefaults:
    """The defaults of a task; a pipeline without an entry uses all its layers alike, and its middle one for content."""
    if pipeline in DEFAULTS:
        return DEFAULTS[pipeline][task]
    names = list(layers)
    middle = {names[len(names) // 2]: 1.0}
    transfer = TaskDefaults(start="content")
    base = {"transfer": transfer, "dream": _DREAM, "vision": _VISION}.get(task, TaskDefaults())
    layers = dict.fromkeys(names, 1.0)
    return replace(base, style_layers=layers, content_layers=middle, content_match=("content",))
