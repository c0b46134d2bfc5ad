"""The token beside the records of a page that breaks off, and never one inside them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.exchange.codec import find_next_token

PAGE = {
    "count": 1,
    "nextPageToken": "t15",
    "nextSetTimestamp": 5,
    "hasMoreRecords": True,
    "hashRecords": [{"hashValue": "00", "tags": ["nextPageToken"], "nextPageToken": "inner"}],
}
WHOLE = json.dumps(PAGE).encode()
LAST = json.dumps(dict(reversed(PAGE.items()))).encode()


def test_the_token_of_a_page_that_breaks_off_is_found() -> None:
    start = WHOLE.index(b'"t15"') + 5
    for end in range(start, len(WHOLE)):
        assert find_next_token(WHOLE[:end]) == "t15"


def test_the_token_behind_the_records_is_found_too() -> None:
    assert find_next_token(LAST.replace(b'"00"', b"00")) == "t15"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>nextPageToken</html>",
        b'{"nextPageToken"',
        b'{"nextPageToken": null, "hashRecords": [',
        b'{"nextPageToken": "", "hashRecords": [',
        b'{"nextPageToken": 5, "hashRecords": [',
        b'{"nextPageToken": "cut of',
        b'{"nextPageToken": "' + b"x" * 2000 + b'"',
        b'{"nextPageToken": ' + b"[" * 9000,
    ],
)
def test_where_none_can_be_read_there_is_none(body: bytes) -> None:
    assert find_next_token(body) is None


@given(st.binary(max_size=200))
def test_any_bytes_give_a_token_or_none(body: bytes) -> None:
    for one in (body, b'{"nextPageToken":' + body, WHOLE + body):
        assert find_next_token(one) is None or isinstance(find_next_token(one), str)
