"""The index on disk: quick to open, never believed against the rows."""

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from staydown.base.quietlog import QuietFormatter
from staydown.base.vocabulary import EntryState
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.sealing import SealBroken, Sealer
from staydown.index import snapshot
from staydown.index.errors import FolderRefused
from staydown.index.folder import Folder
from staydown.matching.matcher import Indexes, Matcher
from staydown.review import api
from staydown.review.entries import saving
from staydown.review.models import BankEntry, Head, IndexMark
from tests.matching.evidence import query
from tests.review.support import Desk, copy_code, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]


class Kept:
    """A desk whose index is kept in a folder, over several starts."""

    def __init__(self, desk: Desk, bank: BankSimulator) -> None:
        self.desk, self.bank = desk, bank
        self.path = desk.folder / "index"
        self.running: list[api.LiveMatcher] = []
        self.number = desk.add(bank)

    def start(self, sealer: Sealer | None = None) -> api.LiveMatcher:
        """Start a process on the folder."""
        folder = api.IndexFolder(self.path, self.desk.clock)
        live = api.LiveMatcher(sealer or self.desk.sealer, folder=folder)
        self.running.append(live)
        return live

    def stop(self) -> None:
        """End every process, with nothing saved."""
        while self.running:
            self.running.pop().close()

    def saved(self) -> None:
        """Read the bank to its end, and save an index of that."""
        self.desk.follow(self.number)
        live = self.start()
        live.refresh()
        assert live.save()
        self.stop()


@pytest.fixture
def kept(desk: Desk, bank: BankSimulator) -> Iterator[Kept]:
    """Follows a bank with two pictures."""
    for flipped in (0, 100):
        bank.put(pdq(flipped), picture=f"p{flipped}")
        bank.put(copy_code(flipped), picture=f"p{flipped}")
    running = Kept(desk, bank)
    yield running
    running.stop()


def distances(matcher: Matcher) -> list[tuple[int, bool]]:
    """What is found of the first picture: how far off, and whether it has a copy code."""
    found = matcher.evidence([query(pdq(3)), query(copy_code(5))])
    return [(one.distance, one.copy_listed) for one in found]


def taken_in(live: api.LiveMatcher) -> int:
    """How many rows a start had to read."""
    live.refresh()
    return live.unsaved


def test_a_start_reads_only_what_is_newer_than_the_index(kept: Kept) -> None:
    """What was listed and withdrawn meanwhile counts too."""
    kept.saved()
    live = kept.start()
    assert taken_in(live) == 0
    assert distances(live.refresh()) == [(3, True), (5, True), (95, True)]
    assert len(live.refresh()) == 4
    kept.stop()
    (entry,) = BankEntry.objects.filter(kind="pdq", picture="p0").values_list("entry_id", flat=True)
    kept.bank.change(entry, EntryState.WITHDRAWN)
    kept.bank.put(pdq(7))
    kept.desk.follow(kept.number)
    live = kept.start()
    assert taken_in(live) == 2
    assert distances(live.refresh())[0] == (4, False)


