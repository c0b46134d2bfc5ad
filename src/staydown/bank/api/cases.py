"""For people: open a case, see what became of it, withdraw, recover."""

import os
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from django.db import transaction

from staydown.bank import (
    audit,
    credentials,
    floods,
    harmless,
    idempotency,
    owners,
    pin_tries,
    quarantine,
    release,
    shown,
    tickets,
    tolls,
    waiting,
)
from staydown.bank.audit import NOTHING
from staydown.bank.entries import FeedWriter, feed_writer
from staydown.bank.errors import (
    Busy,
    KeyEnded,
    PinRefused,
    SubmissionRefused,
    Under18Stop,
    WrongCaseOrPin,
)
from staydown.bank.models import Case
from staydown.bank.runtime import Bank
from staydown.bank.waiting import Change, What
from staydown.base.reasons import reasons
from staydown.base.vocabulary import ActingFor, Under18
from staydown.exchange.codec import MAX_PICTURES
from staydown.exchange.records import CaseOpened, CaseRequest, CaseStatus, Demand, Payment, Picture
from staydown.fingerprint.degenerate import DegenerateFingerprint, refuse_degenerate
from staydown.fingerprint.value import PDQ_LISTING_QUALITY

_say = reasons("bank.errors")

_OPEN = "open"

_FIRST_PIN = _say("pin.first_one")


# --------------------------------------------------------------------------- opening


def open_case(
    bank: Bank, request: CaseRequest, *, once: bytes | None = None, ticket: str = "", work: str = ""
) -> CaseOpened:
    """List the fingerprints under a new case. Return the number and the phrase, for once.

    ``ticket`` and ``work``: a puzzle and its solution, from ``price`` or an earlier WorkNeeded (or
    TryLater, for another PIN). Above what is free, a hand-in needs them; a repetition never does.

    ``once`` (≥ 16 random bytes that the caller made up for this request) makes it safe to send the
    request again when its answer was lost: within a day, and until somebody signs in, the same
    request gives the same answer, and nothing is listed twice. See ``bank.idempotency``.

    Raises Under18Stop, SubmissionRefused, PinRefused (also for another PIN than the first time),
    KeyOfAnother, KeyEnded, WorkNeeded, TryLater or Busy, and then nothing was stored.
    """
    if request.under18 is not Under18.NO:
        raise Under18Stop
    _refuse_bad(request.pictures)
    pin = credentials.choose_pin(request.pin)
    asked = idempotency.asked(bank, once, "open case", _said(request))
    seed = os.urandom(32) if asked is None else asked.seed
    opened, number_hash, phrase_hash = _fresh_credentials(bank, seed, pin)
    paid = Payment(ticket, work)
    earlier = idempotency.done_before(bank, asked)
    if earlier is not None:
        return _with_likenesses(bank, earlier, _again(bank, earlier, pin, opened, paid))
    if Case.objects.filter(number_hash=number_hash).exists():
        raise KeyEnded  # its day is over; a second listing is one that nobody knows of
    with tolls.at_gate(bank, len(request.pictures), paid) as gate:
        pin_hash = bank.pins.hash(pin)
        alike = harmless.likenesses(bank, request.pictures)
        with feed_writer(bank, who=audit.PERSON) as writer:
            earlier = idempotency.done_before(bank, asked)
            if earlier is None:
                case = Case(number_hash=number_hash, pin_hash=pin_hash, phrase_hash=phrase_hash)
                _store(bank, case, request.acting_for)
                idempotency.keep(bank, asked, case)
                _take_in(writer, case, request.pictures, paid=gate.paid)
                for number, near in alike.items():
                    harmless.note(bank, harmless.Found(case.pk, number, near))
        gate.passed = earlier is None
    if earlier is not None:
        return _with_likenesses(bank, earlier, _again(bank, earlier, pin, opened, paid))
    return replace(opened, held_until=_held_until(bank, case), like_harmless=tuple(alike))


