"""Lists that people write as CSV, in UTF-8 or GB 18030: rows with the line they stand on."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from tiersync.errors import BadCatalogue, why_not
from tiersync.model.wording import first_wrong


class ListRow(NamedTuple):
    """One row of a list: where it stands, and the text of each column."""

    place: str
    fields: dict[str, str]


def read_lines(path: Path, needed: tuple[str, ...]) -> Iterator[ListRow]:
    """The rows of the list at `path`, whose header must name the columns `needed`; blank rows are passed over."""
    reader = csv.reader(text_of(path).splitlines())
    rows = _rows(path, reader)
    header = [name.strip() for name in next(rows, [])]
    for name in needed:
        if name not in header:
            raise BadCatalogue(place=path, why_en=f"it has no column {name}", why_zh=f"缺少列 {name}")
    for row in rows:
        if any(cell.strip() for cell in row):
            cells = [cell.strip() for cell in row] + [""] * (len(header) - len(row))
            yield ListRow(f"{path}:{reader.line_num}", dict(zip(header, cells, strict=False)))


def _rows(path: Path, reader: Any) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise BadCatalogue(
            place=f"{path}:{reader.line_num}",
            why_en="the line is not CSV, or far too long",
            why_zh="该行不是 CSV，或过长",
        ) from error


def text_of(path: Path) -> str:
    """The text of a file in UTF-8 (with or without a mark) or GB 18030."""
    try:
        data = path.read_bytes()
    except OSError as error:
        why = why_not(error)
        raise BadCatalogue(
            place=path, why_en=f"it cannot be read ({why['why_en']})", why_zh=f"无法读取（{why['why_zh']}）"
        ) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadCatalogue(
        place=path, why_en="it is neither UTF-8 nor GB 18030", why_zh="编码既不是 UTF-8，也不是 GB 18030"
    )


def not_usable(place: object, error: ValidationError) -> BadCatalogue:
    """The first thing that a model found wrong with what stands at `place`."""
    wrong = first_wrong(error)
    return BadCatalogue(place=place, why_en=f"{wrong.field}: {wrong.en}", why_zh=f"{wrong.field}：{wrong.zh}")