def test_an_index_that_was_tampered_with_is_made_anew(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says so, and the answers are right."""
    kept.saved()
    for file in kept.path.glob("pdq.manifest"):
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    live = kept.start()
    assert taken_in(live) == 4
    assert "made anew" in caplog.text
    assert distances(live.refresh())[0] == (3, True)
    assert live.save()
    kept.stop()
    assert taken_in(kept.start()) == 0


def test_a_database_restored_from_an_older_copy_is_found_out(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    """Also when it has grown past the index since: the copy doesn't know its mark."""
    kept.saved()
    IndexMark.objects.all().delete()
    Head.objects.update(change=1000)
    live = kept.start()
    assert taken_in(live) == 4
    assert "restored from an older copy" in caplog.text


def test_a_database_put_back_while_the_desk_runs_is_read_again(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    """What the copy doesn't hold is not found any more, and nothing is saved on top."""
    kept.saved()
    live = kept.start()
    live.refresh()
    BankEntry.objects.filter(picture="p0").delete()
    BankEntry.objects.update(change=1)
    Head.objects.update(change=0)
    assert distances(live.refresh()) == []
    Head.objects.update(change=1)
    assert len(live.refresh()) == 2
    assert not live.save()
    assert "restart the desk" in caplog.text


@pytest.mark.parametrize("started_from_disk", [True, False])
def test_an_index_of_rows_that_were_put_back_is_never_saved(
    kept: Kept, caplog: pytest.LogCaptureFixture, *, started_from_disk: bool
) -> None:
    """Also when the database has grown past the index since: a new mark would make it believed."""
    kept.saved()
    if not started_from_disk:
        for file in kept.path.iterdir():
            file.unlink()
    live = kept.start()
    live.refresh()
    assert live.save()
    IndexMark.objects.all().delete()
    other = kept.desk.sealer.seal(pdq(200))
    BankEntry.objects.filter(picture="p0", kind="pdq").update(sealed=other)
    Head.objects.update(change=1000)
    live.refresh()
    assert not live.save()
    assert "restart the desk" in caplog.text
    assert distances(live.refresh()) == [(5, True), (95, True)]
    assert len(live.refresh()) == 4
    kept.stop()
    assert taken_in(kept.start()) == 4


def test_two_that_start_on_a_damaged_index_both_find_everything(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one finds the files locked just when it would remove them."""
    kept.saved()
    (kept.path / "pdq.manifest").write_bytes(b"damaged")
    first = Folder(kept.path, "pdq", create=False)
    discard = snapshot.discard

    def second_comes_late(path: Path, name: str) -> None:
        first.lock()
        discard(path, name)

    monkeypatch.setattr(snapshot, "discard", second_comes_late)
    with first:
        live = kept.start()
        assert len(live.refresh()) == 4
        assert (3, True) in distances(live.refresh())
        assert not live.save()


@pytest.mark.django_db(transaction=True)
def test_nobody_finds_nothing_while_the_index_is_built_anew(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upload that read the number of the last change before the database was put back."""
    kept.saved()
    live = kept.start()
    live.refresh()
    Head.objects.update(change=7)
    live.refresh()
    Head.objects.update(change=6)
    found: list[int] = []

    def ask() -> None:
        found.append(len(live.refresh(7)))
        connection.close()

    asking = threading.Thread(target=ask)
    take = live._take

    def taken(indexes: Indexes) -> None:
        take(indexes)
        asking.start()
        asking.join(0.3)

    monkeypatch.setattr(live, "_take", taken)
    live.refresh()
    asking.join()
    assert found == [4]


def test_the_log_says_why_the_index_could_not_be_saved(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    """The operator reads it as it is written: with the system's word, without a message."""
    kept.desk.follow(kept.number)
    live = kept.start()
    live.refresh()
    shutil.rmtree(kept.path)
    assert not live.save()
    (record,) = (record for record in caplog.records if record.levelname == "WARNING")
    line = json.loads(QuietFormatter().format(record))
    assert line["event"] == "the index could not be saved: the next start of the desk takes longer"
    assert [part.get("errno") for part in line["error"]] == [None, "ENOENT"]
    assert str(kept.path) not in json.dumps(line)
    assert live.unsaved == 4


def test_half_saved_indexes_are_completed_from_the_rows(kept: Kept) -> None:
    """A crash between two kinds: the older of the two says from where to read."""
    kept.saved()
    for file in kept.path.glob("copy1*"):
        file.unlink()
    live = kept.start()
    assert taken_in(live) == 4
    assert distances(live.refresh())[:2] == [(3, True), (5, True)]
    assert len(live.refresh()) == 4


def test_one_process_writes_and_the_others_read(kept: Kept) -> None:
    """All of them follow the rows."""
    kept.saved()
    writer, reader = kept.start(), kept.start()
    assert taken_in(writer) == taken_in(reader) == 0
    kept.bank.put(pdq(3))
    kept.desk.follow(kept.number)
    for live in (writer, reader):
        assert distances(live.refresh())[0] == (0, False)
    assert writer.save()
    assert not reader.save()


def test_another_sealing_key_is_an_error_though_the_index_opens(kept: Kept) -> None:
    """As it is without an index on disk; and nothing stays locked."""
    kept.saved()
    for _ in range(2):
        with pytest.raises(SealBroken):
            kept.start(Sealer(b"x" * 32)).refresh()
    live = kept.start()
    assert taken_in(live) == 0
    assert live.save()


def test_a_folder_that_others_can_read_is_refused(kept: Kept) -> None:
    """A person must act: nothing is written into it."""
    kept.path.mkdir(mode=0o755)
    kept.path.chmod(0o755)
    with pytest.raises(FolderRefused):
        kept.start().refresh()
    assert list(kept.path.iterdir()) == []


def test_a_desk_without_a_folder_saves_nothing(desk: Desk) -> None:
    """It is a choice of the operator's."""
    desk.live.refresh()
    assert not desk.live.save()


def test_saving_with_nothing_new_leaves_one_mark(kept: Kept) -> None:
    """It may be done as often as one likes."""
    kept.desk.follow(kept.number)
    live = kept.start()
    live.refresh()
    for _ in range(3):
        assert live.save()
    assert IndexMark.objects.count() == 1
    assert live.unsaved == 0


def test_a_desk_ends_quietly_when_the_database_is_gone(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The next start reads a little more; whatever else has to end, ends."""
    kept.desk.follow(kept.number)
    live = kept.start()
    live.refresh()
    stopping = saving.Saving(live)
    stopping._thread.run = lambda: None  # type: ignore[method-assign]
    stopping.start()

    def gone(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(api.IndexFolder, "save", gone)
    stopping.stop()
    assert "could not be saved at the end" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_the_index_is_saved_while_the_desk_serves_and_when_it_ends(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a thread of its own, which goes on after a fault."""
    kept.desk.follow(kept.number)
    live = kept.start()
    broken, looked = threading.Event(), threading.Event()
    refresh = live.refresh

    def sometimes() -> Matcher:
        looked.set()
        if not broken.is_set():
            broken.set()
            raise SealBroken("for once")
        return refresh()

    monkeypatch.setattr(live, "refresh", sometimes)
    kept_saved = saving.Saving(live, look=0.01)
    kept_saved.start()
    while not (kept.path / "sha256.manifest").exists():
        assert looked.wait(60)
    kept.bank.put(pdq(3))
    kept.desk.follow(kept.number)
    while live.unsaved == 0:
        assert looked.wait(60)
    kept_saved.stop()
    kept.stop()
    assert taken_in(kept.start()) == 0
