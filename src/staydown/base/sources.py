"""What a module was made of: to know whether something derived from it is still right."""

import hashlib
import re
from functools import cache
from pathlib import Path

import staydown

_ROOT = Path(staydown.__file__).parent

#: An import at the left margin, as the formatter leaves it: module, and the names out of it.
_IMPORT = re.compile(r"^from staydown\.([\w.]+) import (\([^)]*\)|.*)", re.MULTILINE)


def digest(module: str) -> str:
    """Return the SHA-256 of a module's source and of all of ours that it imports, near or far.

    ``module`` is a full name. What isn't ours, or has no source file, doesn't count.
    """
    texts: dict[str, str] = {}
    left = [module.removeprefix("staydown.")]
    while left:
        name = left.pop()
        if name not in texts:
            texts[name] = _source(name)
            for base, names in _IMPORT.findall(texts[name]):
                left += [base, *(f"{base}.{one}" for one in re.findall(r"\w+", names))]
    told = [f"{name} {hashlib.sha256(texts[name].encode()).hexdigest()}" for name in sorted(texts)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


@cache
def _source(name: str) -> str:
    path = _ROOT / name.replace(".", "/")
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return ""
