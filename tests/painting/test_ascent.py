"""Dreaming steps: equal length, all octaves, no drift, and a subject that stays sharp."""

from __future__ import annotations

import torch

from deepartist.painting.ascent import Ascent, equalised


def test_steps_have_the_length_of_the_rate() -> None:
    x = torch.full((1, 3, 32, 32), 0.5)
    run = Ascent(rate=0.02, jitter=5).start(x, 3, True, {})
    weight = torch.rand(x.shape, generator=torch.Generator().manual_seed(0))
    run.step(lambda canvas: ((canvas * weight).sum(), weight))
    assert torch.isclose((run.picture - x).abs().mean(), torch.tensor(0.02), rtol=1e-4)


def test_the_hand_that_trembles_puts_the_gradient_back_in_its_place() -> None:
    """One bright point in the gradient moves with the canvas, so the canvas changes where the point is."""
    x = torch.zeros(1, 3, 33, 33)
    x[..., 16, 16] = 1

    def loss(canvas: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return -canvas.max(), -(canvas == canvas.max()).float()

    run = Ascent(rate=0.001, jitter=9, bands=1).start(x, 4, False, {})
    for _ in range(4):
        run.step(loss)
    change = (run.picture - x)[0, 0].abs()
    assert divmod(int(change.argmax()), 33) == (16, 16)


def test_every_band_has_its_say() -> None:
    """A strong slow wave and a faint fast one are equal afterwards."""
    t = torch.arange(64.0)
    slow, fast = torch.sin(t * 2 * torch.pi / 32), torch.sin(t * 2 * torch.pi / 4)
    gradient = (slow + 0.01 * fast).expand(1, 1, 64, 64).contiguous()
    spectrum = torch.fft.rfft(equalised(gradient, 4)[0, 0, 32]).abs()
    assert 5 * 0.01 < float(spectrum[16] / spectrum[2]) < 1


def test_it_is_repeatable() -> None:
    weight = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    pictures = []
    for _ in range(2):
        run = Ascent().start(torch.full((1, 3, 16, 16), 0.5), 3, True, {})
        for _ in range(3):
            run.step(lambda canvas: ((canvas * weight).sum(), weight))
        pictures.append(run.picture)
    assert torch.equal(*pictures)
