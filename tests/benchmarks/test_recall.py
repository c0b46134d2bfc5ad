"""Which uploads are asked about, and how answers are kept."""

import json
from pathlib import Path

import pytest

from benchmarks.corpus import Role, of_role, read_manifest
from benchmarks.edits import EDITS
from benchmarks.recall.queries import uploads
from benchmarks.recall.record import Asked, Record
from staydown.base.canonical import JSONValue
from staydown.fingerprint.picture_tasks import copy_look, first_look
from staydown.media.worker import PictureWorker


@pytest.mark.parametrize("sample", [1, 7, 40])
def test_a_sample_sees_many_pictures_and_each_once_per_edit(sample: int) -> None:
    """Copies: the sample for every edit, no picture twice in one; few samples repeat a picture."""
    copies = [one for one in uploads(read_manifest(), sample) if one.truth]
    assert len(copies) == sample * len(EDITS)
    assert len({one.name for one in copies}) == len(copies)
    assert len({one.truth for one in copies}) >= min(300, len(copies))


def test_strangers_are_many_and_never_listed() -> None:
    """At least 1,000 strangers, each another file, none made of a listed picture."""
    packages = read_manifest()
    listed = {one.sha256 for one in of_role(packages, Role.LISTED)}
    strangers = [one for one in uploads(packages, 40) if not one.truth]
    assert len({one.name for one in strangers}) == len(strangers) >= 1000
    assert not listed & {one.source.sha256 for one in strangers}


def _nobody() -> PictureWorker:
    raise AssertionError("everything that is asked is known")


def test_what_is_known_is_not_asked_again(tmp_path: Path) -> None:
    """Answers come back from the record with the time that they took; codes one by one."""
    places: list[JSONValue] = [{"region": None, "turn": "none"}, {"region": None, "turn": "x"}]
    keys = ["code " + json.dumps(place, sort_keys=True) for place in places]
    record = Record(tmp_path / "deep" / "record.jsonl")
    record.keep("a", {"first_look": ({"quality": 3}, 5.0), keys[0]: ("0", 2.0), keys[1]: ("1", 1)})
    again = Record(tmp_path / "deep" / "record.jsonl")
    file = Asked(again.answers("a"), bytes, _nobody)
    assert file.run(first_look) == {"quality": 3}
    assert file.run(copy_look, model="m", places=places[::-1]) == ["1", "0"]
    assert (file.spent, file.misses, len(again)) == (8.0, 0, 1)
