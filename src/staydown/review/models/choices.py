"""The words that a column may hold."""

from staydown.base.vocabulary import Decision, EntryState, Feedback, GateAnswer, Kind


def choices(enum: type[EntryState | Decision | Feedback | GateAnswer | Kind]) -> list[str]:
    """Return the words of a vocabulary, for a constraint."""
    return [member.value for member in enum]
