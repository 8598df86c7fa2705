"""What a node holds, in words that stay the same whatever its tables look like."""

from tiersync.flow.node import Node
from tiersync.store.findings import open_findings
from tiersync.store.links.links import all_links
from tiersync.store.notices import all_notices, receipts_of
from tiersync.store.reports.reports import current_reports


def held(node: Node) -> dict[str, list[str]]:
    """Reports, receipts, findings and positions."""
    with node.store.read() as db:
        notices = [row.notice for row in all_notices(db)]
        return {
            "reports": sorted(
                f"{row.form} {row.unit} {row.period} {row.part} {row.revision} {row.digest}"
                for row in current_reports(db)
            ),
            "receipts": sorted(
                f"{unit} {state}" for one in notices for unit, said in receipts_of(db, one).items() for state in said
            ),
            "findings": sorted(f"{one.level} {one.reason} {one.unit}" for one in open_findings(db)),
            "positions": sorted(f"{link.peer} {link.stored_up_to}" for link in all_links(db)),
        }
