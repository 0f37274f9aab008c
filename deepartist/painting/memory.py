"""How much memory a stage takes, how much there is, and so in which tiles it is painted."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deepartist.painting.whole import Whole, taken
from deepartist.pipelines import Encoder
from deepartist.recipe import InputError

if TYPE_CHECKING:
    import torch

SIDES = (4096, 3072, 2048, 1536, 1024, 768, 512, 384, 256)
"""Of tiles, in pixels, the largest first: the larger, the less of a tile is halo."""
ALWAYS_FITS = 512 * 512
"""So many pixels are painted in one piece without asking."""
SHARE = 0.8
"""Of the free memory that is made use of."""
GROUPS = {
    "": ("", "memory.max", "memory.current", "inactive_file"),
    "memory": ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}
"""Control groups of Linux, version 2 and 1: by kind the folder, limit, use, and what ``memory.stat`` says of files."""
OVERHEAD = 2.4
"""Memory at the worst moment over what is kept for the backward pass: see benchmarks/classic.py."""


def available(device: torch.device) -> int:
    """Free memory in bytes, of the device or of the computer."""
    import psutil
    import torch

    if device.type == "cuda":
        reusable = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(torch.cuda.mem_get_info(device)[0] + reusable)
    return min([psutil.virtual_memory().available, *left_by_groups(Path("/sys/fs/cgroup"), Path("/proc/self/cgroup"))])


def left_by_groups(root: Path, own: Path) -> Iterator[int]:
    """What the limits of control groups (of a container, of a batch job) leave to this process, in bytes, if any do.

    `own` says in which groups it is, below `root`; the groups around one limit it as well.
    """
    for line in own.read_text().splitlines() if own.exists() else ():
        _, kind, path = line.split(":", 2)
        if kind in GROUPS:
            folder, limit, used, files = GROUPS[kind]
            group = root / folder / path.lstrip("/")
            for each in (group, *group.parents):
                # Most have no limit: no such file, or the word "max".
                with suppress(OSError, ValueError):
                    most, now = (int((each / name).read_text()) for name in (limit, used))
                    # Files that were read and can be read again fill a group to its limit, and give way.
                    stat = dict(row.split() for row in (each / "memory.stat").read_text().splitlines())
                    yield max(0, most - now + int(stat.get(files, 0)))


def kept_per_pixel(encoder: Encoder, layers: Sequence[str], device: torch.device) -> float:
    """Bytes that a network keeps for the backward pass, for each pixel of a picture; measured on two small ones."""
    import torch

    def kept(side: int) -> int:
        seen: dict[int, int] = {}

        def note(tensor: torch.Tensor) -> torch.Tensor:
            storage = tensor.untyped_storage()
            seen[storage.data_ptr()] = storage.nbytes()
            return tensor

        picture = torch.full((1, 3, side, side), 0.5, device=device, requires_grad=True)
        with torch.enable_grad(), torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
            found = encoder.encode(picture, layers)
            for features in found.values():
                note(features)
        return sum(seen.values())

    small, large = 128, 192
    return max(12.0, (kept(large) - kept(small)) / (large**2 - small**2))


@dataclass(frozen=True)
class Demand:
    """What a stage asks of the memory."""

    size: tuple[int, int]
    """Width and height of the canvas."""
    views: int
    """How many pictures it is seen as."""
    held: int
    """How many tensors of its size the optimiser holds."""
    layers: Sequence[str]
    """Of the network."""
    halo: int
    """Of tiles, in pixels, where they are seen by these layers."""
    whole: float
    """Values for each pixel of those layers of the network that are needed of all the picture at once."""
    terms: Sequence[Whole]
    """Those that see all of the picture at once."""
    reference: float
    """Values of all layers of the largest reference, which are at hand before the first step."""


def tile_side(encoder: Encoder, demand: Demand, device: torch.device) -> int | None:
    """The side of the tiles in which a stage fits into the free memory; None: it fits in one piece.

    Raises InputError where even the smallest tiles do not fit.
    """
    width, height = demand.size
    pixels = width * height * demand.views
    if pixels <= ALWAYS_FITS:
        return None
    free = available(device) * SHARE
    kept = kept_per_pixel(encoder, demand.layers, device) * OVERHEAD if demand.layers else 0.0
    terms = [taken(each) for each in demand.terms]
    held = 12.0 * width * height * demand.held + 24.0 * pixels + sum(each.held for each in terms)
    if held + kept * pixels + sum(each.peak for each in terms) <= free:
        return None
    # The maps of the whole picture and their gradients.
    held += 2 * 4.0 * demand.whole * pixels
    # One after the other: a term, a tile.
    most = max((each.peak for each in terms), default=0)
    tiles = {side: kept * demand.views * (side + 2 * demand.halo) ** 2 for side in SIDES}
    needs = {side: held + max(most, memory, 4 * demand.reference + memory) for side, memory in tiles.items()}
    for side, memory in needs.items():
        if side < max(width, height) and memory <= free:
            return side
    raise InputError(
        f"{width}×{height} pixels take about {_gigabytes(needs[SIDES[-1]])} of memory and "
        f'{_gigabytes(free)} are free: a smaller size would do, or "optimizer: adam", which remembers less'
    )


def _gigabytes(count: float) -> str:
    return f"{count / 1e9:.1f} GB"


def smaller_side(side: int | None, longest: int) -> int | None:
    """The next smaller tiles; None where there are none."""
    return next((each for each in SIDES if each < min(side or longest, longest)), None)


def out_of_memory(error: BaseException) -> bool:
    """Whether an error means that the memory of the device or of the computer was too small."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(
        words in str(error) for words in ("not enough memory", "can't allocate memory", "out of memory")
    )


def release() -> None:
    """Give back what torch and the C library keep for later: between stages, and where memory is short."""
    import torch

    gc.collect()
    trim()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def trim() -> None:
    """Give back what the C library keeps of freed memory: many large tensors of many sizes leave gaps in it."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # only glibc has it
            ctypes.CDLL(None).malloc_trim(0)
