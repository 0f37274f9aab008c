"""Files that nobody ever sees half of."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from deepartist.store.copying import copy_whole, whole


def test_a_file_appears_when_it_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "deep/er/file.txt"
    with whole(target) as temporary:
        temporary.write_text("half")
        assert not target.exists()
        assert temporary.parent == target.parent
        temporary.write_text("whole")
    assert target.read_text() == "whole"
    assert list(target.parent.iterdir()) == [target]


def test_what_fails_changes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "file.txt"
    target.write_text("before")
    with contextlib.suppress(RuntimeError), whole(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    with pytest.raises(FileNotFoundError):
        copy_whole(tmp_path / "nothing", target)
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]
