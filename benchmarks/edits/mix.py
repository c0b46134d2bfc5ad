"""Several edits one after another, as they happen when a picture is passed around."""

from collections.abc import Sequence

from PIL import Image

from benchmarks.edits import marks, place, screens, surround, tone
from benchmarks.edits.kit import Change, Kit

#: What happens to a picture, in the order in which it happens. A mix takes one of several rows.
_STEPS: tuple[tuple[Change, ...], ...] = (
    (tone.app_filter, tone.grey, tone.brightness, tone.saturation, tone.gamma),
    (place.crop_light, place.crop_one_side, place.crop_half, place.crop_shape),
    (place.mirrored, place.any_turn),
    (marks.meme, marks.caption_strip, marks.stickers, marks.signature, marks.watermark_tiled,
     marks.doodle),
    (tone.blur, tone.grain, tone.jpeg_many, tone.sharpened),
    (surround.border_solid, surround.story_blurred, surround.letterbox, surround.story_plain,
     surround.collage_row, surround.pasted),
    (screens.phone_gallery, screens.phone_chat, screens.phone_feed, screens.web_page,
     screens.photo_viewer),
    (tone.jpeg_low, tone.shrunk, tone.chat_app, tone.webp_low),
)  # fmt: skip


def _chain(picture: Image.Image, kit: Kit, changes: Sequence[Change]) -> Image.Image:
    for change in changes:
        picture = change(picture, kit)
    return picture


def _any(picture: Image.Image, kit: Kit, count: int) -> Image.Image:
    rows = sorted(kit.sample(range(len(_STEPS)), count))
    return _chain(picture, kit, [kit.choice(_STEPS[row]) for row in rows])


def mirrored_caption(picture: Image.Image, kit: Kit) -> Image.Image:
    """Mirrored, then text on top."""
    caption = kit.choice((marks.meme, marks.caption_strip, marks.caption_bar))
    return _chain(picture, kit, (place.mirrored, caption))


def crop_filter(picture: Image.Image, kit: Kit) -> Image.Image:
    """Cropped and filtered."""
    return _chain(picture, kit, (place.crop_half, tone.app_filter))


def story_screenshot(picture: Image.Image, kit: Kit) -> Image.Image:
    """A story frame seen on a phone."""
    story = kit.choice((surround.story_blurred, surround.story_plain))
    return _chain(picture, kit, (story, screens.phone_gallery))


def crop_border(picture: Image.Image, kit: Kit) -> Image.Image:
    """Cropped, then a border."""
    border = kit.choice((surround.border_solid, surround.letterbox, surround.polaroid))
    return _chain(picture, kit, (kit.choice((place.crop_light, place.crop_half)), border))


def any_two(picture: Image.Image, kit: Kit) -> Image.Image:
    """Any two steps."""
    return _any(picture, kit, 2)


def crop_mirror_caption(picture: Image.Image, kit: Kit) -> Image.Image:
    """Cropped, mirrored, text on top."""
    return _chain(picture, kit, (place.crop_light, place.mirrored, marks.meme))


def meme_screenshot_crop(picture: Image.Image, kit: Kit) -> Image.Image:
    """Text on top, a phone's screen, and that cropped by hand and not well."""
    screen = kit.choice((screens.phone_chat, screens.phone_gallery, screens.phone_feed))
    return _chain(picture, kit, (marks.meme, screen, place.crop_light))


def any_three(picture: Image.Image, kit: Kit) -> Image.Image:
    """Any three steps."""
    return _any(picture, kit, 3)


def any_four(picture: Image.Image, kit: Kit) -> Image.Image:
    """Any four steps."""
    return _any(picture, kit, 4)


def passed_around(picture: Image.Image, kit: Kit) -> Image.Image:
    """Cropped, a sticker or a mark, a screenshot, a poor JPEG."""
    mark = kit.choice((marks.stickers, marks.signature, marks.doodle))
    screen = kit.choice((screens.phone_chat, screens.phone_gallery, screens.photo_viewer))
    return _chain(picture, kit, (place.crop_light, mark, screen, tone.jpeg_low))
