"""For people: open a case, see what became of it, withdraw, recover."""

import os
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from staydown.bank import audit, credentials, throttle
from staydown.bank.entries import NOTHING, feed_writer
from staydown.bank.errors import Busy, SubmissionRefused, Under18Stop, WrongCaseOrPin
from staydown.bank.models import Audit, Case, Entry, Fetch, Listing, PartnerFeedback
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import ActingFor, EntryState, Feedback, Kind, Under18
from staydown.exchange.codec import MAX_PICTURES
from staydown.exchange.records import CaseOpened, CaseRequest, CaseStatus, ListingStatus
from staydown.fingerprint.value import PDQ_LISTING_QUALITY, Fingerprint

_OPEN = "open"


# --------------------------------------------------------------------------- opening


def open_case(bank: Bank, request: CaseRequest, *, once: bytes | None = None) -> CaseOpened:
    """List the fingerprints under a new case. Return the number and the phrase, for once.

    ``once`` (≥ 16 random bytes that the caller made up for one walk through the form) makes a
    second press of the button safe: the same bytes with the same PIN give the same answer again,
    and nothing is listed twice.

    Raises Under18Stop, SubmissionRefused, PinRefused or Busy, and then nothing was stored.
    """
    if request.under18 is not Under18.NO:
        raise Under18Stop
    _refuse_bad(request.fingerprints)
    pin = credentials.choose_pin(request.pin)
    opened, number_hash, phrase_hash = _fresh_credentials(bank, once or os.urandom(32), pin)
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
            for number, fingerprint in enumerate(request.fingerprints, start=1):
                listing = Listing(case=case, number=number)
                writer.add(writer.entry_for(fingerprint), listing, why="listed by a person")
    return opened if earlier is None else _again(bank, earlier, pin, opened)


def _refuse_bad(fingerprints: tuple[Fingerprint, ...]) -> None:
    if not 1 <= len(fingerprints) <= MAX_PICTURES:
        raise SubmissionRefused(f"choose between 1 and {MAX_PICTURES} pictures")
    for item in fingerprints:
        if item.kind is not Kind.PDQ or item.quality is None or item.quality < PDQ_LISTING_QUALITY:
            raise SubmissionRefused("a picture is too plain to be told from others: leave it out")


def _again(bank: Bank, case: Case, pin: str, opened: CaseOpened) -> CaseOpened:
    """The same form a second time: the same answer, if the PIN is the same."""
    if not bank.pins.matches(case.pin_hash, pin):
        raise SubmissionRefused(
            "these pictures were already handed in with another PIN: start again to use a new one"
        )
    return opened


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
    booked = throttle.book(bank, number_hash, known=case is not None)
    try:
        right = bank.pins.matches(case.pin_hash if case else None, credentials.read_pin(typed_pin))
    except Busy:
        throttle.was_not_looked_at(booked)
        raise
    if case is None or not right:
        raise WrongCaseOrPin("this number and PIN do not belong together")
    throttle.was_right(booked)
    return case.ref


def recover(bank: Bank, typed_phrase: str, new_pin: str) -> CaseOpened:
    """Trade a recovery phrase for a new case number, PIN and phrase; the old ones stop working.

    Raises NotAPhrase, PinRefused, WrongCaseOrPin or Busy. Wrong phrases are not slowed: they have
    128 random bits, and looking one up costs nothing.
    """
    entropy = credentials.read_recovery_phrase(typed_phrase)
    pin = credentials.choose_pin(new_pin)
    old_hash = bank.sealer.keyed_hash("recovery phrase", entropy)
    if not Case.objects.filter(phrase_hash=old_hash).exists():
        raise WrongCaseOrPin("no case has this recovery phrase")
    opened, number_hash, phrase_hash = _fresh_credentials(bank, os.urandom(32), pin)
    pin_hash = bank.pins.hash(pin)
    with transaction.atomic():
        case = Case.objects.select_for_update().filter(phrase_hash=old_hash).first()
        if case is None:
            raise WrongCaseOrPin("no case has this recovery phrase")
        case.ref = uuid.uuid4()
        case.number_hash, case.phrase_hash, case.pin_hash = number_hash, phrase_hash, pin_hash
        case.save()
        _audit_case(bank, case, (_OPEN, _OPEN), "recovered")
    return opened


def withdraw(bank: Bank, ref: uuid.UUID, numbers: Iterable[int] | None) -> CaseStatus:
    """Withdraw the pictures with these numbers (None: all) and return how the case stands now.

    Withdrawing twice changes nothing. Raises SubmissionRefused for a number the case has not, and
    WrongCaseOrPin when the case was recovered meanwhile.
    """
    with feed_writer(bank, who=audit.PERSON) as writer:
        case = _case(ref)
        listings = list(case.listings.select_related("entry").order_by("number"))
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
    listings = case.listings.select_related("entry").order_by("number")
    return CaseStatus(
        acting_for=ActingFor(case.acting_for),
        opened_on=case.opened_on.isoformat(),
        listings=tuple(_listing_status(listing) for listing in listings),
    )


# --------------------------------------------------------------------------- parts


def _listing_status(listing: Listing) -> ListingStatus:
    """Tell what happened to a listing since it was made, and to nobody's earlier one.

    Otherwise somebody who has the picture could list it, and see from what partners already did
    that the person in it had come here before.
    """
    places = _places(listing.entry)
    end = listing.withdrawn_seq
    during = [p for p in places if p[0] >= listing.listed_seq and (end is None or p[0] < end)]
    after = [] if end is None else [place for place in places if place[0] >= end]
    fetched = _given(listing.entry, during)
    said = PartnerFeedback.objects.filter(entry=listing.entry, at__gte=listing.listed_at)
    return ListingStatus(
        number=listing.number,
        state=EntryState.WITHDRAWN if end is not None else EntryState(listing.entry.state),
        fetched_by=tuple(sorted(fetched)),
        told_of_withdrawal=tuple(sorted(fetched & _given(listing.entry, after))),
        feedback=tuple(
            (name, Feedback(value))
            for name, value in said.order_by("partner__name").values_list("partner__name", "value")
        ),
    )


_Place = tuple[int, int | None, EntryState]


def _places(entry: Entry) -> list[_Place]:
    """The numbers the entry has had in the feed: (first seq, next seq or None, state)."""
    rows = list(
        Audit.objects.filter(what="entry", subject=str(entry.entry_id), seq__isnull=False)
        .order_by("seq")
        .values_list("seq", "new")
    )
    nexts = [seq for seq, _ in rows[1:]] + [None]
    return [
        (seq, following, EntryState(state))
        for (seq, state), following in zip(rows, nexts, strict=True)
        if seq is not None
    ]


def _given(entry: Entry, places: list[_Place]) -> set[str]:
    """Names of partners that were given the entry at one of these places.

    A page held it at *seq* when *seq* lies within the page and was still the entry's number at the
    head the page was read at, and, for a withdrawal, when the partner is told of it at all.
    """
    if not places:
        return set()
    wanted = Q()
    for seq, following, state in places:
        page = Q(after__lt=seq, upto__gte=seq, head__gte=seq)
        if following is not None:
            page &= Q(head__lt=following)
        if state is EntryState.WITHDRAWN:
            page &= Q(partner__first_fetch_seq__lt=seq)
        wanted |= page
    pages = Fetch.objects.filter(wanted, count__gt=0)
    if entry.kind == Kind.SHA256.value:
        pages = pages.exclude(dialect="v1")
    return set(pages.values_list("partner__name", flat=True).distinct())


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
