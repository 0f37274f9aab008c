"""How well networks paint: textures and style transfer in numbers, and a sheet to look at.

    python benchmarks/quality.py [--pictures FOLDER] [--weights NAME=FILE] [--sheet FILE] [--write] [--quick]

Painted by default recipes at 256 (textures) and 320 pixels (transfer): random filters alone, texnet, and every network
whose weights are given. Judge 1 is SqueezeNet where its weights are given, else a sister of texnet's random branch;
a network's own judgement of itself is no use and is marked. Without a folder the samples are the exemplars, drawn with
a seed that neither training nor search.py uses.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from PIL import Image, ImageDraw, ImageFont, ImageOps
from torch import Tensor

from deepartist.painting.painter import Painter
from deepartist.pipelines import Encoder, SqueezeNet
from deepartist.pipelines.layered import LayeredEncoder
from deepartist.pipelines.texnet import GRAIN, branch_steps
from deepartist.plan import plan
from deepartist.recipe import Inputs, read_recipe
from deepartist.sources.samples import SAMPLES, render
from deepartist.training import judges
from deepartist.training.export import balancing_pictures
from deepartist.training.grain import make_grain

SEED = 3
GAP, HEADING = 6, 30
TEXTURE, TRANSFER = 256, 320
PAIRS = (("boat", "strokes"), ("face", "marble"), ("landscape", "hatching"), ("city", "cells"))
RANDOM = dict.fromkeys(("pixels", *(f"grain{number}" for number in range(1, 6))), 1)
PAINTERS: dict[str, dict[str, Any]] = {
    "random": {"style": {"layers": RANDOM, "match": "gram"}},
    "texnet": {},
}
"""What is painted with beside networks given as files, as additions to a recipe. Random filters are used as ever since
He et al. 2016, by their Gram matrices and nothing else, for as many steps as texnet."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path, help="real pictures to judge on, beside the samples")
    parser.add_argument("--weights", action="append", default=[], metavar="NAME=FILE", help="a network to compare")
    parser.add_argument("--sheet", type=Path, help="a picture of all paintings, row by row")
    parser.add_argument("--write", action="store_true", help="keep the numbers under benchmarks/results")
    parser.add_argument("--quick", action="store_true", help="two exemplars and one pair")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), weights_given(arguments.weights))
        textures = bench.exemplars(arguments.pictures)
        pairs = bench.pairs(arguments.pictures)
        if arguments.quick:
            textures, pairs = textures[:2], pairs[:1]
        result = {**bench.conditions(), "textures": bench.textures(textures), "transfer": bench.transfer(pairs)}
        if arguments.sheet:
            bench.sheet(arguments.sheet, textures, pairs)
    show(result)
    if arguments.write:
        path = Path(__file__).parent / "results" / "quality.json"
        path.write_text(json.dumps(result, indent=1) + "\n")


def weights_given(arguments: list[str]) -> dict[str, Path]:
    """``NAME=FILE`` of the command line."""
    return {name: Path(file).absolute() for name, file in (each.split("=", 1) for each in arguments)}


