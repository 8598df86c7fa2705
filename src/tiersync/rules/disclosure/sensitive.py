"""What is sensitive: dimensions and conditions that tell of persons what concerns nobody else; and what cannot be."""

from collections.abc import Iterable

from tiersync.model.catalogue import Catalogue
from tiersync.model.indicator import Condition
from tiersync.model.records.record import RECORDS
from tiersync.rules.counting.conditions import bounds
from tiersync.rules.counting.sheet import UNKNOWN


def sensitive_fields() -> frozenset[str]:
    """The fields to which some record type gives the privacy class P3: ability, hardship, what a case is about …"""
    return frozenset(
        name for record in RECORDS.values() for name, kind in record.kinds().items() if kind.privacy == "P3"
    )


def is_sensitive(catalogue: Catalogue, fields: frozenset[str], where: Iterable[Condition], dims: Iterable[str]) -> bool:
    """Whether a cell says something sensitive of those it counts: by how it is split, or by whom `where` picks.

    A dimension that the catalogue does not know may be sensitive.
    """
    known = catalogue.by_dimension
    picked = any(condition.field in fields for condition in where)
    return picked or any(dim not in known or known[dim].field in fields for dim in dims)


def can_have(catalogue: Catalogue, where: Iterable[Condition], dim: str, code: str) -> bool:
    """Whether a record that fits `where` can stand under `code`; everybody knows that the others are 0."""
    dimension = catalogue.by_dimension.get(dim)
    return dimension is None or all(_allows(one, code) for one in where if one.field == dimension.field)


def _allows(condition: Condition, code: str) -> bool:
    if condition.or_unknown and code == UNKNOWN:
        return True
    named = {*condition.equals, *condition.ended, *(one for one, _ in condition.bands)}
    if (named and code not in named) or code in (*condition.differs, *condition.unless):
        return False
    if condition.field == "age":
        return code != UNKNOWN and _is_in_reach(condition, code)
    return code != UNKNOWN or not (condition.differs or condition.known)


def _is_in_reach(condition: Condition, band: str) -> bool:
    """Whether some age of a band such as 60-64 or 100+ is one that the condition asks for."""
    low, high = bounds(band)
    too_young = condition.at_least is not None and high is not None and high < condition.at_least
    return not too_young and (condition.at_most is None or low <= condition.at_most)
