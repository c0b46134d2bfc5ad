"""The video benchmark, on videos of a few seconds."""

from pathlib import Path

import pytest

from benchmarks.video_edits import EDITS
from benchmarks.video_recall import BY_PDQ, Judged, Results, interval, recall, table
from tests.media.videos import scenes, video

SHORT = [edit for edit in EDITS if edit.name in {"mirrored", "clip of 5 s, letterboxed"}]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two videos of six seconds."""
    folder = tmp_path_factory.mktemp("sources")
    paths = []
    for number in range(2):
        path = folder / f"source-{number}.mp4"
        path.write_bytes(video(scenes(20 * number, 6, 8), rate=8))
        paths.append(path)
    return paths


def test_copies_are_found_and_others_are_not(sources: list[Path], tmp_path: Path) -> None:
    """And a second run finds everything done, but for a line that was cut off."""
    file = tmp_path / "results.jsonl"
    results = Results.load(file)
    recall(sources, None, results, SHORT)
    copies = [one for one in results.judged if one.edit in {edit.name for edit in SHORT}]
    assert len(copies) == 4
    assert all(one.found and one.placed and not one.wrong for one in results.judged)
    assert all(one.unrelated == 1 and one.method == BY_PDQ for one in copies)
    assert len(results.judged) > 4  # stills
    text = file.read_text("utf-8")
    file.write_text(text + '{"source": "cut', "utf-8")
    again = Results.load(file)
    recall(sources, None, again, SHORT)
    assert again.judged == results.judged
    assert file.read_text("utf-8") == text


def test_the_table_counts() -> None:
    """What was found, what was missed, what was wrong."""
    judged = [
        Judged("a", "scaled", BY_PDQ, True, True, 9, ()),
        Judged("b", "scaled", BY_PDQ, False, False, 9, ("c: 1 frame",)),
    ]
    text = table(judged)
    assert "| scaled | 1 of 2 | 50.0% |" in text
    assert "Unrelated pairs: 18; matched: 1." in text
    assert "- wrong: b: scaled in c: 1 frame" in text
    assert "- missed: b: scaled" in text


@pytest.mark.parametrize(("found", "tried"), [(0, 0), (0, 5), (5, 5), (95, 100)])
def test_an_interval_holds_its_share(found: int, tried: int) -> None:
    """And lies between 0 and 1."""
    low, high = interval(found, tried)
    assert 0 <= low <= found / max(1, tried) + 1e-9
    assert found / max(1, tried) - 1e-9 <= high <= 1
