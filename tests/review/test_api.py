"""The one door of the desk: all its names are there, and only what is asked for is loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

from staydown.review import api
from tests.bank_server import environment_of

ROOT = Path(__file__).parents[2]

#: In a process of its own, as a command that reads a table is.
LIGHT = """
import sys
import django
django.setup()
from staydown.review import api
api.add_moderator, api.bank_lines, api.add_platform_key
heavy = {"numba", "PIL", "av", "simplejpeg"} & sys.modules.keys()
assert not heavy, heavy
api.LiveMatcher
assert "numba" in sys.modules
"""


@pytest.mark.parametrize("name", api.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(api, name) is getattr(api, name)


def test_a_name_that_is_not_there_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = api.nothing  # type: ignore[attr-defined]


def test_what_is_about_a_table_loads_no_compiled_loops_and_no_decoder() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIGHT],
        cwd=ROOT,
        env=environment_of(
            {"DJANGO_SETTINGS_MODULE": "tests.django_settings", "PYTHONPATH": str(ROOT)}
        ),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
