"""One picture inside another."""

import torch

from deepartist.painting.nested import nested, scaled


def ramp(size: int) -> torch.Tensor:
    """Level grows from the left edge, 0, to the right one, 1."""
    return ((torch.arange(size) + 0.5) / size).expand(1, 3, size, size)


def test_the_inner_picture_lies_in_the_middle() -> None:
    outer, inner = torch.zeros(1, 3, 40, 40), torch.ones(1, 3, 40, 40)
    found = nested(outer, inner, 1, 0.5, border=0.2)[0, 0]
    assert found[:10].max() == found[:, :10].max() == found[30:].max() == 0
    assert found[13:27, 13:27].min() > 0.999
    assert 0.1 < found[20, 11] < 0.9  # its border is soft
    assert torch.allclose(found, found.flip(0))
    assert torch.allclose(found, found.T)


def test_the_outer_one_is_enlarged_about_its_middle() -> None:
    found = nested(ramp(64), torch.zeros(1, 3, 64, 64), 2, 0.1)[0, 0, 2]
    assert torch.allclose(found, (ramp(64)[0, 0, 0] - 0.5) / 2 + 0.5, atol=2e-3)


def test_shrunk_and_whole() -> None:
    assert torch.allclose(scaled(ramp(32), 1), ramp(32), atol=1e-6)
    small = scaled(ramp(64), 0.5)[0, 0, 32]
    assert abs(float(small[16]) - 1 / 64) < 0.02
    assert abs(float(small[31]) - 31 / 64) < 0.02
