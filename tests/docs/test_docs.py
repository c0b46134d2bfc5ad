"""What the documents show is there: commands, settings, addresses, links."""

import dataclasses
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from staydown.bank.settings import BankSettings
from staydown.base.settings import DatabaseSettings, SiteSettings
from staydown.cli.main import cli
from staydown.review.settings import DeskSettings, LookBackSettings
from staydown.web.bank_site.urls import urlpatterns as bank_addresses
from staydown.web.desk_site.urls import urlpatterns as desk_addresses

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
GUIDES = ROOT / "docs/guides"


def shell_lines(text: str) -> list[str]:
    """Return the commands in the ``sh`` blocks of a document, continued lines joined."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    joined = "\n".join(blocks).replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip()]


def shown_commands() -> list[str]:
    """Return each distinct ``staydown …`` command that a document shows."""
    lines = [line for document in DOCUMENTS for line in shell_lines(document.read_text("utf-8"))]
    return sorted({line for line in lines if line.startswith("staydown ")})


@pytest.mark.parametrize("line", shown_commands())
def test_a_shown_command_is_one_that_the_program_takes(line: str, tmp_path: Path) -> None:
    """Follow the words down to the command and let it read the options, without running it."""
    words = shlex.split(line, comments=True)[1:]
    command: click.Command = cli
    context = click.Context(cli, info_name="staydown")
    while isinstance(command, click.Group):
        found = command.get_command(context, words.pop(0))
        assert found is not None, line
        command = found
        context = click.Context(command, parent=context, info_name=command.name)
    for parameter in command.params:
        # The shown files don't exist here; everything else about them is checked.
        if isinstance(parameter.type, click.Path):
            parameter.type.exists = False
    assert command.make_parser(context).parse_args(words)[1] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    for target in re.findall(
        r"\]\((?!https?://)([^)#]+)(?:#[^)]*)?\)", document.read_text("utf-8")
    ):
        assert (document.parent / target).exists(), target


@pytest.mark.parametrize(
    ("guide", "shape"),
    [("bank-operator.md", BankSettings), ("platform.md", DeskSettings)],
)
def test_every_setting_is_in_its_guide_and_no_other(guide: str, shape: type[object]) -> None:
    text = (GUIDES / guide).read_text("utf-8")
    table = text.split("### Settings")[1].split("\n##")[0]
    shown = set(re.findall(r"`([a-z_.]+)`", "\n".join(re.findall(r"^\|([^|]*)\|", table, re.M))))
    parts: dict[str, type[Any]] = {"site": SiteSettings, "database": DatabaseSettings}
    if shape is DeskSettings:
        parts["look_back"] = LookBackSettings
    real = {field.name for field in dataclasses.fields(shape)} - set(parts)  # type: ignore[arg-type]
    for prefix, inner in parts.items():
        real |= {f"{prefix}.{field.name}" for field in dataclasses.fields(inner)}
    assert shown == real


def test_every_command_is_in_a_guide() -> None:
    text = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)

    def walk(group: click.Group, words: str) -> None:
        context = click.Context(group)
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            assert found is not None
            if isinstance(found, click.Group):
                walk(found, f"{words} {name}")
            else:
                assert f"{words} {name}" in text, f"{words} {name} is in no document"

    walk(cli, "staydown")


def test_every_address_for_programs_is_in_a_document() -> None:
    text = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)
    for pattern in [*bank_addresses, *desk_addresses]:
        path = str(pattern.pattern)
        path = path.replace("^v1//?", "v1/").removesuffix("$").replace("<uuid:item>", "{id}")
        if path.startswith(("api/", "v1/")):
            assert f"/{path}" in text, f"/{path} is in no document"


def test_the_documents_use_the_fields_own_words() -> None:
    for document in DOCUMENTS:
        if document.name == "glossary.md":  # it names what we don't say
            continue
        text = document.read_text("utf-8").lower()
        assert "revenge porn" not in text.replace("revengepornhelpline", ""), document
        assert "child porn" not in text, document


def toml_blocks(guide: str) -> list[str]:
    return re.findall(r"```toml\n(.*?)```", (GUIDES / guide).read_text("utf-8"), re.DOTALL)


def guided() -> list[str]:
    """Return the commands about notices that can run with the files that the guides show."""
    lines = [
        line
        for guide in ("notices.md", "deadlines.md", "sending.md")
        for line in shell_lines((GUIDES / guide).read_text("utf-8"))
    ]
    # What asks a registry, a mail server or a mail program needs more than the files.
    elsewhere = ("staydown notice contacts", "staydown notice send")
    return [
        line for line in dict.fromkeys(lines)
        if line.startswith("staydown notice ") and not line.startswith(elsewhere)
        and "--as mailto" not in line
    ]  # fmt: skip


@pytest.mark.parametrize("line", guided())
def test_a_command_of_a_guide_runs_with_the_files_that_the_guides_show(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    facts, details, first = toml_blocks("notices.md")
    Path("facts.toml").write_text(facts, "utf-8")
    Path("details.toml").write_text(first + details, "utf-8")
    Path("deadlines.toml").write_text(toml_blocks("deadlines.md")[0], "utf-8")
    result = CliRunner().invoke(cli, shlex.split(line, comments=True)[1:])
    assert result.exit_code == 0, (result.output, result.exception)
