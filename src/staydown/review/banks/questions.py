"""Asking a bank for one page."""

from collections.abc import Callable

from staydown.base.settings import read_secret
from staydown.exchange.client import BankClient
from staydown.fingerprint.sealing import Sealer
from staydown.fingerprint.value import Fingerprint
from staydown.matching import sync
from staydown.matching.sync import PageChanges
from staydown.review import rules
from staydown.review.banks.plan import Follower, Plan


def client_for(plan: Plan, follower: Follower) -> BankClient:
    """Return a client with a bank's keys. Raises SettingsError."""
    return BankClient(
        plan.url,
        read_secret(plan.subscription_key_file, minimum=rules.BANK_KEY_BYTES).decode("ascii"),
        read_secret(plan.function_key_file, minimum=rules.BANK_KEY_BYTES).decode("ascii"),
        follower.transport,
    )


def fetch(client: BankClient, plan: Plan, follower: Follower) -> PageChanges:
    """Ask a bank for one page. Raises ExchangeError."""
    size = plan.asking.size
    if plan.chain is None:
        feed, aside = client.fetch_feed(plan.cursor, size)
        return sync.read_feed_page(feed, aside, after=plan.cursor)
    page, aside = client.fetch_v1(plan.chain.start, size, plan.chain.token)
    return sync.read_v1_page(
        page,
        aside,
        start=plan.chain.start,
        now=int(follower.clock.now().timestamp()),
        name=v1_name(follower.sealer),
        last_token=plan.chain.token,
    )


def v1_name(sealer: Sealer) -> Callable[[Fingerprint], str]:
    """Return what names a v1 entry: its kind and keyed hash, since v1 gives it no id."""
    return lambda value: f"{value.kind.value}:{sealer.lookup(value).hex()}"
