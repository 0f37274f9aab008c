"""What painting costs on this computer's processor: a draft texture, the networks beside each other, and memory.

    python benchmarks/painting.py [--write] [--squeezenet FILE]

Everything is painted in one run by the worker process, so that ratios hold wherever absolute times do not.
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

from deepartist.jobs import Session, Settings
from deepartist.recipe import Inputs, read_recipe

MAX_MIB = 2048
RECIPES = {
    "texture": "style: sample:strokes",
    "seamless tile": "style: sample:strokes\nview: wrap",
    "kaleidoscope": "style: sample:strokes\nview: {kaleidoscope: {segments: 6}}",
    "style transfer": "content: sample:boat\nstyle: sample:strokes",
    "texture, adam": "style: sample:strokes\noptimizer: adam",
}
SQUEEZENET = {"texture, squeezenet": "style: sample:strokes\npipeline: squeezenet"}


def main() -> int:
    """Paint each recipe as a draft; exit code 1 where the worker needs more memory than is claimed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the numbers under benchmarks/results")
    parser.add_argument("--squeezenet", type=Path, help="a file of weights, to compare with a trained network")
    parser.add_argument("--runs", type=int, default=1)
    arguments = parser.parse_args()
    recipes = {**RECIPES, **(SQUEEZENET if arguments.squeezenet else {})}
    weights = {"squeezenet": arguments.squeezenet.absolute()} if arguments.squeezenet else {}
    seconds: dict[str, list[float]] = {name: [] for name in recipes}
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(quality="draft", render="all", cache_dir=Path(folder), weights=weights)
        with Session(settings, Path(folder)) as session:
            for _ in range(arguments.runs):
                for name, text in recipes.items():
                    plan = session.wanted(read_recipe(text, Inputs([])))
                    begun = time.perf_counter()
                    outcome = session.paint([plan])[plan.key]
                    assert outcome.record, outcome.message
                    seconds[name].append(round(time.perf_counter() - begun, 2))
            peak = peak_mib(session.worker.pid)
    base = statistics.median(seconds["texture"])
    print("Drafts, 256 pixels on the long side")
    for name, each in seconds.items():
        print(f"{name:22} {statistics.median(each):6.1f} s   {statistics.median(each) / base:5.2f} × texture")
    print(f"{'peak memory of worker':22} {peak:6.0f} MiB (at most {MAX_MIB} is claimed)")
    if arguments.write:
        machine = {"cores": os.cpu_count(), "python": platform.python_version(), "processor": processor()}
        result = {
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": machine,
            "seconds": seconds,
            "peak_mib": round(peak),
        }
        path = Path(__file__).parent / "results" / "painting.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(result, indent=1) + "\n")
    return int(peak > MAX_MIB)


def peak_mib(pid: int) -> float:
    """Most memory that a process has had at once, in MiB; Linux only, 0 elsewhere."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def processor() -> str:
    """The processor's own name where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())


if __name__ == "__main__":
    raise SystemExit(main())
