"""The pictures that are found in one file, as tests ask for them."""

import numpy as np
from PIL import Image

from staydown.base.vocabulary import Turn
from staydown.fingerprint.face_tasks import SeenFaces, see_faces
from staydown.fingerprint.pdq import pdq
from staydown.fingerprint.picture_tasks import Part, see_whole
from staydown.media.form import Form
from staydown.media.worker import PictureWorker


def seen(worker: PictureWorker, data: bytes) -> tuple[Part, SeenFaces]:
    """The first picture of a file, and the others."""
    with worker.open(data, Form.QUICK_COLOUR) as file:
        return see_whole(file), see_faces(file)


def distance(part: Part, picture: Image.Image) -> int:
    """How far a picture of a file is from another picture."""
    return part.turns[Turn.NONE].distance(pdq(np.asarray(picture.convert("RGB"))))
