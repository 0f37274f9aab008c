"""Image files and samples as pixels: everything is decoded to 8- or 16-bit sRGB, flattened, turned upright."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepartist.recipe.inputs import ImageInput, InputError, readable_formats

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image


def load_picture(image: ImageInput, size: tuple[int, int] | None = None) -> NDArray[np.float32]:
    """The pixels of an input as ``(height, width, 3)`` float32 in 0..1, sRGB-encoded.

    `size` is (width, height) to resample to (Lanczos, antialiased), None for the picture's own. Raises InputError for
    a file that cannot be decoded.
    """
    import numpy as np

    native = _native(image)
    if size is None or size == (native.shape[1], native.shape[0]):
        return native
    return np.clip(resized(native, size), 0, 1)


def resized(pixels: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Antialiased Lanczos resampling of ``(H, W, 3)`` to (width, height), in float, channel by channel; not clamped."""
    import numpy as np
    from PIL import Image

    channels = [
        np.asarray(Image.fromarray(np.ascontiguousarray(pixels[..., band])).resize(size, Image.Resampling.LANCZOS))
        for band in range(3)
    ]
    return np.stack(channels, -1)


@lru_cache(maxsize=8)
def _native(image: ImageInput) -> NDArray[np.float32]:
    import numpy as np
    from PIL import Image

    if image.path is None:
        from deepartist.sources.samples import render

        identity = dict(image.identity)
        return np.ascontiguousarray(render(identity["part"], identity["seed"]), dtype=np.float32)
    if image.path.suffix == ".safetensors":
        return _canvas(image.path, image.reference)
    Image.MAX_IMAGE_PIXELS = None  # sizes were checked when the recipe was read
    try:
        with Image.open(image.path, formats=readable_formats()) as opened:
            return _decoded(opened)
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f'"{image.reference}" cannot be decoded: {error}') from None


def _canvas(path: Path, reference: str) -> NDArray[np.float32]:
    """The canvas that a stage has left, ``(1, 3, H, W)`` in its file."""
    import numpy as np
    from safetensors.numpy import load_file

    try:
        canvas = load_file(path)["canvas"]
    except Exception as error:
        raise InputError(f'"{reference}" cannot be read: {error}') from None
    return np.ascontiguousarray(np.clip(canvas[0].transpose(1, 2, 0), 0, 1), dtype=np.float32)


def _decoded(opened: Image.Image) -> NDArray[np.float32]:
    """EXIF orientation, first frame, ICC to sRGB, alpha over white, palettes, gray, CMYK and 16 bit."""
    import numpy as np
    from PIL import Image, ImageOps

    picture = ImageOps.exif_transpose(opened)
    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture, dtype=np.float32)
        # Gray of more than 8 bits: 16 where it is whole numbers; floats come as 0..1 or as 0..255.
        top = np.float32(65535 if picture.mode[0] == "I" else 255 if values.max(initial=0) > 1 else 1)
        return np.repeat(np.clip(values / top, 0, 1)[..., None], 3, -1)
    if picture.mode == "P" or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    alpha = picture.getchannel("A") if "A" in picture.getbands() else None
    if picture.mode == "LA":
        picture = picture.convert("L")
    picture = _to_srgb(picture, opened.info.get("icc_profile"))
    if alpha is not None:
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=alpha)
        picture = white
    return np.asarray(picture, dtype=np.float32) / np.float32(255)


def _to_srgb(picture: Image.Image, profile: Any) -> Image.Image:
    """Colours from the embedded profile to sRGB; a damaged profile is ignored, as browsers do."""
    from PIL import ImageCms

    if profile and picture.mode in ("RGB", "RGBA", "L", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if picture.mode == "RGBA":
                picture = picture.convert("RGB")
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return picture.convert("RGB")
