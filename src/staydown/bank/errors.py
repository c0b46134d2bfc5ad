"""Errors of the bank, all fit to be shown to the person or partner who has to act on them.

BankError
├── Under18Stop        someone in the picture was, or may have been, under 18: nothing is taken in
├── SubmissionRefused  what was handed in breaks a rule of the bank
├── PinRefused         a PIN that is too easy to guess or not of the right form
├── NotACaseNumber     what was typed cannot be a case number: a slip of the finger
├── NotAPhrase         what was typed cannot be a recovery phrase: likewise
├── WrongCaseOrPin     the case number or PIN (or the phrase) is wrong
├── TryLater           many tries at a case number: how many seconds to wait, or what to work
├── WorkNeeded         many new cases at this moment: what to work before this one is taken
├── Busy               too many PIN checks at this moment
│   └── BrokenOff      the same, in the middle of a long list: what came before is taken in
├── KeyOfAnother       the idempotency key came with another request before
├── KeyEnded           what was done under the key can't be answered again
├── NotAPartner        wrong, missing or revoked keys
├── PartnerError       an operator's command about a partner that cannot be done
├── QuarantineError    an operator's command about what is held back that cannot be done
├── DisputeError       an operator's command about a dispute that cannot be done
├── HarmlessError      a change of the list of harmless pictures that cannot be done
├── ReviewError        a decision about a listing that cannot be made
├── UnknownEntry       no such entry, or none that this partner can see
└── CursorAhead        a feed cursor beyond the end: the bank was restored from a backup
"""

from staydown.base.errors import StaydownError
from staydown.base.reasons import Reason, reasons

_say = reasons("bank.errors")


class BankError(StaydownError):
    """A foreseen fault of the bank."""


class Under18Stop(BankError):
    """The answer about age was not a plain no."""

    def __init__(self) -> None:
        super().__init__(_say("under_18"))


class SubmissionRefused(BankError):
    """A submission that breaks a rule; nothing of it was stored."""


class PinRefused(BankError):
    """The chosen PIN was not taken. ``offered``: one made up in its place, or nothing."""

    def __init__(self, said: Reason | str, offered: str = "") -> None:
        super().__init__(said)
        self.offered = offered


class NotACaseNumber(BankError):
    """The typed text has the wrong length, a wrong character or a wrong check character."""


class NotAPhrase(BankError):
    """The typed text is not twelve words of the list with a right check."""


class WrongCaseOrPin(BankError):
    """No case has this number and PIN, or this phrase; which of them is wrong is not told."""


class TryLater(BankError):
    """The try was not looked at and does not count; ``seconds`` says when to come back.

    ``ticket``: to be sent along then. Whoever brings it is looked at, however many others try.
    ``parts``: so many parts of the puzzle that the ticket is, solved and sent along, do the same at
    once (``exchange.puzzle``).
    """

    def __init__(self, seconds: int, ticket: str = "", parts: int = 0) -> None:
        super().__init__(_say("try_later"))
        self.seconds = seconds
        self.ticket = ticket
        self.parts = parts


class WorkNeeded(BankError):
    """Nothing was taken in yet: so many parts of the puzzle ``ticket`` are to be solved first.

    ``seconds``: when something may come in without work again, if others leave it.
    """

    def __init__(self, ticket: str, parts: int, seconds: int) -> None:
        super().__init__(_say("work_needed"))
        self.ticket = ticket
        self.parts = parts
        self.seconds = seconds


class Busy(BankError):
    """Nothing was looked at; trying again in a few seconds is right."""

    def __init__(self) -> None:
        super().__init__(_say("busy"))


class BrokenOff(Busy):
    """The first ``taken`` records of a list are taken in for good, ``held`` of them held back."""

    def __init__(self, taken: int, held: int = 0) -> None:
        BankError.__init__(self, _say("broken_off", n=taken))
        self.taken, self.held = taken, held


class KeyOfAnother(BankError):
    """The key was used for another request; this one was not done."""

    def __init__(self) -> None:
        super().__init__(_say("key_of_another"))


class KeyEnded(BankError):
    """The request was done before, and its answer isn't given again; nothing was done now."""

    def __init__(self) -> None:
        super().__init__(_say("key_ended"))


class NotAPartner(BankError):
    """The keys are missing, wrong or revoked; which of them is not told."""

    def __init__(self) -> None:
        super().__init__(_say("not_a_partner"))


class PartnerError(BankError):
    """A partner or organisation of that name exists already, or does not exist."""


class DisputeError(BankError):
    """A dispute that can't be extended or ended as the operator asked; nothing was changed."""


class QuarantineError(BankError):
    """What is held back can't be changed in this way."""


class HarmlessError(BankError):
    """The list of known harmless pictures can't be changed as the operator asked."""


class ReviewError(BankError):
    """A decision about somebody's listing that can't be made; nothing was changed."""


class UnknownEntry(BankError):
    """The entry does not exist, or this partner was never shown it."""


class CursorAhead(BankError):
    """The cursor is beyond the end of the feed."""

    def __init__(self) -> None:
        super().__init__(_say("cursor_ahead"))