def _store(bank: Bank, case: Case, acting_for: ActingFor) -> None:
    case.acting_for, case.opened_on = acting_for.value, bank.clock.now().date()
    case.save()
    _audit_case(bank, case, (NOTHING, _OPEN), "opened")


def _with_likenesses(bank: Bank, case: Case, opened: CaseOpened) -> CaseOpened:
    """The answer to the same request again tells of what was found the first time."""
    return replace(opened, like_harmless=tuple(harmless.of_case(bank, case)))


def price(bank: Bank, pictures: int) -> Demand:
    """Return the puzzle that pays for a hand-in of so many pictures, for who pays unasked."""
    return tolls.ask(bank, pictures)


def _take_in(writer: FeedWriter, case: Case, pictures: tuple[Picture, ...], *, paid: bool) -> None:
    """Let the pictures wait for their window, or list them where nothing waits. In a flood, what
    was not paid for waits longer: all of it, since partners could tell what comes in two parts."""
    hold = quarantine.judge(writer.bank, floods.from_person(pictures, paid=paid))
    for number, picture in enumerate(pictures, start=1):
        _do(writer, Change(What.LIST, case.pk, number, picture), hold)


def _do(writer: FeedWriter, change: Change, hold: quarantine.Hold | None = None) -> None:
    if writer.bank.release_seconds or hold is not None:
        waiting.put(
            writer.bank,
            change,
            hold=None if hold is None else hold.wait,
            group=None if hold is None else hold.group,
        )
    else:
        release.apply(writer, change)


def _refuse_bad(pictures: tuple[Picture, ...]) -> None:
    if not 1 <= len(pictures) <= MAX_PICTURES:
        raise SubmissionRefused(_say("pictures.number", n=MAX_PICTURES))
    for picture in pictures:
        quality = picture.pdq.quality
        if quality is None or quality < PDQ_LISTING_QUALITY:
            raise SubmissionRefused(_say("pictures.too_plain"))
        try:
            for fingerprint in picture.fingerprints:
                refuse_degenerate(fingerprint)
        except DegenerateFingerprint as error:
            raise SubmissionRefused(_say("pictures.degenerate", why=str(error))) from None


def _again(bank: Bank, case: Case, pin: str, opened: CaseOpened, paid: Payment) -> CaseOpened:
    """The same request a second time: the same answer, if the PIN is the same. Whoever finds a
    form left open, or a key, must not guess the PIN faster than elsewhere."""
    booked = pin_tries.book(bank, bytes(case.number_hash), paid=paid)
    if not _looked_at(bank, booked, case, pin):
        raise PinRefused(_FIRST_PIN)
    return replace(opened, held_until=_held_until(bank, case))


def _held_until(bank: Bank, case: Case) -> datetime | None:
    """Return until when a flood holds the case's pictures back; None where it doesn't."""
    rows = [held.row for held in waiting.of(bank, case).values()]
    return max((row.due_at for row in rows if row.held and row.due_at is not None), default=None)


def _said(request: CaseRequest) -> bytes:
    """Return all that a request says, apart from its PIN."""
    said = [request.acting_for.value]
    for number, picture in enumerate(request.pictures):
        said += [f"{number} {f.kind.value} {f.hex} {f.quality}" for f in picture.fingerprints]
    return "\n".join(said).encode()


def _fresh_credentials(bank: Bank, secret: bytes, pin: str) -> tuple[CaseOpened, bytes, bytes]:
    """Return number and phrase with their keyed hashes; none of the number's runs is the PIN."""
    for attempt in range(100):
        seed = secret + bytes([attempt])
        number = credentials.case_number(bank.sealer.keyed_hash("make case number", seed))
        phrase = credentials.recovery_phrase(bank.sealer.keyed_hash("make recovery phrase", seed))
        typed = credentials.read_case_number(number)
        if credentials.read_pin(pin).upper() not in typed:
            break
    return CaseOpened(number, phrase), _number_hash(bank, typed), _phrase_hash(bank, phrase)


