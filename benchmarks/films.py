"""What a film costs: seconds and bytes of each format, beside GIFs as Pillow writes them when nothing is said.

    python benchmarks/films.py [--write] [--frames 48] [--size 480]

Two films: a texture that turns into another one (every pixel of every frame changes), and a ball of it that turns
before a still background. Then what painting costs: a frame of a jitter of that texture, and two frames as a batch
beside one after the other, in seconds of processor time: a batch saves nothing (0.12 for 0.12 at 192 pixels, 0.87 for
0.67 at 480), so frames are painted one after the other. PSNR is that of the decoded frames in RGB; for `blurred` both
are seen from farther away (Gaussian of 1.2 pixels), where a dither becomes colours.
"""

from __future__ import annotations

import argparse
import io
import json
import platform
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageSequence
from scipy.ndimage import gaussian_filter

from deepartist.finishing.film import FILM_FORMATS, encode_film
from deepartist.finishing.turntable import turntable
from deepartist.painting.build import build_objective
from deepartist.recipe import Inputs, read_recipe
from deepartist.sources.samples import render
from deepartist.views import Sphere

Frame = NDArray[np.uint8]
QUALITY, DELAY = 90, 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="keep the numbers under benchmarks/results")
    parser.add_argument("--frames", type=int, default=48)
    parser.add_argument("--size", type=int, default=480)
    arguments = parser.parse_args()
    results = {}
    for name, film in (("morph", morph), ("ball", ball)):
        frames = film(arguments.frames, arguments.size)
        results[name] = {label: measured(encoder, frames) for label, encoder in encoders().items()}
        print(f"{name}: {len(frames)} frames of {arguments.size} × {arguments.size}")
        for label, each in results[name].items():
            print(f"  {label:12} {each['seconds']:6.2f} s {each['megabytes']:7.2f} MB", end="")
            print(f"  PSNR {each['psnr']:5.1f} dB, blurred {each['blurred']:5.1f} dB")
    painting = painted(arguments.size)
    print("painting: {alone} s a step and frame, {batch} s in a batch of two".format(**painting))
    slowest = max(each["cpu"] for name in results for label, each in results[name].items() if label in FILM_FORMATS)
    frame = round(painting["steps"] * painting["alone"])
    print(f"  {frame} s a frame of {painting['steps']} steps; encoding {slowest / arguments.frames:.2f} s at most")
    if arguments.write:
        machine = {"python": platform.python_version(), "system": platform.system(), "threads": 1}
        kept = {"size": arguments.size, "films": results, "painting": painting, "machine": machine}
        path = Path(__file__).parent / "results" / "films.json"
        path.write_text(json.dumps(kept, indent=1) + "\n")


def painted(size: int, calls: int = 4) -> dict[str, float]:
    """Seconds of processor time for a loss and its gradient, per frame: by itself, and two frames as one batch."""
    resolved = read_recipe(f"style: sample:strokes\nsize: {size}", Inputs([]))
    device = torch.device("cpu")
    encoder = resolved.recipe.pipeline.load(device, {})
    objective = build_objective(resolved, resolved.stages[-1], encoder, device)
    found: dict[str, float] = {"steps": resolved.stages[-1].steps or 0}
    for name, canvas in (("alone", torch.rand(1, 3, size, size)), ("batch", torch.rand(2, 3, size, size))):
        objective(canvas)
        started = time.process_time()
        for _ in range(calls):
            objective(canvas)
        found[name] = round((time.process_time() - started) / calls / len(canvas), 3)
    return found


def encoders() -> dict[str, Callable[[Sequence[Frame]], tuple[bytes, str]]]:
    own = {
        name: lambda frames, name=name: (encode_film(frames, name, DELAY, QUALITY, {}), name) for name in FILM_FORMATS
    }
    return {"Pillow GIF": lambda frames: (plain_gif(frames), "gif"), **own}


def plain_gif(frames: Sequence[Frame]) -> bytes:
    first, *others = (Image.fromarray(frame) for frame in frames)
    stream = io.BytesIO()
    first.save(stream, "GIF", save_all=True, append_images=others, duration=DELAY, loop=0)
    return stream.getvalue()


def measured(encoder: Callable[[Sequence[Frame]], tuple[bytes, str]], frames: Sequence[Frame]) -> dict[str, float]:
    started, cpu = time.perf_counter(), time.process_time()
    content, name = encoder(frames)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    errors = [
        (np.square(one - other).mean(), np.square(blurred(one) - blurred(other)).mean())
        for one, other in zip(decoded(content, name), (frame.astype(float) for frame in frames), strict=True)
    ]
    psnr, far = (10 * np.log10(255**2 / np.mean(each)) for each in zip(*errors, strict=True))
    return {
        "seconds": round(seconds, 2),
        "cpu": round(cpu, 2),
        "megabytes": round(len(content) / 1e6, 3),
        "psnr": round(float(psnr), 1),
        "blurred": round(float(far), 1),
    }


def blurred(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    return gaussian_filter(picture, (1.2, 1.2, 0))


def decoded(content: bytes, name: str) -> Iterator[NDArray[np.float64]]:
    if name == "gif":
        opened = Image.open(io.BytesIO(content))
        yield from (np.asarray(image.convert("RGB"), float) for image in ImageSequence.Iterator(opened))
        return
    import av

    with tempfile.NamedTemporaryFile(suffix=f".{name}") as file:
        Path(file.name).write_bytes(content)
        with av.open(file.name) as container:
            for frame in container.decode(video=0):
                yield frame.to_ndarray(format="rgb24").astype(float)


def morph(count: int, size: int) -> list[Frame]:
    """Once from one texture to another and back."""
    one, other = (texture(name, size) for name in ("strokes", "marble"))
    shares = (1 - np.cos(2 * np.pi * np.arange(count) / count)) / 2
    return [(255 * (one * (1 - share) + other * share)).round().astype(np.uint8) for share in shares]


def ball(count: int, size: int) -> list[Frame]:
    canvas = torch.from_numpy(texture("strokes", size)).permute(2, 0, 1)[None].contiguous()
    return list(turntable(canvas, Sphere(tilt=20), count))


def texture(name: str, size: int) -> NDArray[np.float32]:
    pixels = Image.fromarray((render(name, 0) * 255).round().astype(np.uint8))
    return np.asarray(pixels.resize((size, size), Image.Resampling.LANCZOS), np.float32) / 255


if __name__ == "__main__":
    main()
