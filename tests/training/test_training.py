"""What texnet learns from, how it is folded and balanced, and what judges it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from click.testing import CliRunner
from PIL import Image
from safetensors.torch import load

from deepartist.cli import main
from deepartist.pipelines.layered import LayeredEncoder
from deepartist.pipelines.texnet import LEARNED, TexNet, branch_steps, weight_shapes
from deepartist.training import export, judges, pool
from deepartist.training.network import Learner
from deepartist.training.pictures import SIDE, draw
from deepartist.training.train import Progress, train


@pytest.fixture(scope="module")
def pictures() -> list[np.ndarray]:
    return [draw(number) for number in range(6)]


def noise(seed: int, count: int = 1, side: int = 64) -> torch.Tensor:
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(seed))


class TestPictures:
    def test_a_number_is_a_picture(self, pictures: list[np.ndarray]) -> None:
        assert all(each.shape == (SIDE, SIDE, 3) and each.dtype == np.uint8 for each in pictures)
        assert np.array_equal(draw(3), pictures[3])
        assert all(each.std() > 5 for each in pictures)
        assert len({each.tobytes() for each in pictures}) == 6

    def test_the_kept_quarter_is_never_trained_on(self) -> None:
        marked = np.zeros((SIDE, SIDE, 3), np.uint8)
        marked[SIDE // 2 :, SIDE // 2 :] = 255
        crops = pool.Crops([marked], seed=1)
        crops._recolored = lambda batch: batch  # type: ignore[method-assign]
        seen, _ = crops.batch(40)
        assert float(seen.max()) < 0.05
        unseen, _ = crops.batch(40, unseen=True)
        assert float(unseen.min()) > 0.95

    def test_forgeries_keep_the_power(self) -> None:
        real = noise(1, 6)
        false = pool.forged(real, np.random.default_rng(0))
        spectrum = lambda x: torch.fft.rfft2(x - x.mean((2, 3), keepdim=True)).abs()  # noqa: E731
        assert torch.allclose(spectrum(false[:3]), spectrum(real[:3]), atol=1e-2)
        assert torch.allclose(false.mean((2, 3)), real.mean((2, 3)), atol=1e-4)
        assert torch.allclose(false[3:].std((2, 3)), real[3:].std((2, 3)), rtol=0.1)
        assert (false - real).abs().mean() > 0.1


class TestNetwork:
    def test_folded_convolutions_see_what_the_learner_sees(self) -> None:
        torch.manual_seed(0)
        learner = Learner(5)
        for _ in range(3):
            learner(noise(2, 4))
        learner.eval()
        seen: list[torch.Tensor] = []
        learner.norms[-1].register_forward_hook(lambda _module, _inputs, output: seen.append(F.relu(output)))
        learner(noise(3))
        encoder = LayeredEncoder(branch_steps(learner.folded(), LEARNED, "relu"))
        found = encoder.encode(noise(3), ["relu4_2"])["relu4_2"]
        inside = (slice(None), slice(None), slice(4, 5), slice(4, 5))  # borders are padded differently
        assert torch.allclose(found[inside], seen[0].detach()[inside], rtol=0.2, atol=0.2)

    def test_balancing_changes_the_scale_of_channels_and_nothing_else(self) -> None:
        torch.manual_seed(1)
        state, samples = Learner(5).eval().folded(), noise(4, 2)
        balanced = export.balanced(state, samples)
        layers = [f"relu{block}_{part}" for block in (1, 2, 3, 4) for part in (1, 2)]
        before = LayeredEncoder(branch_steps(state, LEARNED, "relu")).encode(samples, layers)
        after = LayeredEncoder(branch_steps(balanced, LEARNED, "relu")).encode(samples, layers)
        for layer in layers:
            powers = [each[layer].square().mean((0, 2, 3)).sqrt() for each in (before, after)]
            alive = powers[0] > 0.1 * powers[0].median()
            assert torch.allclose(powers[1][alive], torch.ones(int(alive.sum())), atol=1e-3), layer
            scale = (powers[0] / powers[1].clamp(min=1e-9))[:, None, None]
            assert torch.allclose(after[layer] * scale, before[layer], atol=1e-3), layer

    def test_the_file_is_one_that_texnet_reads(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(export, "balancing_pictures", lambda: noise(5, 2))
        content = export.weights_file(Learner(5).eval().folded())
        assert {name: tuple(tensor.shape) for name, tensor in load(content).items()} == weight_shapes()
        assert len(content) < 2 * 1024 * 1024
        (tmp_path / "own.safetensors").write_bytes(content)
        encoder = TexNet().load(torch.device("cpu"), {"texnet": tmp_path / "own.safetensors"})
        assert set(encoder.encode(noise(6), ["relu4_2", "grain5", "pixels"])) == {"relu4_2", "grain5", "pixels"}

    @pytest.mark.slow
    def test_it_learns(self, pictures: list[np.ndarray]) -> None:
        reports: list[Progress] = []
        state = train(pictures, 60, 1, reports.append)
        assert reports[-1].recognised > 0.4  # 1 in 6 by chance
        assert set(state) == {name for name in weight_shapes() if name.startswith("conv")}


class TestJudges:
    def test_the_same_is_at_no_distance_and_noise_at_one(self) -> None:
        from deepartist.sources.samples import render

        picture = torch.from_numpy(render("cells", 5)).permute(2, 0, 1)[None, :, :128, :128]
        encoder = TexNet().load(torch.device("cpu"), {})
        assert judges.gram_distance(encoder, ["grain1", "relu2_2"], picture, picture) == 0
        assert judges.patch_distance(picture, picture) == 0
        assert judges.structure_kept(picture, picture) == pytest.approx(1, abs=1e-4)
        assert judges.edges_kept(picture, picture) == pytest.approx(1)
        flat = judges.colored_noise(picture)
        assert torch.allclose(flat.mean((2, 3)), picture.mean((2, 3)), atol=0.05)
        assert judges.patch_distance(flat, picture) > 0.01
        assert judges.structure_kept(flat, picture) < 0.3
        assert judges.edges_kept(flat, picture) < judges.edges_kept(picture + 0.05, picture)

    def test_patches_know_structure_from_its_parts_put_elsewhere(self) -> None:
        """Mirrored is the same texture; scrambled pixels have the same colours and are not."""
        picture = F.interpolate(noise(7, side=16), size=(96, 96), mode="bilinear")
        scrambled = picture.flatten(2)[:, :, torch.randperm(96 * 96, generator=torch.Generator().manual_seed(0))]
        distance = judges.patch_distance(scrambled.reshape(picture.shape), picture)
        assert judges.patch_distance(picture.mT, picture) < 0.5 * distance


class TestCommand:
    def test_nothing_to_learn_from(self, tmp_path: Path) -> None:
        Image.new("RGB", (50, 50)).save(tmp_path / "small.png")
        result = CliRunner().invoke(main, ["texnet", "train", str(tmp_path)])
        assert result.exit_code == 2
        assert "holds no pictures of at least 200 pixels a side" in result.output

    def test_a_damaged_picture(self, tmp_path: Path) -> None:
        (tmp_path / "cut.png").write_bytes(b"no picture")
        result = CliRunner().invoke(main, ["texnet", "train", str(tmp_path)])
        assert result.exit_code == 1
        assert "cut.png" in result.output
        assert "not a picture" in result.output

    def test_no_folder_for_the_weights(self, tmp_path: Path) -> None:
        result = CliRunner().invoke(main, ["texnet", "train", "-o", str(tmp_path / "none" / "w.safetensors")])
        assert result.exit_code == 2
        assert "does not exist" in result.output

    def test_weights_are_written_also_when_stopped(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        learned = Learner(3).eval().folded()

        def stopped(_pool: object, _steps: int, _seed: int, report: object, _device: str) -> None:
            report(Progress(200, 0.1, 9.0, 0.2, learned))  # type: ignore[operator]
            raise KeyboardInterrupt

        monkeypatch.setattr("deepartist.training.pool.draw_pool", lambda *_: [draw(1)])
        monkeypatch.setattr("deepartist.training.train.train", stopped)
        monkeypatch.setattr(export, "balancing_pictures", lambda: noise(5, 2))
        target = tmp_path / "own.safetensors"
        result = CliRunner().invoke(main, ["texnet", "train", "-o", str(target), "--device", "cpu"])
        assert result.exit_code == 0
        assert "stopped after 200 steps" in result.output
        TexNet().load(torch.device("cpu"), {"texnet": target})
