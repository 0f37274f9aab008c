"""How much memory a stage takes and how much there is, so that it is painted in tiles that fit."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from deepartist.painting import memory
from deepartist.painting.whole import Taken, Whole, _counted, taken
from deepartist.pipelines import TexNet
from deepartist.recipe import InputError
from deepartist.recipe.parts import parts

CPU = torch.device("cpu")


def with_memory(monkeypatch: pytest.MonkeyPatch, count: float) -> None:
    monkeypatch.setattr(memory, "available", lambda device: int(count))
    monkeypatch.setattr(memory, "ALWAYS_FITS", 0)


def demand(**changed: object) -> memory.Demand:
    usual = {"size": (1024, 1024), "views": 1, "held": 8, "layers": ["relu3_1"], "halo": 32, "whole": 0.0}
    usual |= {"terms": (), "reference": 0.0}
    return memory.Demand(**{**usual, **changed})  # type: ignore[arg-type]


def whole(name: str, channels: int, side: int = 1024, masked: bool = False, **changed: object) -> Whole:
    """An operator that looks at one map, or at a second one of half the size as well."""
    operator = parts("operator")[name](**changed)
    maps = [(2, channels, side, side), (2, channels, side // 2, side // 2)]
    several = operator.joint or operator.least_layers > 1  # type: ignore[attr-defined]
    return Whole(operator, ("a", "b")[: 1 + several], tuple(maps[: 1 + several]), masked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gigabytes", "changed", "side"),
    [
        (64, {}, None),
        (0.6, {}, 512),
        (0.5, {}, 384),
        (0.6, {"held": 14}, 384),
        (0.6, {"whole": 6.0}, 384),
        (0.6, {"reference": 4e7}, 384),
        (1.45, {}, None),
        (1.45, {"terms": [whole("histogram", 3)]}, 768),
        (0.6, {"terms": [whole("histogram", 3)]}, 512),  # it and the tiles come one after the other
        (0.6, {"terms": [whole("content", 3)] * 3}, 384),  # what they hold adds up
        (0.6, {"halo": 128}, 256),
        (1.2, {"views": 2}, 512),
    ],
)
def test_less_memory_means_smaller_tiles(
    gigabytes: float, changed: dict[str, object], side: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_memory(monkeypatch, gigabytes * 1e9)
    monkeypatch.setattr(memory, "kept_per_pixel", lambda *_: 400.0)
    assert memory.tile_side(TexNet().load(CPU, {}), demand(**changed), CPU) == side


def test_a_term_that_fits_in_no_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    with_memory(monkeypatch, 0.6e9)
    monkeypatch.setattr(memory, "kept_per_pixel", lambda *_: 400.0)
    with pytest.raises(InputError, match=r"1024×1024 pixels take about 0\.7 GB of memory and 0\.5 GB are free"):
        memory.tile_side(TexNet().load(CPU, {}), demand(terms=[whole("histogram", 8)]), CPU)


@pytest.mark.parametrize("name", sorted(parts("operator")))
def test_every_operator_can_be_measured(name: str) -> None:
    """And takes at least the gradient of its maps, for each value."""
    one = whole(name, 3 if parts("operator")[name].on_pixels else 8, 256)  # type: ignore[attr-defined]
    held, peak = _counted(one)
    assert 0 <= held <= 5 * 4 * one.values
    assert 4 * one.values <= peak
    assert taken(one) == Taken(held, peak)
    assert taken(replace(one, masked=True)) == Taken(held, peak + 8 * one.values)


@pytest.mark.parametrize(("name", "held", "peak"), [("content", 2, 24), ("histogram", 2, 32), ("palette", 0, 40)])
def test_what_a_term_takes(name: str, held: float, peak: float) -> None:
    """Bytes for each value of two pictures; the reference is one."""
    one = whole(name, 3)
    found = taken(one)
    assert found.held / one.values == pytest.approx(held, abs=0.1)
    assert found.peak / one.values == pytest.approx(peak, rel=0.02)


def test_what_a_term_takes_is_measured_without_computing_it() -> None:
    """A table of 16 million places by 2048."""
    one = whole("guided", 8, 4096)
    begun = time.perf_counter()
    assert taken(one).peak > 2 * 4096**2 * 2048 * 4
    assert time.perf_counter() - begun < 10


def test_operators_that_look_at_values_are_reckoned_with(monkeypatch: pytest.MonkeyPatch) -> None:
    one = whole("tv", 3, 65)
    monkeypatch.setattr(type(one.operator), "loss", lambda self, features, target: features * features.mean().item())
    assert taken(one) == Taken(4 * one.values, 40 * one.values)


@pytest.mark.parametrize(
    ("own", "files", "left"),
    [
        (
            "0::/",
            {"memory.max": "5000", "memory.current": "3000", "memory.stat": "anon 9\ninactive_file 400\n"},
            [2400],
        ),
        ("0::/", {"memory.max": "max", "memory.current": "3000", "memory.stat": "anon 9\n"}, []),
        ("0::/", {}, []),
        ("0::/a/b", {"a/memory.max": "50", "a/memory.current": "60", "a/memory.stat": ""}, [0]),
        (
            "5:cpuset:/x\n4:memory:/out/of/sight\n0::/",
            {
                "memory/memory.limit_in_bytes": "900",
                "memory/memory.usage_in_bytes": "500",
                "memory/memory.stat": "inactive_file 1\ntotal_inactive_file 20",
            },
            [420],
        ),
    ],
)
def test_limits_of_control_groups(own: str, files: dict[str, str], left: list[int], tmp_path: Path) -> None:
    (tmp_path / "own").write_text(own)
    for name, text in files.items():
        path = tmp_path / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert list(memory.left_by_groups(tmp_path / "cgroup", tmp_path / "own")) == left
    assert list(memory.left_by_groups(tmp_path / "cgroup", tmp_path / "none")) == []


def test_the_smallest_limit_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "left_by_groups", lambda *_: iter([3000, 2000]))
    assert memory.available(CPU) == 2000
    monkeypatch.setattr(memory, "left_by_groups", lambda *_: iter(()))
    assert memory.available(CPU) > 10_000_000
