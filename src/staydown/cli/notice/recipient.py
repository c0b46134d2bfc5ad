"""A recipient that somebody names in a file, because the directory doesn't know it."""

from pathlib import Path

from staydown.cli.notice.input_files import BadGiven, read_given
from staydown.notices.details import Addressee
from staydown.notices.field_limits import fault_of_text, is_email, is_web_address
from staydown.notices.routes.route import Route

_KEYS = {"name", "email", "form_url"}


def read_recipient(path: Path, route: Route) -> Addressee:
    """Read a TOML file of ``name`` and, if there are any, ``email`` and ``form_url``.

    Raises BadGiven.
    """
    table = read_given(path)
    if not table.keys() <= _KEYS or not all(isinstance(text, str) for text in table.values()):
        raise BadGiven("the file of the recipient holds name, email and form_url, each a text")
    name, email, form = (table.get(key, "") for key in ("name", "email", "form_url"))
    if not name.strip() or fault_of_text(name, 200):
        raise BadGiven('"name" must be a text of one line')
    if email and not is_email(email):
        raise BadGiven('"email" must be one address such as "abuse@example.org"')
    if form and not is_web_address(form):
        raise BadGiven('"form_url" must be a web address')
    return Addressee(route.recipient_kind, name.strip(), email, form, route.place)
