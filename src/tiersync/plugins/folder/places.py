"""Where in a plugin.toml an entry stands, so that whoever has to mend it need not search."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

TABLE = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
KEY = re.compile(r"^(\s*)([^\s=#\[]+|\"[^\"]*\")\s*=")

Part = str | int


class Place(NamedTuple):
    """A line and a column, both counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


def place_of(text: str, path: Sequence[Part]) -> Place:
    """Where the entry of this path stands, or the innermost table around it that is there; 1:1 for none.

    A path is as pydantic gives it: ("stream", 0, "map", "sex", "values").
    """
    wanted = tuple(path)
    found = [(depth_of(entry, wanted), place) for entry, place in entries(text)]
    depth, place = max(found, key=lambda one: one[0], default=(0, Place(1, 1)))
    return within(text, place, wanted[depth:]) if depth else Place(1, 1)


def depth_of(entry: tuple[Part, ...], wanted: tuple[Part, ...]) -> int:
    """How much of the wanted path an entry is; 0 for one that leads elsewhere."""
    return len(entry) if wanted[: len(entry)] == entry else 0


def entries(text: str) -> Iterator[tuple[tuple[Part, ...], Place]]:
    """Every table and every key with its path: of an array of tables, the number of its table stands in the path."""
    counts: dict[str, int] = {}
    table: tuple[Part, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := TABLE.match(line):
            names = [name.strip().strip('"') for name in header[2].split(".")]
            if header[1] == "[[":
                counts[names[0]] = counts.get(names[0], -1) + 1
            first: tuple[Part, ...] = (names[0], counts[names[0]]) if names[0] in counts else (names[0],)
            table = (*first, *names[1:])
            yield table, Place(number, line.index("[") + 1)
        elif key := KEY.match(line):
            yield (*table, *key[2].strip('"').split(".")), Place(number, len(key[1]) + 1)


def within(text: str, place: Place, rest: Sequence[Part]) -> Place:
    """The place of what is left of a path inside the line of its entry, if its name stands there."""
    line = text.splitlines()[place.line - 1]
    columns = [place.column - 1]
    for part in rest:
        found = re.compile(rf"(?<![\w-]){re.escape(str(part))}(?![\w-])").search(line, columns[-1])
        if found:
            columns.append(found.start())
    return Place(place.line, columns[-1] + 1)
