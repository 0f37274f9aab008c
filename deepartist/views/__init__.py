"""Views: maps between the canvas and what the network sees. Importing this registers them without torch."""

from __future__ import annotations

from deepartist.views.base import View
from deepartist.views.hyperbolic import Hyperbolic
from deepartist.views.kaleidoscope import Kaleidoscope
from deepartist.views.polar import Polar
from deepartist.views.retile import Retile
from deepartist.views.rotate import Rotate
from deepartist.views.sheet import Sheet
from deepartist.views.shift import Shift
from deepartist.views.solids import Icosa, Octa, Tetra
from deepartist.views.sphere import Sphere
from deepartist.views.tunnel import Tunnel
from deepartist.views.whirlpool import Whirlpool
from deepartist.views.wrap import Wrap

__all__ = [
    "Hyperbolic",
    "Icosa",
    "Kaleidoscope",
    "Octa",
    "Polar",
    "Retile",
    "Rotate",
    "Sheet",
    "Shift",
    "Sphere",
    "Tetra",
    "Tunnel",
    "View",
    "Whirlpool",
    "Wrap",
]
