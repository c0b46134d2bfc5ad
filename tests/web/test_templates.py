"""Every template can be read in an editor, and its messages can be translated."""

from pathlib import Path

import pytest

from tests.web.templates import WEB, all_templates, faults

LONG = '<p>{% translate "' + "Word " * 21 + '" %}</p>'


@pytest.mark.parametrize("path", all_templates(), ids=lambda path: str(path.relative_to(WEB)))
def test_a_template_keeps_to_the_form(path: Path) -> None:
    assert list(faults(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("<span>" + "x" * 115, "121 characters"),
        (LONG, "characters"),
        ("<ul><li>one</li>", "more than one block"),
        ("<dt>{{ name }}</dt><dd>{{ value }}</dd>", "more than one block"),
        ('<div class="box"><p>', "more than one block"),
        ("{% blocktranslate %}Item {{ n }}{% endblocktranslate %}", "without trimmed"),
        ("{% blocktranslate count trimmed=n %}x{% plural %}y", "without trimmed"),
        ("{%blocktrans with n=1%}x", "without trimmed"),
        ("   <p>", "two spaces"),
        ("\t<p>", "two spaces"),
        ("<p> ", "two spaces"),
    ],
)
def test_each_fault_is_found_and_its_line_named(line: str, fault: str) -> None:
    [(number, said)] = faults(f"<main>\n{line}\n</main>\n")
    assert number == 2
    assert fault in said


@pytest.mark.parametrize(
    "line",
    [
        "<span>" + "x" * 114,
        "<li><a href=\"/\">{% translate 'Home' %}</a></li>",
        "<link rel=icon><p><progress>",
        "{% blocktranslate trimmed with n=1 %}x{% endblocktranslate %}",
        "{% blocktranslate count n=1 trimmed %}x{% endblocktranslate %}",
        "",
        "    <p>",
    ],
)
def test_what_keeps_to_the_form_is_let_be(line: str) -> None:
    assert list(faults(f"<main>\n{line}\n</main>\n")) == []
