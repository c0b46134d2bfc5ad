"""The languages that letters and labels are written in."""

from enum import StrEnum


class Language(StrEnum):
    """A language, by its ISO 639-1 code."""

    EN = "en"
    ES = "es"
    FR = "fr"
    PT = "pt"
    AR = "ar"
    HI = "hi"

    @property
    def right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return self is Language.AR

    @property
    def own_name(self) -> str:
        """What people who speak it call it."""
        return _OWN_NAMES[self]


_OWN_NAMES = {
    Language.EN: "English",
    Language.ES: "Español",
    Language.FR: "Français",
    Language.PT: "Português",
    Language.AR: "العربية",
    Language.HI: "हिन्दी",
}
