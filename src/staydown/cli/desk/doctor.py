"""``staydown desk doctor``: what may be wrong with this desk's machine or settings."""

import json
from pathlib import Path

import click

from staydown.base.settings import load
from staydown.cli.desk.manage import json_option
from staydown.cli.desk.options import settings_option
from staydown.review.settings import DeskSettings
from staydown.web.desk_site.doctor import Finding, State, examine

_LABELS = {State.FINE: "fine", State.BETTER: "could be better", State.WRONG: "to do"}

DOOR_WORDS = {
    "read_files": "read files",
    "write_files": "write files",
    "read_parents_memory": "read the desk's memory",
    "use_network": "use the network",
    "run_programs": "run programs",
    "start_processes": "start processes",
    "signal_others": "send signals to other processes",
    "run_new_code": "run code of its own",
    "make_rare_calls": "make system calls it doesn't need",
}

SENTENCES = {
    "decoder_closed": "The picture decoder is closed in: it tried {tried} ways out, all shut.",
    "decoder_open": (
        "The picture decoder isn't closed in. A file that takes it over could: {doors}. "
        "Run the desk on Linux, on x86-64 or 64-bit ARM, and see what is missing below."
    ),
    "decoder_unavailable": (
        "The picture decoder doesn't start ({error}), so no upload can be looked at. "
        "Reinstall Staydown, and check that the machine has 2 GB of memory free."
    ),
    "seccomp": "System calls are limited to a short list (seccomp).",
    "no_seccomp": (
        "System calls can't be limited (seccomp). In a container, allow the calls seccomp and "
        "prctl. It exists only on Linux."
    ),
    "landlock": "A second wall (Landlock, version {version}) also shuts off files and networks.",
    "landlock_in_part": (
        "The second wall (Landlock) covers only part of the decoder, because a library runs a "
        "thread of its own. The first wall covers all of it."
    ),
    "no_landlock": (
        "There is no second wall (Landlock). Use Linux 5.13 or newer with Landlock switched on; in "
        "a container, allow the calls landlock_create_ruleset and landlock_restrict_self."
    ),
    "no_new_privileges": "The decoder has given up its privileges, and can't get new ones.",
    "no_country": (
        "The settings don't say which country the platform is based in. Set country (such as NL): "
        "moderators are then shown where to report a picture that may show somebody under 18."
    ),
    "hotline_known": (
        "Moderators are shown where to report a picture of somebody under 18 in {country}."
    ),
    "no_hotline_known": (
        "We know of no hotline of {country} itself for pictures of people under 18. Moderators are "
        "shown INHOPE, which leads to the hotlines of many countries, and the police."
    ),
    "new_privileges": "The decoder can't give up its privileges: the system has no such call.",
}


@click.command()
@settings_option
@json_option
def doctor(settings_file: Path, as_json: bool) -> None:
    """Check this machine and the settings, and say what to do.

    The exit code is 0, or 1 where something is to do. Nothing is changed or sent.
    """
    settings = load(settings_file, DeskSettings)
    wrong = False
    for finding in examine(settings):
        wrong |= finding.state is State.WRONG
        click.echo(_object(finding) if as_json else _line(finding))
    if wrong:
        raise SystemExit(1)


def sentence(finding: Finding) -> str:
    """Say what was found, and what to do about it."""
    values = dict(finding.values)
    if "doors" in values:
        values["doors"] = ", ".join(DOOR_WORDS[door] for door in str(values["doors"]).split(", "))
    return SENTENCES[finding.code].format(**values)


def _line(finding: Finding) -> str:
    return f"{_LABELS[finding.state]}: {sentence(finding)}"


def _object(finding: Finding) -> str:
    return json.dumps(
        {
            "code": finding.code,
            "state": finding.state.value,
            "values": dict(finding.values),
            "message": sentence(finding),
        }
    )
