"""Pages, rendered from the templates of a site and answered with the status that fits."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Pages:
    """The pages of one site.

    A template is looked for in each of ``folders``: the site's own, then those that it shares.
    They hold at least ``refused``, ``not_found`` and ``server_error``, and ``unavailable`` where
    there is a database.
    """

    def __init__(self, *folders: str) -> None:
        self._folders = folders

    def page(
        self,
        request: HttpRequest,
        template: str,
        context: Mapping[str, Any] | None = None,
        *,
        errors: Mapping[str, str] | None = None,
        status: int = 200,
        retry_after: int | None = None,
    ) -> HttpResponse:
        """Render a template; ``errors`` maps the id of an element to what is wrong there.

        A page with errors has the status 422 unless another one is given.
        """
        given = {**(context or {}), "errors": dict(errors or {})}
        if errors and status == 200:
            status = 422
        found = [f"{folder}/{template}.html" for folder in self._folders]
        response = render(request, found, given, status=status)
        if retry_after is not None:
            response["Retry-After"] = str(retry_after)
        return response

    def refused(
        self, request: HttpRequest, reason: str, *, status: int = 422, **more: object
    ) -> HttpResponse:
        """The page that says why something was not done."""
        return self.page(request, "refused", {"reason": reason, **more}, status=status)


def download(body: bytes, name: str, kind: str) -> HttpResponse:
    """An answer that the browser saves under a neutral name."""
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
