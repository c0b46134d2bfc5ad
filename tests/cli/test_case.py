"""``staydown case serve``: what it prints, where it refuses to start, how it ends."""

import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from staydown.base.errors import SettingsError
from staydown.cli.main import cli
from tests.case_server import running_case


def test_it_prints_one_address_and_ends_with_ctrl_c_without_a_fault(tmp_path: Path) -> None:
    with running_case(tmp_path / "case") as served:
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(timeout=30) == 0
        printed = (served.folder / "printed.txt").read_text()
        assert printed.count("http://") == 1
        assert "It works once" in printed
        assert (served.folder / "errors.txt").read_text() == ""


def test_a_crash_leaves_no_copy_of_the_memory(tmp_path: Path) -> None:
    with running_case(tmp_path / "case") as served:
        assert resource.prlimit(served.process.pid, resource.RLIMIT_CORE) == (0, 0)


def test_it_refuses_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(cli, ["case", "serve", "--port", port])
    assert isinstance(done.exception, SettingsError)
    assert "leave out --port" in str(done.exception)


def test_nothing_makes_it_listen_for_other_machines() -> None:
    shown = CliRunner().invoke(cli, ["case", "serve", "--help"]).output
    assert "--host" not in shown
    assert CliRunner().invoke(cli, ["case", "serve", "--host", "0.0.0.0"]).exit_code == 2  # noqa: S104
    assert CliRunner().invoke(cli, ["case", "serve", "--port", "80"]).exit_code == 2


#: Opens the address in the very moment in which it is told, then ends as Ctrl-C does.
_AT_ONCE = """
import http.client, os, signal, threading, urllib.parse
from staydown.web.case_site.serving import serve
said = []
def come_in(client, path):
    try:
        client.request("GET", path)
        said.append(client.getresponse().status)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
def opened(site):
    address = urllib.parse.urlsplit(site.new_address())
    client = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    client.connect()
    threading.Thread(target=come_in, args=(client, address.path)).start()
serve(None, opened)
assert said == [302], said
"""


def test_who_opens_the_address_in_the_moment_it_is_printed_comes_in(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _AT_ONCE], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
