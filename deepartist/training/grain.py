"""texnet's random branch, from nothing: orthogonal filters out of our own integer hash.

Numbers come from splitmix64 and Box-Muller in float64, never from a library's generator whose stream may change.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from deepartist.pipelines.layered import Pool
from deepartist.pipelines.texnet import GRAIN

SEED = 20_190_901


def hashed_normals(seed: int, count: int) -> NDArray[np.float64]:
    """`count` standard normal numbers from splitmix64(seed, index) (Steele et al. 2014) by Box-Muller."""
    with np.errstate(over="ignore"):
        state = np.uint64(seed) * np.uint64(0xD1342543DE82EF95) + np.arange(2 * count, dtype=np.uint64)
        state = (state + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state ^= state >> np.uint64(31)
    uniform = ((state >> np.uint64(11)).astype(np.float64) + 0.5) / 2**53
    normals: NDArray[np.float64] = np.sqrt(-2 * np.log(uniform[:count])) * np.cos(2 * np.pi * uniform[count:])
    return normals


def orthogonal_filters(seed: int, out: int, into: int) -> Tensor:
    """``(out, into, 3, 3)`` filters whose rows (or columns, where there are more rows) are orthonormal."""
    matrix = hashed_normals(seed, out * into * 9).reshape(out, into * 9)
    tall = matrix if out > into * 9 else matrix.T
    q, r = np.linalg.qr(tall)
    q = q * np.sign(np.diag(r))
    return torch.from_numpy(q if out > into * 9 else q.T.copy()).reshape(out, into, 3, 3)


def make_grain(pictures: Tensor, seed: int = SEED) -> dict[str, Tensor]:
    """The random branch, float32: each channel scaled and shifted to mean 0 and spread 1 before its ReLU.

    `pictures` ``(N, 3, H, W)`` in 0..1, float64 (layer-sequential calibration, Mishkin and Matas 2016).
    """
    x = (pictures.double() - 0.5) * 4
    state = {}
    for block, (width,) in enumerate(GRAIN, 1):
        if block > 1:
            x = Pool(kind="binomial").run(x, "replicate")
        weight = orthogonal_filters(seed + block, width, x.shape[1])
        x = F.conv2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), weight)
        mean, spread = x.mean((0, 2, 3)), x.std((0, 2, 3))
        x = ((x - mean[:, None, None]) / spread[:, None, None]).relu()
        state[f"grain{block}.weight"] = (weight / spread[:, None, None, None]).float()
        state[f"grain{block}.bias"] = (-mean / spread).float()
    return state
