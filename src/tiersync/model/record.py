"""The seven record types of the network, by name."""

from tiersync.model.activity import Activity
from tiersync.model.association import Association
from tiersync.model.benefit import Benefit
from tiersync.model.facility import Facility
from tiersync.model.field import Record
from tiersync.model.figure import Figure
from tiersync.model.senior import Senior
from tiersync.model.service import Service

RECORDS: dict[str, type[Record]] = {
    record.__name__.lower(): record for record in (Senior, Association, Activity, Benefit, Service, Facility, Figure)
}
