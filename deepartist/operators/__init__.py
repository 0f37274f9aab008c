"""Operators: what is matched, enhanced or smoothed. Importing this registers them; none of it imports torch."""

from __future__ import annotations

from deepartist.operators.base import Operator
from deepartist.operators.bn_stats import BnStats
from deepartist.operators.channel import Channel
from deepartist.operators.content import Content
from deepartist.operators.contextual import Contextual
from deepartist.operators.covariance import Covariance
from deepartist.operators.cross_gram import CrossGram
from deepartist.operators.direction import Direction
from deepartist.operators.diversity import Diversity
from deepartist.operators.flow import Flow
from deepartist.operators.gram import Gram
from deepartist.operators.gram_enhance import GramEnhance
from deepartist.operators.guided import Guided
from deepartist.operators.histogram import Histogram
from deepartist.operators.laplacian import Laplacian
from deepartist.operators.mean import Mean
from deepartist.operators.moments import Moments
from deepartist.operators.nearest import Nearest
from deepartist.operators.palette import Palette
from deepartist.operators.patch_mrf import PatchMrf
from deepartist.operators.patch_swd import PatchSwd
from deepartist.operators.power import Power
from deepartist.operators.range import Range
from deepartist.operators.relaxed_emd import RelaxedEmd
from deepartist.operators.self_similarity import SelfSimilarity
from deepartist.operators.shifted_gram import ShiftedGram
from deepartist.operators.sliced import Sliced
from deepartist.operators.tv import TotalVariation
from deepartist.operators.w2 import W2

__all__ = [
    "W2",
    "BnStats",
    "Channel",
    "Content",
    "Contextual",
    "Covariance",
    "CrossGram",
    "Direction",
    "Diversity",
    "Flow",
    "Gram",
    "GramEnhance",
    "Guided",
    "Histogram",
    "Laplacian",
    "Mean",
    "Moments",
    "Nearest",
    "Operator",
    "Palette",
    "PatchMrf",
    "PatchSwd",
    "Power",
    "Range",
    "RelaxedEmd",
    "SelfSimilarity",
    "ShiftedGram",
    "Sliced",
    "TotalVariation",
]
