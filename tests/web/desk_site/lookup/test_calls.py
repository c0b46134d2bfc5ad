"""HMA's calls answer as HMA's callers expect, and rightly where HMA is wrong."""

import hashlib
import json
from typing import Any

import pytest
from PIL import Image, ImageOps

from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint import registry
from staydown.fingerprint.registry import fingerprint_picture
from staydown.fingerprint.value import Fingerprint
from staydown.media.worker import PictureWorker
from staydown.review.models import BankEntry
from tests.media import tasks
from tests.review.support import pdq
from tests.web.desk_site.lookup.conftest import Listing
from tests.web.desk_site.lookup.support import COFFEE, FORM, Caller, form, png
from tests.web.desk_site.support import SAMPLES

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def number(entry: str) -> int:
    """The number by which a look-up names an entry of the bank."""
    return BankEntry.objects.get(entry_id=entry).pk


# --------------------------------------------------------------------------- by fingerprint


def test_nothing_near_is_an_empty_answer(caller: Caller, listing: Listing) -> None:
    listing.bank.put(pdq(0))
    listing.follow()
    assert caller.look(pdq(128)).json == {}
    assert caller.raw(pdq(128)).json == {"matches": []}


@pytest.mark.parametrize("apart", [0, 1, 31])
def test_what_is_near_is_named_with_its_bank_and_distance(
    caller: Caller, listing: Listing, apart: int
) -> None:
    """The very first fingerprint that a desk hears of is found, too."""
    entry = listing.bank.put(pdq(0))
    listing.follow()
    number_of = number(entry)
    match = {"bank_content_id": number_of, "distance": str(apart)}
    assert caller.look(pdq(apart)).json == {"BANK": [match]}
    assert caller.raw(pdq(apart)).json == {"matches": [number_of]}
    assert caller.raw(pdq(apart), include_distance="true").json == {"matches": [match]}


def test_what_is_only_flagged_elsewhere_is_no_hit_here(caller: Caller, listing: Listing) -> None:
    """A hit is taken for a verdict: nothing beyond the distance that holds."""
    listing.bank.put(pdq(0))
    listing.follow()
    assert caller.look(pdq(32)).json == {}
    assert caller.raw(pdq(32)).json == {"matches": []}


@pytest.mark.parametrize(("state", "quality"), [("disputed", 80), ("listed", 49)])
def test_what_must_not_act_alone_is_raw_only(
    caller: Caller, listing: Listing, state: str, quality: int
) -> None:
    entry = listing.bank.put(pdq(0, quality), EntryState(state))
    listing.follow()
    assert caller.look(pdq(0)).json == {}
    assert caller.raw(pdq(0)).json == {"matches": [number(entry)]}


def test_a_withdrawn_entry_is_gone_from_the_next_answer_on(
    caller: Caller, listing: Listing
) -> None:
    entry = listing.bank.put(pdq(0))
    listing.follow()
    assert caller.look(pdq(0)).json
    listing.bank.change(entry, EntryState.WITHDRAWN)
    listing.follow()
    assert caller.look(pdq(0)).json == {}
    assert caller.raw(pdq(0)).json == {"matches": []}


def test_banks_narrow_the_answer(caller: Caller, listing: Listing) -> None:
    entry = listing.bank.put(pdq(0))
    listing.follow()
    found = [{"bank_content_id": number(entry), "distance": "0"}]
    assert caller.look(pdq(0), banks="OTHER,BANK").json == {"BANK": found}
    assert caller.look(pdq(0), banks="OTHER").json == {}
    assert caller.raw(pdq(0), banks="BANK").json == {"matches": [number(entry)]}
    assert caller.raw(pdq(0), banks="OTHER").json == {"matches": []}


def test_a_video_is_found_by_its_md5(caller: Caller, listing: Listing) -> None:
    """HMA's word for the distance of an exact match is a dash."""
    video = b"a video, as far as its digest goes"
    digest = Fingerprint(Kind.MD5, hashlib.md5(video, usedforsecurity=False).digest())
    entry = listing.bank.put(digest)
    listing.follow()
    found = {"BANK": [{"bank_content_id": number(entry), "distance": "-"}]}
    assert caller.look(digest).json == found
    assert caller.post("/h/hash", video, "video").json == {"video_md5": digest.hex}
    assert caller.post("/m/lookup", video, "video").json == {"video_md5": found}


@pytest.mark.parametrize("written", [str.upper, lambda text: f" {text}\n"])
def test_digits_are_taken_as_people_write_them(
    caller: Caller, listing: Listing, written: Any
) -> None:
    entry = listing.bank.put(pdq(20))
    listing.follow()
    answer = caller.get("/m/raw_lookup", signal=written(pdq(20).hex), signal_type="pdq")
    assert answer.json == {"matches": [number(entry)]}


def test_coins_are_accepted_and_not_tossed(caller: Caller, listing: Listing) -> None:
    listing.bank.put(pdq(0))
    listing.follow()
    for more in ({"seed": "1"}, {"bypass_coinflip": "true"}, {"bypass_coinflip": "false"}):
        assert "BANK" in caller.look(pdq(0), **more).json


