"""Our painter beside the classic way of style transfer, on VGG19 with random weights: time for a step, and memory.

    python benchmarks/classic.py [--sizes 256 512 1024] [--steps 3] [--write]

The classic way is that of the many implementations after Gatys: torchvision's network cut behind the deepest layer,
rectifiers in place, losses beside their layers, NCHW, torch.optim, the loss read at every step. Both run in processes
of their own, one after the other in turns, on the same device, with the same layers and the same Gram matrices. The
table of operators shows what each costs on top of the network. Time to a whole picture: whole_picture.py.

Why ours needs relatively more memory at 512 pixels: the tensors of a step are 237 MiB at most there, but the process
grows by 419 (adam, one thread). glibc maps blocks above 32 MiB one by one and gives them back at once, which is most of
them at 1024 pixels; smaller ones stay with its heap, in pieces. With MALLOC_MMAP_THRESHOLD_=1048576 it grows by 254 MiB
and takes about a third more processor time, so that nothing is changed. At 256 pixels the heap has them all before.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

STYLE = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
CONTENT = "relu4_2"
AT = {"relu1_1": 1, "relu2_1": 6, "relu3_1": 11, "relu4_1": 20, "relu4_2": 22, "relu5_1": 29}
OPERATORS = ("gram", "w2", "sliced", "nearest")


def main() -> int:
    """Print the table; exit code 1 where the classic way is faster or needs less memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 512])
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=2, help="how often both take turns; the fastest counts")
    parser.add_argument("--write", action="store_true", help="keep the numbers under benchmarks/results")
    parser.add_argument("--measure", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        who, optimizer, size, weights = arguments.measure
        print(json.dumps(measure(who, optimizer, int(size), arguments.steps, Path(weights))))
        return 0
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "vgg19.pth"
        random_weights(weights)
        for size in arguments.sizes:
            for optimizer in ("adam", "lbfgs"):
                rows.append(compared(size, optimizer, arguments, weights))
                print(sentence(rows[-1]))
        operators = {
            name: run("ours", name, min(arguments.sizes), arguments.steps, weights)["seconds"] for name in OPERATORS
        }
    print(
        f"A step at {min(arguments.sizes)} px: " + ", ".join(f"{name} {each:.2f} s" for name, each in operators.items())
    )
    if arguments.write:
        machine = {"cores": os.cpu_count(), "python": platform.python_version(), "processor": platform.machine()}
        result = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine, "rows": rows, "operators": operators}
        path = Path(__file__).parent / "results" / "classic.json"
        path.write_text(json.dumps(result, indent=1) + "\n")
    return int(any(row["memory"] > 1 or row["speed"] < 1 for row in rows))


def compared(size: int, optimizer: str, arguments: argparse.Namespace, weights: Path) -> dict[str, Any]:
    """Both ways in turns at one size."""
    found: dict[str, list[dict[str, float]]] = {"classic": [], "ours": []}
    for _ in range(arguments.rounds):
        for who, each in found.items():
            each.append(run(who, optimizer, size, arguments.steps, weights))
    seconds = {who: min(one["seconds"] for one in each) for who, each in found.items()}
    peaks = {who: statistics.median(one["mib"] for one in each) for who, each in found.items()}
    megapixels = size * size / 1e6
    return {
        "size": size,
        "optimizer": optimizer,
        "seconds": seconds,
        "mib_per_megapixel": {who: round(peak / megapixels) for who, peak in peaks.items()},
        "speed": round(seconds["classic"] / seconds["ours"], 2),
        "memory": round(peaks["ours"] / peaks["classic"], 2),
    }


def sentence(row: dict[str, Any]) -> str:
    seconds, memory = row["seconds"], row["mib_per_megapixel"]
    return (
        f"{row['size']:5} px {row['optimizer']:6} evaluation: classic {seconds['classic']:.2f} s, "
        f"ours {seconds['ours']:.2f} s ({row['speed']:.2f} × as fast); memory for a megapixel: "
        f"{memory['classic']} and {memory['ours']} MiB ({row['memory']:.2f} ×)"
    )


