"""The links of a rule's relations, each place of them one cell: ranges and breakdowns written out."""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from tiersync.errors import BadRelation
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form, Rule
from tiersync.model.indicator import Indicator
from tiersync.model.relations.notation import (
    CellMeant,
    Combined,
    Constant,
    Expression,
    LinkWritten,
    PlaceMeant,
    PlaceWritten,
    read_relation,
)
from tiersync.model.relations.places import EVERY, leaves, map_link, placed_link, scalar_links
from tiersync.rules.counting.sheet import texts_of


class Link(NamedTuple):
    """One comparison of cells, beside the places as they were written."""

    relation: str
    judged: LinkWritten  # whose ratios are quotients of their two numbers
    said: LinkWritten

    @property
    def cells(self) -> tuple[CellMeant, ...]:
        """The cells that it compares, each once, from left to right."""
        return tuple(dict.fromkeys(leaf.cell for leaf in leaves(self.judged) if isinstance(leaf, PlaceMeant)))

    @property
    def about(self) -> CellMeant:
        """The first cell of the report itself, as it was written: a ratio, not one of its numbers."""
        written = [leaf.cell for leaf in leaves(self.said) if isinstance(leaf, PlaceMeant)]
        return next(cell for cell in written if not cell.form and not cell.time)


class Links(NamedTuple):
    """The links that a rule has for one form, and the relations that cannot be read."""

    links: list[Link]
    unreadable: list[str]


def links_of(catalogue: Catalogue, form: Form, rule: Rule) -> Links:
    """What of `rule` is judged in a report of `form`: nothing where it is about another form, or asks for what the form
    does not ask."""
    found = Links([], [])
    for text in rule.relations if rule.form in ("", form.code) else ():
        try:
            found.links.extend(read_links(catalogue, form, text))
        except BadRelation:
            found.unreadable.append(text)
    return found


def read_links(catalogue: Catalogue, form: Form, text: str) -> Iterator[Link]:
    """The links of one relation that are about `form`. Raises BadRelation."""
    for written in read_relation(text).links:
        for scalar in scalar_links(written, text):
            placed = placed_link(catalogue, form, scalar, text)
            for said in _each_breakdown(catalogue, placed):
                link = Link(text, map_link(said, partial(_quotient, catalogue)), said)
                if _is_about(form, link):
                    yield link


def _each_breakdown(catalogue: Catalogue, link: LinkWritten) -> Iterator[LinkWritten]:
    """The link for each breakdown that all of its places have that are written for every one. Of whom nothing is known
    is no subset: those of one figure may be known where another has them all."""
    every = [leaf.cell for leaf in leaves(link) if isinstance(leaf, PlaceMeant) and leaf.cell.breakdown == EVERY]
    if not every:
        yield link
        return
    first, *others = (_breakdowns(catalogue, catalogue.by_code[cell.indicator]) for cell in every)
    shared = [text for text in first if all(text in other for other in others) and not _is_of_unknown(text)]
    for text in ["", *shared]:
        yield map_link(link, partial(_in_breakdown, text))


def _is_of_unknown(breakdown: str) -> bool:
    return any(pair.endswith("=unknown") for pair in breakdown.split(";"))


def _breakdowns(catalogue: Catalogue, indicator: Indicator) -> dict[str, None]:
    return dict.fromkeys(text for breakdown in indicator.breakdowns for text in texts_of(catalogue, breakdown))


def _in_breakdown(text: str, leaf: Expression) -> Expression:
    if isinstance(leaf, PlaceMeant) and leaf.cell.breakdown == EVERY:
        return leaf._replace(cell=leaf.cell._replace(breakdown=text))
    return leaf


def _quotient(catalogue: Catalogue, leaf: Expression) -> Expression:
    """A ratio as its factor times its numerator by its denominator, anything else as it is."""
    if not isinstance(leaf, PlaceMeant) or leaf.cell.measure != "value":
        return leaf
    indicator = catalogue.by_code[leaf.cell.indicator]
    return quotient_of(indicator, leaf.cell) if indicator.measure == "ratio" else leaf


def quotient_of(indicator: Indicator, cell: CellMeant) -> Expression:
    """The ratio that stands in `cell`, of the two numbers that stand beside it."""
    written = PlaceWritten(cell.indicator, cell.breakdown)
    top, bottom = (PlaceMeant(written, cell._replace(measure=one)) for one in ("numerator", "denominator"))
    factor = Constant(Fraction(indicator.factor), str(indicator.factor))
    return Combined(Combined(factor, "*", top), "/", bottom)


def _is_about(form: Form, link: Link) -> bool:
    """Whether the form asks for all that a link takes from it, and it takes something."""
    own = [cell for cell in link.cells if not cell.form]
    return bool(own) and all(cell.indicator in form.entries for cell in own)
