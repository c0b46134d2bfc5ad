"""Whoever is slow is ended in time, whoever is many makes room, and no thread ever waits."""

import contextlib
import hashlib
import json
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk_server import eventually
from tests.web.serving.site import SmallSite, ended_after, read_all, small_site

KIB, MIB = 1024, 1024 * 1024
POST = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n%s\r\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallSite]:
    """A site with two threads."""
    with small_site(tmp_path_factory.mktemp("small"), site={"threads": 2}) as running:
        yield running


SLOW = {
    "silence from the beginning": (b"", b""),
    "silence in the headers": (b"GET / HTTP/1.1\r\nHost: x\r\n", b""),
    "dripping headers": (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"a"),
    "dripping empty lines": (b"", b"\r\n"),
    "silence in the body": (POST % (1000, b"") + b"{", b""),
    "dripping body": (POST % (100_000, b"") + b"{", b"a"),
    "dripping chunks": (
        b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n",
    ),
    "an extension of a chunk without end": (
        b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"a",
    ),
    "dripping after a refusal": (b"nonsense\r\n\r\n", b"a"),
    "dripping headers after a whole request": (
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nX-A: ", b"a",
    ),
    "silence after a whole request": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b""),
    "waiting to be told to continue": (POST % (1000, b"Expect: 100-continue\r\n"), b""),
}  # fmt: skip


@pytest.mark.parametrize("name", SLOW)
def test_whoever_is_slow_is_ended_in_time_however_they_are(site: SmallSite, name: str) -> None:
    begin, drip = SLOW[name]
    with site.say(begin) as line:
        assert ended_after(line, drip=drip) < 15
    assert site.hello() < 10


def test_whoever_reads_slowly_is_ended_and_holds_no_thread(site: SmallSite) -> None:
    ask = b"GET /large?bytes=20000000 HTTP/1.1\r\nHost: x\r\n\r\n"
    lines = [site.say(ask, receive=4096) for _ in range(6)]  # more than there are threads
    assert site.hello() < 10
    time.sleep(6)  # nothing is read in this time
    for line in lines:
        assert len(read_all(line)) < 20_000_000
        line.close()


def test_whoever_is_slow_but_steady_gets_through(site: SmallSite) -> None:
    """At twice the least rate, for longer than the allowance alone would last."""
    body = b"b" * 16_000
    with site.say(POST % (len(body), b"Connection: close\r\n")) as line:
        for start in range(0, len(body), 400):
            line.sendall(body[start : start + 400])
            time.sleep(0.1)
        answer = read_all(line)
    assert answer.endswith(hashlib.sha256(body).hexdigest().encode())


def test_a_body_that_is_too_large_is_refused_in_the_sites_words_and_the_sender_sees_it(
    site: SmallSite,
) -> None:
    """Though it sends all of it before it looks for an answer."""
    body = b"b" * (8 * MIB)
    for head in (POST % (len(body), b""), POST % (len(body), b"Authorization: x\r\n")):
        answer = site.ask(head + body)
        assert answer.startswith(b"HTTP/1.1 413"), answer
        assert b"\r\nConnection: close\r\n".lower() in answer.lower()
        assert answer.endswith(b"too large")


def test_only_those_whom_the_site_knows_send_large_bodies(tmp_path: Path) -> None:
    with small_site(tmp_path, admits=True, admitted_bytes=8 * MIB) as site:
        body = b"b" * (6 * MIB)
        right = hashlib.sha256(body).hexdigest().encode()
        known = POST % (len(body), b"Authorization: x\r\nConnection: close\r\n") + body
        assert site.ask(known).endswith(right)
        assert site.ask(POST % (len(body), b"") + body).startswith(b"HTTP/1.1 413")
        more = POST % (9 * MIB, b"Authorization: x\r\nConnection: close\r\n")
        assert site.ask(more).startswith(b"HTTP/1.1 413")
        waits = POST % (len(body), b"Expect: 100-continue\r\n")
        assert site.ask(waits).startswith(b"HTTP/1.1 413")  # and not 100


