"""Which layers, operators and stages paint best: one choice after the other, each judged by its paintings.

    python benchmarks/search.py texture|transfer [--pipeline NAME] [--weights NAME=FILE] [--choice NAME] [--write]

A search begins with the defaults and tries the other alternatives of one choice at a time; what paints best stays.
Only patches and sisters of the random branch judge here, no network that ever saw a photograph: what SqueezeNet says
in quality.py is then nobody's goal. Exemplars are samples of a seed that quality.py does not use.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from pathlib import Path
from typing import Any

import yaml
from quality import PAIRS, TEXTURE, TRANSFER, Bench, weights_given

from deepartist.training import judges

LEARNED = ("relu1_2", "relu2_2", "relu3_2", "relu4_2")
GRAIN = tuple(f"grain{number}" for number in range(1, 6))
EXEMPLARS = ("strokes", "leaves", "cells", "cloth")

SHIPPED = "as shipped"
"""The first alternative of every choice: what a recipe gets that says nothing."""
LAYERS: dict[str, dict[str, dict[str, float]]] = {
    "texnet": {
        "both alike": dict.fromkeys(("pixels", *LEARNED, *GRAIN), 1),
        "grain twice": {**dict.fromkeys(("pixels", *LEARNED), 1), **dict.fromkeys(GRAIN, 2)},
        "grain four times": {**dict.fromkeys(("pixels", *LEARNED), 1), **dict.fromkeys(GRAIN, 4)},
        "grain four times, without relu1_2": {
            **dict.fromkeys(("pixels", *LEARNED[1:]), 1),
            **dict.fromkeys(GRAIN, 4),
        },
        "learned only": dict.fromkeys(("pixels", *LEARNED), 1),
        "grain only": dict.fromkeys(("pixels", *GRAIN), 1),
    },
    "squeezenet": {
        "to fire7": {**dict.fromkeys(("relu1", "fire2", "fire3", "fire4", "fire5"), 1), "fire6": 0.5, "fire7": 0.5},
        "with pixels": {"pixels": 1, **dict.fromkeys(("relu1", "fire2", "fire3", "fire4", "fire5"), 1)},
        "to fire5": dict.fromkeys(("relu1", "fire2", "fire3", "fire4", "fire5"), 1),
        "shallow twice": {"pixels": 2, "relu1": 2, "fire2": 2, **dict.fromkeys(("fire3", "fire4", "fire5"), 1)},
        "to fire9": dict.fromkeys(("relu1", *(f"fire{number}" for number in range(2, 10))), 1),
    },
    "vgg19": {
        "gatys": {f"relu{block}_1": 1 for block in range(1, 6)},
        "with pixels": {"pixels": 1, **{f"relu{block}_1": 1 for block in range(1, 6)}},
        "shallow": {"relu1_1": 64, "relu2_1": 16, "relu3_1": 4, "relu4_1": 1, "relu5_1": 0.25},
    },
}
CHOICES: dict[str, dict[str, Any]] = {
    "match": {
        "gram": ["gram"],
        "gram, palette 0.1": ["gram", {"palette": {"weight": 0.1}}],
        "gram, palette 0.3": ["gram", {"palette": {"weight": 0.3}}],
        "moments, palette 0.3": ["moments", {"palette": {"weight": 0.3}}],
        "covariance, palette 0.3": ["covariance", {"palette": {"weight": 0.3}}],
    },
    "from": {"32": 32, "64": 64, "128": 128},
}
CONTENT: dict[str, dict[str, dict[str, Any]]] = {
    "texnet": {
        "laplacian 0.03": {"match": [{"laplacian": {"weight": 0.03}}]},
        "laplacian 0.06, flow 0.05": {"match": [{"laplacian": {"weight": 0.06}}, {"flow": {"weight": 0.05}}]},
        "laplacian 0.06, flow 0.1": {"match": [{"laplacian": {"weight": 0.06}}, {"flow": {"weight": 0.1}}]},
        "laplacian 0.12, flow 0.05": {"match": [{"laplacian": {"weight": 0.12}}, {"flow": {"weight": 0.05}}]},
    },
    "squeezenet": {
        f"{layer} {weight}": {"layers": [layer], "match": [{"content": {"weight": weight}}]}
        for layer, weight in (("fire4", 0.1), ("fire5", 0.05), ("fire5", 0.2), ("fire7", 0.1))
    },
    "vgg19": {
        f"relu4_2 {weight}": {"layers": ["relu4_2"], "match": [{"content": {"weight": weight}}]}
        for weight in (0.03, 0.1, 0.3)
    },
}


def choices_for(task: str, pipeline: str) -> dict[str, dict[str, Any]]:
    """Alternatives by choice and name."""
    found = {"layers": LAYERS[pipeline], **CHOICES}
    if task == "transfer":
        found = {"content": CONTENT[pipeline], **found}
    return {choice: {SHIPPED: None, **alternatives} for choice, alternatives in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=["texture", "transfer"], nargs="?", help="nothing: show this help")
    parser.add_argument("--pipeline", default="texnet", choices=LAYERS)
    parser.add_argument("--weights", action="append", default=[], metavar="NAME=FILE", help="of the pipeline")
    parser.add_argument("--steps", default=60, type=int, help="of every stage")
    parser.add_argument("--seed", default=11, type=int, help="of the samples")
    parser.add_argument("--choice", action="append", help="search only this one: layers, match, from or content")
    parser.add_argument("--write", action="store_true", help="keep the numbers under benchmarks/results")
    arguments = parser.parse_args()
    if arguments.task is None:  # hours: only by its own name, never as one of many benchmarks
        parser.print_help()
        return
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), weights_given(arguments.weights), arguments.seed, judge="sister")
        search = Search(bench, arguments.task, arguments.pipeline, arguments.steps)
        best = search.run(choices_for(arguments.task, arguments.pipeline), arguments.choice)
    print("best:", ", ".join(f"{choice} {name}" for choice, name in best.items()))
    if arguments.write:
        path = Path(__file__).parent / "results" / f"search-{arguments.pipeline}-{arguments.task}.json"
        result = {**bench.conditions(), "steps": arguments.steps, "best": best, "tried": search.tried}
        path.write_text(json.dumps(result, indent=1) + "\n")


class Search:
    """Choices and how well they painted; smaller is better."""

    def __init__(self, bench: Bench, task: str, pipeline: str, steps: int) -> None:
        self.bench, self.task, self.pipeline, self.steps = bench, task, pipeline, steps
        self.tried: dict[str, float] = {}
        self.subjects = [(None, bench.sample(name, TEXTURE, square=True)) for name in EXEMPLARS]
        if task == "transfer":
            self.subjects = [(bench.sample(one, TRANSFER), bench.sample(two, TRANSFER)) for one, two in PAIRS]

    def run(self, choices: dict[str, dict[str, Any]], only: list[str] | None = None) -> dict[str, str]:
        """The best alternative of every choice; of all choices but `only` the first is kept."""
        best = {choice: next(iter(alternatives)) for choice, alternatives in choices.items()}
        for choice, alternatives in choices.items():
            if only and choice not in only:
                continue
            scores = {name: self.score(choices, {**best, choice: name}) for name in alternatives}
            best[choice] = min(scores, key=lambda name: scores[name])
        return best

    def score(self, choices: dict[str, dict[str, Any]], chosen: dict[str, str]) -> float:
        """Geometric mean of both judges over all subjects; of a transfer divided by what was kept of the content."""
        words = ", ".join(f"{choice} {name}" for choice, name in chosen.items())
        if words not in self.tried:
            values = {choice: choices[choice][name] for choice, name in chosen.items()}
            logs = [self._one(values, *subject) for subject in self.subjects]
            self.tried[words] = round(math.exp(sum(logs) / len(logs)), 4)
            print(f"{self.tried[words]:.4f}  {words}", flush=True)
        return self.tried[words]

    def _one(self, values: dict[str, Any], content: str | None, style: str) -> float:
        style_keys = {key: values[key] for key in ("layers", "match") if values[key]}
        stages = {"steps": self.steps} | ({"from": values["from"]} if values["from"] else {})
        recipe: dict[str, Any] = {
            "style": {"image": style, **style_keys},
            "stages": stages,
            "size": TRANSFER if content else TEXTURE,
            "pipeline": self.pipeline,
        }
        if content:
            recipe["content"] = {"image": content, **(values["content"] or {})}
        painted = self.bench.painted(yaml.safe_dump(recipe))
        one, other = self.bench.distances(painted, self.bench.load(style))
        result = (math.log(one) + math.log(other)) / 2
        if content:
            original = self.bench.load(content)
            kept = judges.structure_kept(painted, original) * judges.edges_kept(painted, original)
            result -= math.log(max(kept, 0.01))
        return result


if __name__ == "__main__":
    main()
