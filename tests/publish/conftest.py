"""A site and a real server that speaks the protocol of S3."""

from __future__ import annotations

from pathlib import Path

import pytest
from buckets import Project, Remote


@pytest.fixture(autouse=True)
def _only_these(credentials: None) -> None:
    """Whatever a test does, it does with these credentials."""


@pytest.fixture
def project(tmp_path: Path, endpoint: str, remote: Remote, monkeypatch: pytest.MonkeyPatch) -> Project:
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.chdir(root)
    return Project(root, endpoint)
