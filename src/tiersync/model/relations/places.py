"""Which cell each place of a relation means: by the code of an indicator, or by a form's table."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

from tiersync.errors import BadRelation
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.relations.notation import (
    CellMeant,
    Combined,
    Expression,
    LinkWritten,
    Negated,
    PlaceMeant,
    PlaceWritten,
    RangeWritten,
)

MOST_OF_RANGE = 500  # places
PLACED = re.compile(r"(?P<code>[A-Z]{1,3}[0-9]{2,3})(\[(?P<split>[^\[\]]*)\])?")
ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,4})")
MEASURE = "measure="
EVERY = "*"


def placed_link(catalogue: Catalogue, form: Form | None, link: LinkWritten, text: str) -> LinkWritten:
    """A link without ranges, its places as the cells that they mean. Raises BadRelation."""

    def placed(leaf: Expression) -> Expression:
        return meant(catalogue, form, leaf, text) if isinstance(leaf, PlaceWritten) else leaf

    return map_link(link, placed)


def meant(catalogue: Catalogue, form: Form | None, place: PlaceWritten, text: str) -> PlaceMeant:
    """The cell that `place` of the relation `text` means where `form` is judged. Raises BadRelation."""
    table = _table(catalogue, form, place.table, text)
    of_form = "" if table is None or (form and table.code == form.code) else table.code
    placed = table.places.get(place.name, "") if table and not place.split else ""
    if not placed and place.name.isdigit():
        raise _unknown(text, f"表中没有第 {place.name} 行", f"the table has no row {place.name}")
    found = PLACED.fullmatch(placed or place.name)
    code, split = (found["code"], place.split or found["split"] or "") if found else (placed or place.name, "")
    if code not in catalogue.by_code:
        raise _unknown(text, f"未知的指标或位置 {code}", f"unknown indicator or place {code}")
    breakdown, measure = _measured(split)
    return PlaceMeant(place, CellMeant(code, breakdown, measure, of_form, place.time))


def _measured(split: str) -> tuple[str, str]:
    """A breakdown as people write it, without the number of a ratio that it may name."""
    parts = sorted(part for part in split.split(";") if part and not part.startswith(MEASURE))
    named = [part.removeprefix(MEASURE) for part in split.split(";") if part.startswith(MEASURE)]
    return ";".join(parts), named[0] if named else "value"


def _table(catalogue: Catalogue, form: Form | None, table: str, text: str) -> Form | None:
    if not table or (form and str(form.table) == table):
        return form
    found = [one for one in catalogue.forms if str(one.table) == table]
    alike = [one for one in found if form and one.period == form.period] or found
    if not alike:
        raise _unknown(text, f"没有表号为 {table} 的报表", f"no form has the table {table}")
    return alike[0]


def scalar_links(link: LinkWritten, text: str) -> Iterator[LinkWritten]:
    """The link for each place of its ranges in turn; itself where it has none. Raises BadRelation."""
    ranges = [list(_stretch(one, text)) for one in leaves(link) if isinstance(one, RangeWritten)]
    if not ranges:
        yield link
        return
    if len({len(places) for places in ranges}) > 1:
        raise _unknown(text, "区域大小不同", "its ranges are of unlike size")
    for places in zip(*ranges, strict=True):
        yield map_link(link, partial(_in_turn, iter(places)))


def _in_turn(places: Iterator[PlaceWritten], leaf: Expression) -> Expression:
    """The next of some places where a range stands, anything else as it is."""
    return next(places) if isinstance(leaf, RangeWritten) else leaf


def _stretch(written: RangeWritten, text: str) -> Iterator[PlaceWritten]:
    corners = [ADDRESS.fullmatch(one) for one in (written.first, written.last)]
    (left, top), (right, bottom) = ((_column(one[1]), int(one[2])) for one in corners if one)
    if left > right or top > bottom or (right - left + 1) * (bottom - top + 1) > MOST_OF_RANGE:
        why = f"{written.first}:{written.last}"
        raise _unknown(text, f"区域 {why} 次序颠倒或过大", f"the range {why} is the wrong way round or too large")
    for row, column in product(range(top, bottom + 1), range(left, right + 1)):
        yield PlaceWritten(f"{_letters(column)}{row}", "", written.table, written.time)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _letters(column: int) -> str:
    text = ""
    while column:
        column, letter = divmod(column - 1, 26)
        text = chr(ord("A") + letter) + text
    return text


def leaves(link: LinkWritten) -> list[Expression]:
    """The places and numbers of a link, from left to right."""
    return [*_leaves(link.left), *_leaves(link.right)]


def _leaves(expression: Expression) -> Iterator[Expression]:
    match expression:
        case Combined(left, _, right):
            yield from _leaves(left)
            yield from _leaves(right)
        case Negated(of):
            yield from _leaves(of)
        case _:
            yield expression


def map_link(link: LinkWritten, change: Callable[[Expression], Expression]) -> LinkWritten:
    """The link with each of its places and numbers changed."""
    return LinkWritten(_mapped(link.left, change), link.op, _mapped(link.right, change))


def _mapped(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    match expression:
        case Combined(left, sign, right):
            return Combined(_mapped(left, change), sign, _mapped(right, change))
        case Negated(of):
            return Negated(_mapped(of, change))
        case _:
            return change(expression)


def _unknown(text: str, zh: str, en: str) -> BadRelation:
    return BadRelation(relation=text, why_zh=zh, why_en=en)
