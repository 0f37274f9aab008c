"""Which precision a device computes networks in fastest, without pictures that suffer.

Canvas, statistics, losses and the optimiser's state are always float32. Inside a network that was trained on
photographs, bfloat16 (eight bits of value, the range of float32) is enough: the loss at the end, taken in full
precision, is the same to a few percent, which is what another seed changes too. The embedded network gains nothing, and
stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def reduced_precision(device: torch.device) -> torch.dtype | None:
    """bfloat16 where the device has units for it (x86 with AVX-512 BF16 or AMX, NVIDIA from Ampere on), else None."""
    import torch

    if device.type == "cuda":
        units = torch.cuda.get_device_capability(device) >= (8, 0)
    elif device.type == "cpu":
        # torch asks the processor for its own kernels, under names that may change.
        asked = (getattr(torch.cpu, f"_is_{name}_supported", None) for name in ("avx512_bf16", "amx_tile"))
        units = any(supported() for supported in asked if supported)
    else:
        units = False
    return torch.bfloat16 if units else None
