"""Writes tests/vectors/work: puzzles with their solutions, by the standard library's SHA-256.

Run with ``python -m tests.exchange.make_work_vectors``. Python and the browser are held to it.
"""

import base64
import hashlib
import json
from pathlib import Path

FILE = Path(__file__).parent.parent / "vectors" / "work" / "vectors.json"

#: Empty, of every length around the end of a block of SHA-256, and as long as a bank's tickets.
CHALLENGES = ["", "a", *("x" * size for size in (55, 56, 63, 64, 65, 119, 120)), "Az09-_" * 18]

HASHES_EACH = 32_000
PARTS = 3


def solution(challenge: str) -> list[int]:
    """Return the least numbers that solve the first parts, found the plainest way."""
    start, numbers = hashlib.sha256(challenge.encode()).digest(), []
    for part in range(PARTS):
        number = 0
        while True:
            text = start + part.to_bytes(4, "big") + number.to_bytes(4, "big")
            if int(hashlib.sha256(text).hexdigest()[:8], 16) < 2**32 // HASHES_EACH:
                break
            number += 1
        numbers.append(number)
    return numbers


def main() -> None:
    """Write the file."""
    vectors = []
    for challenge in CHALLENGES:
        numbers = solution(challenge)
        packed = b"".join(number.to_bytes(4, "big") for number in numbers)
        vectors.append(
            {
                "challenge": challenge,
                "sha256": hashlib.sha256(challenge.encode()).hexdigest(),
                "numbers": numbers,
                "work": base64.urlsafe_b64encode(packed).decode(),
            }
        )
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps({"hashes_each": HASHES_EACH, "vectors": vectors}, indent=1) + "\n")


if __name__ == "__main__":
    main()
