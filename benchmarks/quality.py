"""How well networks paint: textures and style transfer in numbers, and a sheet to look at.

    python benchmarks/quality.py [--pictures FOLDER] [--weights NAME=FILE] [--sheet FILE] [--write] [--quick]

Painted by default recipes at 256 (textures) and 320 pixels (transfer): random filters alone, texnet, and every network
whose weights are given. Judge 1 is SqueezeNet where its weights are given, else a sibling of texnet's random branch;
a network's own judgement of itself is no use and is marked. Without a folder the samples are the exemplars, drawn with
seeds that no training and no search has seen.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
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
TEXTURE, TRANSFER = 256, 320
RANDOM = "{" + ", ".join(f"{layer}: 1" for layer in ("pixels", *(f"grain{n}" for n in range(1, 6)))) + "}"
PAIRS = (("boat", "strokes"), ("face", "marble"), ("landscape", "hatching"), ("city", "cells"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path, help="real pictures to judge on, beside the samples")
    parser.add_argument("--weights", action="append", default=[], metavar="NAME=FILE", help="a network to compare")
    parser.add_argument("--sheet", type=Path, help="a picture of all paintings, row by row")
    parser.add_argument("--write", action="store_true", help="keep the numbers under benchmarks/results")
    parser.add_argument("--quick", action="store_true", help="two exemplars and one pair")
    arguments = parser.parse_args()
    weights = {name: Path(file).absolute() for name, file in (each.split("=", 1) for each in arguments.weights)}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), weights)
        textures = bench.exemplars(arguments.pictures)
        pairs = bench.pairs(arguments.pictures)
        if arguments.quick:
            textures, pairs = textures[:2], pairs[:1]
        result = {
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": f"{os.cpu_count()} cores, {platform.machine()}, torch {torch.__version__}",
            "judge 1": bench.judge_name,
            "textures": bench.textures(textures),
            "transfer": bench.transfer(pairs),
        }
        if arguments.sheet:
            bench.sheet(arguments.sheet, textures, pairs)
    show(result)
    if arguments.write:
        path = Path(__file__).parent / "results" / "quality.json"
        path.write_text(json.dumps(result, indent=1) + "\n")


class Bench:
    """Paints and judges."""

    def __init__(self, folder: Path, weights: dict[str, Path]) -> None:
        self.folder, self.weights = folder, weights
        self.painter = Painter(torch.device("cpu"), weights)
        self.networks = ["random filters", "texnet", *(name for name in weights if name != "texnet")]
        self.pictures: dict[tuple[str, str], Tensor] = {}
        self.judge: Encoder
        if "squeezenet" in weights:
            self.judge_name, self.judge = "squeezenet", SqueezeNet().load(torch.device("cpu"), weights)
            self.layers = ["relu1", *(f"fire{n}" for n in range(2, 8))]
        else:
            self.judge_name = "random filters of another seed"
            self.judge = LayeredEncoder(branch_steps(make_grain(balancing_pictures(), seed=7), GRAIN, "grain"))
            self.layers = [f"grain{n}" for n in range(1, 6)]

    # -- what is painted from -------------------------------------------------------------------------------------

    def exemplars(self, pictures: Path | None) -> list[str]:
        """Squares of 256 pixels: the style samples, and the pictures of a folder."""
        names = []
        for name, sample in SAMPLES.items():
            if sample.kind == "style":
                names.append(self._keep(f"sample-{name}", _drawn(name), (TEXTURE, TEXTURE)))
        square = (TEXTURE, TEXTURE)
        return names + [self._keep(path.stem, Image.open(path), square) for path in _files(pictures)]

    def pairs(self, pictures: Path | None) -> list[tuple[str, str]]:
        """Contents and styles with a long side of 320 pixels: of the samples, and every photograph with every painting
        of a folder (a file called ``content-…`` is a photograph).
        """
        files = _files(pictures)
        found = [(_drawn(content), _drawn(style), f"{content}-{style}") for content, style in PAIRS]
        found += [
            (Image.open(content), Image.open(style), f"{content.stem}-{style.stem}")
            for content in files
            for style in files
            if content.stem.startswith("content-") and not style.stem.startswith("content-")
        ]
        return [(self._keep(f"c-{name}", one), self._keep(f"s-{name}", other)) for one, other, name in found]

    def _keep(self, name: str, picture: Image.Image, square: tuple[int, int] | None = None) -> str:
        picture = picture.convert("RGB")
        if square:
            picture = ImageOps.fit(picture, square, Image.Resampling.LANCZOS)
        else:
            picture.thumbnail((TRANSFER, TRANSFER), Image.Resampling.LANCZOS)
        picture.save(self.folder / f"{name}.png")
        return f"{name}.png"

    # -- painting and judging -------------------------------------------------------------------------------------

    def textures(self, names: list[str]) -> dict[str, dict[str, float]]:
        rows = {}
        for network in self.networks:
            numbers, seconds = [], []
            for name in names:
                reference, begun = self.load(name), time.perf_counter()
                painted = self.paint(network, f"style: {{image: {name}}}\nsize: {TEXTURE}", name)
                seconds.append(time.perf_counter() - begun)
                numbers.append(self.distances(painted, reference))
                print(f"{network:16} {name:24} {numbers[-1][0]:.3f} {numbers[-1][1]:.3f}", flush=True)
            rows[network] = {**_mean(numbers, ("judge 1", "judge 2")), "seconds": round(statistics.mean(seconds), 1)}
        return rows

    def transfer(self, pairs: list[tuple[str, str]]) -> dict[str, dict[str, float]]:
        rows = {}
        for network in self.networks:
            numbers, seconds = [], []
            for content, style in pairs:
                begun = time.perf_counter()
                text = f"content: {content}\nstyle: {{image: {style}}}\nsize: {TRANSFER}"
                painted, original = self.paint(network, text, content), self.load(content)
                seconds.append(time.perf_counter() - begun)
                kept = (judges.structure_kept(painted, original), judges.edges_kept(painted, original))
                numbers.append((*kept, *self.distances(painted, self.load(style))))
                print(f"{network:16} {content:32}", *(f"{each:.3f}" for each in numbers[-1]), flush=True)
            words = ("structure kept", "edges kept", "judge 1", "judge 2")
            rows[network] = {**_mean(numbers, words), "seconds": round(statistics.mean(seconds), 1)}
        return rows

    def paint(self, network: str, text: str, name: str) -> Tensor:
        if network == "random filters":
            text = text.replace(".png}", f".png, layers: {RANDOM}}}")
        else:
            text += f"\npipeline: {network}"
        resolved = read_recipe(text, Inputs([self.folder], root=self.folder))
        task = plan(resolved, {each: str(path) for each, path in self.weights.items()})
        for _ in self.painter.paint(task):
            pass
        self.pictures[network, name] = picture = self.painter.picture(task)
        return picture

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
        rows = [[self.load(name), *(self.pictures[each, name] for each in self.networks)] for name in textures]
        rows += [
            [self.load(content), self.load(style), *(self.pictures[each, content] for each in self.networks)]
            for content, style in pairs
        ]
        cells = [[_image(cell) for cell in row] for row in rows]
        width = max(sum(cell.width + 4 for cell in row) for row in cells)
        page = Image.new("RGB", (width, sum(max(cell.height for cell in row) + 4 for row in cells)), "white")
        y = 0
        for row in cells:
            x = 0
            for cell in row:
                page.paste(cell, (x, y))
                x += cell.width + 4
            y += max(cell.height for cell in row) + 4
        page.save(path)


def _drawn(name: str) -> Image.Image:
    return Image.fromarray((render(name, SEED) * 255 + 0.5).astype(np.uint8))


def _files(folder: Path | None) -> list[Path]:
    kinds = {".jpg", ".jpeg", ".png", ".webp"}
    return [path for path in sorted(folder.iterdir()) if path.suffix.lower() in kinds] if folder else []


def _image(picture: Tensor) -> Image.Image:
    return Image.fromarray((picture[0].clamp(0, 1).permute(1, 2, 0) * 255).round().byte().numpy())


def _mean(numbers: list[tuple[float, ...]], words: tuple[str, ...]) -> dict[str, float]:
    return {
        word: round(statistics.mean(column), 3) for word, column in zip(words, zip(*numbers, strict=True), strict=True)
    }


def show(result: dict) -> None:
    print(f"judge 1: {result['judge 1']}; both judges: 1 is coloured noise, 0 the same statistics")
    for task in ("textures", "transfer"):
        print(f"\n{task}")
        for network, row in result[task].items():
            print(f"  {network:16}", "   ".join(f"{word} {number:.3f}" for word, number in row.items()))


if __name__ == "__main__":
    main()