def run(who: str, optimizer: str, size: int, steps: int, weights: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--steps", str(steps), "--measure", who, optimizer, str(size), str(weights)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def random_weights(path: Path) -> None:
    import torch
    import torchvision

    torch.manual_seed(0)
    torch.save(torchvision.models.vgg19(weights=None).features.state_dict(prefix="features."), path)


# -- in a process of its own -----------------------------------------------------------------------------------------


def measure(who: str, optimizer: str, size: int, steps: int, weights: Path) -> dict[str, float]:
    """Seconds for one evaluation of loss and gradient with its share of the optimiser, and MiB above the start."""
    make = classic if who == "classic" else ours
    step, evaluations = make(optimizer, size, weights)
    before = memory()
    with Peak() as peak:
        step()  # warm
        begun, counted = time.perf_counter(), evaluations()
        for _ in range(steps):
            step()
        seconds = (time.perf_counter() - begun) / max(evaluations() - counted, 1)
    return {"seconds": round(seconds, 4), "mib": round(peak.most - before, 1)}


def pictures(size: int) -> list[Any]:
    """Content and style ``(1, 3, size, size)``."""
    import numpy as np
    import torch

    from deepartist.recipe.inputs import sample
    from deepartist.sources.pictures import load_picture

    boat, strokes = (load_picture(sample(f"sample:{name}"), (size, size)) for name in ("boat", "strokes"))
    return tuple(
        torch.from_numpy(np.ascontiguousarray(each)).permute(2, 0, 1)[None].contiguous() for each in (boat, strokes)
    )  # type: ignore[return-value]


def classic(optimizer: str, size: int, weights: Path) -> tuple[Callable[[], None], Callable[[], int]]:
    """The plain way; returns a step, and how often loss and gradient were taken so far."""
    import torch

    content, style = pictures(size)
    loss_of = classic_loss(content, style, classic_network(weights))
    x = content.clone().requires_grad_(True)
    made = torch.optim.LBFGS([x], max_iter=1, history_size=20) if optimizer == "lbfgs" else torch.optim.Adam([x], 0.02)
    count = 0

    def closure() -> Any:
        nonlocal count
        count += 1
        made.zero_grad()
        loss = loss_of(x)
        loss.backward()
        loss.item()
        return loss

    def step() -> None:
        made.step(closure)
        with torch.no_grad():
            x.clamp_(0, 1)

    return step, lambda: count


def classic_network(weights: Path) -> Any:
    import torch
    import torchvision

    network = torchvision.models.vgg19(weights=None, init_weights=False).features.eval().requires_grad_(False)
    network.load_state_dict({name.removeprefix("features."): each for name, each in torch.load(weights).items()})
    return network[: max(AT.values()) + 1]


def classic_loss(content: Any, style: Any, network: Any) -> Callable[[Any], Any]:
    """The plain loss of a picture, in full precision; all pictures are ``(1, 3, H, W)``."""
    import torch

    mean, deviation = (torch.tensor(each)[:, None, None] for each in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))

    def features(x: Any) -> dict[str, Any]:
        x, found, names = (x - mean) / deviation, {}, {index: name for name, index in AT.items()}
        for index, layer in enumerate(network):
            x = layer(x)
            if index in names:
                found[names[index]] = x
        return found

    def gram(x: Any) -> Any:
        rows = x[0].flatten(1)
        return rows @ rows.T / rows.shape[1]

    with torch.no_grad():
        grams = {name: gram(each) for name, each in features(style).items() if name in STYLE}
        wanted = features(content)[CONTENT].clone()

    def loss(x: Any) -> Any:
        found = features(x)
        style_loss = sum(
            (gram(found[name]) - grams[name]).square().sum() / grams[name].square().sum() for name in STYLE
        )
        return style_loss + (found[CONTENT] - wanted).square().mean() / wanted.square().mean()

    return loss


def ours(optimizer: str, size: int, weights: Path) -> tuple[Callable[[], None], Callable[[], int]]:
    """The same through our painter; `optimizer` may name an operator instead, which then takes Gram's place."""
    import torch

    from deepartist.painting.build import build_objective
    from deepartist.painting.optimizers import Optimizer
    from deepartist.pipelines import Vgg19
    from deepartist.pipelines.precision import reduced_precision
    from deepartist.recipe import Inputs, read_recipe

    match, optimizer = ("gram", optimizer) if optimizer in ("adam", "lbfgs") else (optimizer, "adam")
    recipe = read_recipe(
        f"""
size: [{size}, {size}]
pipeline: vgg19
style: {{image: sample:strokes, match: {match}, layers: [{", ".join(STYLE)}]}}
content: {{image: sample:boat, match: content, layers: {CONTENT}}}
keep: {{colors: luma}}
regularize: []
optimizer: {optimizer}
stages: {{count: 1, steps: 100}}
""",
        Inputs([]),
    )
    device = torch.device("cpu")
    encoder, precision = Vgg19().load(device, {"vgg19": weights}), reduced_precision(device)
    encoder = encoder.reduced(precision) if precision else encoder
    objective = build_objective(recipe, recipe.stages[0], encoder, device)
    made: Optimizer = recipe.terms(recipe.stages[0])["optimizer"]
    working = made.start(pictures(size)[0], 100, True, {})
    return lambda: float(working.step(objective)) and None, lambda: objective.calls


def memory() -> float:
    import psutil

    return float(psutil.Process().memory_info().rss / 2**20)


class Peak:
    """The most memory that this process had while this was open, in MiB."""

    def __enter__(self) -> Peak:
        self.most, self.closed = memory(), threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self) -> None:
        while not self.closed.wait(0.002):
            self.most = max(self.most, memory())

    def __exit__(self, *_: object) -> None:
        self.closed.set()
        self.thread.join()


if __name__ == "__main__":
    sys.exit(main())
