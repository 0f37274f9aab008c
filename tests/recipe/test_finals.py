"""The finals of the example pages: recipes in the sizes and with the layers of the applications of 2019."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from deepartist.recipe import Inputs, Resolved, read_recipe

PAGES = Path(__file__).parents[2] / "site_src"
FINALS = {
    name: dedent(text)
    for page in sorted((PAGES / "examples").glob("*.md"))
    for name, text in re.findall(r'^ *```yaml title="([^"]+)"\n(.*?)^ *```', page.read_text("utf-8"), flags=re.S | re.M)
}
# Long side in each stage, frames, network: from the defaults of the applications.
EXPECTED: dict[str, tuple[list[int], int, str]] = {
    "hello.yml": ([400], 0, "pixels"),
    "texture-survey.yml": ([400], 18, "vgg19"),
    "operator-survey.yml": ([800], 7, "vgg16"),
    "texture-growth.yml": ([800], 45, "vgg16"),
    "seed-image-survey.yml": ([800], 3, "vgg16"),
    "tiled-texture.yml": ([120, 400], 0, "vgg19"),
    "big-texture.yml": ([208, 400, 800, 1200, 2192, 4000], 0, "vgg19"),
    "tiled-rotor.yml": ([128, 320, 800], 0, "vgg19"),
    "stereogram.yml": ([592, 1200], 0, "vgg16"),
    "deep-dream.yml": ([800], 0, "vgg16"),
    "content-reconstruction.yml": ([800], 17, "vgg19"),
    "style-transfer.yml": ([320, 547, 936, 1600], 0, "vgg16"),
    "animated-style-transfer.yml": ([300, 800], 8, "vgg16"),
    "style-sweep.yml": ([300, 490, 800], 7, "vgg16"),
    "animated-rotor.yml": ([300, 490, 800], 5, "vgg19"),
    "neuron-tiled-rotor.yml": ([128, 512], 64, "vgg19"),
    "neuron-transfer-survey.yml": ([512], 16, "vgg19"),
    "background-style.yml": ([400, 800, 1800, 3000], 0, "vgg16"),
    "painting.yml": ([126, 400, 800, 1400, 2366, 4000], 0, "vgg19"),
    "tile-set.yml": ([304, 896], 0, "vgg19"),
    "rainbow-triangle.yml": ([100, 200, 400, 800], 0, "vgg19"),
    "hyperbolic-4-6-complement.yml": ([64, 128, 256, 512, 1024], 0, "vgg19"),
    "whirlpool.yml": ([100, 200, 400, 800], 0, "vgg19"),
    "zooming-rotor.yml": ([640], 36, "vgg19"),
    "icosahedron.yml": ([128, 256, 512], 1, "vgg19"),
}


def resolved(name: str) -> Resolved:
    return read_recipe(FINALS[name], Inputs([PAGES]))


def test_every_final_is_looked_at() -> None:
    assert FINALS.keys() == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_final_has_the_sizes_frames_and_network_of_the_application(name: str) -> None:
    sizes, frames, network = EXPECTED[name]
    final = resolved(name)
    first = final.frames[0].resolved if final.frames else final
    assert [max(stage.size) for stage in first.stages] == sizes  # type: ignore[arg-type]
    assert len(final.frames) == frames
    assert first.recipe.pipeline == network or first.recipe.pipeline.name == network  # type: ignore[union-attr]


def test_growth_takes_one_two_and_five_sizes() -> None:
    stages = [
        [max(stage.size) for stage in frame.resolved.stages] for frame in resolved("texture-growth.yml").frames[:3]
    ]  # type: ignore[arg-type]
    assert stages == [[800], [200, 800], [200, 283, 400, 566, 800]]


def test_every_example_is_compared_with_its_application() -> None:
    pages = {path.name: path.read_text("utf-8") for path in (PAGES / "examples").glob("*.md") if path.stem != "index"}
    nav = (PAGES.parent / "mkdocs.yml").read_text("utf-8")
    overview = (PAGES / "examples" / "index.md").read_text("utf-8")
    for name, text in pages.items():
        assert "```deepartist" in text, name
        assert all(f"| {row} |" in text for row in ("same", "better", "different")), name
        assert f"examples/{name}" in nav, name
        assert f"({name})" in overview, name
