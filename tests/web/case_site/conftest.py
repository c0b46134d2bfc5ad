"""Case pages in a process of their own."""

from collections.abc import Iterator

import pytest

from tests.case_server import Person, RunningCase, running_case


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCase]:
    """Pages that the tests of a module share; each comes in through the first one's session."""
    with running_case(tmp_path_factory.mktemp("case")) as running:
        yield running


@pytest.fixture(scope="module")
def inside(served: RunningCase) -> Iterator[Person]:
    """Somebody who came in; the others of the module share the session."""
    person = served.enter()
    yield person
    person.client.close()


@pytest.fixture(scope="module")
def person(inside: Person) -> Person:
    """The same, who has answered that everybody was an adult."""
    inside.begin()
    return inside


@pytest.fixture(scope="module")
def listed(person: Person) -> None:
    """One address on the list."""
    person.send("/list/", {"addresses": "https://www.site.example/1"})
