"""The desk's moderators: their names among other names, and who is named for what is hidden."""

from pathlib import Path

import pytest

from staydown.accounts.errors import NameTaken, NameUnfit, NoSuchStaff
from staydown.accounts.models import Staff
from staydown.review import api
from staydown.review.models import Audit
from tests.base.test_names import KNOWN, MISTAKABLE
from tests.review.support import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.parametrize("how", MISTAKABLE)
def test_no_moderator_or_key_can_be_taken_for_another(desk: Desk, how: str) -> None:
    name = MISTAKABLE[how]
    api.add_moderator(KNOWN, desk.clock)
    api.add_platform_key(KNOWN, desk.sealer, desk.clock)
    with pytest.raises((NameTaken, NameUnfit)):
        api.add_moderator(name, desk.clock)
    with pytest.raises((NameTaken, NameUnfit)):
        api.add_platform_key(name, desk.sealer, desk.clock)


def test_a_bank_is_not_named_like_another(desk: Desk, tmp_path: Path) -> None:
    def add(name: str) -> None:
        api.add_bank(
            name, "https://bank.example", "v2", subscription_key="k" * 64, function_key="k" * 64,
            secrets_folder=tmp_path, clock=desk.clock,
        )  # fmt: skip

    add("helpline-1")
    for name in ("helpline-l", "Helpline_1", "heIpline-1", "helpline1"):
        with pytest.raises(NameTaken):
            add(name)
    add("helpline-2")


def test_who_is_named_for_under_18_is_listed_and_kept_in_the_audit(desk: Desk) -> None:
    """Once for each change; whoever has left is named no more."""
    assert api.named_for_under_18() == []
    for name in ("zoe", "anna", "ben"):
        api.add_moderator(name, desk.clock)
    for name, named in (("zoe", True), ("anna", True), ("anna", True), ("ben", False)):
        api.name_for_under_18(name, named=named, clock=desk.clock)
    assert api.named_for_under_18() == ["anna", "zoe"]
    api.name_for_under_18("anna", named=False, clock=desk.clock)
    Staff.objects.filter(username="zoe").update(is_active=False)
    assert api.named_for_under_18() == []
    kept = Audit.objects.filter(what="staff", why__startswith="role").order_by("pk")
    assert list(kept.values_list("who", "why", "subject")) == [
        ("operator", "role given", "zoe"),
        ("operator", "role given", "anna"),
        ("operator", "role taken away", "anna"),
    ]
    with pytest.raises(NoSuchStaff):
        api.name_for_under_18("nobody", named=True, clock=desk.clock)
