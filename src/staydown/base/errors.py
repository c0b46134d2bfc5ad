"""The root of every error that Staydown raises on purpose.

StaydownError
├── SettingsError            a settings file or secret is missing or wrong
├── BadFingerprint           text or bytes that are no fingerprint      (fingerprint.value)
├── SealBroken               a sealed value that this key cannot open   (fingerprint.seal)
└── one family per package, drawn at the top of the package's ``errors.py``

A message says what is wrong and what to do next, and never repeats what was sent: it may be shown
to a stranger or written to a log.
"""


class StaydownError(Exception):
    """A foreseen fault, with a message fit for the person who has to act on it."""


class SettingsError(StaydownError):
    """A settings file or a secret file is missing, unreadable or has a wrong value."""
