"""A decoder process that is closed in does all that one could do before, and loads nothing for it.

Anything left to be loaded, compiled or opened at the first file of some kind would fail there, so
these go through every format, every form and every search.
"""

import ast
import io
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import staydown.fingerprint
from staydown.fingerprint.model import find_model
from staydown.fingerprint.picture_tasks import copy_look
from staydown.fingerprint.registry import picture_worker
from staydown.fingerprint.video import fingerprint_video
from staydown.fingerprint.video_tasks import video_look
from staydown.fingerprint.views.warp import warp
from staydown.media.decode import decode
from staydown.media.form import Form
from staydown.media.limits import Limits
from staydown.media.worker import PictureWorker
from tests.fingerprint import in_child
from tests.fingerprint.pictures import CONTENTS, RGB, photograph
from tests.fingerprint.views.test_search import EDITS
from tests.media.files import STORED
from tests.media.test_odd_films import WHOLE
from tests.media.videos import KINDS, scenes, video

FORMS = [Form.FULL, Form.QUICK_GREY, Form.QUICK_COLOUR]
ROOT = Path(staydown.fingerprint.__file__).parent


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    with picture_worker(model=find_model()) as running:
        running.run(b"", in_child.loaded, Form.FILE)  # it starts again, with that module
        yield running


def png(pixels: RGB) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def tilted(degrees: float) -> RGB:
    """Turned by a few degrees, with black wedges at the corners."""
    picture = Image.fromarray(photograph("coffee", 480, 360))
    return np.asarray(picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True))


def seen_at_an_angle() -> RGB:
    """A bright screen in a dark room, and a picture on it."""
    page = np.full((480, 640, 3), 25, dtype=np.uint8)
    screen = np.full((300, 400, 3), 235, dtype=np.uint8)
    screen[40:260, 50:350] = photograph("rocket", 300, 220)
    inverse = ((-0.35, -0.3), (1.3, -0.42), (1.22, 1.35), (-0.28, 1.28))
    corners = tuple((x * 400, y * 300) for x, y in inverse)
    drawn = warp(screen, corners, 640, 480)  # type: ignore[arg-type]  # four of them
    inside = drawn.max(axis=2) > 0
    page[inside] = drawn[inside]
    return page


def edited(edit: Callable[[RGB], tuple[RGB, object]]) -> RGB:
    """A photograph with something round it."""
    return edit(photograph("coffee", 640, 480))[0]


def odd_shapes() -> Iterator[RGB]:
    """From nothing to speak of to very long."""
    for width, height in ((1, 1), (4, 900), (64, 64), (97, 31), (19, 20), (1200, 40)):
        yield CONTENTS["blobs"](max(width, 2), max(height, 2))[:height, :width]


MADE: dict[str, Callable[[], RGB]] = {
    "tilted": lambda: tilted(7.0),
    "tilted the other way": lambda: tilted(-3.2),
    "at an angle": seen_at_an_angle,
    **{name: partial(draw, 240, 160) for name, draw in CONTENTS.items()},
    **{edit.__name__: partial(edited, edit) for edit in EDITS},
}


@pytest.mark.parametrize("stored", sorted(STORED))
def test_every_format_comes_out_as_it_does_in_the_open(worker: PictureWorker, stored: str) -> None:
    """In every form that it is decoded in."""
    data = STORED[stored][0](CONTENTS["coffee"](240, 160))
    for form in FORMS if "jpeg" in stored else [Form.FULL]:  # others have no quicker way
        here = in_child.looks(decode(data, Limits(), form).pixels)
        assert worker.run(data, in_child.looks, form) == here


@pytest.mark.parametrize("name", sorted(MADE))
def test_every_search_comes_out_as_it_does_in_the_open(worker: PictureWorker, name: str) -> None:
    """Tilted pictures, screens at an angle, stories, collages, noise."""
    pixels = MADE[name]()
    assert worker.run(png(pixels), in_child.looks) == in_child.looks(pixels)


