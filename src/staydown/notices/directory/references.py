"""What records say of each other: codes and ids that must exist, and ids that must not clash."""

from collections import defaultdict
from collections.abc import Iterator
from zoneinfo import available_timezones

from staydown.notices.directory.directory import Directory
from staydown.notices.directory.reading import BY_CODE
from staydown.notices.directory.records import Calendar, Jurisdiction, Place
from staydown.notices.directory.staleness import every_record
from staydown.notices.vocabulary import Letter

#: The folder of a record, its id, and what is wrong.
Fault = tuple[str, str, str]


def reference_faults(directory: Directory) -> Iterator[Fault]:
    """Give every fault between the records of a directory."""
    yield from _clashing_ids(directory)
    yield from _unknown_codes(directory)
    for jurisdiction in directory.jurisdictions.values():
        for text in _jurisdiction_faults(jurisdiction, directory):
            yield "jurisdictions", jurisdiction.id, text
    for calendar in directory.calendars.values():
        for text in _calendar_faults(calendar):
            yield "calendars", calendar.id, text
    for regime in directory.regimes.values():
        if regime.id not in set(Letter):
            yield "regimes", regime.id, "id: there is no letter for this regime"
    for tombstone in directory.retired.values():
        if tombstone.instead is not None and not _exists(tombstone.instead, directory):
            yield "retired", tombstone.id, "instead: there is no such record"
    yield from _host_faults(directory)


def _clashing_ids(directory: Directory) -> Iterator[Fault]:
    """An id means one thing for good: it is never used twice, nor again once retired."""
    folders = defaultdict(list)
    for folder, record in every_record(directory):
        if folder not in BY_CODE:
            folders[record.id].append(folder)
    for record_id, used_in in folders.items():
        for folder in used_in[:-1]:
            yield folder, record_id, f"id: is also in {used_in[-1]}; an id is used once, for good"


def _unknown_codes(directory: Directory) -> Iterator[Fault]:
    for folder in ("regimes", "laws", "authorities", "risks", "calendars"):
        for record in getattr(directory, folder).values():
            if record.jurisdiction not in directory.jurisdictions:
                yield folder, record.id, "jurisdiction: has no record in jurisdictions"


def _jurisdiction_faults(record: Jurisdiction, directory: Directory) -> Iterator[str]:
    if record.id != record.code.lower():
        yield "code: is the id in capital letters"
    if record.code not in directory.calendars:
        yield "code: has no calendar"
    if record.parent is not None and record.parent not in directory.jurisdictions:
        yield "parent: has no record in jurisdictions"
    if record.code in directory.chain(record.parent):
        yield "parent: leads back here"
    for member in record.members:
        own = directory.jurisdictions.get(member)
        if own is not None and own.parent != record.code:
            yield f"members: {member} has a record that names another parent"


def _calendar_faults(record: Calendar) -> Iterator[str]:
    # Late, since the package is large and only checks need it here.
    from holidays import list_supported_countries

    if record.id != record.jurisdiction.lower():
        yield "jurisdiction: is the id in capital letters"
    if unknown := sorted(set(record.time_zones) - available_timezones()):
        yield f"time_zones: {', '.join(unknown)} is no IANA zone"
    if len(set(record.weekend)) != len(record.weekend):
        yield "weekend: names a day twice"
    known = list_supported_countries(include_aliases=False)
    if record.holidays_of is not None and record.holidays_of not in known:
        yield "holidays_of: the holidays package has no such country"
    elif record.subdivision is not None and (
        record.holidays_of is None or record.subdivision not in known[record.holidays_of]
    ):
        yield "subdivision: the holidays package has no such part of that country"


def _host_faults(directory: Directory) -> Iterator[Fault]:
    owner: dict[str, Place] = {}
    for place in directory.places.values():
        for host in place.hosts:
            other = owner.setdefault(host, place)
            if other is not place:
                yield "places", place.id, f"hosts: {host} also belongs to {other.id}"
            if not _is_host(host):
                yield "places", place.id, f"hosts: {host} is not a bare name like “example.org”"


def _is_host(host: str) -> bool:
    plain = host.isascii() and host == host.lower() and not host.startswith("www.")
    labels = host.split(".")
    return plain and len(labels) > 1 and all(_is_label(label) for label in labels)


def _is_label(label: str) -> bool:
    inside = label.replace("-", "")
    return inside.isalnum() and not label.startswith("-") and not label.endswith("-")


def _exists(record_id: str, directory: Directory) -> bool:
    return any(
        record.id == record_id for folder, record in every_record(directory) if folder != "retired"
    )
