"""Compiles click's words in Chinese, after tiersync.po has changed: python -m tools.messages."""

import ast
import struct
from collections.abc import Iterator, Mapping

from tiersync.cli.terminal.chinese import DOMAIN, PLACE

SOURCE = PLACE / "zh" / "LC_MESSAGES" / f"{DOMAIN}.po"
MAGIC, HEAD = 0x950412DE, 28  # of the format of GNU gettext; the head's length in bytes


def compiled(source: str) -> bytes:
    """The catalogue as gettext reads it: a head, where each text stands, and the texts, in order."""
    messages = sorted((asked.encode(), said.encode()) for asked, said in read(source).items())
    count, texts, places = len(messages), b"", [b"", b""]
    for side in (0, 1):
        for message in messages:
            places[side] += struct.pack("<II", len(message[side]), HEAD + 16 * count + len(texts))
            texts += message[side] + b"\0"
    return struct.pack("<7I", MAGIC, 0, count, HEAD, HEAD + 8 * count, 0, 0) + places[0] + places[1] + texts


def read(source: str) -> Mapping[str, str]:
    """Each message of a catalogue's source, the singular and the plural with a NUL between them."""
    found: dict[str, str] = {}
    for block in source.split("\n\n"):
        entry = dict(lines_of(block))
        parts = [[text for name, text in entry.items() if name.startswith(kind)] for kind in ("msgid", "msgstr")]
        found["\0".join(parts[0])] = "\0".join(parts[1])
    return found


def lines_of(block: str) -> Iterator[tuple[str, str]]:
    """What an entry says under each keyword; a text may go on over several lines."""
    keyword, said = "", ""
    for line in (line for line in block.splitlines() if not line.startswith("#")):
        if line.startswith("msg"):
            keyword, _, line = line.partition(" ")
            said = ""
        said += ast.literal_eval(line)
        yield keyword, said


if __name__ == "__main__":
    SOURCE.with_suffix(".mo").write_bytes(compiled(SOURCE.read_text(encoding="utf-8")))
