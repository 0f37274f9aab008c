"""What happens to a painted picture: finish steps, then encoding, with the recipe inside the file.

Importing this registers the steps; none of it imports torch.
"""

from __future__ import annotations

from deepartist.finishing.base import Finish, Pictures, finished
from deepartist.finishing.encode import as_png, encode, read_passport, within
from deepartist.finishing.film import FILM_FORMATS, FilmFormat, encode_film
from deepartist.finishing.frames import closes, held, ping_pong
from deepartist.finishing.label import Label, labelled
from deepartist.finishing.recolor import Recolor
from deepartist.finishing.repeat import Repeat
from deepartist.finishing.sheet import contact_sheet
from deepartist.finishing.smooth import Smooth
from deepartist.finishing.stereogram import Stereogram
from deepartist.finishing.turntable import turntable
from deepartist.finishing.video import MissingCodec

__all__ = [
    "FILM_FORMATS",
    "FilmFormat",
    "Finish",
    "Label",
    "MissingCodec",
    "Pictures",
    "Recolor",
    "Repeat",
    "Smooth",
    "Stereogram",
    "as_png",
    "closes",
    "contact_sheet",
    "encode",
    "encode_film",
    "finished",
    "held",
    "labelled",
    "ping_pong",
    "read_passport",
    "turntable",
    "within",
]
