"""From finished frames to a film in the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from deepartist.plan import Plan
from deepartist.recipe import Resolved
from deepartist.recipe.films import Film, Sweep
from deepartist.store import Record, Store, StoreError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

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


def put_film(store: Store, film: Plan, facts: Mapping[str, Any]) -> Record:
    """Encode a film from its frames, which are in the store, and store it. Raises StoreError for a damaged frame."""
    from deepartist import __version__
    from deepartist.finishing import MissingCodec, contact_sheet, encode, encode_film, labelled

    resolved, records = film.resolved, [_record(store, frame) for frame in film.frames]
    pictures = same_size([_pixels(record) for record in records])
    labels, quality = [frame.label for frame in resolved.frames], resolved.recipe.output.quality
    made = cast(Film, resolved.film)
    recipe = resolved.canonical()
    passport = {"recipe": recipe, "key": film.key, "quality": film.quality, "made": f"DeepArtist {__version__}"}
    files: dict[str, tuple[bytes, str, int, int]] = {}

    def keep(role: str, content: bytes, suffix: str, picture: Picture) -> None:
        files[role] = (content, suffix, picture.shape[1], picture.shape[0])

    survey = made.word == "survey"
    front = contact_sheet(pictures, labels, made.shown()["columns"]) if survey else pictures[0]
    keep("webp", encode(front, "webp", quality, passport), ".webp", front)
    moving = [labelled(picture, label) for picture, label in zip(pictures, labels, strict=True)] if survey else pictures
    shown, delay = played(moving, made)
    missing = ""
    for role in ("mp4", "gif"):
        try:
            keep(role, encode_film(shown, cast(Any, role), delay, quality, passport), f".{role}", shown[0])
        except MissingCodec as error:
            missing = str(error)
    for index, picture in enumerate(pictures):
        keep(FRAME.format(index), encode(picture, "webp", quality, {}), ".webp", picture)
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
