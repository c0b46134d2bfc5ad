"""What alarms say: one place for the console, the command line and whatever carries them later."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from staydown.review.records import AlarmKind

_LIFT = "staydown desk alarms lift %d"

#: Numbers and reason codes of an alarm, as ``raise_alarm`` was given them.
Values = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Words:
    """A heading, what happened, what to do about it, and the command that does it."""

    title: str
    text: str
    advice: str
    command: str


def say(kind: AlarmKind, subject: str, values: Values, number: int) -> Words:
    """Return the words for an alarm; ``number`` is the one that commands take."""
    return _SAYS[kind](subject, values, number)


def _over_share(bank: str, values: Values, number: int) -> Words:
    return Words(
        _("%(bank)s sends more than its share") % {"bank": bank},
        _(
            "It sent %(entries)s entries and %(megabytes)s MB within an hour. Its share is "
            "%(most_entries)s entries and %(most_megabytes)s MB. The desk has paused reading it "
            "and carries on by itself within 65 minutes, at the pace of the share. Nothing is "
            "lost, and other banks are read as usual. Until the desk has caught up, this bank's "
            "new listings and withdrawals arrive late."
        )
        % {
            "entries": _count(values.get("entries")),
            "megabytes": _megabytes(values.get("bytes")),
            "most_entries": _count(values.get("share_entries")),
            "most_megabytes": _megabytes(values.get("share_bytes")),
        },
        _(
            "Ask the bank whether it really has that much to send, and how many entries it has. "
            "If it does, lift this alarm. If it doesn't, leave the bank paused."
        ),
        _LIFT % number + " --entries HOW_MANY",
    )


def _full(bank: str, values: Values, number: int) -> Words:
    return Words(
        _("%(bank)s has more entries than were agreed") % {"bank": bank},
        _(
            "The desk keeps %(most)s entries of this bank. %(left_out)s more found no room and "
            "aren't compared with uploads. What is here stays in use, and withdrawals still get "
            "through."
        )
        % {"most": _count(values.get("most")), "left_out": _count(values.get("left_out"))},
        _(
            "Ask the bank whether it really lists that much. If it does, make room for more. The "
            "desk then reads its list again, and takes in what was left out."
        ),
        _LIFT % number + " --entries HOW_MANY_MORE",
    )


def _desk_full(_subject: str, values: Values, number: int) -> Words:
    return Words(
        _("The index has reached its limit"),
        _(
            "The entries of all banks together may take %(megabytes)s MB of memory. New ones "
            "find no room and aren't compared with uploads. What is here stays in use, and "
            "withdrawals still get through."
        )
        % {"megabytes": _megabytes(values.get("most_bytes"))},
        _(
            "The page Banks shows how much each bank takes. If the machine has more memory, raise "
            "most_index_mb in desk.toml, restart the tick, and lift this alarm. The desk then "
            "reads again what was left out."
        ),
        _LIFT % number,
    )


def _many_items(bank: str, values: Values, number: int) -> Words:
    return Words(
        _("Entries of %(bank)s raise very many items") % {"bank": bank},
        _(
            "%(items)s uploads within an hour came close to entries of this bank. It may have "
            "listed a picture that many people share, by mistake or to flood your moderators."
        )
        % {"items": _count(values.get("items"))},
        _(
            "Look at some of the items. If they aren't intimate images, tell the bank. Then lift "
            "this alarm."
        ),
        _LIFT % number,
    )


def _unreadable(bank: str, values: Values, number: int) -> Words:
    if values.get("stuck"):
        return Words(
            _("%(bank)s has a record that can’t be read, and the desk can’t get past it")
            % {"bank": bank},
            _(
                "Several times, the desk asked for smaller and smaller pages until only this "
                "record was left, and found no way past it. What was taken in before stays in "
                "use. This bank's new listings and withdrawals wait behind that record."
            ),
            _(
                "Tell the bank, which has to repair the record. The desk keeps trying, and carries "
                "on by itself once it can be read. Then lift this alarm."
            ),
            _LIFT % number,
        )
    return Words(
        _("%(bank)s has records that can’t be read") % {"bank": bank},
        _(
            "Several times, the desk asked for smaller and smaller pages until only one record "
            "was left, and then went on without it. Records passed over: %(places)s. Each may be "
            "a listing or a withdrawal. The desk tries each one again by itself: after a minute "
            "at first, later every six hours."
        )
        % {"places": _count(values.get("places"))},
        _(
            "Tell the bank. The page Banks shows the reasons, and how many are still unread. When "
            "none are left, lift this alarm."
        ),
        _LIFT % number,
    )


_SAYS: dict[AlarmKind, Callable[[str, Values, int], Words]] = {
    AlarmKind.BANK_OVER_SHARE: _over_share,
    AlarmKind.BANK_FULL: _full,
    AlarmKind.DESK_FULL: _desk_full,
    AlarmKind.BANK_MANY_ITEMS: _many_items,
    AlarmKind.BANK_UNREADABLE: _unreadable,
}


def _count(value: int | str | None) -> str:
    return f"{int(value or 0):,}"


def _megabytes(value: int | str | None) -> str:
    return f"{-(-int(value or 0) // (1024 * 1024)):,}"
