"""Pictures of the last build that this one needs again.

Every build empties the site and copies everything anew. For hundreds of pictures that takes as long as all the rest, so
they wait in a hidden folder of the site, which MkDocs leaves alone, and are moved back one by one where they are asked
for. They are named by the sha256 of their bytes: one of the same name and size is the same.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

from mkdocs_deepartist.figure import SITE_FOLDER

FOLDER = ".deepartist-kept"
_HASHED = re.compile(r"[0-9a-f]{20}\.")
"""Of a style sheet the same size says nothing."""


class Kept:
    """The pictures that lay in a site before it was emptied."""

    def __init__(self, site: Path, *, take: bool) -> None:
        """With `take` the site's pictures are put aside; else nothing is kept."""
        self._folder = site / FOLDER
        self._names: set[str] = set()
        if not take:
            return
        with suppress(OSError):  # where they cannot be moved, they are copied again
            pictures = site / SITE_FOLDER
            if pictures.is_dir() and not pictures.is_symlink():
                shutil.rmtree(self._folder, ignore_errors=True)
                pictures.rename(self._folder)
            names = os.listdir(self._folder)  # noqa: PTH208 - names are all that is needed
            self._names = set(filter(_HASHED.match, names))

    def give_back(self, source: str | bytes, target: str) -> bool:
        """Move the file that is to be at `target` there, if it was kept and is as long as the file or text `source`."""
        name = os.path.basename(target)  # noqa: PTH119 - a thousand times
        if name not in self._names:
            return False
        self._names.discard(name)
        kept = f"{self._folder}/{name}"
        try:
            size = len(source) if isinstance(source, bytes) else os.stat(source).st_size  # noqa: PTH116
            if os.stat(kept).st_size != size:  # noqa: PTH116
                return False
            os.replace(kept, target)  # noqa: PTH105
        except FileNotFoundError:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):
                os.replace(kept, target)  # noqa: PTH105
                return True
            return False
        except OSError:
            return False
        return True

    def drop(self) -> None:
        """What was not asked for goes."""
        self._names.clear()
        shutil.rmtree(self._folder, ignore_errors=True)
