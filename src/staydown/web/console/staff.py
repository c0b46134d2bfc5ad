"""How the console knows people: all that it needs of accounts, in one place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from staydown.review.errors import PasswordRefused, SignInFailed, SignInSlowed

__all__ = ["PasswordRefused", "SignIn", "SignInFailed", "SignInSlowed", "Staff"]


class SignIn(Protocol):
    """Signing in by name, password and what this browser kept: see ``Staff.sign_in``."""

    def __call__(self, name: str, password: str, *, device: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Staff:
    """Those who work at a site, as functions over them."""

    #: Returns who it is. Raises SignInSlowed or SignInFailed.
    sign_in: SignIn
    #: Somebody, and what their browser kept; returns what it is to keep from now on.
    remember_device: Callable[[Any, str], str]
    #: For how long it keeps it.
    device_known: timedelta
    #: Somebody's number, the password they have and a new one; returns who it is. Raises
    #: SignInFailed or PasswordRefused.
    change_password: Callable[[int, str, str], Any]
