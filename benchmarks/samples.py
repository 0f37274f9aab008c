"""All samples on two sheets, for the page that names them.

    python benchmarks/samples.py [FOLDER]

Writes ``FOLDER/samples-style.webp`` and ``FOLDER/samples-content.webp``, each sample with seed 0.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from deepartist.finishing import contact_sheet
from deepartist.sources.samples import SAMPLES, render

WIDTH, COLUMNS = 256, {"style": 4, "content": 5}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="nothing: show this help")
    arguments = parser.parse_args()
    if arguments.folder is None:
        parser.print_help()
        return
    for kind, columns in COLUMNS.items():
        names = [name for name, sample in SAMPLES.items() if sample.kind == kind]
        sheet = contact_sheet([_small(name) for name in names], names, columns)
        Image.fromarray(sheet).save(arguments.folder / f"samples-{kind}.webp", quality=85, method=6)


def _small(name: str) -> np.ndarray:
    picture = Image.fromarray((render(name) * 255).round().astype(np.uint8))
    return np.asarray(picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS))


if __name__ == "__main__":
    main()
