"""A small directory in a folder of its own, whole and right, to be broken in one place."""

from pathlib import Path

TEMPLATES = {
    "jurisdictions/nl.toml": """
id = "nl"
checked = 2026-11-22
confirmed = false
why = "An example."
code = "NL"
name = "Netherlands"
parent = "EU"
""",
    "jurisdictions/eu.toml": """
id = "eu"
checked = 2026-11-22
confirmed = false
why = "An example."
code = "EU"
name = "European Union"
members = ["NL", "BE"]
""",
    "calendars/nl.toml": """
id = "nl"
checked = 2026-11-22
confirmed = true
source = "https://example.org/calendar"
jurisdiction = "NL"
holidays_of = "NL"
weekend = [5, 6]
time_zones = ["Europe/Amsterdam"]
""",
    "calendars/eu.toml": """
id = "eu"
checked = 2026-11-22
confirmed = true
source = "https://example.org/calendar"
jurisdiction = "EU"
weekend = [5, 6]
time_zones = ["Europe/Brussels", "Europe/Helsinki"]
""",
    "laws/nl-a-law.toml": """
id = "nl-a-law"
checked = 2026-11-22
confirmed = true
source = "https://example.org/law"
jurisdiction = "NL"
citation = "Art. 1 of an Act"
year = 2020
kind = "criminal"
covers = "Sharing an intimate image without consent."
covers_synthetic = "unknown"
status = "in_force"
ground = true
""",
    "regimes/eu-dsa-16.toml": """
id = "eu-dsa-16"
checked = 2026-11-22
confirmed = true
source = "https://example.org/regime"
jurisdiction = "EU"
name = "A notice"
citation = "Art. 16"
addressed_to = "any service"
recipient = "platform"
obliges = "decision"
elements = ["content_url", "claimant_name"]
one_of = [["content_url", "content_location_info"]]
may_be_sent_by = ["anyone"]
covers_synthetic = "true"

[[readings]]
label = "48 hours from a valid notice"
length = 48
unit = "hours"
starts = "valid"
confirmed = true
source = "https://example.org/regime"
""",
    "authorities/nl-police.toml": """
id = "nl-police"
checked = 2026-11-22
confirmed = true
source = "https://example.org/police"
jurisdiction = "NL"
kind = "police"
name = "Police"
role = "Takes reports."
url = "https://example.org/police"
""",
    "risks/nl-complaint-time-limit.toml": """
id = "nl-complaint-time-limit"
checked = 2026-11-22
confirmed = true
source = "overview: one in print"
jurisdiction = "NL"
key = "complaint_time_limit"
severity = "warn"
text = "A complaint has to be filed within three months."
applies_to = ["police"]
""",
    "places/example.toml": """
id = "example"
checked = 2026-11-22
confirmed = true
source = "https://example.org/help"
kind = "platform"
name = "Example"
hosts = ["example.org", "example.com"]
""",
    "retired/old-example.toml": """
id = "old-example"
checked = 2026-11-22
confirmed = true
source = "overview: one in print"
retired = 2026-11-22
was = "place: Old Example"
instead = "example"
reason = "Closed."
""",
}


def small_directory(folder: Path) -> Path:
    """Write the small directory into ``folder`` and return it."""
    for name, text in TEMPLATES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Change one place of a file; ``old`` must be there. An empty ``old`` adds at the start."""
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text, name
    path.write_text(text.replace(old, new, 1) if old else f"{new}\n{text}", "utf-8")
