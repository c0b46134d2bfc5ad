"""For people: open a case, see what became of it, withdraw, recover."""

import os
import uuid
from collections.abc import Iterable
from itertools import groupby

from django.db import transaction

from staydown.bank import audit, credentials, shown, throttle
from staydown.bank.entries import NOTHING, FeedWriter, feed_writer
from staydown.bank.errors import (
    Busy,
    PinRefused,
    SubmissionRefused,
    Under18Stop,
    WrongCaseOrPin,
)
from staydown.bank.models import Case, Listing
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import ActingFor, Under18
from staydown.exchange.codec import MAX_PICTURES
from staydown.exchange.records import CaseOpened, CaseRequest, CaseStatus, Picture
from staydown.fingerprint.value import PDQ_LISTING_QUALITY

_OPEN = "open"


# --------------------------------------------------------------------------- opening


def open_case(bank: Bank, request: CaseRequest, *, once: bytes | None = None) -> CaseOpened:
    """List the fingerprints under a new case. Return the number and the phrase, for once.

    ``once`` (≥ 16 random bytes that the caller made up for one walk through the form) makes a
    second press of the button safe: the same bytes with the same answers, pictures and PIN give
    the same answer again, and nothing is listed twice. Whoever goes back and chooses other pictures
    gets a case of its own for them.

    Raises Under18Stop, SubmissionRefused, PinRefused, TryLater or Busy, and then nothing was
    stored.
    """
    if request.under18 is not Under18.NO:
        raise Under18Stop
    _refuse_bad(request.pictures)
    pin = credentials.choose_pin(request.pin)
    seed = os.urandom(32) if once is None else _seed(bank, once, request)
    opened, number_hash, phrase_hash = _fresh_credentials(bank, seed, pin)
    earlier = Case.objects.filter(number_hash=number_hash).first()
    if earlier is not None:
        return _again(bank, earlier, pin, opened)
    pin_hash = bank.pins.hash(pin)
    with feed_writer(bank, who=audit.PERSON) as writer:
        earlier = Case.objects.filter(number_hash=number_hash).first()
        if earlier is None:
            case = Case.objects.create(
                number_hash=number_hash,
                pin_hash=pin_hash,
                phrase_hash=phrase_hash,
                acting_for=request.acting_for.value,
                opened_on=bank.clock.now().date(),
            )
            _audit_case(bank, case, (NOTHING, _OPEN), "opened")
            for number, picture in enumerate(request.pictures, start=1):
                _list(writer, case, number, picture)
    return opened if earlier is None else _again(bank, earlier, pin, opened)


def _list(writer: FeedWriter, case: Case, number: int, picture: Picture) -> None:
    """List the one or two fingerprints of a picture."""
    entries = [writer.entry_for(fingerprint) for fingerprint in picture.fingerprints]
    writer.join(entries)
    for entry in entries:
        writer.add(entry, Listing(case=case, number=number), why="listed by a person")


def _refuse_bad(pictures: tuple[Picture, ...]) -> None:
    if not 1 <= len(pictures) <= MAX_PICTURES:
        raise SubmissionRefused(f"choose between 1 and {MAX_PICTURES} pictures")
    for picture in pictures:
        quality = picture.pdq.quality
        if quality is None or quality < PDQ_LISTING_QUALITY:
            raise SubmissionRefused("a picture is too plain to be told from others: leave it out")


def _again(bank: Bank, case: Case, pin: str, opened: CaseOpened) -> CaseOpened:
    """The same form a second time: the same answer, if the PIN is the same and nothing of it was
    withdrawn meanwhile. Whoever finds the form left open must not guess faster than elsewhere."""
    if not _is_pin(bank, bytes(case.number_hash), case, pin):
        raise SubmissionRefused(
            "these pictures were already handed in with another PIN: start again to use a new one"
        )
    if case.listings.filter(withdrawn_seq__isnull=False).exists():
        raise SubmissionRefused("this was withdrawn meanwhile: start again to hand it in once more")
    return opened


def _seed(bank: Bank, once: bytes, request: CaseRequest) -> bytes:
    """Return what number and phrase are made from: a form that says other things has another."""
    said = [request.acting_for.value]
    for picture in request.pictures:
        said += [f"{item.kind.value} {item.hex}" for item in picture.fingerprints]
    return bank.sealer.keyed_hash("form", once + "\n".join(said).encode())


def _fresh_credentials(bank: Bank, once: bytes, pin: str) -> tuple[CaseOpened, bytes, bytes]:
    """Return number and phrase with their keyed hashes; none of the number's runs is the PIN."""
    for attempt in range(100):
        seed = once + bytes([attempt])
        number = credentials.case_number(bank.sealer.keyed_hash("make case number", seed))
        phrase = credentials.recovery_phrase(bank.sealer.keyed_hash("make recovery phrase", seed))
        typed = credentials.read_case_number(number)
        if credentials.choose_pin(pin).upper() not in typed:
            break
    return CaseOpened(number, phrase), _number_hash(bank, typed), _phrase_hash(bank, phrase)


# --------------------------------------------------------------------------- coming back


