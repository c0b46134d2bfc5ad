from staydown.notices.directory.reading import load_directory
from staydown.notices.routes.authorities import _CLOCK_OF_AN_ORDER, REMOVES_ITSELF
from staydown.notices.words import AuthorityKind


def test_every_regulator_that_removes_itself_is_in_the_directory() -> None:
    regulators = {
        authority.jurisdiction for authority in load_directory().authorities.values()
        if authority.kind is AuthorityKind.REGULATOR and authority.takes_complaints
    }  # fmt: skip
    assert set(REMOVES_ITSELF) <= regulators


def test_every_clock_of_an_order_is_told_by_the_directory() -> None:
    records = load_directory().jurisdictions
    assert all(records[code].platform_clock for code in _CLOCK_OF_AN_ORDER)