def test_the_hash_of_a_plain_picture_finds_nothing(caller: Caller) -> None:
    """It is "", which HMA itself refuses."""
    assert caller.get("/m/lookup", signal="", signal_type="pdq").json == {}
    assert caller.get("/m/raw_lookup", signal="", signal_type="pdq").json == {"matches": []}


REFUSED = {
    "no signal": ("/m/raw_lookup", {"signal_type": "pdq"}, 422),
    "no type": ("/m/raw_lookup", {"signal": "00"}, 422),
    "no truth": ("/m/raw_lookup", {"signal": "0" * 64, "signal_type": "pdq",
                                   "include_distance": "maybe"}, 422),
    "short": ("/m/raw_lookup", {"signal": "00", "signal_type": "pdq"}, 400),
    "no digits": ("/m/lookup", {"signal": "g" * 64, "signal_type": "pdq"}, 400),
    "odd digits": ("/m/lookup", {"signal": "٠" * 64, "signal_type": "pdq"}, 400),
    "unknown type": ("/m/lookup", {"signal": "0" * 64, "signal_type": "photodna"}, 400),
    "neither": ("/m/lookup", {}, 400),
    "half": ("/m/lookup", {"signal": "0" * 64}, 400),
    "no address": ("/h/hash", {}, 422),
    "many": ("/m/lookup", {f"p{place}": "1" for place in range(60)}, 400),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_said_in_json_and_not_repeated(caller: Caller, name: str) -> None:
    path, parameters, status = REFUSED[name]
    answer = caller.get(path, **parameters)
    assert answer.status == status
    assert set(answer.json) == {"message"}
    assert "photodna" not in answer.json["message"]


# --------------------------------------------------------------------------- by picture


def test_a_picture_is_hashed_as_everybody_hashes_it(
    caller: Caller, pictures: PictureWorker
) -> None:
    expected = fingerprint_picture(COFFEE, pictures)
    assert caller.post("/h/hash", COFFEE).json == {"pdq": expected.hex}
    assert caller.post("/h/hash", COFFEE, types="pdq").json == {"pdq": expected.hex}


def test_a_picture_is_looked_up(caller: Caller, listing: Listing, pictures: PictureWorker) -> None:
    entry = listing.bank.put(fingerprint_picture(COFFEE, pictures))
    listing.follow()
    (match,) = caller.post("/m/lookup", COFFEE, bypass_coinflip="true").json["pdq"]["BANK"]
    assert match["bank_content_id"] == number(entry)
    assert int(match["distance"]) <= 10
    other = (SAMPLES / "chelsea.jpg").read_bytes()
    assert caller.post("/m/lookup", other).json == {"pdq": {}}
    assert caller.post("/m/lookup", COFFEE, banks="OTHER").json == {"pdq": {}}


def test_views_find_what_the_whole_picture_does_not(
    caller: Caller, listing: Listing, pictures: PictureWorker
) -> None:
    listing.bank.put(fingerprint_picture(COFFEE, pictures))
    listing.follow()
    mirrored = png(ImageOps.mirror(Image.open(SAMPLES / "coffee.jpg")))
    assert caller.post("/m/lookup", mirrored).json == {"pdq": {}}
    assert set(caller.post("/m/lookup", mirrored, views="true").json["pdq"]) == {"BANK"}
    nothing = caller.post("/m/lookup", mirrored, views="true", banks="OTHER")
    assert nothing.json == {"pdq": {}}


def test_a_disputed_entry_is_no_hit_with_views_either(
    caller: Caller, listing: Listing, pictures: PictureWorker
) -> None:
    listing.bank.put(fingerprint_picture(COFFEE, pictures), EntryState.DISPUTED)
    listing.follow()
    assert caller.post("/m/lookup", COFFEE, views="true").json == {"pdq": {}}


def test_a_plain_picture_has_no_hash_and_no_match(caller: Caller) -> None:
    plain = png(Image.new("RGB", (200, 200), (90, 90, 90)))
    assert caller.post("/h/hash", plain).json == {"pdq": ""}
    assert caller.post("/m/lookup", plain).json == {"pdq": {}}
    assert caller.post("/m/lookup", plain, views="true").json == {"pdq": {}}


@pytest.mark.parametrize("mode", ["P", "CMYK", "L", "RGBA"])
def test_any_kind_of_pixels_gives_the_same_hash(
    caller: Caller, pictures: PictureWorker, mode: str
) -> None:
    """A palette costs HMA 206 of 256 bits, CMYK 254."""
    picture = Image.open(SAMPLES / "coffee.jpg")
    odd = picture.quantize(256) if mode == "P" else picture.convert(mode)
    form_of = "TIFF" if mode == "CMYK" else "PNG"
    digits = caller.post("/h/hash", _saved(odd, form_of)).json["pdq"]
    expected = fingerprint_picture(COFFEE, pictures)
    assert Fingerprint.parse(Kind.PDQ, digits).distance(expected) <= 12


def test_a_turned_picture_is_hashed_upright(caller: Caller, pictures: PictureWorker) -> None:
    """EXIF says how it was held; HMA doesn't listen."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to see it upright
    lying = Image.open(SAMPLES / "coffee.jpg").transpose(Image.Transpose.ROTATE_90)
    digits = caller.post("/h/hash", _saved(lying, "PNG", exif=exif)).json["pdq"]
    expected = fingerprint_picture(COFFEE, pictures)
    assert Fingerprint.parse(Kind.PDQ, digits).distance(expected) <= 4


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    import io

    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


BAD_FILES = {
    "text": (b"no picture", 415, "not_a_picture"),
    "cut off": (COFFEE[:4000], 422, "truncated"),
    "an archive": (b"PK\x03\x04" + b"\0" * 100, 415, "not_a_picture"),
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("path", ["/h/hash", "/m/lookup"])
def test_a_bad_file_is_the_senders_fault(caller: Caller, path: str, name: str) -> None:
    """HMA answers 500."""
    data, status, code = BAD_FILES[name]
    answer = caller.post(path, data)
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.json["message"]


@pytest.mark.parametrize("path", ["/h/hash", "/m/lookup"])
def test_a_mistake_of_ours_is_not_the_senders_fault(
    caller: Caller, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.HASHERS, Kind.PDQ, tasks.wrong)
    answer = caller.post(path, COFFEE)
    assert (answer.status, answer.json["code"]) == (500, "our_fault")
    assert "may be fine" in answer.json["message"]
    assert "secret" not in answer.json["message"]


BAD_FORMS: dict[str, tuple[str, bytes]] = {
    "no form": ("image/jpeg", COFFEE),
    "no boundary": ("multipart/form-data", form(("photo", COFFEE))),
    "nothing": (FORM, form()),
    "two": (FORM, form(("photo", COFFEE), ("photo", COFFEE))),
    "two fields": (FORM, form(("photo", COFFEE), ("video", COFFEE))),
    "other field": (FORM, form(("picture", COFFEE))),
    "empty file": (FORM, form(("photo", b""))),
    "broken off": (FORM, form(("photo", COFFEE))[:60]),
    "no JSON": ("application/json", b"{}"),
    "endless type": (FORM + '; x="' + ";" * 390_000, form(("photo", COFFEE))),
}


@pytest.mark.parametrize("name", BAD_FORMS)
def test_a_form_that_is_not_one_file_is_refused(caller: Caller, name: str) -> None:
    media, body = BAD_FORMS[name]
    answer = caller.call("POST", "/h/hash", body, media=media)
    assert answer.status == 400
    assert set(answer.json) == {"message"}


def test_a_made_up_charset_is_not_heard_of(caller: Caller) -> None:
    odd = FORM + "; x*=nope''y; charset=rot13"
    assert caller.call("POST", "/h/hash", form(("photo", COFFEE)), media=odd).status == 200


@pytest.mark.parametrize("types", ["", " , ", "video_md5", "pdq,vpdq"])
def test_types_that_a_photo_does_not_have_are_refused(caller: Caller, types: str) -> None:
    assert caller.post("/h/hash", COFFEE, types=types).status == 400


# --------------------------------------------------------------------------- comparing


def test_two_hashes_are_compared(caller: Caller) -> None:
    body = {"pdq": [pdq(0).hex, pdq(31).hex], "video_md5": ["0" * 32, "1" * 32]}
    answer = caller.call("POST", "/m/compare", json.dumps(body).encode())
    assert answer.json == {"pdq": [True, {"distance": 31}], "video_md5": [False, {}]}
    far = {"pdq": [pdq(0).hex, pdq(32).hex]}
    answer = caller.call("POST", "/m/compare", json.dumps(far).encode())
    assert answer.json == {"pdq": [False, {"distance": 32}]}


@pytest.mark.parametrize(
    "body",
    ["{", "[" * 50_000, "[]", '{"pdq": []}', '{"pdq": [1, 2]}', '{"pdq": ["", ""]}',
     '{"pdq": {"a": 1, "b": 2}}', '{"x": ["0", "0"]}', '{"pdq": ["00", "00"]}'],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(caller: Caller, body: str) -> None:
    answer = caller.call("POST", "/m/compare", body.encode())
    assert (answer.status, set(answer.json)) == (400, {"message"})
    assert caller.call("POST", "/m/compare", b" " * 70_000).status == 413


def test_a_picture_that_nobody_could_look_at_in_time_is_told_to_come_back(
    caller: Caller, pictures: PictureWorker
) -> None:
    """By both calls that open one, and with views."""
    caller.front.gate.answer_seconds = 0.2
    body = form(("photo", COFFEE))
    with pictures.open(COFFEE):  # the only process
        for path, more in (("/h/hash", {}), ("/m/lookup", {}), ("/m/lookup", {"views": "true"})):
            answer = caller.call("POST", path, body, media=FORM, parameters=more)
            assert (answer.status, answer.json["code"]) == (503, "busy")
            assert int(answer.headers["Retry-After"]) >= 1
    caller.front.gate.answer_seconds = 60.0
    assert caller.call("POST", "/h/hash", body, media=FORM).status == 200
