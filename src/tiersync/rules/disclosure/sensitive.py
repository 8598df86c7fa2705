"""What is sensitive: dimensions and conditions that tell of persons what concerns nobody else."""

from collections.abc import Iterable

from tiersync.model.catalogue import Catalogue
from tiersync.model.indicator import Condition
from tiersync.model.records.record import RECORDS


def sensitive_fields() -> frozenset[str]:
    """The fields to which some record type gives the privacy class P3: ability, hardship, what a case is about …"""
    return frozenset(
        name for record in RECORDS.values() for name, kind in record.kinds().items() if kind.privacy == "P3"
    )


def is_sensitive(catalogue: Catalogue, fields: frozenset[str], where: Iterable[Condition], dims: Iterable[str]) -> bool:
    """Whether a figure says something sensitive of those it counts: by how it is split, or by whom `where` picks.

    A dimension that the catalogue does not know may be sensitive.
    """
    known = catalogue.by_dimension
    picked = any(condition.field in fields for condition in where)
    return picked or any(dim not in known or known[dim].field in fields for dim in dims)
