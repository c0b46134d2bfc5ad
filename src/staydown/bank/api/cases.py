"""For people: open a case, see what became of it, withdraw, recover."""

import os
import uuid
from collections.abc import Iterable
from itertools import groupby

from django.db import transaction
from django.db.models import BigIntegerField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from staydown.bank import audit, credentials, throttle, tickets
from staydown.bank.entries import NOTHING, FeedWriter, feed_writer
from staydown.bank.errors import (
    Busy,
    PinRefused,
    SubmissionRefused,
    Under18Stop,
    WrongCaseOrPin,
)
from staydown.bank.models import Audit, Case, Entry, Fetch, Listing, Partner, PartnerFeedback
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import ActingFor, EntryState, Feedback, Kind, Under18
from staydown.exchange.codec import MAX_PICTURES, V1_SIGNAL_TYPES
from staydown.exchange.records import CaseOpened, CaseRequest, CaseStatus, ListingStatus, Picture
from staydown.fingerprint.value import PDQ_LISTING_QUALITY

_OPEN = "open"

#: Stands for the place after an entry's last one.
_NO_END = Value(2**63 - 1, output_field=BigIntegerField())


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
        if credentials.read_pin(pin).upper() not in typed:
            break
    return CaseOpened(number, phrase), _number_hash(bank, typed), _phrase_hash(bank, phrase)


# --------------------------------------------------------------------------- coming back


def enter(
    bank: Bank, typed_number: str, typed_pin: str, *, ticket: str = "", earlier: str = ""
) -> uuid.UUID:
    """Return the reference of the case with this number and PIN, for the functions below.

    ``ticket``: the one that came with an earlier TryLater. ``earlier``: what ``signed_in`` gave.

    Raises NotACaseNumber (a slip of the finger; not counted), WrongCaseOrPin, TryLater or Busy.
    """
    number_hash = _number_hash(bank, credentials.read_case_number(typed_number))
    case = Case.objects.filter(number_hash=number_hash).first()
    booked = throttle.book(bank, number_hash, brought=ticket, earlier=earlier)
    right = _looked_at(bank, booked, case, credentials.read_pin(typed_pin))
    if case is None or not right:
        raise WrongCaseOrPin("this number and PIN do not belong together")
    return case.ref


def signed_in(bank: Bank, ref: uuid.UUID) -> str:
    """Return a token for the page of somebody who just signed in: its next tries at the number have
    a lane of their own, which nobody else can use up. Raises WrongCaseOrPin for a dead reference.
    """
    number_hash = bytes(_case(ref).number_hash)
    return tickets.give(bank, number_hash, bank.clock.now(), tickets.EARLIER).text


def _is_pin(bank: Bank, number_hash: bytes, case: Case, pin: str) -> bool:
    """Whether the PIN belongs to the case, at the pace of the throttle. Raises TryLater or Busy."""
    return _looked_at(bank, throttle.book(bank, number_hash), case, pin)


def _looked_at(bank: Bank, booked: throttle.Try, case: Case | None, pin: str) -> bool:
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
        listings=tuple(_picture_status(number, rows) for number, rows in pictures),
    )


# --------------------------------------------------------------------------- parts


def _picture_status(number: int, listings: Iterable[Listing]) -> ListingStatus:
    """Sum up what happened to the fingerprints of one picture.

    Whoever fetched one of them has fetched the picture; only who was told of every withdrawal that
    concerns it was told; and it is disputed when one of them is.
    """
    found = [_listing_status(listing) for listing in listings]
    states = {status.state for status in found}
    fetched = {name for status in found for name in status.fetched_by}
    untold = {n for status in found for n in {*status.fetched_by} - {*status.told_of_withdrawal}}
    words = {word for status in found for word in status.feedback}
    return ListingStatus(
        number=number,
        state=EntryState.DISPUTED if EntryState.DISPUTED in states else found[0].state,
        fetched_by=tuple(sorted(fetched)),
        told_of_withdrawal=tuple(sorted(fetched - untold)),
        feedback=tuple(sorted(words)),
    )


def _listing_status(listing: Listing) -> ListingStatus:
    """Tell what happened to a listing since it was made, and to nobody's earlier one.

    Otherwise somebody who has the picture could list it, and see from what partners already did
    that the person in it had come here before.
    """
    end = listing.withdrawn_seq
    fetched = _given(listing.entry, since=listing.listed_seq, before=end)
    after = set() if end is None else _given(listing.entry, since=end, before=None)
    said = PartnerFeedback.objects.filter(entry=listing.entry, at__gte=listing.listed_at)
    return ListingStatus(
        number=listing.number,
        state=EntryState.WITHDRAWN if end is not None else EntryState(listing.entry.state),
        fetched_by=tuple(sorted(fetched)),
        told_of_withdrawal=tuple(sorted(fetched & after)),
        feedback=tuple(
            (name, Feedback(value))
            for name, value in said.order_by("partner__name").values_list("partner__name", "value")
        ),
    )


def _given(entry: Entry, *, since: int, before: int | None) -> set[str]:
    """Names of partners that were given the entry at one of its places in the feed, from ``since``
    on and before ``before`` (None: up to now).

    A page held it at *seq* when *seq* lies within the page and was still the entry's number at the
    head the page was read at, and, for a withdrawal, when the partner is told of it at all.

    The database compares, however many places there are: whoever has the picture can add to them
    by listing it again and again, and that must not keep the person from their own case.
    """
    every = Audit.objects.filter(what="entry", subject=str(entry.entry_id), seq__isnull=False)
    following = every.filter(seq__gt=OuterRef("seq")).order_by("seq").values("seq")[:1]
    places = every.filter(
        ~Q(new=EntryState.WITHDRAWN.value) | Q(seq__gt=OuterRef("first_fetch_seq")), seq__gte=since
    )
    if before is not None:
        places = places.filter(seq__lt=before)
    pages = Fetch.objects.filter(
        partner=OuterRef(OuterRef("pk")),
        count__gt=0,
        after__lt=OuterRef("seq"),
        upto__gte=OuterRef("seq"),
        upto__lt=OuterRef("following"),
        head__lt=OuterRef("following"),
    )
    if Kind(entry.kind) not in V1_SIGNAL_TYPES:
        pages = pages.exclude(dialect="v1")
    given = places.annotate(following=Coalesce(Subquery(following), _NO_END)).filter(Exists(pages))
    return set(Partner.objects.filter(Exists(given)).values_list("name", flat=True))


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
