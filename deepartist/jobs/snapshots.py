"""Pictures of a painting while it is painted, for a film of its progress. Imports torch.

Those of one stage are a result of their own in the store. A painting that is there without them is painted again for
them, from the first stage that lacks them, and stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from safetensors.torch import load_file, save

from deepartist.painting.painter import Painter, Step, resized, shown
from deepartist.plan import Plan
from deepartist.store import Store, StoreError


class Snapshots:
    """Those of one film: of the stages of its only frame."""

    def __init__(self, store: Store, film: Plan, facts: Mapping[str, Any]) -> None:
        self.store, self.film, self.facts = store, film, facts
        self.taken: list[torch.Tensor] = []
        """Of the stage that is painted, ``(3, H, W)`` of 8 bits."""

    def lacking(self, again: bool) -> frozenset[str]:
        """The stages that have to be painted for them: from the first one that lacks them."""
        tasks = self.film.snapshots
        first = next((index for index, each in enumerate(tasks) if again or not self.store.get(each.key)), len(tasks))
        return frozenset(each.stage.key for each in tasks[first:])

    def take(self, step: Step, painter: Painter) -> None:
        """Look at the canvas after a step, if this is one to look after."""
        task, (painting,) = self.film.snapshots[step.stage], self.film.frames
        if step.step == 1:
            self.taken = [self._seen(painter.blank(painting), step)] if task.steps[:1] == (0,) else []
        if step.step in task.steps:
            self.taken.append(self._seen(step.canvas, step))
        if step.step == step.steps:
            self._put(step)

    def _seen(self, canvas: torch.Tensor, step: Step) -> torch.Tensor:
        (painting,) = self.film.frames
        return (shown(painting.resolved, painting.stages[step.stage].stage, canvas)[0] * 255).round().byte().cpu()

    def _put(self, step: Step) -> None:
        task = self.film.snapshots[step.stage]
        height, width = step.canvas.shape[-2:]
        tensors = {f"{number}": each.contiguous() for number, each in zip(task.steps, self.taken, strict=True)}
        files = {"pictures": (save(tensors), ".safetensors", width, height)}
        self.store.put(task.key, files, {"kind": "snapshots", **self.facts})

    def pictures(self, device: torch.device) -> tuple[list[torch.Tensor], list[str]]:
        """All of them at the size of the finished painting, ``(1, 3, H, W)`` in 0..1, and what they are called.

        Raises StoreError.
        """
        found, labels = [], []
        (painting,) = self.film.frames
        for number, task in enumerate(self.film.snapshots, start=1):
            record = self.store.get(task.key)
            if record is None:
                raise StoreError(f"a picture of this film is damaged in {self.store.root}: build again")
            pictures = load_file(record.path("pictures"))
            for step in task.steps:
                picture = pictures[f"{step}"][None].to(device) / 255
                same = picture.shape[-2:] == (painting.size[1], painting.size[0])
                found.append(picture if same else resized(picture, painting.size).clamp(0, 1))
                stage = f"stage {number}, " if len(painting.stages) > 1 else ""
                labels.append(f"{stage}step {step}" if step else "the beginning")
        return found, labels
