"""GoogLeNet beside torchvision's: the same numbers with random weights, the names of the literature, a torus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision

from deepartist.pipelines import GoogLeNet, SqueezeNet, WeightsError
from deepartist.pipelines.base import Encoder
from deepartist.recipe.contracts import LayerInfo

CPU = torch.device("cpu")
TABLE = {
    "conv2d0": ("conv1", 64, 2, 7),
    "maxpool0": ("maxpool1", 64, 4, 11),
    "conv2d1": ("conv2", 64, 4, 11),
    "conv2d2": ("conv3", 192, 4, 19),
    "maxpool1": ("maxpool2", 192, 8, 27),
    "mixed3a": ("inception3a", 256, 8, 43),
    "mixed3b": ("inception3b", 480, 8, 59),
    "maxpool4": ("maxpool3", 480, 16, 75),
    "mixed4a": ("inception4a", 512, 16, 107),
    "mixed4b": ("inception4b", 512, 16, 139),
    "mixed4c": ("inception4c", 512, 16, 171),
    "mixed4d": ("inception4d", 528, 16, 203),
    "mixed4e": ("inception4e", 832, 16, 235),
    "maxpool10": ("maxpool4", 832, 32, 251),
    "mixed5a": ("inception5a", 832, 32, 315),
    "mixed5b": ("inception5b", 1024, 32, 379),
    "logits": ("fc", 1000, 32, 379),
}
"""Our layer: torchvision's, channels, stride, receptive field."""


def picture(height: int, width: int) -> torch.Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """torchvision's network with random weights and random batch statistics, and a file of them."""
    torch.manual_seed(0)
    network = torchvision.models.googlenet(weights=None, init_weights=False, transform_input=True).eval()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)  # type: ignore[union-attr,operator]
            module.running_var.uniform_(0.05, 0.2)  # type: ignore[union-attr,operator]
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias, 0, 0.1)
    path = tmp_path_factory.mktemp("inception") / "googlenet.pth"
    torch.save(network.state_dict(), path)
    return network, path


@pytest.fixture(scope="module")
def encoder(original: tuple[Any, Path]) -> Encoder:
    return GoogLeNet().load(CPU, {"inception": original[1]})


def test_layers_are_those_of_the_original_network(encoder: Encoder, original: Any) -> None:
    """At an odd size too, where the pools of the original keep what is left over."""
    network, _ = original
    said: dict[str, torch.Tensor] = {}
    for layer, (module, *_) in TABLE.items():
        getattr(network, module).register_forward_hook(
            lambda _, __, out, layer=layer: said.update({layer: out.clone()})
        )
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    x = picture(101, 150)
    with torch.no_grad():
        network((x - mean[:, None, None]) / deviation[:, None, None])
        found = encoder.encode(x, TABLE, "native")
    found["logits"] = found["logits"].mean((2, 3))
    for layer in TABLE:
        assert found[layer].shape == said[layer].shape, layer
        assert said[layer].std() > 1e-2, layer
        assert torch.allclose(found[layer], said[layer], atol=1e-3, rtol=1e-3), layer


def test_what_the_layers_are() -> None:
    expected = {layer: LayerInfo(*numbers) for layer, (_, *numbers) in TABLE.items()}
    assert GoogLeNet().layers == {"pixels": LayerInfo(3, 1, 1), **expected}
    assert list(GoogLeNet().layers) == ["pixels", *TABLE]


@pytest.mark.parametrize("size", [(64, 96), (32, 64)])
def test_a_shifted_torus_gives_shifted_features(encoder: Encoder, size: tuple[int, int]) -> None:
    height, width = size
    x = picture(height, width)
    with torch.no_grad():
        still = encoder.encode(x, TABLE, "circular")
        moved = encoder.encode(x.roll((32, 32), (2, 3)), TABLE, "circular")
    for layer, (_, channels, stride, _) in TABLE.items():
        assert still[layer].shape == (1, channels, height // stride, width // stride), layer
        expected = still[layer].roll((32 // stride, 32 // stride), (2, 3))
        assert torch.allclose(moved[layer], expected, atol=1e-3), layer


@pytest.mark.parametrize("layer", ["conv2d0", "conv2d2", "mixed3b"])
def test_the_receptive_field_is_as_declared(encoder: Encoder, layer: str) -> None:
    """A maximum looks at one position only: many channels together show how far a layer can see."""
    info = GoogLeNet().layers[layer]
    x = picture(160, 160).requires_grad_()
    feature = encoder.encode(x, [layer])[layer]
    middle = feature.shape[2] // 2
    feature[:, :, middle, middle].square().sum().backward()
    assert x.grad is not None
    seen = x.grad.abs().sum((0, 1, 2)).nonzero()
    reach = int(seen.max() - seen.min()) + 1
    assert info.field - 2 * info.stride <= reach <= info.field


def test_replicate_padding_goes_on_as_the_edge_does(encoder: Encoder) -> None:
    """A picture of one colour has the same features everywhere: no frame is painted around it."""
    with torch.no_grad():
        found = encoder.encode(torch.full((1, 3, 64, 64), 0.3), ["mixed3b", "mixed4c"])
    for layer, feature in found.items():
        assert float((feature - feature[..., :1, :1]).abs().max()) < 1e-3, layer


def test_the_digest_is_that_of_torchvisions_file() -> None:
    url = torchvision.models.GoogLeNet_Weights.IMAGENET1K_V1.url
    assert url.endswith(f"googlenet-{GoogLeNet().digest({})}.pth")
    assert GoogLeNet().digest({"inception": "abc"}) == "abc"


class TestWeights:
    def test_of_another_network(self, original: Any, tmp_path: Path) -> None:
        squeezenet = tmp_path / "squeezenet.pth"
        torch.save(torchvision.models.squeezenet1_0(weights=None).state_dict(), squeezenet)
        with pytest.raises(WeightsError, match=r"another network: it has no conv1\.conv\.weight of inception"):
            GoogLeNet().load(CPU, {"inception": squeezenet})
        with pytest.raises(WeightsError, match="another network"):
            SqueezeNet().load(CPU, {"squeezenet": original[1]})

    def test_with_true_5x5_kernels_are_refused_in_words(self, original: Any, tmp_path: Path) -> None:
        state = dict(original[0].state_dict())
        state["inception3a.branch3.1.conv.weight"] = torch.zeros(32, 16, 5, 5)
        torch.save(state, tmp_path / "paper.pth")
        with pytest.raises(WeightsError, match=r"branch3\.1\.conv\.weight is 32×16×5×5, not 32×16×3×3"):
            GoogLeNet().load(CPU, {"inception": tmp_path / "paper.pth"})

    def test_for_other_classes_paint_with_the_other_layers(self, original: Any, tmp_path: Path) -> None:
        state = {key: value for key, value in original[0].state_dict().items() if not key.startswith("fc.")}
        torch.save(state, tmp_path / "places.pth")
        encoder = GoogLeNet().load(CPU, {"inception": tmp_path / "places.pth"})
        assert encoder.encode(picture(32, 32), ["mixed5b"])["mixed5b"].shape == (1, 1024, 1, 1)
        with pytest.raises(WeightsError) as caught:
            encoder.encode(picture(32, 32), ["logits"])
        assert str(caught.value) == (
            f"{tmp_path / 'places.pth'} has no last layer (no fc.weight): "
            "the layer logits of inception needs the whole network"
        )
