"""Whether AVIF would save bytes beside WebP, for paintings of the size that pages show.

    python benchmarks/formats.py [--write]

Each picture is painted as a draft (kept in .cache) and encoded as WebP as figures have it (quality 90). Given is how
many bytes AVIF takes to be as near to the painting: in RGB, and in luma alone, in which the eye sees details. WebP
halves the chroma of every picture (4:2:0); AVIF may keep it whole (4:4:4), which costs bytes and shows in RGB only.
"""

from __future__ import annotations

import argparse
import io
import json
import platform
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, features

from deepartist.jobs import Session, Settings
from deepartist.recipe import Inputs, read_recipe

RECIPES = (
    "style: sample:marble",
    "style: sample:strokes",
    "style: sample:cells?seed=2",
    "style: sample:leaves",
    "style: sample:flame",
    "content: sample:face\nstyle: sample:hatching",
    "content: sample:boat\nstyle: sample:cells",
    "content: sample:stilllife\nstyle: sample:strokes",
)
QUALITIES = (60, 68, 74, 78, 82, 85, 88, 91, 94, 97)
LUMA = np.array([0.299, 0.587, 0.114])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="keep the numbers under benchmarks/results")
    arguments = parser.parse_args()
    rows = []
    for picture in paintings():
        row = measured(picture)
        rows.append(row)
        print(
            f"{row['size'][0]} × {row['size'][1]}: WebP {row['webp']:6} bytes, {row['rgb']} dB, luma {row['luma']} dB"
        )
        for name in ("4:2:0", "4:4:4"):
            print(f"    AVIF {name}: {row[name]['rgb']:+.0%} at equal RGB, {row[name]['luma']:+.0%} at equal luma")
    mean = {
        name: {what: round(statistics.mean(row[name][what] for row in rows), 3) for what in ("rgb", "luma", "seconds")}
        for name in ("4:2:0", "4:4:4")
    }
    print(mean)
    if arguments.write:
        machine = {"python": platform.python_version(), "avif": features.version("avif")}
        path = Path(__file__).parent / "results" / "formats.json"
        path.write_text(json.dumps({"mean": mean, "pictures": rows, "machine": machine}, indent=1) + "\n")


def paintings() -> list[Image.Image]:
    """The drafts, without loss."""
    root = Path(__file__).parents[1]
    session = Session(Settings(), root)
    inputs = Inputs([root], root=root)
    plans = [session.plan(read_recipe(f"{text}\noutput: {{format: png}}\n", inputs), "draft") for text in RECIPES]
    records = [outcome.record for outcome in session.paint(plans, lambda _: None).values()]
    session.close()
    return [Image.open(io.BytesIO(record.content("png"))).convert("RGB") for record in records if record]


def measured(picture: Image.Image) -> dict[str, Any]:
    """WebP's bytes and quality, and by how much AVIF differs at the same quality."""
    pixels = np.asarray(picture)
    size, decoded, _ = encoded(picture, "WEBP", quality=90, method=5)
    rgb, luma = psnr(pixels, decoded), psnr(pixels @ LUMA, decoded @ LUMA)
    row: dict[str, Any] = {"size": picture.size, "webp": size, "rgb": round(rgb, 1), "luma": round(luma, 1)}
    for name in ("4:2:0", "4:4:4"):
        made = [encoded(picture, "AVIF", quality=quality, subsampling=name, speed=6) for quality in QUALITIES]
        sizes = np.log([each[0] for each in made])
        in_rgb = [psnr(pixels, each[1]) for each in made]
        in_luma = [psnr(pixels @ LUMA, each[1] @ LUMA) for each in made]
        row[name] = {
            "rgb": round(float(np.exp(np.interp(rgb, in_rgb, sizes))) / size - 1, 3),
            "luma": round(float(np.exp(np.interp(luma, in_luma, sizes))) / size - 1, 3),
            "seconds": round(statistics.mean(each[2] for each in made), 2),
        }
    return row


def encoded(picture: Image.Image, kind: str, **how: Any) -> tuple[int, NDArray[np.uint8], float]:
    """Bytes, what comes out of them, and seconds."""
    stream, since = io.BytesIO(), time.monotonic()
    picture.save(stream, kind, **how)
    seconds = time.monotonic() - since
    return len(stream.getvalue()), np.asarray(Image.open(stream).convert("RGB")), seconds


def psnr(one: NDArray[Any], other: NDArray[Any]) -> float:
    return float(10 * np.log10(255**2 / np.square(one.astype(float) - other).mean()))


if __name__ == "__main__":
    main()
