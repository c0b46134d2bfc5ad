"""Walks two kinds that were added a moment ago through bank and desk: see ``test_kinds``."""

import os
import tempfile
from datetime import timedelta
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.django_settings"
django.setup()

from django.core.management import call_command  # noqa: E402
from django.template import Context, Engine  # noqa: E402

import staydown  # noqa: E402
from staydown.bank.api import feed  # noqa: E402
from staydown.bank.harmless_lines import read  # noqa: E402
from staydown.base.clock import HandClock  # noqa: E402
from staydown.base.vocabulary import GateAnswer, Kind  # noqa: E402
from staydown.cli.fingerprinting import NAMES  # noqa: E402
from staydown.exchange import codec  # noqa: E402
from staydown.exchange.records import Picture  # noqa: E402
from staydown.exchange.simulator import BankSimulator  # noqa: E402
from staydown.fingerprint.exact import exact_of_path  # noqa: E402
from staydown.fingerprint.kinds import KINDS  # noqa: E402
from staydown.fingerprint.sealing import Sealer  # noqa: E402
from staydown.fingerprint.value import Fingerprint  # noqa: E402
from staydown.matching.limits import DEFAULT, LimitChange  # noqa: E402
from staydown.matching.reasons import distance_words  # noqa: E402
from staydown.review import api  # noqa: E402
from staydown.review.banks.telling import Close, same_picture  # noqa: E402
from staydown.review.models import BankEntry  # noqa: E402
from staydown.web.desk_site.upload_json import parse_upload  # noqa: E402
from tests.bank.making import START, add_partner, make_bank, open_case, pdq  # noqa: E402
from tests.fingerprint.made import near_bits  # noqa: E402
from tests.review.support import Desk  # noqa: E402

LOOK, DIGEST = Kind("look9"), Kind("sha512")


def look(flipped: int) -> Fingerprint:
    """A fingerprint by content, so many bits away from ``look(0)``."""
    return Fingerprint(LOOK, near_bits(flipped, KINDS[LOOK].bits))


def digest(number: int) -> Fingerprint:
    """A fingerprint of a file's bytes."""
    return Fingerprint(DIGEST, near_bits(number, KINDS[DIGEST].bits))


def the_gate_reads_them() -> None:
    """Fingerprints that a platform made, as it sends them."""
    for one in (look(3), digest(1)):
        sent = {"fingerprints": [{"kind": one.kind.value, "value": one.hex}]}
        assert parse_upload(sent)[0] == (one,)
        assert read(f"{one.kind.value} {one.hex}")[0] == (one,)
    assert "sha512" in NAMES
    assert "look9" not in NAMES  # nothing makes it of pixels yet
    assert set(exact_of_path(Path(__file__))) == {Kind.MD5, Kind.SHA256, DIGEST}


def a_desk_may_set_limits() -> None:
    """Of the kind by content; the other is exact."""
    assert DEFAULT.radius(LOOK) == 70
    assert DEFAULT.changed([LimitChange(kind="look9", hold=10, flag=20)]).radius(LOOK) == 20
    assert DEFAULT.radius(DIGEST) == 0


def a_bank_lists_them() -> list[Fingerprint]:
    """One beside a picture's PDQ; what partners are fed is read back as it was listed."""
    bank = make_bank()
    for waits in (0, 3600):
        bank = make_bank(release_seconds=waits)
        picture = Picture(pdq(waits), Fingerprint(LOOK, near_bits(0, 512, waits)))
        (sent,) = codec.render_pictures((picture,))
        assert codec.parse_pictures([sent]) == (picture,)
        open_case(bank, picture)
    page = feed.feed_page(bank, add_partner(bank), after=0, limit=99)
    read_back, aside = codec.parse_feed_page(codec.render_feed_page(page))
    assert (read_back, aside) == (page, ())
    return [entry.fingerprint for entry in page.entries]


def a_desk_matches_them(folder: Path) -> None:
    """Read from a bank's feed, kept, found again near and exactly, and told in the right words."""
    bank = BankSimulator()
    bank.put(look(0))
    bank.put(digest(0))
    desk = Desk(Sealer(b"k" * 32), HandClock(START), folder, timedelta(seconds=10))
    desk.follow(desk.add(bank))
    assert sorted(BankEntry.objects.values_list("kind", flat=True)) == ["look9", "sha512"]
    key = desk.platform_key()
    expected = {
        look(5): (GateAnswer.HELD, "Alike", "new look: 5 of 512 bits differ"),
        look(65): (GateAnswer.FLAGGED, "Alike", "new look: 65 of 512 bits differ"),
        digest(0): (GateAnswer.HELD, "Exactly the same file", "the same file, byte for byte"),
    }
    template = Path(staydown.__file__).parent / "web/desk_site/templates/desk/alike.html"
    for one, (answer, told, apart) in expected.items():
        upload = api.Upload(key, (pdq(77), one), "ref", "")
        got = api.receive_upload(upload, desk.live, desk.clock)
        assert got.answer is answer, one.kind
        (match,) = got.matches
        assert distance_words(match.kind, match.distance) == apart
        assert apart in match.reason
        shown = Engine(libraries={"i18n": "django.templatetags.i18n"}).from_string(
            template.read_text()
        )
        said = " ".join(shown.render(Context({"match": match})).split())
        assert said.split(" – ")[0] == told
    nothing = api.Upload(key, (pdq(77), look(71), digest(9)), "ref", "")
    assert api.receive_upload(nothing, desk.live, desk.clock).matches == ()


def nearness_is_not_the_same_picture() -> None:
    """What a decision says is told of the very file alone."""
    close = [Close(1, LOOK, 9, ("a",)), Close(2, DIGEST, 0, ("b",))]
    assert same_picture(close) == {2}


def main() -> None:
    """Walk. Tables are made by migrations that are written now."""
    call_command("makemigrations", verbosity=0)
    call_command("migrate", verbosity=0)
    the_gate_reads_them()
    a_desk_may_set_limits()
    assert {one.kind for one in a_bank_lists_them()} == {Kind.PDQ, LOOK}
    with tempfile.TemporaryDirectory() as folder:
        a_desk_matches_them(Path(folder))
    nearness_is_not_the_same_picture()
    print("walked")


if __name__ == "__main__":
    main()