# --------------------------------------------------------------------------- coming back


def enter(
    bank: Bank,
    typed_number: str,
    typed_pin: str,
    *,
    ticket: str = "",
    work: str = "",
    earlier: str = "",
) -> uuid.UUID:
    """Return the reference of the case with this number and PIN, for the functions below.

    ``ticket``: the one that came with an earlier TryLater; ``work``: what was solved of it.
    ``earlier``: what ``signed_in`` gave.

    Raises NotACaseNumber (a slip of the finger; not counted), WrongCaseOrPin, TryLater or Busy.
    """
    number_hash = _number_hash(bank, credentials.read_case_number(typed_number))
    case = Case.objects.filter(number_hash=number_hash).first()
    booked = pin_tries.book(bank, number_hash, paid=Payment(ticket, work), earlier=earlier)
    right = _looked_at(bank, booked, case, credentials.read_pin(typed_pin))
    if case is None or not right:
        raise WrongCaseOrPin(_say("wrong_case_or_pin"))
    if idempotency.has_live(case):
        with bank.turns.few_rows(), transaction.atomic():
            idempotency.end(case)
    return case.ref


def signed_in(bank: Bank, ref: uuid.UUID) -> str:
    """Return a token for the page of somebody who just signed in: its next tries at the number have
    a lane of their own, which nobody else can use up. Raises WrongCaseOrPin for a dead reference.
    """
    number_hash = bytes(case_of(ref).number_hash)
    return tickets.give(bank, number_hash, bank.clock.now(), tickets.EARLIER).text


def _looked_at(bank: Bank, booked: pin_tries.PinTry, case: Case | None, pin: str) -> bool:
    try:
        right = bank.pins.matches(case.pin_hash if case else None, pin)
    except Busy:
        pin_tries.rollback(bank, booked)
        raise
    if right:
        pin_tries.release(bank, booked)
    return right


def recover(
    bank: Bank,
    typed_phrase: str,
    new_pin: str,
    *,
    once: bytes | None = None,
    ticket: str = "",
    work: str = "",
) -> CaseOpened:
    """Trade a recovery phrase for a new case number, PIN and phrase; the old ones stop working.

    ``once`` lets the request be sent again, as for ``open_case``; otherwise a lost answer would
    lock the person out. ``ticket`` and ``work`` are those of an earlier TryLater.

    Raises NotAPhrase, PinRefused (also for another PIN than the first time), WrongCaseOrPin,
    KeyOfAnother, KeyEnded, Busy, or TryLater for other PINs in a request that was sent. Wrong
    phrases are not slowed: they have 128 random bits, and looking one up costs nothing.
    """
    entropy = credentials.read_recovery_phrase(typed_phrase)
    pin = credentials.choose_pin(new_pin)
    old_hash = bank.sealer.keyed_hash("recovery phrase", entropy)
    asked = idempotency.asked(bank, once, "recover", entropy)
    seed = os.urandom(32) if asked is None else asked.seed
    opened, number_hash, phrase_hash = _fresh_credentials(bank, seed, pin)
    paid = Payment(ticket, work)
    if not Case.objects.filter(phrase_hash=old_hash).exists():
        return _recovered_before(bank, asked, pin, opened, paid)
    idempotency.done_before(bank, asked)  # another phrase under the key costs no hash
    pin_hash = bank.pins.hash(pin)
    with bank.turns.few_rows(), transaction.atomic():
        case = Case.objects.select_for_update().filter(phrase_hash=old_hash).first()
        if case is not None:
            case.ref = uuid.uuid4()
            case.number_hash, case.phrase_hash, case.pin_hash = number_hash, phrase_hash, pin_hash
            case.save()
            idempotency.end(case)
            idempotency.keep(bank, asked, case)
            _audit_case(bank, case, (_OPEN, _OPEN), "recovered")
    return opened if case is not None else _recovered_before(bank, asked, pin, opened, paid)


