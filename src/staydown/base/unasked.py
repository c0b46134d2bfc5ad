"""What libraries would do unasked, switched off before any of them is loaded.

Some libraries report how they are used, write an id into the home folder, or run whatever else is
installed. They are told not to by variables that they read while they are loaded, so these are set
as soon as anything of ``staydown`` is imported, whatever the environment said before. Processes
started from here inherit them, and the decoder process is given them by name.

``docs/decisions/0033-nothing-phones-home.md`` lists every library and what was found.
"""

import os
from collections.abc import Mapping, MutableMapping

#: Each variable, and the one value that means *off* to the library that reads it.
OFF: Mapping[str, str] = {
    # onnxruntime 1.32 writes a device id and a queue of events, and sends them to Microsoft. Its
    # own disable_telemetry_events() is too late: the id is written while it is imported.
    "ORT_DISABLE_TELEMETRY": "1",
    # Ray reports what a cluster consists of.
    "RAY_USAGE_STATS_ENABLED": "0",
    # pydantic loads every plugin that any installed package declares.
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
}


def switch_off(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set all of them in ``environment``. Nothing that was set there turns one on."""
    environment.update(OFF)
