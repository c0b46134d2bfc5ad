"""A notice as plain text, to copy or to print."""

from staydown.notices.details import Notice


def as_text(notice: Notice) -> str:
    """Return the subject, an empty line, and the letter; ends with a line break."""
    return f"{notice.subject}\n\n{notice.body}\n"
