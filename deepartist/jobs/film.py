"""From finished frames to a film in the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from deepartist.plan import Plan
from deepartist.recipe import Resolved
from deepartist.recipe.fields import MAX_WEBP
from deepartist.recipe.films import Film, Moved, Progress, Survey, Sweep, Through
from deepartist.recipe.model import Output
from deepartist.recipe.terms import compositions
from deepartist.store import Record, Store, StoreError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    Picture = NDArray[np.uint8]

FRAME = "frame-{:03}"
"""Role of a frame in the record of a film."""
SMOOTH = 4
"""Frames that are played for each painting of a zoom through several."""


def in_order(film: Plan) -> Iterator[tuple[int, Plan]]:
    """The frames in an order in which they can be painted: what one begins between comes before it."""
    done: set[int] = set()

    def due(index: int) -> Iterator[int]:
        if index not in done:
            done.add(index)
            for other in film.resolved.frames[index].between or ():
                yield from due(other)
            yield index

    for index in range(len(film.frames)):
        for each in due(index):
            yield each, film.frames[each]


@dataclass(frozen=True)
class Shots:
    """The pictures of a film, each with its label."""

    pictures: Sequence[Picture]
    labels: Sequence[str]
    played: Sequence[Picture] = ()
    """What is played instead of them, where that is more."""

    def within(self, longest: int) -> Shots:
        """With no side longer than so many pixels: frames that are more than WebP can hold are made smaller."""
        from deepartist.finishing import within

        pictures, played = ([within(each, longest) for each in shown] for shown in (self.pictures, self.played))
        return Shots(pictures, self.labels, played)


def put_film(store: Store, film: Plan, facts: Mapping[str, Any], shots: Shots) -> Record:
    """Encode a film, whose paintings are in the store, and store it. Raises StoreError for a damaged painting."""
    from deepartist import __version__
    from deepartist.finishing import encode

    resolved, records = film.resolved, [_record(store, frame) for frame in film.frames]
    made, shots = cast(Film, resolved.film), shots.within(MAX_WEBP)
    output = resolved.recipe.output
    recipe = resolved.canonical()
    passport = {"recipe": recipe, "key": film.key, "quality": film.quality, "made": f"DeepArtist {__version__}"}
    files, missing = _moving(shots, made, output, passport)
    for index, picture in enumerate(shots.pictures):
        files[FRAME.format(index)] = _file(encode(picture, "webp", output.quality, {}), ".webp", picture)
    return store.put(
        film.key,
        files,
        {
            "kind": "film",
            "recipe": recipe,
            "quality": film.quality,
            "film": {**made.shown(), "labels": list(shots.labels)},
            "frames": [frame.key for frame in film.frames],
            "inputs": inputs_of(film),
            "stages": [],
            "seconds": round(sum(record.data.get("seconds") or 0 for record in records), 2),
            "losses": [],
            "cut": next((cut for record in records if (cut := record.data.get("cut"))), ""),
            "missing": missing,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            **facts,
        },
    )


def painted(store: Store, film: Plan) -> Shots:
    """The paintings themselves. Raises StoreError."""
    pictures = same_size([_pixels(_record(store, frame)) for frame in film.frames])
    return Shots(pictures, [frame.label for frame in film.resolved.frames])


File = tuple[bytes, str, int, int]


def _file(content: bytes, suffix: str, picture: Picture) -> File:
    return content, suffix, picture.shape[1], picture.shape[0]


def _moving(shots: Shots, made: Film, output: Output, passport: Mapping[str, Any]) -> tuple[dict[str, File], str]:
    """The picture that stands for a film, and the film in each format; with a sentence where one cannot be written."""
    from deepartist.finishing import FILM_FORMATS, MissingCodec, contact_sheet, encode, encode_film, labelled, within

    pictures, labels = shots.pictures, shots.labels
    front, moving = pictures[0], shots.played or pictures
    if isinstance(made, Survey):
        front = within(contact_sheet(pictures, labels, made.columns_of()), MAX_WEBP)
        moving = [labelled(picture, label, beside=labels) for picture, label in zip(pictures, labels, strict=True)]
    elif isinstance(made, Progress):
        front = pictures[-1]
    formats = {"webp", *output.format} if isinstance(made, Survey) else {"webp"}
    files, missing = {}, ""
    for role in sorted(formats, reverse=True):
        files[role] = _file(encode(front, role, output.quality, passport), f".{role}", front)
    shown, delays = played(moving, made)
    for role in FILM_FORMATS:
        try:
            files[role] = _file(encode_film(shown, role, delays, output.quality, passport), f".{role}", shown[0])
        except MissingCodec as error:
            missing = str(error)
    return files, missing


def moved(canvas: Tensor, resolved: Resolved, film: Moved) -> Shots:
    """The frames of a canvas that moves below its last view through one period, and how far each one is."""
    from deepartist.finishing.turntable import disc, turntable
    from deepartist.painting.objective import viewed
    from deepartist.views.base import View
    from deepartist.views.sphere import OnSphere

    found = compositions(resolved.terms(resolved.stages[-1])["view"])
    periodic, (*views, last) = any(each.periodic for views in found for each in views), found[0]
    shares = [index / film.frames for index in range(film.frames)]
    labels = [f"{last.period * share:.0f}°" if last.period else f"{share:.0%}" for share in shares]
    if isinstance(last, OnSphere):
        return Shots(list(turntable(canvas.clamp(0, 1), last, film.frames, periodic)), labels)
    below = viewed(canvas, views, periodic)
    if last.period:
        return Shots(list(disc(below, cast(View, last), film.frames, periodic)), labels)
    frames = [cast(View, last).moving(below, periodic, share) for share in shares]
    return Shots([pixels_of(frame.clamp(0, 1)) for frame in frames], labels)


def between(shots: Shots, film: Through) -> Shots:
    """With what lies between the paintings of a zoom, so that it is smooth: the next one appears in the middle."""
    import torch

    from deepartist.painting.nested import BORDER, nested, scaled

    tensors = [torch.tensor(picture).permute(2, 0, 1)[None] / 255 for picture in shots.pictures]
    frames = []
    for here, there in zip(tensors, [*tensors[1:], tensors[0]], strict=True):
        for part in range(SMOOTH):
            at = part / SMOOTH
            grown, share = film.enlarged**at, film.enlarged ** (at - 1)
            inside = nested(here, there, grown, share, BORDER * (1 - at))
            frames.append(pixels_of((scaled(here, grown) * (1 - at) + inside * at).clamp(0, 1)))
    return Shots(shots.pictures, shots.labels, frames)


def pixels_of(picture: Tensor) -> Picture:
    """``(1, 3, H, W)`` in 0..1 as ``(H, W, 3)`` of 8 bits."""
    pixels: Picture = (picture[0].permute(1, 2, 0) * 255).round().byte().cpu().numpy()
    return pixels


def played(pictures: Sequence[Picture], film: Film) -> tuple[list[Picture], list[int]]:
    """The frames in the order in which they are played, and how many milliseconds each is shown."""
    from deepartist.finishing import held, ping_pong

    each = film.seconds if isinstance(film, Survey) else film.seconds / len(pictures)
    ends = round(1000 * film.hold) if isinstance(film, Sweep | Progress) else 0
    delays = held(len(pictures), round(1000 * each), 0 if isinstance(film, Progress) else ends, ends)
    there_and_back = isinstance(film, Sweep) and film.back
    return (ping_pong(pictures), ping_pong(delays)) if there_and_back else (list(pictures), delays)


def same_size(pictures: Sequence[Picture]) -> list[Picture]:
    """All as large as the largest, so that a survey of sizes compares like with like; of other shapes with a border."""
    import numpy as np
    from PIL import Image, ImageOps

    width, height = (max(picture.shape[axis] for picture in pictures) for axis in (1, 0))
    return [
        picture
        if picture.shape[:2] == (height, width)
        else np.asarray(ImageOps.pad(Image.fromarray(picture), (width, height), Image.Resampling.LANCZOS, (32, 32, 32)))
        for picture in pictures
    ]


def inputs_of(task: Plan) -> list[dict[str, Any]]:
    """What a record says of the pictures that a recipe names."""
    resolved: Resolved = task.resolved
    return [
        {"reference": name, **image.key, "width": image.width, "height": image.height}
        for name, image in resolved.images.items()
    ]


def _record(store: Store, frame: Plan) -> Record:
    record = store.get(frame.key)
    if record is None:
        raise StoreError(f"a frame of this film is damaged in {store.root}: build again")
    return record


def _pixels(record: Record) -> Picture:
    """From the lossless picture where there is one. Raises StoreError."""
    import io

    import numpy as np
    from PIL import Image

    content = record.content("png" if "png" in record.outputs else "webp")
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGB"))
