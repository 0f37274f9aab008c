"""Every network: its layers are those of the original, and it sees a torus as a torus."""

from __future__ import annotations

import hashlib
import os
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision

from deepartist.pipelines import SqueezeNet, TexNet, Vgg16, Vgg19, WeightsError
from deepartist.pipelines.base import Pipeline
from deepartist.pipelines.texnet import DIGEST, FILE
from deepartist.training.grain import hashed_normals, orthogonal_filters

CPU = torch.device("cpu")
REAL = Path(
    os.environ.get(
        "DEEPARTIST_WEIGHTS_SQUEEZENET", Path(__file__).parents[3] / "shared/weights/squeezenet1_0-imagenet.pth"
    )
)


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[torch.nn.Module, Path]]:
    """torchvision's networks with random weights, and files of those weights."""
    torch.manual_seed(0)
    made = {}
    builders = {"squeezenet": "squeezenet1_0", "vgg16": "vgg16", "vgg19": "vgg19"}
    for name, builder in builders.items():
        features = getattr(torchvision.models, builder)(weights=None).features.eval()
        path = tmp_path_factory.mktemp(name) / f"{name}.pth"
        torch.save({f"features.{key}": value for key, value in features.state_dict().items()}, path)
        made[name] = (features, path)
    return made


def picture(height: int = 64, width: int = 96) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.rand(1, 3, height, width, generator=generator)


def full_run(features: Any, x: torch.Tensor) -> list[torch.Tensor]:
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    x, outputs = (x - mean[:, None, None]) / deviation[:, None, None], []
    for module in features:
        if isinstance(module, torch.nn.ReLU):
            module = torch.nn.ReLU()  # not in place: earlier outputs are compared too
        x = module(x)
        outputs.append(x)
    return outputs


def features_of(vgg: Pipeline) -> dict[str, int]:
    """Every layer between the pixels and the fully connected ones, in torchvision's order."""
    names = list(vgg.layers)
    return {name: index for index, name in enumerate(names[1 : names.index("fc6")])}


@pytest.mark.parametrize(
    ("pipeline", "taps"),
    [
        (Vgg16(pooling="max"), features_of(Vgg16())),
        (Vgg19(pooling="max"), features_of(Vgg19())),
        (SqueezeNet(), {"relu1": 1, "fire2": 3, "fire4": 5, "fire5": 7, "fire8": 10, "fire9": 12}),
    ],
    ids=["vgg16", "vgg19", "squeezenet"],
)
def test_layers_are_those_of_the_original_network(pipeline: Pipeline, taps: dict[str, int], originals: Any) -> None:
    features, path = originals[pipeline.name]
    encoder = pipeline.load(CPU, {pipeline.name: path})
    with torch.no_grad():
        expected = full_run(features, picture())
        found = encoder.encode(picture(), taps, "native")
    for layer, index in taps.items():
        assert torch.allclose(found[layer], expected[index], atol=1e-4, rtol=1e-4), layer
        assert pipeline.layers[layer].channels == expected[index].shape[1]


