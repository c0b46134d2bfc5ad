"""A command whose exit code is an answer never gives a false one."""

import subprocess
import sys

import pytest

from staydown.base.errors import StaydownError
from staydown.cli.exit_codes import answered
from tests.fingerprint import pictures

CAT = pictures.SAMPLES / "chelsea.jpg"
COMMANDS = [["compare", str(CAT), str(CAT)], ["match", "--against", str(CAT), str(CAT)]]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("redirected", "told"), [(">/dev/full", "No space left"), ("> >(exit 0)", "")]
)
def test_an_answer_that_cannot_be_written_is_not_no_match(
    command: list[str], redirected: str, told: str
) -> None:
    """Code 2, where 1 would say that nothing matched; and no traceback."""
    line = " ".join([sys.executable, "-m", "staydown", *command, redirected])
    # Buffered, as it is for whoever types it: what is left is written again at the end.
    line = f"unset PYTHONUNBUFFERED; {line}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
    assert done.returncode == 2
    assert told in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    assert "Exception" not in done.stderr.decode()


def test_an_interrupted_search_is_not_no_match() -> None:
    """Ctrl-C ends with 130, as shells expect."""
    with pytest.raises(SystemExit) as ended, answered():
        raise KeyboardInterrupt
    assert ended.value.code == 130


def test_a_foreseen_fault_is_a_line_and_code_2(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """As a wrong use of the command is."""
    with pytest.raises(SystemExit) as ended, answered():
        raise StaydownError("the decoder does not start")
    assert ended.value.code == 2
    assert capfdbinary.readouterr().err == b"staydown: the decoder does not start\n"
