"""The form of one letter: only the fields that it needs, and what is missing said beside each."""

import dataclasses
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from django.http import QueryDict
from django.utils.translation import gettext as _

from staydown.base.incident import ContentCapture, DistributionConsent
from staydown.base.labels import label
from staydown.notices.contacts.contacts import Contact
from staydown.notices.contacts.scopes import Scope
from staydown.notices.details import Addressee, Details, Location, Missing
from staydown.notices.field_limits import fault_of_text, is_email
from staydown.notices.words import RecipientKind, Standing
from staydown.web.case_site.questions import Choice, Question, answer, chosen, said, yes_no

#: The value of the choice "somebody else" among the recipients.
OTHER = "other"

#: What is taken over from one letter to the next. Statements never are.
_INDEX = re.compile(r"^locations(\[\d+\])?")

#: What each location has for itself, and the form asks once for all that lack it.
EACH = {"locations.description": "each_description", "locations.search_query": "each_search_query"}


def questions(
    fields: Sequence[str],
    details: Details,
    locations: Sequence[Location],
    missing: Sequence[Missing] = (),
) -> tuple[Question, ...]:
    """Return a question for each of ``fields``, filled, with what is missing.

    In one order for all letters: what it is about, who writes, what is stated, the rest.
    """
    wrong = _by_field(missing)
    table = _table(details, locations)
    asked = [one for name, one in table.items() if name in fields]
    return tuple(dataclasses.replace(one, error=" ".join(wrong.get(one.name, ()))) for one in asked)


def unplaced(missing: Sequence[Missing], asked: Iterable[Question]) -> tuple[Missing, ...]:
    """Return what no question of the form supplies."""
    names = {one.name for one in asked}
    return tuple(one for one in missing if _bare(one.fields[0]) not in names)


def read(
    form: QueryDict, fields: Sequence[str], before: Details, listed: Sequence[Location]
) -> Details:
    """Return the details of a filled form. Only ``fields`` are read; the rest stays as it was."""
    given: dict[str, object] = {}
    for name in fields:
        if name in EACH.values():
            continue
        if name == "locations":
            ids = set(form.getlist("locations"))
            given[name] = tuple(one for one in listed if one.id in ids)
        elif name == "authorised" or name.startswith("states_"):
            given[name] = form.get(name) == "yes"
        elif name in _ENUMS:
            value = chosen(form, name, [word.value for word in _ENUMS[name]])
            given[name] = _ENUMS[name](value) if value else None
        elif name == "synthetic":
            given[name] = yes_no(form, name)
        elif name == "first_sent":
            given[name] = moment(answer(form, name))
        else:
            given[name] = answer(form, name)
    made = dataclasses.replace(before, **given)  # type: ignore[arg-type]
    return with_each(made, form, fields)


def form_names(fields: Sequence[str]) -> tuple[str, ...]:
    """Return the questions of a form for what ``fields_asked`` names."""
    return tuple(dict.fromkeys(_bare(name) for name in fields))


def with_each(details: Details, form: QueryDict, fields: Sequence[str]) -> Details:
    """Give what was said once for all to each location that has no words of its own."""
    locations = details.locations
    for asked in EACH.values():
        if asked in fields:
            name, text = asked.removeprefix("each_"), answer(form, asked)
            locations = tuple(
                one if getattr(one, name) else dataclasses.replace(one, **{name: text})
                for one in locations
            )
    return dataclasses.replace(details, locations=locations)


