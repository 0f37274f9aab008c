"""Types of the fixtures of this folder."""

from __future__ import annotations

from collections.abc import Callable

from deepartist.recipe import Resolved

Read = Callable[[str], Resolved]
Key = Callable[[str], str]
Wrong = Callable[[str], list[str]]