def test_many_silent_connections_make_room_for_one_that_asks(tmp_path: Path) -> None:
    """They come from where everybody comes from behind Tor or a proxy: loopback."""
    with small_site(tmp_path, connections=32, head_seconds=120.0, slow_seconds=120.0) as site:
        lines = [site.say(POST % (1000, b"") + b"{") for _ in range(200)]
        quick = [site.hello() for _ in range(5)]
        lines += [site.connect() for _ in range(200)]
        quick += [site.hello() for _ in range(5)]
        assert max(quick) < 10
        for line in lines:
            line.close()


def test_a_steady_upload_outlasts_a_crowd_of_those_who_drip(tmp_path: Path) -> None:
    with small_site(tmp_path, connections=32, head_seconds=120.0, slow_seconds=120.0) as site:
        body = b"b" * 60_000
        crowd = []
        with site.say(POST % (len(body), b"Connection: close\r\n")) as honest:
            for start in range(0, len(body), 2000):
                honest.sendall(body[start : start + 2000])
                crowd += [site.say(POST % (1000, b"") + b"{") for _ in range(4)]
                time.sleep(0.1)
            assert read_all(honest).endswith(hashlib.sha256(body).hexdigest().encode())
        for line in crowd:
            line.close()


def test_unfinished_bodies_fill_neither_the_memory_nor_the_way_of_others(tmp_path: Path) -> None:
    with small_site(tmp_path, held_bytes=8 * MIB, slow_seconds=120.0) as site:
        before = site.memory()
        piece = b"b" * (1000 * KIB)
        lines = [site.say(POST % (MIB, b"") + piece) for _ in range(60)]
        body = b"b" * (500 * KIB)
        answer = site.ask(POST % (len(body), b"Connection: close\r\n") + body)
        assert answer.endswith(hashlib.sha256(body).hexdigest().encode())
        assert site.memory() - before < 40 * MIB
        refused: set[socket.socket] = set()

        def told() -> bool:
            said = {line: read_now(line) for line in lines if line not in refused}
            refused.update(line for line, one in said.items() if b"retry-after: 5" in one.lower())
            return len(refused) > 40

        eventually(told)
        for line in lines:
            line.close()


def test_bodies_of_senders_who_left_are_let_go_while_all_threads_are_busy(tmp_path: Path) -> None:
    """Nobody counts them any more, so nothing may keep them until a thread is free."""
    with small_site(tmp_path, site={"threads": 1}, slow_seconds=60.0) as site:
        busy = site.say(b"GET /sleep?seconds=20 HTTP/1.1\r\nHost: x\r\n\r\n")
        before = site.memory()
        body = b"b" * (1000 * KIB)
        for _ in range(150):
            with site.say(POST % (len(body), b"") + body) as line:
                time.sleep(0.01)
                line.shutdown(socket.SHUT_WR)
        eventually(lambda: site.memory() - before < 60 * MIB)
        busy.close()


def read_now(line: socket.socket) -> bytes:
    """Return what is there already."""
    line.settimeout(0.05)
    try:
        return line.recv(65536)
    except OSError:
        return b""


def test_one_address_behind_a_proxy_of_ours_has_a_share_and_no_more(tmp_path: Path) -> None:
    with small_site(
        tmp_path, proxies=("127.0.0.1",), connections=400, connections_each=10, slow_seconds=120.0
    ) as site:
        other = site.say(POST % (2, b"X-Forwarded-For: 192.0.2.7\r\n") + b"b")
        crowd = [
            site.say(POST % (1000, b"X-Forwarded-For: 1.2.3.4, 2001:db8::%x\r\n" % number) + b"{")
            for number in range(60)
        ]
        assert site.hello() < 10
        said = [read_now(line) for line in crowd]
        assert sum(b" 503 " in one for one in said) == 50
        other.sendall(b"b")
        assert other.recv(100).startswith(b"HTTP/1.1 200")
        for line in (other, *crowd):
            line.close()