def moment(text: str) -> datetime | None:
    """Return a time typed in this machine's own zone; None where it can't be read."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        return None


def recipients(
    known: Sequence[Addressee], contacts: Sequence[Contact], kind: RecipientKind, name: str
) -> tuple[Addressee, ...]:
    """Return whom the letter may go to: those the directory knows, then contacts that were found.

    Each contact keeps its scope, and is offered only for letters of that scope. Who runs a site is
    never offered: it may be whoever put the picture there.
    """
    scopes = _SCOPES.get(kind, ())
    found = [
        Addressee(kind, f"{one.name[:200] or email} ({one.scope})", email)
        for one in contacts
        if one.scope in scopes
        for email in one.emails
    ]
    # Somebody with two roles is named twice, and offered once.
    return (*known, *dict.fromkeys(found)) or (Addressee(kind, name),)


def recipient_question(offered: Sequence[Addressee], now: Addressee | None) -> Question:
    """Return the question whom the letter goes to."""
    choices = [Choice(str(number), one.name, one.email) for number, one in enumerate(offered)]
    at = next((str(number) for number, one in enumerate(offered) if one == now), None)
    if at is None:
        at = "0" if now is None else OTHER
    return Question(
        "to", _("Who is the letter for?"), "radio",
        choices=(*choices, Choice(OTHER, _("Somebody else: write below who"))), given=(at,),
    )  # fmt: skip


def read_recipient(
    form: QueryDict, offered: Sequence[Addressee], kind: RecipientKind
) -> Addressee | None:
    """Return whom the form says; None when nobody is named."""
    at = chosen(form, "to", [str(number) for number in range(len(offered))])
    if at is not None:
        return offered[int(at)]
    name, email = (
        " ".join(answer(form, key, limit=254).split()) for key in ("to_name", "to_email")
    )
    return Addressee(kind, name or email, email) if name or email else None


def recipient_error(to: Addressee | None) -> str:
    """Return what is wrong with the recipient that was written below the choices."""
    if to is None:
        return _("Write who the letter is for.")
    if to.email and not is_email(to.email):
        return _("Write one e-mail address, such as name@example.org, or leave it empty.")
    return fault_of_text(to.name, 254)


_SCOPES: dict[RecipientKind, tuple[Scope, ...]] = {
    RecipientKind.HOST: (Scope.HOST, Scope.NETWORK),
    RecipientKind.REGISTRAR_OR_CDN: (Scope.REGISTRAR, Scope.NETWORK),
}

_ENUMS: dict[str, type[StrEnum]] = {
    "standing": Standing,
    "capture": ContentCapture,
    "consent": DistributionConsent,
}


def _by_field(missing: Sequence[Missing]) -> dict[str, list[str]]:
    """Each thing once, at the first field that supplies it."""
    found: dict[str, list[str]] = {}
    for one in missing:
        at = found.setdefault(_bare(one.fields[0]), [])
        if one.how not in at:
            at.append(one.how)
    return found


def _bare(field: str) -> str:
    """``locations[2].url`` is mended at ``locations``, its description once for all."""
    plain = _INDEX.sub("locations", field)
    return EACH.get(plain) or plain.split(".", maxsplit=1)[0]


def _table(details: Details, locations: Sequence[Location]) -> dict[str, Question]:
    asked = (
        _locations(details, locations),
        _each("description", _("What it shows, in a few neutral words"), details),
        _each("search_query", _("The search that finds it"), details),
        *_who(details),
        *_statements(details),
        *_about(details),
        *_first_notice(details),
    )
    return {one.name: one for one in asked}


def _locations(details: Details, locations: Sequence[Location]) -> Question:
    return Question(
        "locations", _("Which of the list is this letter about?"), "checkbox",
        choices=tuple(
            Choice(one.id, f"{one.id}: {one.url or one.info}") for one in locations
        ),
        given=tuple(one.id for one in details.locations),
    )  # fmt: skip


def _each(name: str, legend: str, details: Details) -> Question:
    said = {getattr(one, name) for one in details.locations}
    given = tuple(said) if len(said) == 1 else ()
    hint = _("For those on the list that have no words of their own.")
    return Question(f"each_{name}", legend, "text", hint, given=given)


def _who(details: Details) -> tuple[Question, ...]:
    def text(name: str, legend: str, hint: str = "", kind: str = "text") -> Question:
        value = getattr(details, name)
        return Question(name, legend, kind, hint, given=(value,) if value else ())

    return (
        Question(
            "standing", _("Is it you in the picture?"), "radio",
            choices=(
                Choice(Standing.DEPICTED, _("Yes, it is me")),
                Choice(Standing.REPRESENTATIVE, _("No, I act for the person")),
            ),
            given=(details.standing.value,) if details.standing else (),
        ),
        Question(
            "authorised", _("The person has agreed that I write for them"), "tick",
            _("Say it only if it is so. No papers are sent."), given=_ticked(details.authorised),
        ),
        text("name", _("Your name"), _("It stands in the letter.")),
        text("email", _("Your e-mail address"), _("Use one that only you can read."), "email"),
        text(
            "contact", _("A safe way to reach you"),
            _("Such as an e-mail address or a number. Never a home address."),
        ),
        text("signature", _("Signature"), _("Type your name, or what you sign with.")),
        text(
            "depicted", _("How the letter calls the person in the picture"),
            _("Initials or “the person depicted” are enough."),
        ),
    )  # fmt: skip


def _statements(details: Details) -> tuple[Question, ...]:
    legends = {
        "states_no_consent": _("The person in the picture did not agree that it is shown"),
        "states_good_faith": _("I write this in good faith"),
        "states_accurate": _("What I say here is accurate and complete, as far as I know"),
        "states_intimate": _("It is an intimate picture"),
        "states_perjury": _("Under penalty of perjury: I may act for the owner of the copyright"),
        "states_vulnerable": _("The person is in a vulnerable position"),
    }
    hints = {
        "states_perjury": _(
            "A false statement here is an offence. This letter gives your contact to whoever "
            "showed the picture."
        )
    }
    return tuple(
        Question(name, legend, "tick", hints.get(name, ""), given=_ticked(getattr(details, name)))
        for name, legend in legends.items()
    )


def _about(details: Details) -> tuple[Question, ...]:
    def area(name: str, legend: str, hint: str = "") -> Question:
        value = getattr(details, name)
        return Question(name, legend, "area", hint, given=(value,) if value else ())

    def words(name: str, legend: str, kind: type[StrEnum]) -> Question:
        value = getattr(details, name)
        choices = (Choice("", _("Not said")), *(Choice(one, label(one)) for one in kind))
        return Question(name, legend, "select", choices=choices, given=(value or "",))

    short = _("A sentence is enough. Tell no more than is needed.")
    return (
        words("capture", _("How did the picture come to be?"), ContentCapture),
        words("consent", _("Who was it meant for?"), DistributionConsent),
        Question(
            "synthetic",
            _("Did a program make or change it?"),
            "radio",
            choices=(Choice("yes", _("Yes")), Choice("no", _("No")), Choice("", _("Not said"))),
            given=said(details.synthetic) or ("",),
        ),
        area("consent_information", _("What helps to see that nobody agreed"), short),
        area("explanation", _("Why it is unlawful, in your words"), _("You may leave it empty.")),
        area("legal_ground", _("The legal ground"), _("You may leave it empty.")),
        area("circumstances", _("How it was shown"), short),
        area("copyrighted_work", _("Which picture or film of yours it is"), short),
        area("prior_report", _("When and how it was reported before"), short),
        area("police_reference", _("Reference number of the police"), _("If there is one.")),
    )


def _first_notice(details: Details) -> tuple[Question, ...]:
    at = details.first_sent
    typed = f"{at.astimezone():%Y-%m-%dT%H:%M}" if at else ""
    return (
        Question(
            "first_sent", _("When did the first letter go?"), "moment", _("By your own clock."),
            given=(typed,),
        ),
        Question(
            "first_message_id", _("Its Message-ID, if you know it"), "text",
            given=(details.first_message_id,),
        ),
    )  # fmt: skip


def _ticked(value: bool) -> tuple[str, ...]:
    return ("yes",) if value else ()
