"""Networks in bfloat16: nearly the same features and gradients, statistics in full precision, pixels untouched."""

from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision

from deepartist.painting.painter import Painter
from deepartist.pipelines import SqueezeNet, TexNet, Vgg16
from deepartist.pipelines.precision import reduced_precision

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def squeezenet(tmp_path_factory: pytest.TempPathFactory) -> Any:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "squeezenet.pth"
    torch.save(torchvision.models.squeezenet1_0(weights=None).state_dict(), path)
    return path, SqueezeNet().load(CPU, {"squeezenet": path})


def test_features_and_gradients_are_nearly_those_of_full_precision(squeezenet: tuple[Path, Any]) -> None:
    _, full = squeezenet
    picture, found = torch.rand(1, 3, 48, 48, generator=torch.Generator().manual_seed(1)), []
    for encoder in (full, full.reduced(torch.bfloat16)):
        canvas = picture.clone().requires_grad_(True)
        features = encoder.encode(canvas, ["pixels", "fire3", "fire5"])
        assert {each.dtype for each in features.values()} == {torch.float32}
        assert torch.equal(features["pixels"], canvas)
        features["fire5"].square().mean().backward()
        found.append((features["fire5"].detach(), canvas.grad))
    # Rectifiers near 0 turn the other way, which gradients of random weights feel most.
    for whole, reduced, most in zip(*found, (0.02, 0.2), strict=True):
        assert 0 < (whole - reduced).norm() / whole.norm() < most  # above 0: it does compute in another precision


def test_what_looks_at_pixels_stays_in_full_precision(squeezenet: tuple[Path, Any]) -> None:
    _, full = squeezenet
    kept = {
        step.weight.shape[1]: step.weight.dtype
        for step in full.reduced(torch.bfloat16).steps
        if hasattr(step, "weight")
    }
    assert kept[3] is torch.float32
    x = torch.full((1, 3, 32, 32), 0.5)
    a, b = (full.reduced(torch.bfloat16).encode(x + shift, ["relu1"])["relu1"] for shift in (0.0, 1e-3))
    assert not torch.equal(a, b)  # 0.001 would be lost in eight bits


def test_layers_that_are_loaded_later_are_reduced_too(tmp_path: Path) -> None:
    torch.manual_seed(0)
    state = torchvision.models.vgg16(weights=None).features.state_dict(prefix="features.")
    for index, (out, into) in {0: (4096, 25088), 3: (4096, 4096), 6: (1000, 4096)}.items():
        state |= {f"classifier.{index}.weight": torch.zeros(out, into), f"classifier.{index}.bias": torch.zeros(out)}
    torch.save(state, tmp_path / "vgg16.pth")
    encoder: Any = Vgg16().load(CPU, {"vgg16": tmp_path / "vgg16.pth"}).reduced(torch.bfloat16)
    assert encoder.encode(torch.rand(1, 3, 32, 32), ["fc6"])["fc6"].dtype is torch.float32
    assert {step.weight.dtype for step in encoder.steps if step.name == "fc6"} == {torch.bfloat16}


def test_the_painter_reduces_where_the_device_has_units(
    squeezenet: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = squeezenet
    for units in (True, False):
        for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
            monkeypatch.setattr(torch.cpu, name, lambda units=units: units, raising=False)
        assert reduced_precision(CPU) is (torch.bfloat16 if units else None)
        painter: Any = Painter(CPU, {"squeezenet": path})
        assert painter._encoder(SqueezeNet()).steps[-1].squeeze.weight.dtype is (
            torch.bfloat16 if units else torch.float32
        )
    assert reduced_precision(torch.device("mps")) is None


def test_the_embedded_network_stays_as_it_is() -> None:
    encoder = TexNet().load(CPU, {})
    assert encoder.reduced(torch.bfloat16) is encoder
