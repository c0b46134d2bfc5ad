"""Whose a listing is: told by whoever has the key and the case, and by nobody else.

A listing has no column that leads to its case. It has a tag, a keyed hash of the case, the
picture's place in it and the kind. The bank finds a case's listings by working out all the tags
that they can have; a thief of the database can't tell which belong together.
"""

from staydown.bank.models import Case, Listing
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import Kind
from staydown.exchange.codec import MAX_PICTURES
from staydown.fingerprint.kinds import BY_CONTENT


def listing_tag(bank: Bank, case: int, number: int, kind: Kind) -> bytes:
    """Return the 32 bytes by which a listing is found: of a case's row, a picture and a kind."""
    return bank.sealer.keyed_hash("owner of a listing", f"{case} {number} {kind.value}".encode())


def waiting_tag(bank: Bank, case: int, number: int) -> bytes:
    """Return what a change that waits is found by. It has nothing in common with a listing's tag:
    a copy of the database from before must not tell which rows came of those that waited."""
    return bank.sealer.keyed_hash("owner of a waiting change", f"{case} {number}".encode())


def listings_of(bank: Bank, case: Case) -> list[tuple[int, Listing]]:
    """Return a case's listings with their entries, each with the picture's number, in that order
    and the PDQ first."""
    tags = {
        listing_tag(bank, case.pk, number, kind): (number, place)
        for number in range(1, MAX_PICTURES + 1)
        for place, kind in enumerate(BY_CONTENT)
    }
    found = Listing.objects.select_related("entry").filter(owner__in=tags)
    placed = [(tags[bytes(listing.owner or b"")], listing) for listing in found]
    placed.sort(key=lambda pair: pair[0])
    return [(number, listing) for (number, _), listing in placed]
