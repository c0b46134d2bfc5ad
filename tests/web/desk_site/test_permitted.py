"""Each page of the console asks whether the person may see it, and each button whether they may."""

import sqlite3
from contextlib import closing

import pytest

from tests.web.desk_site.support import Console, Site


@pytest.fixture(scope="module")
def otto(site: Site) -> Console:
    """Somebody who signed in here, and has no role any more."""
    console = site.moderator("otto")
    console.get("/items/")
    with closing(sqlite3.connect(site.desk.folder / "desk.sqlite3", timeout=20)) as database:
        database.execute(
            "delete from accounts_staffrole where staff_id in"
            " (select id from accounts_staff where username = 'otto')"
        )
        database.commit()
    return console


@pytest.fixture(scope="module")
def petra(site: Site) -> Console:
    """A moderator."""
    return site.moderator("petra")


@pytest.mark.parametrize("path", ["/items/", "/items/?show=decided", "/banks/", "/alarms/"])
def test_who_has_no_role_is_told_so_and_shown_nothing(site: Site, otto: Console, path: str) -> None:
    item = site.held_item()
    for address in (path, f"/items/{item}/"):
        assert otto.get(address).status_code == 403
        assert "isn’t set up for this" in otto.page
        assert str(item) not in otto.page


def test_who_has_no_role_decides_nothing_and_marks_no_alarm(
    site: Site, otto: Console, petra: Console
) -> None:
    item = site.held_item()
    petra.get(f"/items/{item}/")
    sent = {"decision": "ncii", "version": "1", "confirmed": "yes"}
    for address, fields in ((f"/items/{item}/", sent), ("/alarms/1/seen/", {})):
        otto.get("/password/")
        assert otto.post(address, **fields).status_code == 403
    petra.get(f"/items/{item}/")
    assert 'name="decision"' in petra.page


def test_who_is_a_moderator_is_shown_each_page(site: Site, petra: Console) -> None:
    item = site.held_item()
    for address in ("/items/", f"/items/{item}/", "/banks/", "/alarms/"):
        assert petra.get(address).status_code == 200
