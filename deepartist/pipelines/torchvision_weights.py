"""Weights that were trained elsewhere: an own file, or torchvision's download. Loaded without running any code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from deepartist.pipelines.base import WeightsError

if TYPE_CHECKING:
    from torch import Tensor

TORCHVISION = {
    "vgg16": ("VGG16_Weights", 528),
    "vgg19": ("VGG19_Weights", 548),
    "inception": ("GoogLeNet_Weights", 50),
    "squeezenet": ("SqueezeNet1_0_Weights", 5),
}
"""torchvision's name of the weights and the size of the download in MB."""


def known_digest(own: str | None, official: str) -> str:
    """The digest of an own file, else torchvision's; the official file under another name is the official one."""
    return official if own is None or own.startswith(official) else own


ANOTHER = "holds the weights of another network: it has no {key} of {name}"


def load_weights(
    name: str, path: Path | None, shapes: Mapping[str, tuple[int, ...]], lacking: str = ANOTHER
) -> dict[str, Tensor]:
    """The tensors called as in `shapes`, from `path` or from torchvision. Raises WeightsError.

    `lacking` is what is said of a file without one of them, with ``{key}`` and ``{name}`` in it.
    """
    state = _from_file(name, path) if path else _from_torchvision(name)
    for key, shape in shapes.items():
        if key not in state:
            raise WeightsError(f"{path or name} {lacking.format(key=key, name=name)}")
        if tuple(state[key].shape) != shape:
            found = "×".join(map(str, state[key].shape))
            expected = "×".join(map(str, shape))
            raise WeightsError(f"{path or name} holds the weights of another network: {key} is {found}, not {expected}")
    return {key: state[key] for key in shapes}


def _from_file(name: str, path: Path) -> dict[str, Tensor]:
    import torch
    from safetensors.torch import load_file

    if not path.is_file():
        raise WeightsError(f"the weights of {name} are not where they should be: {path} does not exist")
    try:
        if path.suffix == ".safetensors":
            return dict(load_file(path))
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception:  # damaged, or a pickle that would run code: torch's own words help nobody here
        message = f"{path} is not a file of weights that can be read: a plain state dict or safetensors is expected"
        raise WeightsError(message) from None
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise WeightsError(f"{path} is not a plain state dict of {name}")
    return state


def _from_torchvision(name: str) -> dict[str, Tensor]:
    import torchvision

    weights, megabytes = TORCHVISION[name]
    try:
        state: dict[str, Tensor] = getattr(torchvision.models, weights).IMAGENET1K_V1.get_state_dict(
            progress=False, check_hash=True
        )
    except Exception as error:
        raise WeightsError(
            f"the weights of {name} ({megabytes} MB) are not on this computer and cannot be downloaded "
            f"({(str(error) or type(error).__name__).splitlines()[0]}); get the file elsewhere and name it in "
            f"mkdocs.yml (plugins: - deepartist: weights: {{{name}: FILE}}) or in DEEPARTIST_WEIGHTS_{name.upper()}, "
            f"or write pipeline: texnet, which needs no download"
        ) from None
    return state
