"""Views: maps between the canvas and what the network sees. Importing this registers them without torch."""

from __future__ import annotations

from deepartist.views.base import View
from deepartist.views.kaleidoscope import Kaleidoscope
from deepartist.views.wrap import Wrap

__all__ = ["Kaleidoscope", "View", "Wrap"]
