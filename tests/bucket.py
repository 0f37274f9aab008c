"""A bucket to look into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class Remote:
    """The bucket as the server has it."""

    client: Any
    bucket: str = "gallery"

    def list(self) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return [each["Key"] for page in pages for each in page.get("Contents", ())]

    def get(self, key: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.get_object(Bucket=self.bucket, Key=key)
        return answer

    def text(self, key: str) -> bytes:
        content: bytes = self.get(key)["Body"].read()
        return content

    def put(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=key, Body=content)