def test_odd_shapes_come_out_as_they_do_in_the_open(worker: PictureWorker) -> None:
    for pixels in odd_shapes():
        assert worker.run(png(pixels), in_child.looks) == in_child.looks(pixels)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_video_comes_out_as_it_does_in_the_open(
    worker: PictureWorker, kind: str, tmp_path: Path
) -> None:
    """Handed over as an open file, with copy codes."""
    model = find_model()
    path = tmp_path / "film"
    path.write_bytes(video(scenes(0, 2, 10), kind))
    with path.open("rb") as file:
        here = video_look(file, model=str(model), views=True, part=0)
    assert isinstance(here, dict)
    with worker.open_path(path) as opened:
        assert opened.run(video_look, model=str(model), views=True, part=0) == here
    with worker.open_path(path) as opened:
        assert fingerprint_video(opened, model).frames


@pytest.mark.parametrize("name", ["MPEG-TS", "FLV", "Windows Media", "Ogg Theora"])
def test_films_of_other_kinds_come_out_as_they_do_in_the_open(
    worker: PictureWorker, name: str
) -> None:
    """Their readers and decoders ask for nothing more either."""
    data = WHOLE[name]()
    here = video_look(io.BytesIO(data), model=None, views=True, part=0)
    with worker.open(data, Form.FILE) as opened:
        assert opened.run(video_look, model=None, views=True, part=0) == here


def test_copy_codes_come_out_as_they_do_in_the_open(worker: PictureWorker) -> None:
    """Grey, colour, large, tiny, turned: the network was read before."""
    model = str(find_model())
    places = [{"region": None, "turn": turn} for turn in ("none", "mirrored_90", "turned_180")]
    for pixels in (photograph("coffee", 900, 700), CONTENTS["screen"](30, 400), *odd_shapes()):
        for form in FORMS:
            here = copy_look(decode(png(pixels), Limits(), form).pixels, model, places)
            with worker.open(png(pixels), form) as file:
                assert file.run(copy_look, model=model, places=places) == here


def test_nothing_is_loaded_or_compiled_after_the_first_file_has_come(
    worker: PictureWorker, tmp_path: Path
) -> None:
    """The same modules, and the same machine code, after files of every kind."""

    def known() -> list[object]:
        tasks = (in_child.loaded, in_child.compiled)
        return [worker.run(b"", task, Form.FILE) for task in tasks]

    before = known()
    for name, (store, _, _) in STORED.items():
        worker.run(store(CONTENTS["screen"](120, 90)), in_child.looks)
        assert known() == before, name
    path = tmp_path / "film"
    for kind in KINDS:
        path.write_bytes(video(scenes(0, 1, 4), kind))
        with worker.open_path(path) as opened:
            fingerprint_video(opened)
        assert known() == before, kind


def test_every_kernel_that_is_called_from_outside_is_compiled_beforehand(
    worker: PictureWorker,
) -> None:
    """Each has met its kind of arguments before the process is closed in; the others are part of
    these."""
    compiled = worker.run(b"", in_child.compiled, Form.FILE)
    assert isinstance(compiled, dict)
    outside = set(called_from_outside())
    assert len(outside) > 20
    assert {name for name in outside if not compiled[name]} == set()


def called_from_outside() -> Iterator[str]:
    """The kernels that code which is none names, as ``module.name``."""
    trees = {path: ast.parse(path.read_text()) for path in ROOT.rglob("*.py")}
    homes = {name: module_of(path) for path, tree in trees.items() for name in kernels_of(tree)}
    for path, tree in trees.items():
        local = set(kernels_of(tree))
        imported = {
            alias.name
            for node in tree.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if homes.get(alias.name) == node.module
        }
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not is_kernel(node):
                for part in ast.walk(node):
                    if isinstance(part, ast.Name) and part.id in local | imported:
                        home = module_of(path) if part.id in local else homes[part.id]
                        yield f"{home}.{part.id}"


def module_of(path: Path) -> str:
    return ".".join(("staydown.fingerprint", *path.relative_to(ROOT).with_suffix("").parts))


def kernels_of(tree: ast.Module) -> list[str]:
    return [
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and is_kernel(node)
    ]


def is_kernel(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(mark, ast.Name) and mark.id == "kernel" for mark in node.decorator_list
    )


def test_the_pictures_of_these_tests_are_what_they_say() -> None:
    """The slanted searches find something in them, so that their kernels were really called."""
    from staydown.base.vocabulary import Cut
    from staydown.fingerprint.views.search import find

    cuts = {region.cut for name in ("tilted", "at an angle") for region in find(MADE[name]())}
    assert Cut.LEVELLED in cuts
    assert Cut.SQUARED in cuts
