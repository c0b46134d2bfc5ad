"""Organisations: who stands behind partners. Their names are told apart as partners' are."""

from staydown.bank import audit, voice_rules
from staydown.bank.errors import PartnerError
from staydown.bank.models import Organisation
from staydown.bank.runtime import Bank
from staydown.base.names import fault_of_name, looks_like, tidy_name
from staydown.base.reasons import reasons

_say = reasons("bank.errors")

MAX_NAME = 100


def join_or_make(bank: Bank, name: str, *, own: bool = False) -> Organisation:
    """Return the organisation of this name, made if there is none, inside a transaction.

    ``own``: it shall be a new one. Raises PartnerError for a name that is unfit, looks like another
    organisation's, or is taken though it shall be new.
    """
    name = tidy_name(name)
    if fault := fault_of_name(name, MAX_NAME):
        raise PartnerError(_say("organisation.name", why=fault))
    names = list(Organisation.objects.select_for_update().values_list("name", flat=True))
    if name in names:
        if own:
            raise PartnerError(_say("organisation.taken"))
        return Organisation.objects.get(name=name)
    if looks_like(name, names):
        raise PartnerError(_say("organisation.looks_alike"))
    made = Organisation.objects.create(
        name=name, added_at=bank.clock.now(), allowance=voice_rules.ALLOWANCE
    )
    note(bank, made, (audit.NOTHING, "active"), "added")
    return made


def named(name: str) -> Organisation:
    """Return an organisation, locked. Raises PartnerError when there is none of this name."""
    written = {name.strip(), tidy_name(name)}
    found = Organisation.objects.select_for_update().filter(name__in=written).first()
    if found is None:
        raise PartnerError(_say("organisation.no_such"))
    return found


def note(bank: Bank, organisation: Organisation, change: tuple[str, str], why: str) -> None:
    """Write what the operator changed into the trail."""
    audit.record(
        at=bank.clock.now(),
        who=audit.OPERATOR,
        what="organisation",
        subject=organisation.name,
        change=change,
        why=why,
    )
