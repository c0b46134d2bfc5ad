"""Looking things up: what a code belongs to, and which place a host name is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.notices.directory.directory import Directory
from staydown.notices.directory.reading import load_directory
from staydown.notices.directory.records import Jurisdiction, Place
from staydown.notices.vocabulary import PlaceKind

LABELS = st.sampled_from(["a", "b", "co", "example", "org", "com", "m"])
HOSTS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
CODES = st.sampled_from(["US", "US-CA", "NL", "EU", "ZZ", "BE", "BE-VLG", "CA-BC", "CA"])


def place(name: str, hosts: tuple[str, ...]) -> Place:
    return Place(
        id=name,
        checked=date(2026, 11, 22),
        confirmed=False,
        why="An example.",
        kind=PlaceKind.PLATFORM,
        name=name,
        hosts=hosts,
    )


def directory(
    places: tuple[Place, ...] = (), jurisdictions: tuple[Jurisdiction, ...] = ()
) -> Directory:
    return Directory(
        jurisdictions={one.code: one for one in jurisdictions},
        regimes={},
        laws={},
        authorities={},
        risks={},
        places={one.id: one for one in places},
        calendars={},
        retired={},
    )


def jurisdiction(code: str, parent: str | None, members: tuple[str, ...]) -> Jurisdiction:
    return Jurisdiction(
        id=code.lower(),
        checked=date(2026, 11, 22),
        confirmed=False,
        why="An example.",
        code=code,
        name=code,
        parent=parent,
        members=members,
    )


@given(known=st.dictionaries(st.integers(0, 5), st.sets(HOSTS, max_size=3)), asked=HOSTS)
def test_a_host_is_of_the_place_with_the_longest_name_above_it(
    known: dict[int, set[str]], asked: str
) -> None:
    taken: set[str] = set()
    places = []
    for number, hosts in known.items():
        places.append(place(f"place-{number}", tuple(sorted(hosts - taken))))
        taken |= hosts
    found = directory(tuple(places)).place_of_host(asked)
    above = [
        (len(host), one)
        for one in places
        for host in one.hosts
        if asked == host or asked.endswith(f".{host}")
    ]
    assert found == (max(above, key=lambda pair: pair[0])[1] if above else None)


@pytest.mark.parametrize("host", ["M.Facebook.com", "facebook.com.", "facebook.com", "fb.com"])
def test_a_host_is_known_however_it_is_written(host: str) -> None:
    known = directory((place("facebook", ("facebook.com", "fb.com")),))
    assert known.place_of_host(host) is not None


@pytest.mark.parametrize(
    "host", ["", ".", "com", "notfacebook.com", "facebook.com.example", "x" * 254, "a." * 10**6]
)
def test_a_look_alike_is_not_the_place(host: str) -> None:
    known = directory((place("facebook", ("facebook.com",)),))
    assert known.place_of_host(host) is None


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        (None, ()),
        ("US-CA", ("US-CA", "US")),
        ("CA-BC", ("CA-BC", "CA")),
        ("US-NY", ("US-NY", "US")),
        ("DE", ("DE", "EU")),
        ("NL", ("NL", "EU")),
        ("NL-NH", ("NL-NH", "NL", "EU")),
        ("GB", ("GB",)),
        ("UK", ("GB",)),
        ("UK-SCT", ("GB-SCT", "GB")),
        ("EL", ("GR", "EU")),
        ("CH", ("CH",)),
        ("ZZ", ("ZZ",)),
    ],
)
def test_a_code_leads_to_what_it_belongs_to(code: str | None, chain: tuple[str, ...]) -> None:
    assert load_directory().chain(code) == chain


@given(
    st.dictionaries(CODES, st.tuples(st.none() | CODES, st.lists(CODES, max_size=3).map(tuple))),
    CODES,
)
def test_a_chain_always_ends_and_names_each_code_once(
    records: dict[str, tuple[str | None, tuple[str, ...]]], asked: str
) -> None:
    known = directory(
        jurisdictions=tuple(
            jurisdiction(code, parent, members) for code, (parent, members) in records.items()
        )
    )
    chain = known.chain(asked)
    assert chain[0] == asked
    assert len(chain) == len(set(chain))


def test_the_union_has_its_27_members() -> None:
    union = load_directory().jurisdictions["EU"]
    assert len(set(union.members)) == 27
    own = {one.code for one in load_directory().jurisdictions.values() if one.parent == "EU"}
    assert own <= set(union.members)
    assert not {"GB", "CH", "NO", "IS", "LI", "TR", "UA", "RS"} & set(union.members)
