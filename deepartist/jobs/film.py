"""From finished frames to a film in the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, cast

from deepartist.plan import Plan
from deepartist.recipe import Resolved
from deepartist.recipe.contracts import ViewModel
from deepartist.recipe.films import Film, Moved, Survey, Sweep
from deepartist.recipe.terms import compositions
from deepartist.store import Record, Store, StoreError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    Picture = NDArray[np.uint8]

FILMS: tuple[Literal["mp4", "gif"], ...] = ("mp4", "gif")
FRAME = "frame-{:03}"
"""Role of a frame in the record of a film."""


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


def put_film(
    store: Store, film: Plan, facts: Mapping[str, Any], canvas: Callable[[Plan], Tensor] | None = None
) -> Record:
    """Encode a film from its paintings, which are in the store, and store it; `canvas` gives that of a painting.

    Raises StoreError for a damaged painting.
    """
    from deepartist import __version__
    from deepartist.finishing import encode

    resolved, records = film.resolved, [_record(store, frame) for frame in film.frames]
    made = cast(Film, resolved.film)
    if isinstance(made, Moved):
        assert canvas is not None
        pictures, labels = moved(canvas(film.frames[0]), resolved, made)
    else:
        pictures = same_size([_pixels(record) for record in records])
        labels = [frame.label for frame in resolved.frames]
    quality = resolved.recipe.output.quality
    recipe = resolved.canonical()
    passport = {"recipe": recipe, "key": film.key, "quality": film.quality, "made": f"DeepArtist {__version__}"}
    files, missing = _moving(pictures, labels, made, quality, passport)
    for index, picture in enumerate(pictures):
        files[FRAME.format(index)] = _file(encode(picture, "webp", quality, {}), ".webp", picture)
    return store.put(
        film.key,
        files,
        {
            "kind": "film",
            "recipe": recipe,
            "quality": film.quality,
            "film": {**made.shown(), "labels": labels},
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


File = tuple[bytes, str, int, int]


def _file(content: bytes, suffix: str, picture: Picture) -> File:
    return content, suffix, picture.shape[1], picture.shape[0]


def _moving(
    pictures: Sequence[Picture], labels: Sequence[str], made: Film, quality: int, passport: Mapping[str, Any]
) -> tuple[dict[str, File], str]:
    """The picture that stands for a film, and the film in each format; with a sentence where one cannot be written."""
    from deepartist.finishing import MissingCodec, contact_sheet, encode, encode_film, labelled

    survey = isinstance(made, Survey)
    front = contact_sheet(pictures, labels, made.columns_of()) if isinstance(made, Survey) else pictures[0]
    files, missing = {"webp": _file(encode(front, "webp", quality, passport), ".webp", front)}, ""
    moving = [labelled(picture, label) for picture, label in zip(pictures, labels, strict=True)] if survey else pictures
    shown, delay = played(moving, made)
    for role in FILMS:
        try:
            files[role] = _file(encode_film(shown, role, delay, quality, passport), f".{role}", shown[0])
        except MissingCodec as error:
            missing = str(error)
    return files, missing


def moved(canvas: Tensor, resolved: Resolved, film: Moved) -> tuple[list[Picture], list[str]]:
    """The frames of a canvas that moves below its last view through one period, and how far each one is."""
    found = compositions(resolved.terms(resolved.stages[-1])["view"])
    periodic, views = any(each.periodic for views in found for each in views), found[0]
    shares = [index / film.frames for index in range(film.frames)]
    if film.word == "rotate":
        from deepartist.finishing.turntable import period, turntable
        from deepartist.views.sphere import OnSphere

        ball = cast(OnSphere, views[-1])
        pictures = list(turntable(canvas.clamp(0, 1), ball, film.frames, periodic))
        return pictures, [f"{period(ball) * share:.0f}°" for share in shares]
    return [_seen(canvas, views, share, periodic) for share in shares], [f"{share:.0%}" for share in shares]


def _seen(canvas: Tensor, views: Sequence[ViewModel], share: float, periodic: bool) -> Picture:
    """A canvas through its views, the last of which has zoomed in by a share of its period."""
    from deepartist.painting.objective import viewed
    from deepartist.views.polar import Polar

    last = cast(Polar, views[-1])
    zoomed = last.model_copy(update={"phase": last.phase + share})
    picture = viewed(canvas, [*views[:-1], zoomed], periodic).clamp(0, 1)
    pixels: Picture = (picture[0].permute(1, 2, 0) * 255).round().byte().cpu().numpy()
    return pixels


def played(pictures: Sequence[Picture], film: Film) -> tuple[list[Picture], int]:
    """The frames in the order in which they are played, and how many milliseconds each is shown."""
    from deepartist.finishing import ping_pong

    frames = ping_pong(pictures) if isinstance(film, Sweep) and film.back else list(pictures)
    each = film.seconds if film.word == "survey" else film.seconds / len(pictures)
    return frames, round(1000 * each)


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
