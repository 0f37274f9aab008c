"""How long the classic way of style transfer and ours take until a whole picture is equally good.

    python benchmarks/whole_picture.py [--size 256] [--evaluations 100] [--optimizers lbfgs adam] [--write]

The classic way is that of classic.py: at one size from the content on, with torch.optim.LBFGS or Adam, values clamped
after each step. (With 20 evaluations a step and clamping between them, as in PyTorch's tutorial, L-BFGS is slower;
without clamping its pictures leave the range.) Adam has the rate that ours has. Ours makes the same loss small, from
the same start, with the same layers, weights and pictures: with its own optimisers, in bfloat16 where there is, and
with half as many evaluations again, each of which costs about a third. One judge measures the pictures on the way of
both: the classic loss in full precision. What is compared is the processor time (one thread) until a picture is as good
as the best of the classic way, and as that was half-way there. All is counted but loading the network, and judging.
Both take turns of two seconds, so that whatever else the machine does meets both.

Stages from coarse to fine do not pay here (measured at 128 pixels): from the content on, what is large is soon right.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from classic import CONTENT, STYLE, classic_loss, classic_network, pictures, random_weights

WEIGHTS = "vgg19.pth"
TURN = 2.0
"""Seconds."""
Trace = list[tuple[float, float]]
"""Processor seconds since the begin, and the judge's loss."""