def _recovered_before(
    bank: Bank, asked: idempotency.Asked | None, pin: str, opened: CaseOpened, paid: Payment
) -> CaseOpened:
    """No case has the phrase: the same answer, if this very request was what used it up."""
    case = idempotency.done_before(bank, asked)
    if case is None:
        raise WrongCaseOrPin(_say("wrong_phrase"))
    return _again(bank, case, pin, opened, paid)


def withdraw(bank: Bank, ref: uuid.UUID, numbers: Iterable[int] | None) -> CaseStatus:
    """Withdraw the pictures with these numbers (None: all) and return how the case stands now.

    One that no partner was told of is withdrawn at once; the withdrawal of another goes out with
    its window. Withdrawing twice changes nothing. Raises SubmissionRefused for a number the case
    has not, WrongCaseOrPin when the case was recovered meanwhile, and Busy.
    """
    with feed_writer(bank, who=audit.PERSON) as writer:
        case = case_of(ref)
        idempotency.end(case)
        held, listings = waiting.of(bank, case), owners.listings_of(bank, case)
        active = {number for number, listing in listings if listing.withdrawn_seq is None}
        known = held.keys() | {number for number, _ in listings}
        wanted = known if numbers is None else set(numbers)
        if not wanted <= known:
            raise SubmissionRefused(_say("no_such_picture"))
        harmless.forget(bank, case, wanted)
        for number in sorted(wanted):
            if number in held:
                _cancel(bank, case, held[number])
            elif number in active:
                _do(writer, Change(What.WITHDRAW, case.pk, number))
    return case_status(bank, ref)


def _cancel(bank: Bank, case: Case, held: waiting.Held) -> None:
    if held.change.what is What.LIST:
        waiting.cancel(bank, held)
        _audit_case(bank, case, (_OPEN, _OPEN), "withdrawn before it went out")


def send_now(bank: Bank, ref: uuid.UUID) -> CaseStatus:
    """Give partners at once what waits of this case, apart from what a rule holds back.

    It then comes together and alone, so that they can tell that it belongs together. Raises
    WrongCaseOrPin when the case was recovered meanwhile, and Busy.
    """
    with feed_writer(bank, who=audit.PERSON) as writer:
        case = case_of(ref)
        idempotency.end(case)
        mine = [held for held in waiting.of(bank, case).values() if held.row.due_at is not None]
        release.give_out(writer, [(one.row.pk, one.change) for one in mine if not one.row.held])
    return case_status(bank, ref)


def case_status(bank: Bank, ref: uuid.UUID) -> CaseStatus:
    """Return what became of every picture of a case. Raises WrongCaseOrPin for a dead reference."""
    release.catch_up(bank)
    case = case_of(ref)
    # What waits first: what goes out in between is then seen twice, and not missed.
    held, listings = waiting.of(bank, case), owners.listings_of(bank, case)
    pictures = {
        number: [listing for _, listing in pairs]
        for number, pairs in groupby(listings, key=lambda pair: pair[0])
    }
    alike = harmless.of_case(bank, case)
    return CaseStatus(
        acting_for=ActingFor(case.acting_for),
        opened_on=case.opened_on.isoformat(),
        listings=tuple(
            harmless.told(
                shown.picture_status(number, pictures.get(number, ()), held.get(number)),
                alike.get(number),
            )
            for number in sorted(held.keys() | pictures.keys())
        ),
    )


# --------------------------------------------------------------------------- parts


def case_of(ref: uuid.UUID) -> Case:
    """Return a case's row, for other functions of this API. Raises WrongCaseOrPin."""
    case = Case.objects.filter(ref=ref).first()
    if case is None:
        raise WrongCaseOrPin(_say("out_of_date"))
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
