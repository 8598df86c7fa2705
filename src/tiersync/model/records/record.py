"""The seven record types of the network, by name, and beside them those that plugin packages bring."""

from collections.abc import Mapping

from tiersync.model.records.activity import Activity
from tiersync.model.records.association import Association
from tiersync.model.records.benefit import Benefit
from tiersync.model.records.facility import Facility
from tiersync.model.records.field import Record
from tiersync.model.records.figure import Figure
from tiersync.model.records.senior import Senior
from tiersync.model.records.service import Service

NETWORK: Mapping[str, type[Record]] = {
    record.__name__.lower(): record for record in (Senior, Association, Activity, Benefit, Service, Facility, Figure)
}
ALWAYS_HELD = frozenset({"unit", "notice", "received"})  # What a node knows without any source.
RECORDS: dict[str, type[Record]] = dict(NETWORK)  # A process that opens the doors puts in what packages bring.
