"""Operators: what is matched, enhanced or smoothed. Importing this registers them; none of it imports torch."""

from __future__ import annotations

from deepartist.operators.base import Operator
from deepartist.operators.channel import Channel
from deepartist.operators.content import Content
from deepartist.operators.covariance import Covariance
from deepartist.operators.flow import Flow
from deepartist.operators.gram import Gram
from deepartist.operators.laplacian import Laplacian
from deepartist.operators.mean import Mean
from deepartist.operators.moments import Moments
from deepartist.operators.palette import Palette
from deepartist.operators.power import Power
from deepartist.operators.tv import TotalVariation

__all__ = [
    "Channel",
    "Content",
    "Covariance",
    "Flow",
    "Gram",
    "Laplacian",
    "Mean",
    "Moments",
    "Operator",
    "Palette",
    "Power",
    "TotalVariation",
]
