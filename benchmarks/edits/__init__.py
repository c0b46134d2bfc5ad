"""What people do to a picture before they pass it on: named, seeded edits in families.

Each edit draws its strength, colours, surroundings, fonts and the quality and size of the last JPEG
anew for every picture, so that no two are alike; the same seed gives the same bytes again (with the
same versions of Pillow and NumPy). Surroundings are pictures that are never listed.
"""

import io
from dataclasses import dataclass

from PIL import Image

from benchmarks.edits import camera, marks, mix, place, screens, surround, tone
from benchmarks.edits.kit import Change, Kit, Props

#: The families in the order of the tables. Each edit is there by the name of its function.
FAMILIES: dict[str, tuple[Change, ...]] = {
    "encode": (tone.jpeg_low, tone.jpeg_many, tone.webp_low, tone.palette, tone.chat_app),
    "colour": (
        tone.brightness, tone.contrast, tone.gamma, tone.saturation,
        tone.grey, tone.white_balance, tone.tint, tone.app_filter,
    ),
    "resize": (tone.thumbnail, tone.shrunk, tone.enlarged, tone.squeezed),
    "mirror and turn": (
        place.mirrored, place.flipped, place.turned_90,
        place.turned_180, place.turned_270, place.mirrored_turned,
    ),
    "tilt": (place.tilted_inside, place.tilted_wedges, place.tilted_cropped),
    "crop": (
        place.crop_light, place.crop_half, place.crop_one_side, place.crop_shape,
        place.crop_zoomed,
    ),
    "deep crop": (place.crop_deep,),
    "border and story": (
        surround.border_solid, surround.letterbox, surround.polaroid, surround.double_border,
        surround.border_gradient, surround.rounded_shadow, surround.story_blurred,
        surround.story_plain,
    ),
    "screenshot": (
        screens.phone_gallery, screens.phone_chat, screens.phone_feed, screens.web_page,
        screens.photo_viewer, screens.video_player,
    ),
    "collage and paste": (
        surround.collage_row, surround.collage_grid, surround.collage_uneven, surround.pasted,
        surround.pasted_small,
    ),
    "caption and overlay": (
        marks.meme, marks.caption_bar, marks.caption_strip, marks.watermark_tiled,
        marks.signature, marks.stickers, marks.doodle, marks.censored, marks.logo_corner,
    ),
    "blur and noise": (
        tone.blur, tone.motion_blur, tone.grain, tone.specks, tone.sharpened, tone.median,
        tone.pixelated,
    ),
    "photo of a screen": (
        camera.photographed_screen, camera.photographed_phone, camera.photographed_print,
        camera.photographed_close,
    ),
    "two together": (
        mix.mirrored_caption, mix.crop_filter, mix.story_screenshot, mix.crop_border, mix.any_two,
    ),
    "three together": (mix.crop_mirror_caption, mix.meme_screenshot_crop, mix.any_three),
    "four together": (mix.any_four, mix.passed_around),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edit:
    """A named edit of a family."""

    name: str
    family: str
    change: Change

    def apply(self, picture: Image.Image, seed: str, props: Props) -> bytes:
        """Return the file that somebody would upload: edited, resized, encoded at random."""
        kit = Kit(f"{seed}/{self.name}", props)
        original = shared(picture, kit)
        return finished(self.change(original, kit), kit)


EDITS: tuple[Edit, ...] = tuple(
    Edit(change.__name__, family, change)
    for family, changes in FAMILIES.items()
    for change in changes
)


def shared(picture: Image.Image, kit: Kit) -> Image.Image:
    """Return the picture at a size in which people have it: 800 to 1,600 pixels at most."""
    longest = kit.randint(800, 1600)
    made = picture.copy()
    made.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return made


def finished(picture: Image.Image, kit: Kit) -> bytes:
    """Encode as the last program in the chain would: mostly JPEG, any quality and size."""
    if kit.chance(0.4) and max(picture.size) > 700:
        longest = kit.randint(600, max(picture.size))
        picture = picture.copy()
        picture.thumbnail((longest, longest), Image.Resampling.BICUBIC)
    store = io.BytesIO()
    pick = kit.random()
    picture = picture.convert("RGB")
    if pick < 0.82:
        picture.save(store, "JPEG", quality=kit.randint(60, 95), subsampling=kit.choice((0, 2)))
    elif pick < 0.94:
        picture.save(store, "WEBP", quality=kit.randint(50, 90))
    else:
        picture.save(store, "PNG")
    return store.getvalue()