class Bench:
    """Paints and judges. `judge` is ``"squeezenet"``, where its weights are given, or ``"sister"``."""

    def __init__(self, folder: Path, weights: dict[str, Path], seed: int = SEED, judge: str = "squeezenet") -> None:
        self.folder, self.weights, self.seed = folder, weights, seed
        self.painter = Painter(torch.device("cpu"), weights)
        self.painters = {**PAINTERS, **{name: {"pipeline": name} for name in weights if name != "texnet"}}
        self.pictures: dict[tuple[str, str], Tensor] = {}
        self.judge: Encoder
        if judge in weights:
            self.judge_name, self.judge = judge, SqueezeNet().load(torch.device("cpu"), weights)
            self.layers = ["relu1", *(f"fire{n}" for n in range(2, 8))]
        else:
            self.judge_name = "a sister of texnet's random branch"
            self.judge = LayeredEncoder(branch_steps(make_grain(balancing_pictures(), seed=7), GRAIN, "grain"))
            self.layers = [f"grain{n}" for n in range(1, 6)]

    def conditions(self) -> dict[str, str]:
        return {
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": f"{os.cpu_count()} cores, {platform.machine()}, torch {torch.__version__}",
            "judge 1": self.judge_name,
        }

    # -- what is painted from -------------------------------------------------------------------------------------

    def exemplars(self, pictures: Path | None) -> list[str]:
        """Squares of 256 pixels: the style samples, and the pictures of a folder that are no photographs to repaint."""
        names = [self.sample(name, TEXTURE, square=True) for name, each in SAMPLES.items() if each.kind == "style"]
        files = [path for path in _files(pictures) if not path.stem.startswith("content-")]
        return names + [self._keep(path.stem, Image.open(path), TEXTURE, square=True) for path in files]

    def pairs(self, pictures: Path | None) -> list[tuple[str, str]]:
        """Contents and styles with a long side of 320 pixels: of the samples, and every photograph with every painting
        of a folder (a file called ``content-…`` is a photograph).
        """
        names = [(self.sample(one, TRANSFER), self.sample(other, TRANSFER)) for one, other in PAIRS]
        files = {path: self._keep(f"{path.stem}-{TRANSFER}", Image.open(path), TRANSFER) for path in _files(pictures)}
        contents = [name for path, name in files.items() if path.stem.startswith("content-")]
        return names + [(one, other) for one in contents for other in files.values() if other not in contents]

    def sample(self, name: str, side: int, square: bool = False) -> str:
        """The file name of a sample with a long side of `side` pixels, or cut to a square of it."""
        drawn = Image.fromarray((render(name, self.seed) * 255 + 0.5).astype(np.uint8))
        return self._keep(f"sample-{name}-{side}", drawn, side, square)

    def _keep(self, name: str, picture: Image.Image, side: int, square: bool = False) -> str:
        picture = picture.convert("RGB")
        if square:
            picture = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)
        else:
            picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        picture.save(self.folder / f"{name}.png")
        return f"{name}.png"

    # -- painting and judging -------------------------------------------------------------------------------------

    def textures(self, names: list[str]) -> dict[str, Any]:
        """By painter: both judges for each exemplar, their means, and the mean time."""
        rows: dict[str, Any] = {}
        for name, painter in itertools.product(names, self.painters):
            seconds = self.paint(painter, {"style": {"image": name}, "size": TEXTURE}, (name,))
            numbers = self.distances(self.pictures[painter, name], self.load(name))
            rows.setdefault(painter, {})[name] = (*numbers, seconds)
            print(f"{name:24} {painter:16}", *(f"{each:.3f}" for each in numbers), flush=True)
        return _means(rows, ("judge 1", "judge 2", "seconds"))

    def transfer(self, pairs: list[tuple[str, str]]) -> dict[str, Any]:
        """By painter: what was kept of the content and both judges for each pair, their means, and the mean time."""
        rows: dict[str, Any] = {}
        for (content, style), painter in itertools.product(pairs, self.painters):
            recipe = {"content": content, "style": {"image": style}, "size": TRANSFER}
            seconds = self.paint(painter, recipe, (content, style))
            painted, original = self.pictures[painter, content, style], self.load(content)
            kept = (judges.structure_kept(painted, original), judges.edges_kept(painted, original))
            numbers = (*kept, *self.distances(painted, self.load(style)))
            rows.setdefault(painter, {})[f"{content} {style}"] = (*numbers, seconds)
            print(f"{content:24} {style:24} {painter:16}", *(f"{each:.3f}" for each in numbers), flush=True)
        return _means(rows, ("structure kept", "edges kept", "judge 1", "judge 2", "seconds"))

    def paint(self, painter: str, recipe: dict[str, Any], subject: tuple[str, ...]) -> float:
        """Paint as one painter does, keep the picture; the seconds that it took."""
        added = self.painters[painter]
        recipe = {**recipe, **added, "style": {**recipe["style"], **added.get("style", {})}}
        begun = time.perf_counter()
        self.pictures[painter, *subject] = self.painted(yaml.safe_dump(recipe))
        return time.perf_counter() - begun

    def painted(self, recipe: str) -> Tensor:
        """The picture of a recipe, ``(1, 3, H, W)`` in 0..1."""
        resolved = read_recipe(recipe, Inputs([self.folder], root=self.folder))
        task = plan(resolved, {each: str(path) for each, path in self.weights.items()})
        for _ in self.painter.paint(task):
            pass
        return self.painter.picture(task)

    def load(self, name: str) -> Tensor:
        pixels = np.array(Image.open(self.folder / name))
        return torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255

    def distances(self, painted: Tensor, reference: Tensor) -> tuple[float, float]:
        noise = judges.colored_noise(reference)
        grams = [judges.gram_distance(self.judge, self.layers, each, reference) for each in (painted, noise)]
        patches = [judges.patch_distance(each, reference) for each in (painted, noise)]
        return judges.beside_noise(*grams), judges.beside_noise(*patches)

    def sheet(self, path: Path, textures: list[str], pairs: list[tuple[str, str]]) -> None:
        """A row per exemplar or pair: what was given, then what each network made of it."""
        rows = [[self.load(name), *(self.pictures[each, name] for each in self.painters)] for name in textures]
        headings = ["given", *self.painters]
        if pairs:
            rows += [
                [self.load(style), *(self.pictures[each, content, style] for each in self.painters)]
                for content, style in pairs
            ]
        cells = [[_image(cell) for cell in row] for row in rows]
        columns = [max(row[column].width for row in cells) for column in range(len(headings))]
        heights = [max(cell.height for cell in row) for row in cells]
        page = Image.new("RGB", (sum(columns) + GAP * len(columns), sum(heights) + GAP * len(rows) + HEADING), "white")
        pen, font, x = ImageDraw.Draw(page), ImageFont.load_default(size=HEADING * 0.6), 0
        for column, heading in enumerate(headings):
            pen.text((x, HEADING * 0.15), heading, fill="black", font=font)
            for row, images in enumerate(cells):
                page.paste(images[column], (x, HEADING + sum(heights[:row]) + GAP * row))
            x += columns[column] + GAP
        page.save(path)


