"""Serving a site with granian: one worker process, a bounded pool of blocking threads."""

import os
from pathlib import Path

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from staydown.base.errors import SettingsError
from staydown.base.quietlog import logging_config
from staydown.base.settings import SiteSettings
from staydown.net.ports import is_free

#: The worker process reads the settings file named here; nothing else comes from the environment.
SETTINGS_VARIABLE = "STAYDOWN_SETTINGS"


def serve(target: str, site: SiteSettings, settings_file: Path) -> None:
    """Serve the WSGI application ``target`` (``module:name``) until the process is told to stop.

    Access logs stay off: they would hold addresses of people. Raises SettingsError when something
    listens there already: the server would share the port with another one of ours, and each would
    get some of the other's requests.
    """
    if not is_free(site.host, site.port):
        raise SettingsError(
            f"port {site.port} of {site.host} cannot be used: it is taken or not allowed"
        )
    os.environ[SETTINGS_VARIABLE] = str(settings_file.resolve())
    Server(
        target,
        address=site.host,
        port=site.port,
        interface=Interfaces.WSGI,
        workers=1,
        respawn_failed_workers=True,  # one that the kernel ended for want of memory, say
        blocking_threads=site.threads,
        log_enabled=True,
        log_level=LogLevels.warning,
        log_access=False,
        log_dictconfig=logging_config("WARNING"),
        websockets=False,
    ).serve()


def settings_file() -> Path:
    """Return the settings file that ``serve`` handed to this worker."""
    return Path(os.environ[SETTINGS_VARIABLE])