@pytest.mark.parametrize("pipeline", [TexNet(), SqueezeNet(), Vgg16(), Vgg19()], ids=lambda each: each.name)
def test_a_shifted_torus_gives_shifted_features(pipeline: Pipeline, originals: Any) -> None:
    weights = {} if pipeline.name == "texnet" else {pipeline.name: originals[pipeline.name][1]}
    encoder = pipeline.load(CPU, weights)
    layers = [name for name, info in pipeline.layers.items() if info.stride <= 8]
    x = picture(64, 96)
    with torch.no_grad():
        still = encoder.encode(x, layers, "circular")
        moved = encoder.encode(x.roll((16, 32), (2, 3)), layers, "circular")
    for layer in layers:
        stride = pipeline.layers[layer].stride
        assert still[layer].shape[2:] == (64 // stride, 96 // stride), layer
        expected = still[layer].roll((16 // stride, 32 // stride), (2, 3))
        assert torch.allclose(moved[layer], expected, atol=1e-4), layer


@pytest.mark.parametrize("pipeline", [TexNet(), SqueezeNet(), Vgg19()], ids=lambda each: each.name)
def test_the_receptive_field_is_as_declared(pipeline: Pipeline, originals: Any) -> None:
    """Noise in one pixel changes features exactly as far as `field` says: the halo of tiles depends on it."""
    weights = {} if pipeline.name == "texnet" else {pipeline.name: originals[pipeline.name][1]}
    encoder = pipeline.load(CPU, weights)
    layer = {"texnet": "relu3_1", "squeezenet": "fire4", "vgg19": "relu3_1"}[pipeline.name]
    info = pipeline.layers[layer]
    x = torch.full((1, 3, 96, 96), 0.5).requires_grad_()
    feature = encoder.encode(x, [layer])[layer]
    middle = feature.shape[2] // 2
    feature[:, :, middle, middle].square().sum().backward()
    assert x.grad is not None
    seen = x.grad.abs().sum((0, 1, 2)).nonzero()
    reach = int(seen.max() - seen.min()) + 1
    assert info.field - 2 * info.stride <= reach <= info.field


def test_nothing_deeper_than_needed_is_run() -> None:
    encoder: Any = TexNet().load(CPU, {}).branches[0]  # type: ignore[attr-defined]
    ran: list[str] = []

    class Spy(type(encoder.steps[0])):  # type: ignore[misc]
        def run(self, x: torch.Tensor, padding: Any) -> torch.Tensor:
            ran.append("deeper")
            return x

    deepest = next(index for index, step in enumerate(encoder.steps) if step.name == "relu2_1")
    encoder.steps = (*encoder.steps[: deepest + 1], Spy(name="relu5_1"))
    assert set(encoder.encode(picture(), ["relu1_1", "relu2_1", "pixels"])) == {"relu1_1", "relu2_1", "pixels"}
    assert ran == []


def test_texnet_is_the_file_that_its_digest_names() -> None:
    content = files("deepartist.pipelines").joinpath(FILE).read_bytes()
    assert hashlib.sha256(content).hexdigest() == DIGEST
    assert len(content) <= 2 * 1024 * 1024
    assert TexNet().digest({}) == DIGEST
    assert TexNet().digest({"texnet": "abc"}) == "abc"


def test_texnet_is_calibrated_on_pictures() -> None:
    """Each channel is alive and of a similar size on a picture it has not seen."""
    from deepartist.sources.samples import render

    x = torch.from_numpy(render("stones", 7)).permute(2, 0, 1)[None, :, :256, :256]
    for layer, f in TexNet().load(CPU, {}).encode(x, list(TexNet().layers)).items():
        if layer != "pixels":
            power = f.square().mean((0, 2, 3)).sqrt()
            assert 0.2 < float(power.median()) < 3, layer
            assert (power > 0.01).float().mean() > 0.9, layer


def test_hashed_numbers_never_change() -> None:
    """Literals: the generator is our own so that weights can be made again on any machine, for ever."""
    numbers = hashed_normals(1, 100_000)
    assert numbers[:4].round(9).tolist() == [-0.361925962, 0.981524314, 1.44197712, 0.680026395]
    assert abs(numbers.mean()) < 0.02
    assert numbers.std() == pytest.approx(1, abs=0.01)
    filters = orthogonal_filters(3, 32, 3).flatten(1)
    gram = filters.T @ filters
    assert torch.allclose(gram, torch.eye(27, dtype=torch.float64), atol=1e-9)


class TestWeights:
    def test_weights_of_another_network(self, originals: Any) -> None:
        with pytest.raises(WeightsError, match="holds the weights of another network"):
            SqueezeNet().load(CPU, {"squeezenet": originals["vgg16"][1]})
        with pytest.raises(WeightsError, match="holds the weights of another network"):
            Vgg19().load(CPU, {"vgg19": originals["vgg16"][1]})
        with pytest.raises(WeightsError, match=r"cannot be read|another network"):
            TexNet().load(CPU, {"texnet": originals["squeezenet"][1]})

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(
            WeightsError, match=r"squeezenet are not where they should be: .*nothing\.pth does not exist"
        ):
            SqueezeNet().load(CPU, {"squeezenet": tmp_path / "nothing.pth"})

    def test_a_file_that_is_no_weights(self, tmp_path: Path) -> None:
        damaged = tmp_path / "damaged.pth"
        damaged.write_bytes(b"not a network" * 100)
        with pytest.raises(WeightsError, match="is not a file of weights that can be read"):
            Vgg16().load(CPU, {"vgg16": damaged})

    def test_a_pickle_with_code_in_it_is_refused(self, tmp_path: Path) -> None:
        class Evil:
            def __reduce__(self) -> Any:
                return (Path.touch, (tmp_path / "owned",))

        torch.save({"features.0.weight": Evil()}, tmp_path / "evil.pth")
        with pytest.raises(WeightsError, match="weights that can be read"):
            SqueezeNet().load(CPU, {"squeezenet": tmp_path / "evil.pth"})
        assert not (tmp_path / "owned").exists()

    def test_no_weights_and_no_network(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        def offline(*_: object, **__: object) -> None:
            raise OSError("<urlopen error [Errno -2] Name or service not known>")

        monkeypatch.setenv("TORCH_HOME", str(tmp_path))
        monkeypatch.setattr("torch.hub.download_url_to_file", offline)
        with pytest.raises(WeightsError) as caught:
            Vgg19().load(CPU, {})
        message = str(caught.value)
        assert message.startswith("the weights of vgg19 (548 MB) are not on this computer and cannot be downloaded")
        assert "mkdocs.yml" in message
        assert "DEEPARTIST_WEIGHTS_VGG19" in message
        assert "pipeline: texnet" in message

    def test_safetensors_are_read_too(self, originals: Any, tmp_path: Path) -> None:
        from safetensors.torch import save_file

        features, path = originals["squeezenet"]
        save_file(
            {f"features.{key}": value for key, value in features.state_dict().items()}, tmp_path / "s.safetensors"
        )
        one = SqueezeNet().load(CPU, {"squeezenet": tmp_path / "s.safetensors"}).encode(picture(), ["fire3"])["fire3"]
        other = SqueezeNet().load(CPU, {"squeezenet": path}).encode(picture(), ["fire3"])["fire3"]
        assert torch.equal(one, other)

    @pytest.mark.skipif(not REAL.is_file(), reason="no real SqueezeNet weights here")
    def test_real_weights_see_better_than_random_ones(self, originals: Any) -> None:
        """A trained network answers more to a picture than to noise of the same spectrum would make it."""
        from deepartist.sources.samples import render

        x = torch.from_numpy(render("boat", 0)).permute(2, 0, 1)[None]
        with torch.no_grad():
            sparse = SqueezeNet().load(CPU, {"squeezenet": REAL}).encode(x, ["fire9"])["fire9"]
        assert sparse.shape[1] == 512
        assert 0.5 < (sparse == 0).float().mean() < 0.99


@pytest.mark.slow
def test_the_random_branch_can_be_made_again() -> None:
    """Up to the last bits of another processor's arithmetic."""
    from safetensors.torch import load

    from deepartist.training.export import balancing_pictures
    from deepartist.training.grain import make_grain

    shipped = load(files("deepartist.pipelines").joinpath(FILE).read_bytes())
    for name, tensor in make_grain(balancing_pictures()).items():
        assert torch.allclose(tensor, shipped[name].float(), atol=2e-3, rtol=2e-3), name
