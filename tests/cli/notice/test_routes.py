import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from staydown.cli.notice.routes import routes


class Fresh:
    """A clock on a day on which every record is fresh."""

    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


class Later:
    """A clock on a day on which every record is stale."""

    def now(self) -> datetime:
        return datetime(2030, 1, 1, tzinfo=UTC)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(routes, list(arguments))


def test_routes_are_listed_with_why_time_law_and_risks() -> None:
    result = run("--where", "porn_site", "--country", "GB", "--under18", "no")
    assert result.exit_code == 0
    for said in ("Why here:", "Time:", "Law:", "Source:", "Tells it:", "Risks: [1]", "Depends on:"):
        assert said in result.output


def test_routes_are_given_as_json() -> None:
    result = run("--where", "social_media", "--place", "facebook", "--country", "US", "--json")
    record = json.loads(result.output)
    first = record["routes"][0]
    assert first["id"] == "us-tida_facebook"
    assert first["order"] == 1
    assert first["regime"] == "us-tida"
    assert first["confirmed"] is True
    assert {risk["id"] for risk in record["risks"]} >= set(first["risks"])


def test_a_file_of_facts_is_read(tmp_path: Path) -> None:
    path = tmp_path / "facts.toml"
    path.write_text('where = "search_result"\nperson_country = "FR"\nunder18 = "no"\n')
    result = run("--facts", str(path))
    assert "eu-gdpr-17_google-search" in result.output


def test_only_hotlines_are_listed_for_somebody_under_18() -> None:
    result = run("--where", "social_media", "--under18", "not_sure", "--json")
    record = json.loads(result.output)
    assert record["hotline_only"] is True
    assert all(one["letter"] is None and one["support"] for one in record["routes"])


def test_facts_come_from_a_file_or_from_options_not_both(tmp_path: Path) -> None:
    path = tmp_path / "facts.toml"
    path.write_text('where = "dark_web"\n')
    for arguments in (
        [], ["--country", "GB"], ["--facts", str(path), "--where", "dark_web"],
        ["--facts", str(path), "--country", "GB"],
    ):  # fmt: skip
        assert run(*arguments).exit_code == 2


def test_there_is_no_option_for_a_personal_value() -> None:
    personal = {"site", "name", "email", "url", "contact"}
    assert not personal & {parameter.name for parameter in routes.params}


def test_a_stale_risk_route_or_service_is_shown_so(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("--where", "social_media", "--place", "facebook", "--country", "UG")
    monkeypatch.setattr("staydown.cli.notice.routes.SystemClock", Fresh)
    assert "long ago" not in run(*arguments).output
    monkeypatch.setattr("staydown.cli.notice.routes.SystemClock", Later)
    late = run(*arguments)
    risks, _, ways = late.output.partition("1. Side by side")
    assert risks.count("long ago") == risks.count("checked 20") > 0
    assert "Our information about StopNCII.org was last checked on" in ways
    record = json.loads(run(*arguments, "--json").output)
    assert all(one["stale"] for one in record["risks"])
    assert all(one["stale"] for one in record["routes"] if one["support"] or one["law"])


def test_somebody_who_helps_is_listed_with_how_to_reach_them() -> None:
    listed = run("--where", "social_media", "--country", "IN", "--under18", "yes").output
    assert "takeitdown.ncmec.org" in listed
    assert "phone 6363176363" in listed
    assert "The address or number we have for Meri Trustline (RATI Foundation) is not" in listed