def test_answers_to_requests_sent_at_once_come_in_their_order(site: SmallSite) -> None:
    first = POST % (3, b"") + b"one"
    then = [b"GET /large?bytes=%d HTTP/1.1\r\nHost: x\r\n\r\n" % size for size in range(10)]
    last = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    said = site.ask(first + b"".join(then) + last)
    assert said.count(b"HTTP/1.1 200 OK") == 12
    assert [said.find(b"content-length: %d\r\n" % size) > 0 for size in range(10)] == [True] * 10
    assert said.endswith(b"hello")


def test_endless_requests_at_once_are_not_kept(site: SmallSite) -> None:
    before = site.memory()
    ask = b"GET /large?bytes=500000 HTTP/1.1\r\nHost: x\r\n\r\n" * 5000
    lines = [site.say(b"", receive=4096) for _ in range(10)]
    for line in lines:
        line.settimeout(0.5)
        with contextlib.suppress(OSError):  # it may take no more
            line.sendall(ask * 10)
    assert site.hello() < 10
    assert site.memory() - before < 60 * MIB
    for line in lines:
        line.close()


def test_a_view_that_fails_or_exits_ends_neither_thread_nor_site(site: SmallSite) -> None:
    for path in (b"/exit", b"/fail") * 4:
        answer = site.ask(b"GET %s?planted HTTP/1.1\r\nHost: x\r\n\r\n" % path)
        assert answer.startswith(b"HTTP/1.1 500")
        assert b"secret" not in answer
    assert site.hello() < 10
    log = site.log.read_text()
    assert "planted" not in log
    assert "secret" not in log
    assert "a request could not be answered" in log


def test_a_header_whose_name_has_an_underscore_is_left_out(site: SmallSite) -> None:
    ask = b"GET /environ HTTP/1.1\r\nHost: x\r\nX_Forwarded_Proto: https\r\nConnection: close\r\n"
    seen = json.loads(site.ask(ask + b"X-Kept: 1\r\nX-Kept: 2\r\n\r\n").partition(b"\r\n\r\n")[2])
    assert "HTTP_X_FORWARDED_PROTO" not in seen
    assert seen["HTTP_X_KEPT"] == "1,2"
    assert seen["REMOTE_ADDR"] == "127.0.0.1"
    assert seen["SERVER_PROTOCOL"] == "HTTP/1.1"


def test_the_server_does_not_say_what_it_is(site: SmallSite) -> None:
    answer = site.ask(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").lower()
    assert b"\r\nserver:" not in answer
    assert b"uvicorn" not in answer


def test_what_was_begun_is_finished_when_the_site_is_told_to_stop(tmp_path: Path) -> None:
    with small_site(tmp_path, stop_seconds=10.0, end_seconds=30.0) as site:
        asked = site.say(b"GET /sleep?seconds=1.5 HTTP/1.1\r\nHost: x\r\n\r\n")
        body = b"b" * 1000
        sending = site.say(POST % (len(body), b"") + body[:500])
        kept = site.say(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert kept.recv(4096).endswith(b"hello")
        site.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        sending.sendall(body[500:])
        assert read_all(asked).endswith(b"hello")
        assert read_all(sending).endswith(hashlib.sha256(body).hexdigest().encode())
        assert read_all(kept) == b""
        assert site.process.wait(20) == 0
        for line in (asked, sending, kept):
            line.close()


def test_it_stops_though_a_view_never_ends(tmp_path: Path) -> None:
    with small_site(tmp_path, site={"threads": 1}) as site:
        line = site.say(b"GET /sleep?seconds=1000 HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.5)
        site.process.send_signal(signal.SIGTERM)
        assert site.process.wait(20) == 0
        line.close()
