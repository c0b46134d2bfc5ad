"""The list of calls as a program, on each kind of processor: run here by an interpreter of ours."""

import errno
import re
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.media.system_calls import PLAIN, PROCESSORS, Processor, filter_for, guarded

KILL, ALLOW, REFUSE = 0x80000000, 0x7FFF0000, 0x00050000

REQUESTS = 5
RULES = guarded(REQUESTS)

processors = st.sampled_from(sorted(PROCESSORS))
words = st.integers(0, (1 << 64) - 1)
arguments = st.lists(words, min_size=6, max_size=6)


def answer(program: bytes, mark: int, number: int, given: list[int]) -> int:
    """What the kernel would answer to one call: the few instructions that the filter uses."""
    data = struct.pack("=IIQ6Q", number, mark, 0, *given)
    steps = list(struct.iter_unpack("=HBBI", program))
    place, held = 0, 0
    while True:
        code, yes, no, value = steps[place]
        place += 1
        if code == 0x20:
            (held,) = struct.unpack_from("=I", data, value)
        elif code == 0x06:
            return int(value)
        else:
            right = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[code]
            place += yes if right else no


@given(processors, st.integers(0, 1 << 32).filter(lambda mark: mark < 1 << 32), words, arguments)
def test_calls_by_the_numbers_of_another_processor_end_the_process(
    name: str, mark: int, number: int, given: list[int]
) -> None:
    processor = PROCESSORS[name]
    if mark != processor.mark:
        program = filter_for(processor, RULES)
        assert answer(program, mark, number % (1 << 32), given) == KILL


@given(processors, st.integers(0, 600) | st.integers(0, (1 << 32) - 1), arguments)
def test_what_is_not_listed_is_refused_whatever_it_is_given(
    name: str, number: int, given: list[int]
) -> None:
    processor = PROCESSORS[name]
    program = filter_for(processor, RULES)
    column = processor.column
    plain = {numbers[column] for numbers in PLAIN.values()}
    depending = {rule.numbers[column]: rule for rule in RULES}
    if number in plain:
        expected = ALLOW
    elif number in depending:
        rule = depending[number]
        value = given[rule.argument] % (1 << 32)
        fine = not value & rule.without if rule.without else value in rule.only
        expected = ALLOW if fine else REFUSE | errno.EPERM
    else:
        expected = REFUSE | (errno.EPERM if number < 424 else errno.ENOSYS)
    assert answer(program, processor.mark, number, given) == expected


@given(processors, words, arguments)
def test_no_memory_becomes_code(name: str, prot: int, given: list[int]) -> None:
    """Whatever else is asked of ``mmap`` and ``mprotect``."""
    processor = PROCESSORS[name]
    program = filter_for(processor, RULES)
    given[2] = prot | 4
    for rule in RULES[:2]:
        number = rule.numbers[processor.column]
        assert answer(program, processor.mark, number, given) == REFUSE | errno.EPERM


def test_a_program_is_one_that_the_kernel_takes() -> None:
    """At most 4,096 steps, none that leaps past the end, a RETURN at last."""
    for processor in PROCESSORS.values():
        steps = list(struct.iter_unpack("=HBBI", filter_for(processor, RULES)))
        assert len(steps) <= 4096
        assert steps[-1][0] == 0x06
        for place, (code, yes, no, _) in enumerate(steps):
            assert code == 0x06 or place + 1 + max(yes, no) < len(steps)


NAMES = ("mmap", "mprotect", "clone", "kill", "tgkill", "prlimit64", "prctl", "recvmsg")


@pytest.mark.parametrize(
    ("processor", "header"),
    [
        (PROCESSORS["x86_64"], "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        (PROCESSORS["aarch64"], "/usr/include/asm-generic/unistd.h"),
    ],
    ids=["x86_64", "aarch64"],
)
def test_the_numbers_are_those_of_the_kernel_s_own_table(processor: Processor, header: str) -> None:
    """Where this machine has the table; for each, a name must not have another's number."""
    column = processor.column
    ours = {name: numbers[column] for name, numbers in PLAIN.items()}
    ours |= {name: rule.numbers[column] for name, rule in zip(NAMES, RULES, strict=True)}
    used = [number for number in ours.values() if number is not None]
    assert len(set(used)) == len(used)
    if not Path(header).exists():
        return
    table = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(header).read_text()))
    assert {name: table.get(name) for name, number in ours.items() if number is not None} == {
        name: str(number) for name, number in ours.items() if number is not None
    }
    assert table["seccomp"] == str(processor.seccomp)