def main() -> int:
    """Print and keep the comparison; exit code 1 where ours is slower."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--evaluations", type=int, default=100, help="of loss and gradient, the classic way")
    parser.add_argument("--optimizers", nargs="+", default=["lbfgs", "adam"])
    parser.add_argument("--write", action="store_true", help="keep the numbers in benchmarks/results/classic.json")
    parser.add_argument("--paint", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.paint:
        paint(*arguments.paint, evaluations=arguments.evaluations)
        return 0
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), arguments.size)
        for optimizer in arguments.optimizers:
            outs = {way: Path(folder) / f"{way}.pt" for way in ("classic", "ours")}
            command = [sys.executable, __file__, "--evaluations", str(arguments.evaluations), "--paint"]
            in_turns([[*command, way, optimizer, folder, str(out)] for way, out in outs.items()])
            traces = {way: judged(out, Path(folder)) for way, out in outs.items()}
            about = {"size": arguments.size, "optimizer": optimizer, "evaluations": arguments.evaluations}
            rows.append({"date": f"{datetime.now(UTC):%Y-%m-%d}", **about, **compared(traces), "traces": traces})
            print(sentence(rows[-1]))
            if arguments.write:
                write(rows[-1])
    return int(any((row["speed"]["end"] or 0) < 1 for row in rows))


def prepare(folder: Path, size: int) -> None:
    """The weights, and content and style as files, which all of them read."""
    from torchvision.transforms.functional import to_pil_image

    random_weights(folder / WEIGHTS)
    for name, picture in zip(("content", "style"), pictures(size), strict=True):
        to_pil_image(picture[0].clamp(0, 1)).save(folder / f"{name}.png")


def in_turns(commands: list[list[str]]) -> None:
    """Run all of them, one at a time, a turn each."""
    running = [subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"}) for command in commands]
    try:
        for each in running:
            each.send_signal(signal.SIGSTOP)
        while running:
            for each in running:
                each.send_signal(signal.SIGCONT)
                time.sleep(TURN)
                if each.poll() is None:
                    each.send_signal(signal.SIGSTOP)
                elif each.returncode:
                    raise SystemExit(f"painting failed: {' '.join(each.args)}")  # type: ignore[arg-type]
            running = [each for each in running if each.returncode is None]
    finally:
        for each in running:
            each.kill()


def compared(traces: dict[str, Trace]) -> dict[str, Any]:
    """Seconds until the best loss that the classic way comes to, and until what it has half-way to that.

    L-BFGS without a line search goes astray after its best: what follows counts for nothing.
    """
    classic = [loss for _, loss in traces["classic"]]
    best = min(range(len(classic)), key=classic.__getitem__)
    losses = {"half": min(classic[: best // 2 + 1]), "end": classic[best]}
    seconds = {goal: {way: reached(trace, loss) for way, trace in traces.items()} for goal, loss in losses.items()}
    speed = {
        goal: round(each["classic"] / each["ours"], 2) if each["classic"] and each["ours"] else None
        for goal, each in seconds.items()
    }
    return {"losses": losses, "seconds": seconds, "speed": speed}


def reached(trace: Trace, loss: float) -> float | None:
    """Seconds until a picture is as good; None: it never is."""
    return next((seconds for seconds, each in trace if each <= loss), None)


def sentence(row: dict[str, Any]) -> str:
    parts = [
        f"loss {row['losses'][goal]:.4f} after {each['classic']} s (classic) and {each['ours']} s (ours), "
        f"{row['speed'][goal]} × as fast"
        for goal, each in row["seconds"].items()
    ]
    return f"{row['size']:5} px {row['optimizer']:6} " + "; ".join(parts)


def write(row: dict[str, Any]) -> None:
    """Beside the times of steps; in place of an earlier measurement of the same."""
    path = Path(__file__).parent / "results" / "classic.json"
    kept = json.loads(path.read_text())
    same = ("size", "optimizer")
    others = [each for each in kept.get("whole_pictures", []) if any(each[name] != row[name] for name in same)]
    path.write_text(json.dumps({**kept, "whole_pictures": [*others, row]}, indent=1) + "\n")


# -- in a process of its own -----------------------------------------------------------------------------------------


class Watch:
    """Pictures on the way, and the processor time until each."""

    def __init__(self) -> None:
        self.begun, self.spent, self.seen = time.process_time(), 0.0, list[tuple[float, Any]]()

    def __call__(self, canvas: Any) -> None:
        now = time.process_time()
        self.seen.append((now - self.begun - self.spent, canvas.detach().clamp(0, 1).clone()))
        self.spent += time.process_time() - now


def paint(way: str, optimizer: str, folder: str, out: str, *, evaluations: int) -> None:
    import torch

    torch.set_num_threads(1)
    if way == "classic":
        watch = classic(optimizer, Path(folder), evaluations)
    else:
        watch = ours(optimizer, Path(folder), evaluations * 3 // 2)
    torch.save(watch.seen, out)


def judged(out: Path, folder: Path) -> Trace:
    """What the classic loss says of every third picture, and of the last."""
    import torch

    loss_of = classic_loss(*read(folder), classic_network(folder / WEIGHTS))
    seen = torch.load(out)
    with torch.no_grad():
        return [(round(seconds, 2), round(float(loss_of(picture)), 5)) for seconds, picture in [*seen[:-1:3], seen[-1]]]


def read(folder: Path) -> tuple[Any, Any]:
    """Content and style ``(1, 3, H, W)``."""
    from PIL import Image
    from torchvision.transforms.functional import to_tensor

    content, style = (to_tensor(Image.open(folder / f"{name}.png"))[None] for name in ("content", "style"))
    return content, style


def classic(optimizer: str, folder: Path, evaluations: int) -> Watch:
    import torch

    network = classic_network(folder / WEIGHTS)
    content, style = read(folder)
    watch = Watch()
    loss_of = classic_loss(content, style, network)
    x = content.clone().requires_grad_(True)
    made: Any = (
        torch.optim.LBFGS([x], max_iter=1, history_size=20) if optimizer == "lbfgs" else torch.optim.Adam([x], 0.05)
    )

    def closure() -> Any:
        made.zero_grad()
        loss = loss_of(x)
        loss.backward()
        loss.item()
        return loss

    for _ in range(evaluations):
        made.step(closure)
        with torch.no_grad():
            x.clamp_(0, 1)
        watch(x)
    return watch


def ours(optimizer: str, folder: Path, evaluations: int) -> Watch:
    """The painter's objective and optimisers on the classic loss."""
    import torch

    from deepartist.painting.optimizers import Adam, Lbfgs
    from deepartist.pipelines import Vgg19
    from deepartist.pipelines.precision import reduced_precision

    device = torch.device("cpu")
    encoder, precision = Vgg19(pooling="max").load(device, {"vgg19": folder / WEIGHTS}), reduced_precision(device)
    encoder = encoder.reduced(precision) if precision else encoder
    content, style = read(folder)
    watch = Watch()
    objective = same_loss(content, style, encoder)
    working = (Lbfgs() if optimizer == "lbfgs" else Adam()).start(content, evaluations, True, {})
    for _ in range(evaluations):
        if objective.calls < evaluations:  # a step may take several
            working.step(objective)
            watch(working.picture)
    return watch


def same_loss(content: Any, style: Any, encoder: Any) -> Any:
    """The classic loss as our painter computes it: all terms of weight 1, and zeros beyond the edges."""
    import torch

    from deepartist.operators.content import Content
    from deepartist.operators.gram import Gram
    from deepartist.painting.objective import Objective
    from deepartist.painting.term import Term

    class Zeros(Objective):
        padding = "native"

    with torch.no_grad():
        seen, wanted = encoder.encode(style, STYLE, "native"), encoder.encode(content, [CONTENT], "native")
    match, keep = Gram(), Content()
    terms = [Term(name, {name: 1.0}, match, match.target([seen[name]]), 1.0) for name in STYLE]
    terms.append(Term("content", {CONTENT: 1.0}, keep, keep.target([wanted[CONTENT]]), 1.0))
    return Zeros(terms, encoder, [[]], True, 0, lambda layer: None, None)  # type: ignore[arg-type,return-value]


if __name__ == "__main__":
    sys.exit(main())
