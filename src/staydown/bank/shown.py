"""What a case is shown of its pictures: what is true, and nothing of anybody else's listing.

Whoever has a picture can list it, withdraw it, and read what the page says. So a listing's page is
the same whether or not others list the picture, did so before, or will: see decision 0013.
"""

from collections.abc import Sequence

from django.db.models import BigIntegerField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from staydown.bank import rules, voices
from staydown.bank.models import Audit, Entry, Fetch, Listing, Partner, PartnerFeedback
from staydown.bank.waiting import Held, What
from staydown.base.vocabulary import EntryState, Feedback, Kind
from staydown.exchange.codec import V1_SIGNAL_TYPES
from staydown.exchange.records import ListingStatus

#: Stands for the place after an entry's last one.
_NO_END = Value(2**63 - 1, output_field=BigIntegerField())


def picture_status(
    number: int, listings: Sequence[Listing], held: Held | None = None
) -> ListingStatus:
    """Sum up what happened to the fingerprints of one picture, and what of it still waits.

    Whoever fetched one of them has fetched the picture; only who has since been given every one
    that it had fetched has checked again; and it is disputed when one of them is.
    """
    if not listings:
        return _before_it_goes_out(number, held)
    leaving = held is not None and held.change.what is What.WITHDRAW
    found = [_listing_status(number, listing, leaving=leaving) for listing in listings]
    states = {status.state for status in found}
    fetched = {name for status in found for name in status.fetched_by}
    behind = {n for s in found for n in {*s.fetched_by} - {*s.checked_since_withdrawal}}
    words = {word for status in found for word in status.feedback}
    waits = held is not None and leaving and any(one.withdrawn_seq is None for one in listings)
    return ListingStatus(
        number=number,
        state=EntryState.DISPUTED if EntryState.DISPUTED in states else found[0].state,
        fetched_by=tuple(sorted(fetched)),
        checked_since_withdrawal=tuple(sorted(fetched - behind)),
        feedback=tuple(sorted(words)),
        extended_until=max((s.extended_until for s in found if s.extended_until), default=None),
        goes_out_by=held.row.due_at if held is not None and waits else None,
    )


def _before_it_goes_out(number: int, held: Held | None) -> ListingStatus:
    """Tell of a picture that no partner was told of: it waits, or was withdrawn before."""
    if held is None:
        return ListingStatus(number, EntryState.WITHDRAWN)
    group = held.row.group
    if group is not None and group.dropped_at is not None:
        return ListingStatus(number, EntryState.LISTED, dropped_at=group.dropped_at)
    if held.row.due_at is None:
        return ListingStatus(number, EntryState.WITHDRAWN)
    return ListingStatus(
        number, EntryState.LISTED, goes_out_by=held.row.due_at, is_held=held.row.held
    )


def _listing_status(number: int, listing: Listing, *, leaving: bool) -> ListingStatus:
    """Tell what happened to a listing since it was made, and to nobody else's.

    Of a withdrawn one no words are told. Partners go on speaking of the entry while somebody else
    lists it, and what they said is dropped when nobody does: either would tell which it is. For the
    same reason its page says who has been given the entry since, and not in which state.

    ``leaving``: its owner has withdrawn it, and partners are not told yet.
    """
    end = listing.withdrawn_seq
    withdrawn = leaving or end is not None
    fetched = _given(listing.entry, since=listing.listed_seq, before=end)
    after = set() if end is None else _given(listing.entry, since=end, before=None)
    said = () if withdrawn else _said(listing)
    until = None if withdrawn else voices.extended_since(listing.entry, listing.listed_seq)
    return ListingStatus(
        number=number,
        state=rules.listing_state(
            withdrawn=withdrawn,
            said_since=voices.words_on(listing.entry, since=listing.listed_at),
            extended_since=until is not None,
        ),
        fetched_by=tuple(sorted(fetched)),
        checked_since_withdrawal=tuple(sorted(fetched & after)),
        feedback=said,
        extended_until=None if until is None else until.date().isoformat(),
    )


def _said(listing: Listing) -> tuple[tuple[str, Feedback], ...]:
    """Return partners' latest words on the entry, of those said since the listing was made."""
    said = PartnerFeedback.objects.filter(entry=listing.entry, at__gte=listing.listed_at)
    pairs = said.values_list("partner__name", "value")
    return tuple((name, Feedback(value)) for name, value in sorted(pairs))


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
        ~Q(after=EntryState.WITHDRAWN.value) | Q(seq__gt=OuterRef("first_fetch_seq")),
        seq__gte=since,
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
