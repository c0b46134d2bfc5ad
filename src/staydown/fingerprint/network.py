"""The one place that loads onnxruntime, which would otherwise report to its maker.

Runs in the decoder process. Importing anything of ``staydown`` has switched that off
(``base.unasked``); here it is made sure of at the last moment, and the library's own switch is
turned as well. No other module may import onnxruntime (a contract in ``pyproject.toml``).
"""

from functools import cache
from pathlib import Path
from typing import Any

from staydown.base import unasked
from staydown.fingerprint.model import read_model


@cache
def session(model: str, threads: int = 1) -> Any:
    """Return the network in the file ``model``, loaded once. Raises CopyUnavailable, OSError.

    ``threads``: how many compute one picture; a desk runs a process for each core instead.
    """
    unasked.switch_off()
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    options.log_severity_level = 4  # its warnings are nobody's to read here
    network = read_model(Path(model))
    return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
