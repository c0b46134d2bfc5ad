"""The steps that ship with Staydown."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from staydown.base.records import BadRecord
from staydown.guidance.safety_plan.reading import FOLDER, load_steps, read_steps
from staydown.guidance.safety_plan.record import Step
from staydown.guidance.safety_plan.situation import Situation
from staydown.guidance.support.reading import load_support

FILES = sorted(FOLDER.glob("*.toml"))

#: What the plan must speak of, and the step that does.
TOPICS = {
    "camera covers": "camera-covers",
    "hidden cameras": "room-check",
    "device names": "device-names",
    "location metadata": "photo-location",
    "shared accounts": "shared-accounts",
    "privacy settings": "privacy-settings",
    "ephemeral messaging": "vanishing-messages",
    "repair": "device-repair",
    "resale": "device-resale",
    "VPN": "vpn-limits",
    "stalkerware": "spying-apps",
    "what not to change suddenly": "change-nothing-suddenly",
}
#: A promise that nobody can keep, blame, and words that call violence a kind of film.
FORBIDDEN = re.compile(
    r"will be removed|will be taken down|guarantee|you should have|your (own )?fault"
    r"|revenge porn|child porn|scandal|amateur|victim",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_step_can_be_read_and_says_why_and_what_may_go_wrong(path: Path) -> None:
    step = load_steps()[path.stem]
    assert step.because
    assert step.may_go_wrong
    assert not FORBIDDEN.search(path.read_text("utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_step_names_only_services_that_there_are(path: Path) -> None:
    assert set(load_steps()[path.stem].support) <= set(load_support())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_sentences_are_short(path: Path) -> None:
    step = load_steps()[path.stem]
    for line in (*step.do, step.because, step.may_go_wrong):
        for sentence in re.split(r"(?<=[.?!:]) ", line):
            assert len(sentence.split()) <= 32, sentence


@pytest.mark.parametrize(("topic", "step"), TOPICS.items())
def test_every_topic_has_a_step(topic: str, step: str) -> None:
    assert step in load_steps(), topic


def test_there_are_digital_and_physical_steps_for_every_situation() -> None:
    steps = load_steps().values()
    assert len(steps) >= 25
    assert {"digital", "physical", "people", "caution"} == {step.kind for step in steps}
    assert {one for step in steps for one in step.for_when} == set(Situation)


def test_nothing_tells_to_keep_a_picture_that_may_show_somebody_under_18() -> None:
    """What saves copies is left out for them, and stands behind the caution for everybody else."""
    for step in load_steps().values():
        if step.id.startswith(("evidence-before", "evidence-two")):
            assert Situation.UNDER_18 in step.not_when
            assert "under-18-copy-nothing" in step.first


def test_a_step_is_stale_ninety_days_after_it_was_checked() -> None:
    step = load_steps()["trackers"]
    assert not step.standing.is_stale(step.checked + timedelta(days=90))
    assert step.standing.is_stale(step.checked + timedelta(days=91))


def written(folder: Path, name: str, **changed: object) -> None:
    """Write a step as a file, with some of its keys set to other TOML values (None: left out)."""
    keys: dict[str, object] = {
        "id": f'"{name}"',
        "order": sum(name.encode()),
        "title": '"A step of a test"',
        "kind": '"digital"',
        "urgency": '"soon"',
        "do": '["Do something."]',
        "because": '"It helps."',
        "may_go_wrong": '"It may not help."',
        "checked": "2026-11-22",
        "confirmed": "true",
        "source": '"https://example.org/"',
    } | changed
    lines = [f"{key} = {value}" for key, value in keys.items() if value is not None]
    (folder / f"{name}.toml").write_text("\n".join(lines), "utf-8")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"unknown": "1"}, r"one\.toml: unknown"),
        ({"id": '"two"'}, r"one\.toml: id"),
        ({"title": None}, r"one\.toml: title"),
        ({"urgency": '"never"'}, r"one\.toml: urgency"),
        ({"for_when": '["motive"]'}, r"one\.toml: for_when"),
        ({"source": '""'}, r"names its source"),
        ({"source": '"ftp://example.org"'}, r"one\.toml: source"),
        ({"confirmed": "false"}, r"says why"),
        ({"first": '["one"]'}, r"before itself"),
        ({"first": '["other"]'}, r"no step other"),
        ({"do": "[]"}, r"one\.toml: do"),
        ({"order": '"first"'}, r"one\.toml: order"),
        ({"checked": '"2026-11-22"'}, r"one\.toml: checked"),
        ({"do": "["}, r"one\.toml is not valid TOML"),
    ],
)
def test_a_bad_step_names_its_file(
    tmp_path: Path, changed: dict[str, object], message: str
) -> None:
    written(tmp_path, "one", **changed)
    with pytest.raises(BadRecord, match=message):
        read_steps(tmp_path)


def test_two_steps_never_have_the_same_place(tmp_path: Path) -> None:
    written(tmp_path, "one", order=5)
    written(tmp_path, "two", order=5)
    with pytest.raises(BadRecord, match=r"two\.toml: order: one has the same"):
        read_steps(tmp_path)


def test_steps_never_wait_for_each_other(tmp_path: Path) -> None:
    written(tmp_path, "one", first='["two"]')
    written(tmp_path, "two", first='["one"]')
    with pytest.raises(BadRecord, match="before itself"):
        read_steps(tmp_path)


def test_a_caution_never_waits_for_something_to_do(tmp_path: Path) -> None:
    written(tmp_path, "one", kind='"caution"', first='["two"]')
    written(tmp_path, "two")
    with pytest.raises(BadRecord, match="a caution waits for cautions only"):
        read_steps(tmp_path)


def test_a_good_step_is_read(tmp_path: Path) -> None:
    written(tmp_path, "one", for_when='["watched"]', alerts="true")
    step = read_steps(tmp_path)["one"]
    assert isinstance(step, Step)
    assert step.for_when == (Situation.WATCHED,)
