"""The root of every error that Staydown raises on purpose.

StaydownError
├── SettingsError            a settings file or secret is missing or wrong
├── BadFingerprint           text or bytes that are no fingerprint      (fingerprint.value)
├── SealBroken               a sealed value that this key cannot open   (fingerprint.sealing)
└── one family per package, drawn at the top of the package's ``errors.py``

A message says what is wrong and what to do next, and never repeats what was sent: it may be shown
to a stranger or written to a log.
"""

from staydown.base.reasons import Reason


class StaydownError(Exception):
    """A foreseen fault. ``said``: what is told to whoever has to act on it, and what to do."""

    def __init__(self, said: Reason | str = "") -> None:
        super().__init__(said)
        self.said = said

    def __str__(self) -> str:
        """Return it in English, for commands, machines and logs; pages say ``said``."""
        if isinstance(self.said, str):
            return self.said
        from staydown.base.wording import text  # below errors, which it raises

        return text(self.said)


class SettingsError(StaydownError):
    """A settings file or a secret file is missing, unreadable or has a wrong value."""