def enter(bank: Bank, typed_number: str, typed_pin: str) -> uuid.UUID:
    """Return the reference of the case with this number and PIN, for the functions below.

    Raises NotACaseNumber (a slip of the finger; not counted), WrongCaseOrPin, TryLater or Busy.
    """
    number_hash = _number_hash(bank, credentials.read_case_number(typed_number))
    case = Case.objects.filter(number_hash=number_hash).first()
    right = _is_pin(bank, number_hash, case, credentials.read_pin(typed_pin))
    if case is None or not right:
        raise WrongCaseOrPin("this number and PIN do not belong together")
    return case.ref


def _is_pin(bank: Bank, number_hash: bytes, case: Case | None, pin: str) -> bool:
    """Whether the PIN belongs to the case, at the pace of the throttle. Raises TryLater or Busy."""
    booked = throttle.book(bank, number_hash, known=case is not None)
    try:
        right = bank.pins.matches(case.pin_hash if case else None, pin)
    except Busy:
        throttle.was_not_looked_at(bank, booked)
        raise
    if right:
        throttle.was_right(bank, booked)
    return right


def recover(
    bank: Bank, typed_phrase: str, new_pin: str, *, once: bytes | None = None
) -> CaseOpened:
    """Trade a recovery phrase for a new case number, PIN and phrase; the old ones stop working.

    ``once`` (≥ 16 random bytes that the caller made up for one form) lets the form be sent again
    when its answer was lost on the way: with the same phrase and PIN it gives the same answer, as
    long as the new phrase wasn't traded in turn. Without it the person would be locked out.

    Raises NotAPhrase, PinRefused, WrongCaseOrPin, Busy, or TryLater for other PINs in a form that
    was sent. Wrong phrases are not slowed: they have 128 random bits, and looking one up costs
    nothing.
    """
    entropy = credentials.read_recovery_phrase(typed_phrase)
    pin = credentials.choose_pin(new_pin)
    old_hash = bank.sealer.keyed_hash("recovery phrase", entropy)
    seed = os.urandom(32) if once is None else bank.sealer.keyed_hash("recover", once + entropy)
    opened, number_hash, phrase_hash = _fresh_credentials(bank, seed, pin)
    if not Case.objects.filter(phrase_hash=old_hash).exists():
        return _recovered_before(bank, number_hash, pin, opened)
    pin_hash = bank.pins.hash(pin)
    with bank.turns.few_rows(), transaction.atomic():
        case = Case.objects.select_for_update().filter(phrase_hash=old_hash).first()
        if case is not None:
            case.ref = uuid.uuid4()
            case.number_hash, case.phrase_hash, case.pin_hash = number_hash, phrase_hash, pin_hash
            case.save()
            _audit_case(bank, case, (_OPEN, _OPEN), "recovered")
    return opened if case is not None else _recovered_before(bank, number_hash, pin, opened)


def _recovered_before(bank: Bank, number_hash: bytes, pin: str, opened: CaseOpened) -> CaseOpened:
    """The same form a second time: the same answer, if its PIN is the same."""
    case = Case.objects.filter(number_hash=number_hash).first()
    if case is None:
        raise WrongCaseOrPin("no case has this recovery phrase")
    if not _is_pin(bank, number_hash, case, pin):
        raise PinRefused("this was already sent with another PIN: type the PIN of the first time")
    return opened


def withdraw(bank: Bank, ref: uuid.UUID, numbers: Iterable[int] | None) -> CaseStatus:
    """Withdraw the pictures with these numbers (None: all) and return how the case stands now.

    Withdrawing twice changes nothing. Raises SubmissionRefused for a number the case has not,
    WrongCaseOrPin when the case was recovered meanwhile, and Busy.
    """
    with feed_writer(bank, who=audit.PERSON) as writer:
        case = _case(ref)
        listings = list(case.listings.select_related("entry").order_by("number", "pk"))
        wanted = {listing.number for listing in listings} if numbers is None else set(numbers)
        if not wanted <= {listing.number for listing in listings}:
            raise SubmissionRefused("this case has no picture of that number")
        for listing in listings:
            if listing.number in wanted and listing.withdrawn_seq is None:
                listing.entry.refresh_from_db()
                writer.withdraw(listing, why="withdrawn by the person")
    return case_status(ref)


def case_status(ref: uuid.UUID) -> CaseStatus:
    """Return what became of every picture of a case. Raises WrongCaseOrPin for a dead reference."""
    case = _case(ref)
    listings = case.listings.select_related("entry").order_by("number", "pk")
    pictures = groupby(listings, key=lambda listing: listing.number)
    return CaseStatus(
        acting_for=ActingFor(case.acting_for),
        opened_on=case.opened_on.isoformat(),
        listings=tuple(shown.picture_status(number, rows) for number, rows in pictures),
    )


# --------------------------------------------------------------------------- parts


def _case(ref: uuid.UUID) -> Case:
    case = Case.objects.filter(ref=ref).first()
    if case is None:
        raise WrongCaseOrPin("this page is out of date: come in with your number and PIN again")
    return case


def _audit_case(bank: Bank, case: Case, change: tuple[str, str], why: str) -> None:
    audit.record(
        at=bank.clock.now(),
        who=audit.PERSON,
        what="case",
        subject=str(case.ref),
        change=change,
        why=why,
    )


def _number_hash(bank: Bank, number: str) -> bytes:
    return bank.sealer.keyed_hash("case number", number.encode())


def _phrase_hash(bank: Bank, phrase: str) -> bytes:
    return bank.sealer.keyed_hash("recovery phrase", credentials.read_recovery_phrase(phrase))
