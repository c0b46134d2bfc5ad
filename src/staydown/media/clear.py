"""Whether anything of a picture can be seen through. Runs only in the child process."""

from PIL import Image

_OPAQUE = 255


def seen_through(image: Image.Image) -> bool:
    """Say whether a loaded picture has transparent parts, and not merely room for them.

    True also where only a closer look would tell. Most programs save screenshots with room for
    transparency and none in them.
    """
    if not image.has_transparency_data or image.mode.startswith("I"):
        return False
    if image.mode in {"RGBA", "LA", "PA"}:
        least, _ = image.getchannel("A").getextrema()
        return not isinstance(least, tuple) and least < _OPAQUE
    clear = image.info.get("transparency")
    if image.mode == "P" and clear is not None:
        used = image.histogram()
        levels = {clear: 0} if isinstance(clear, int) else dict(enumerate(clear))
        return any(
            level < _OPAQUE and used[index] for index, level in levels.items() if index < 256
        )
    return True
