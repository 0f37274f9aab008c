"""The fully connected layers of VGG as convolutions: torchvision's numbers, a torus, and loaded only when needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision

from deepartist.pipelines import Vgg16, Vgg19, WeightsError
from deepartist.pipelines.base import Encoder

CPU = torch.device("cpu")
LAYERS = ["fc6", "relu6", "fc7", "relu7", "logits"]


def picture(height: int, width: int) -> torch.Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, torch.Tensor], Path]]:
    """What torchvision's whole VGG-16 with random weights says of a picture, by layer, and a file of its weights.

    Half a gigabyte: made once, the network is not kept, and the file goes with the module.
    """
    torch.manual_seed(0)
    network = torchvision.models.vgg16(weights=None, init_weights=False).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(6**0.5 if parameter.dim() > 1 else 0.1)  # as He et al. 2015: signals neither fade nor grow
    path = tmp_path_factory.mktemp("vgg16") / "vgg16.pth"
    torch.save(network.state_dict(), path)
    said: dict[str, torch.Tensor] = {}
    for index, name in {0: "fc6", 1: "relu6", 3: "fc7", 4: "relu7", 6: "logits"}.items():
        module: Any = network.classifier[index]
        module.inplace = False
        module.register_forward_hook(lambda _, __, out, name=name: said.update({name: out.clone()}))
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    with torch.no_grad():
        network((picture(224, 224) - mean[:, None, None]) / deviation[:, None, None])
    yield said, path
    path.unlink()


@pytest.fixture(scope="module")
def encoder(original: tuple[dict[str, torch.Tensor], Path]) -> Encoder:
    return Vgg16(pooling="max").load(CPU, {"vgg16": original[1]})


def test_only_a_layer_that_needs_them_loads_the_120_million_weights(encoder: Any) -> None:
    def held() -> int:
        return sum(step.weight.numel() for step in encoder.steps if hasattr(step, "weight"))

    encoder.encode(picture(32, 32), ["relu1_1", "pool5"])
    assert held() == 14_710_464
    with torch.no_grad():
        found = encoder.encode(picture(32, 32), ["relu1_1", "relu6"])
    assert found["relu6"].shape == (1, 4096, 1, 1)
    assert held() == 14_710_464 + 123_633_664
    encoder.encode(picture(32, 32), ["fc6"])
    assert held() == 14_710_464 + 123_633_664


def test_the_middle_of_224_pixels_is_what_the_whole_network_says(encoder: Encoder, original: Any) -> None:
    """There `fc6` sees the seven by seven positions of `pool5` and no padding."""
    with torch.no_grad():
        found = encoder.encode(picture(224, 224), LAYERS, "native")
    for layer in LAYERS:
        expected = original[0][layer]
        assert found[layer].shape == (*expected.shape, 7, 7), layer
        assert Vgg16().layers[layer].channels == expected.shape[1]
        assert torch.allclose(found[layer][..., 3, 3], expected, atol=1e-4, rtol=1e-4), layer


@pytest.mark.parametrize("size", [(64, 96), (256, 288)], ids=["smaller than the kernel", "larger"])
def test_a_shifted_torus_gives_shifted_logits(encoder: Encoder, size: tuple[int, int]) -> None:
    """Where `pool5` has two by three positions, the seven by seven of `fc6` go around more than once."""
    x = picture(*size)
    with torch.no_grad():
        still = encoder.encode(x, ["fc6", "logits"], "circular")
        moved = encoder.encode(x.roll((32, 64), (2, 3)), ["fc6", "logits"], "circular")
    for layer in still:
        assert still[layer].shape[2:] == (size[0] // 32, size[1] // 32)
        assert (moved[layer] - still[layer]).abs().mean() > 0.01 * still[layer].std(), "there is something to see"
        assert torch.allclose(moved[layer], still[layer].roll((1, 2), (2, 3)), atol=1e-4), layer


def test_pictures_smaller_than_the_stride_have_logits_too(encoder: Encoder) -> None:
    with torch.no_grad():
        for padding in ("replicate", "circular", "native"):
            assert encoder.encode(picture(16, 16), ["logits"], padding)["logits"].shape == (1, 1000, 1, 1)  # type: ignore[arg-type]


@pytest.mark.parametrize(("network", "pool5"), [(Vgg16(), 212), (Vgg19(), 268)], ids=lambda each: str(each))
def test_what_the_layers_are(network: Any, pool5: int) -> None:
    """Receptive fields of the literature: 212 and 268 pixels at `pool5`, six more strides at `fc6` and above."""
    infos = network.layers
    assert list(infos)[-6:] == ["pool5", *LAYERS]
    assert (infos["pool5"].stride, infos["pool5"].field) == (32, pool5)
    assert {(infos[layer].stride, infos[layer].field) for layer in LAYERS} == {(32, pool5 + 6 * 32)}
    assert [infos[layer].channels for layer in LAYERS] == [4096, 4096, 4096, 4096, 1000]


def test_a_file_without_them_paints_with_the_other_layers(tmp_path: Path) -> None:
    features = torchvision.models.vgg16(weights=None, init_weights=False).features
    path = tmp_path / "features.pth"
    torch.save({f"features.{key}": value for key, value in features.state_dict().items()}, path)
    encoder = Vgg16().load(CPU, {"vgg16": path})
    assert encoder.encode(picture(32, 32), ["pool5"])["pool5"].shape == (1, 512, 1, 1)
    with pytest.raises(WeightsError) as caught:
        encoder.encode(picture(32, 32), ["relu7"])
    assert str(caught.value) == (
        f"{path} holds no fully connected layers (no classifier.0.weight): "
        "the layers fc6 to logits of vgg16 need the whole network"
    )
    path.unlink()
