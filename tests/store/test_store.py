"""The store: a result is whole or is not there, whatever happens while it is written."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from deepartist.store import Store, StoreError

KEY = "ab" + "0" * 62
FILES = {"png": (b"picture", ".png", 4, 3), "webp": (b"other", ".webp", 4, 3)}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


def names(store: Store) -> list[str]:
    return sorted(path.name for path in store.root.rglob("*") if path.is_file())


def test_what_is_put_is_found(store: Store) -> None:
    assert store.get(KEY) is None
    assert not store.root.exists()
    put = store.put(KEY, FILES, {"seconds": 1.5, "device": "cpu", "title": "für"})
    got = store.get(KEY)
    assert got is not None
    assert got.data == put.data
    assert got.data["title"] == "für"
    assert got.path("png").read_bytes() == b"picture"
    output = got.outputs["webp"]
    assert (output.role, output.bytes, output.width, output.height) == ("webp", 5, 4, 3)
    assert output.name == f"{output.sha256[:32]}.webp"
    assert list(store.keys()) == [KEY]
    assert store.size() == sum(path.stat().st_size for path in store.folder(KEY).iterdir())


def test_nothing_temporary_stays(store: Store) -> None:
    store.put(KEY, FILES, {})
    store.put(KEY, FILES, {"again": True})
    assert not [name for name in names(store) if name.startswith(".")]
    assert len(names(store)) == 3


@pytest.mark.parametrize(
    "damage",
    [
        lambda record: record.path("png").unlink(),
        lambda record: record.path("png").write_bytes(b"pict"),
        lambda record: record.path("png").write_bytes(b""),
        lambda record: (record.folder / "record.json").write_text("{"),
        lambda record: (record.folder / "record.json").write_text("[]"),
        lambda record: (record.folder / "record.json").write_text("null"),
        lambda record: (record.folder / "record.json").write_bytes(b"\xff\xfe"),
        lambda record: (record.folder / "record.json").unlink(),
    ],
)
def test_what_is_damaged_is_not_a_hit_and_can_be_put_again(damage: Any, store: Store) -> None:
    damage(store.put(KEY, FILES, {}))
    assert store.get(KEY) is None
    store.put(KEY, FILES, {})
    assert store.get(KEY) is not None


@pytest.mark.parametrize(
    ("word", "value"),
    [("version", 99), ("key", "cd"), ("outputs", None), ("outputs", [{"role": "png"}]), ("outputs", {"png": 1})],
)
def test_a_record_of_something_else_is_not_a_hit(word: str, value: Any, store: Store) -> None:
    path = store.put(KEY, FILES, {}).folder / "record.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), word: value}))
    assert store.get(KEY) is None


@pytest.mark.parametrize("call", range(6))
def test_a_full_disk_leaves_nothing_half_written(call: int, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full at the n-th write: three files, each of them synced after it was written."""
    calls = iter(range(99))

    def full(descriptor: int) -> None:
        if next(calls) == call % 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def full_when_opened(self: Path, *args: Any, **kwargs: Any) -> Any:
        if args[:1] == ("wb",) and next(calls) == call % 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return opened(self, *args, **kwargs)

    opened = Path.open
    with monkeypatch.context() as patch:
        if call < 3:
            patch.setattr(os, "fsync", full)
        else:
            patch.setattr(Path, "open", full_when_opened)
        with pytest.raises(StoreError, match=r"cannot be stored in .*: No space left on device"):
            store.put(KEY, FILES, {})
    assert store.get(KEY) is None
    assert not [name for name in names(store) if name.startswith(".")]
    assert "record.json" not in names(store)
    store.put(KEY, FILES, {})
    assert store.get(KEY) is not None


def test_a_full_disk_keeps_the_result_that_was_there(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(KEY, FILES, {"seconds": 1})

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError):
        store.put(KEY, {"png": (b"new", ".png", 4, 3)}, {"seconds": 2})
    got = store.get(KEY)
    assert got is not None
    assert got.data["seconds"] == 1


def test_a_kill_before_the_record_leaves_no_hit(store: Store) -> None:
    """Killed outright: nothing gets the chance to tidy up."""
    code = (
        "import os, sys; from pathlib import Path; from deepartist.store import Store\n"
        "replace = Path.replace\n"
        "def killed(self, target):\n"
        "    os._exit(9) if target.name == 'record.json' else replace(self, target)\n"
        "Path.replace = killed\n"
        f"Store(Path(sys.argv[1])).put({KEY!r}, {FILES!r}, {{}})\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(store.root)], check=False).returncode == 9
    assert store.get(KEY) is None
    assert list(store.keys()) == []
    store.put(KEY, FILES, {})
    assert store.get(KEY) is not None


def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    """A file stands where the folder should be: nobody may write there, not even root."""
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "cache")
    with pytest.raises(StoreError, match=r"^the cache folder .* cannot be written: Not a directory$"):
        store.check_writable()
    with pytest.raises(StoreError, match=r"^the result cannot be stored in .*: Not a directory$"):
        store.put(KEY, FILES, {})
    with pytest.raises(StoreError, match=r"cannot be written: Not a directory$"), store.lock(KEY):
        pass
    assert store.get(KEY) is None
    assert list(store.keys()) == []


def test_a_read_only_cache_can_be_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(KEY, FILES, {})

    def denied(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "write_bytes", denied)
    monkeypatch.setattr(Path, "mkdir", denied)
    assert store.get(KEY) is not None
    with pytest.raises(StoreError, match=r"Read-only file system"):
        store.check_writable()


HOLDER = """
import sys, time
from pathlib import Path
from deepartist.store import Store
with Store(Path(sys.argv[1])).lock(sys.argv[2]):
    print("held", flush=True)
    sys.stdin.readline()
"""


def holder(store: Store) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store.root), KEY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_waits_for_the_lock(store: Store) -> None:
    first = holder(store)
    second = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store.root), KEY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    time.sleep(0.6)
    assert second.poll() is None
    first.communicate("\n")
    out, _ = second.communicate("\n", timeout=20)
    assert out == "held\n"


def test_a_dead_process_holds_no_lock(store: Store) -> None:
    process = holder(store)
    process.kill()
    process.communicate()
    since = time.monotonic()
    with store.lock(KEY):
        assert time.monotonic() - since < 5


def test_locks_are_no_results(store: Store) -> None:
    with store.lock(KEY):
        assert list(store.keys()) == []


def test_two_processes_may_put_the_same_result(store: Store) -> None:
    code = (
        "import sys; from pathlib import Path; from deepartist.store import Store\n"
        f"for n in range(60): Store(Path(sys.argv[1])).put({KEY!r}, {FILES!r}, {{'n': n}}); "
        f"assert Store(Path(sys.argv[1])).get({KEY!r})\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, str(store.root)]) for _ in range(2)]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert len(names(store)) == 3
