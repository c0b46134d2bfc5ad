"""What a look-up costs in front of Django, as it is served, and as a plain Django view.

    python -m benchmarks.lookup fill --settings desk.toml 100000
    python -m benchmarks.lookup_django --settings desk.toml --key-file key.txt

All three ways run in one process, in turns, with the same key, entries and questions; processor
time of the thread that asks. The views do as little as views can: they call what the served
callable calls, and turn its answer into Django's.
"""

import io
import json
import statistics
import sys
import time
import types
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click
import numpy as np

from benchmarks.fingerprint import Table, machine
from staydown.base.settings import load
from staydown.review.settings import DeskSettings
from staydown.web.desk_site.process import configure

Environ = dict[str, Any]
Way = Callable[[Environ], object]

_RANDOM = np.random.default_rng(20_261_201)


def environ(path: str, parameters: dict[str, str], key: str) -> Environ:
    """Return what a WSGI server hands over for a look-up."""
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SCRIPT_NAME": "",
        "QUERY_STRING": urlencode(parameters), "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8200",
        "CONTENT_TYPE": "", "CONTENT_LENGTH": "", "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "HTTP_HOST": "127.0.0.1:8200",
        "HTTP_AUTHORIZATION": f"Bearer {key}", "HTTP_ACCEPT": "*/*",
    }  # fmt: skip


def strange() -> dict[str, str]:
    """Return a fingerprint that nothing listed is near."""
    value = _RANDOM.integers(0, 256, 32, dtype=np.uint8).tobytes()
    return {"signal": value.hex(), "signal_type": "pdq"}


CALLS: dict[str, Callable[[], dict[str, str]]] = {
    "/m/raw_lookup": strange,
    "/m/lookup": strange,
    "/m/index/status": dict,
    "/status": dict,
}


def ways(settings: DeskSettings) -> dict[str, Way]:
    """Return the three ways, over one running desk."""
    desk = configure(settings)
    desk.start_gate()
    from django.conf import settings as django_settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from staydown.web.desk_site.lookup import auth
    from staydown.web.desk_site.lookup.request import Asked
    from staydown.web.desk_site.lookup.wsgi import Front

    front = Front(desk)

    def view_of(call: Callable[[Any], Any]) -> Callable[[HttpRequest], HttpResponse]:
        def view(request: HttpRequest) -> HttpResponse:
            given = {name: str(request.GET[name]) for name in request.GET}
            asked = Asked(request.method or "", request.path_info, given, request.META)
            head = front._checked(asked)
            said = call(replace(asked, head=head, key=auth.digest(asked)))
            return HttpResponse(json.dumps(said), content_type="application/json")

        return view

    urls = types.ModuleType("lookup_urls")
    urls.urlpatterns = [  # type: ignore[attr-defined]
        path(place.lstrip("/"), view_of(calls["GET"]))
        for place, calls in front.routes.items()
        if "GET" in calls
    ]
    sys.modules["lookup_urls"] = urls
    django_settings.ROOT_URLCONF = "lookup_urls"
    with_middleware = WSGIHandler()
    django_settings.MIDDLEWARE = []
    bare = WSGIHandler()

    def through(handler: WSGIHandler) -> Way:
        return lambda asked: b"".join(handler(asked, lambda *_: None))  # type: ignore[arg-type]

    return {
        "as served": front.answer,
        "Django, no middleware": through(bare),
        "Django, the desk's middleware": through(with_middleware),
    }


@click.command()
@click.option("--settings", type=click.Path(path_type=Path), required=True)
@click.option("--key-file", type=click.Path(path_type=Path), required=True)
@click.option("--rounds", default=15, show_default=True)
@click.option("--count", default=200, show_default=True, help="Requests of a way in a round.")
def main(settings: Path, key_file: Path, rounds: int, count: int) -> None:
    """Measure, and print a table."""
    key, asking = key_file.read_text().strip(), ways(load(settings, DeskSettings))
    table = Table(
        f"Processor time of a look-up, µs: medians of {rounds} × {count} requests (ratio)",
        ["call", *asking],
    )
    for path, made in CALLS.items():
        spent: dict[str, list[float]] = {name: [] for name in asking}
        for _ in range(rounds):
            for name, way in asking.items():
                requests = [environ(path, made(), key) for _ in range(count)]
                start = time.thread_time()
                for request in requests:
                    way(request)
                spent[name].append((time.thread_time() - start) / count * 1e6)
        middle = {name: statistics.median(times) for name, times in spent.items()}
        first = middle["as served"]
        table.rows.append([path, *(f"{one:.0f} ({one / first:.2f})" for one in middle.values())])
    print(machine())
    print(table.markdown())


if __name__ == "__main__":
    main()
