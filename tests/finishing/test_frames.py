"""What is done to frames before they become a film."""

from __future__ import annotations

import numpy as np
import pytest

from deepartist.finishing import closes, held, ping_pong


def flat(*levels: int) -> list[np.ndarray]:
    return [np.full((4, 6, 3), level, np.uint8) for level in levels]


def test_there_and_back() -> None:
    assert ping_pong([1, 2, 3, 4]) == [1, 2, 3, 4, 3, 2]
    assert ping_pong([1, 2]) == [1, 2]
    assert ping_pong("a") == ["a"]


def test_holding_the_ends() -> None:
    assert held(4, 40, first=500, last=1000) == [540, 40, 40, 1040]
    assert held(1, 40, first=500, last=1000) == [1540]
    assert held(0, 40) == []


def test_whether_a_loop_closes() -> None:
    waves = [np.full((4, 4, 3), 128 + round(100 * np.sin(2 * np.pi * k / 12)), np.uint8) for k in range(12)]
    assert 0.5 < closes(waves) < 2
    assert closes(flat(0, 10, 20, 30)) == pytest.approx(3)
    assert closes(flat(0, 10, 20, 0)) == 0
    assert closes(flat(5, 5, 5)) == 1
    assert closes(flat(5, 5, 5, 5, 9)) == float("inf")
    with pytest.raises(ValueError, match="three frames"):
        closes(flat(0, 1))