def _files(folder: Path | None) -> list[Path]:
    kinds = {".jpg", ".jpeg", ".png", ".webp"}
    return [path for path in sorted(folder.iterdir()) if path.suffix.lower() in kinds] if folder else []


def _image(picture: Tensor) -> Image.Image:
    return Image.fromarray((picture[0].clamp(0, 1).permute(1, 2, 0) * 255).round().byte().numpy())


def _means(rows: dict[str, Any], words: tuple[str, ...]) -> dict[str, Any]:
    """The same numbers under their words, and their means over subjects first."""
    result: dict[str, Any] = {}
    for painter, subjects in rows.items():
        named = {
            name: dict(zip(words, (round(each, 3) for each in numbers), strict=True))
            for name, numbers in subjects.items()
        }
        means = {word: round(statistics.mean(each[word] for each in named.values()), 3) for word in words}
        result[painter] = {"mean": means, "each": named}
    return result


def show(result: dict[str, Any]) -> None:
    print(f"judge 1: {result['judge 1']}; both judges: 1 is coloured noise, 0 the same statistics")
    for task in ("textures", "transfer"):
        print(f"\n{task}")
        for painter, row in result[task].items():
            print(f"  {painter:16}", "   ".join(f"{word} {number:.3f}" for word, number in row["mean"].items()))


if __name__ == "__main__":
    main()
