"""One spelling for every value: canonical JSON and the digests made of it.

Sorted keys, no spaces, UTF-8, no floats: equal values give equal bytes on every machine and version.
"""

import hashlib
import json
import re
from typing import Any

from pydantic import BaseModel, ConfigDict

NUL = re.compile(rb"(?<!\\)(\\\\)*\\u0000")  # The backslash before it is not itself spelled by one.


class Value(BaseModel):
    """A frozen value that knows only its own fields; every noun of the model is one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def canonical(value: Any) -> bytes:
    """`value` (JSON types without floats) in its one spelling."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def spell(value: Value) -> bytes:
    """A model value in its one spelling."""
    return canonical(value.model_dump(mode="json"))


def holds_nul(text: bytes) -> bool:
    """Whether a JSON text holds the character NUL, which no database keeps in a text."""
    return b"\\u0000" in text and NUL.search(text) is not None


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()
