"""The operator's side: banks that are followed, their keys, and how following them goes."""

import re
import secrets
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import Count, Min, Q

from staydown.accounts.errors import NameTaken
from staydown.accounts.naming import refuse_look_alike
from staydown.base.clock import Clock
from staydown.base.errors import SettingsError
from staydown.base.settings import read_secret, write_secret
from staydown.base.vocabulary import EntryState
from staydown.review import audit, rules
from staydown.review.banks.agreements import allow_entries
from staydown.review.banks.meters import bank_share
from staydown.review.errors import NotHere
from staydown.review.models import (
    Bank,
    BankMeter,
    FeedbackJob,
    PassedOver,
)
from staydown.review.records import BankLine, BankShare, Reason

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def add_bank(
    name: str, url: str, dialect: str, *, subscription_key: str, function_key: str,
    secrets_folder: Path, clock: Clock, backfill: int = 0,
) -> None:  # fmt: skip
    """Follow a bank. Its keys go to files of their own in ``secrets_folder``.

    ``backfill`` is how many entries it may send, and keep listed, on top of what any bank may.
    Raises NameTaken, and SettingsError for a name that can't be a file's.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError("a bank's name is letters, digits, '.', '_' and '-', at most 64")
    files = _key_files(secrets_folder, name)
    now = clock.now()
    try:
        with transaction.atomic():
            refuse_look_alike(name, Bank.objects.values_list("name", flat=True))
            bank = Bank.objects.create(
                name=name,
                url=url.rstrip("/"),
                dialect=dialect,
                subscription_key_file=str(files[0]),
                function_key_file=str(files[1]),
                created_at=now,
                next_try_at=now,
            )
            audit.record(at=now, what="bank", subject=name, why="added")
            allow_entries(bank, backfill, now)
            _write_keys(files, subscription_key, function_key)
    except IntegrityError as error:
        raise NameTaken("a bank of this name is followed already: choose another") from error


def change_bank_keys(
    name: str, *, subscription_key: str, function_key: str, secrets_folder: Path, clock: Clock
) -> None:
    """Use new keys for a bank from now on, and look at it at once. Raises NotHere."""
    now = clock.now()
    with transaction.atomic():
        if not Bank.objects.filter(name=name).update(next_try_at=now):
            raise NotHere("no bank of this name is followed")
        audit.record(at=now, what="bank", subject=name, why="keys changed")
        _write_keys(_key_files(secrets_folder, name), subscription_key, function_key)


def _key_files(folder: Path, name: str) -> tuple[Path, Path]:
    place = folder.resolve()
    return place / f"bank-{name}-subscription.key", place / f"bank-{name}-function.key"


def _write_keys(files: tuple[Path, Path], subscription_key: str, function_key: str) -> None:
    for file, value in zip(files, (subscription_key, function_key), strict=True):
        fresh = file.with_suffix(f".{secrets.token_hex(4)}.new")
        write_secret(fresh, value)
        read_secret(fresh, minimum=rules.BANK_KEY_BYTES)
        fresh.replace(file)


def bank_lines() -> list[BankLine]:
    """Return how following each bank goes, by name."""
    banks = Bank.objects.annotate(
        **{
            state.value: Count("entries", filter=Q(entries__state=state.value))
            for state in EntryState
        }
    ).order_by("name")
    waiting = dict(
        FeedbackJob.objects.filter(state="waiting")
        .values_list("entry__bank_id")
        .annotate(jobs=Count("pk"))
    )
    again = PassedOver.objects.values_list("bank_id").annotate(Count("pk"), Min("next_try_at"))
    unread = {bank_id: (count, next_at) for bank_id, count, next_at in again}
    return [
        _bank_line(bank, waiting.get(bank.pk, 0), unread.get(bank.pk, (0, None))) for bank in banks
    ]


def bank_shares(clock: Clock) -> dict[str, BankShare]:
    """Return what each bank may send and keep, and how much of that is used, by its name."""
    now = clock.now()
    meters = BankMeter.objects.select_related("bank")
    return {meter.bank.name: bank_share(meter, now) for meter in meters}


def _bank_line(bank: Bank, waiting: int, unread: tuple[int, datetime | None]) -> BankLine:
    counts = {state: int(getattr(bank, state.value)) for state in EntryState}
    return BankLine(
        name=bank.name,
        dialect=bank.dialect,
        outcome=bank.outcome,
        failures=bank.failures,
        last_try_at=bank.last_try_at,
        last_success_at=bank.last_success_at,
        caught_up_at=bank.caught_up_at,
        next_try_at=bank.next_try_at,
        listed=counts[EntryState.LISTED],
        disputed=counts[EntryState.DISPUTED],
        withdrawn=counts[EntryState.WITHDRAWN],
        set_aside=bank.entries_set_aside,
        pages_refused=bank.pages_refused,
        reasons=tuple(
            Reason(row.reason, row.count, row.last_position, row.last_at)
            for row in bank.set_aside.order_by("-count", "reason")
        ),
        feedback_waiting=waiting,
        passed_over=unread[0],
        passed_over_next_at=unread[1],
    )
