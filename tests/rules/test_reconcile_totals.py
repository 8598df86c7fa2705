"""Totals against their parts: a forged sum is found at the node that sealed it, and nowhere else."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from tests.rules.small_catalogue import (
    CITY,
    COMMUNITY,
    DISTRICT,
    NEIGHBOUR,
    OTHER_STREET,
    STREET,
    TIERS,
    cell,
    form_of,
    small_catalogue,
)
from tiersync.model.cell import Cell, Cells
from tiersync.model.finding import Finding
from tiersync.model.period import Period
from tiersync.model.report import PartNamed, Rank, Report, ReportKey
from tiersync.rules.agreement.residual import (
    Holding,
    Scope,
    Sealed,
    arithmetic,
    catalogue_findings,
    recomputed_from_base,
)
from tiersync.rules.totals.expected import PartOf, parts_of
from tiersync.rules.totals.roll_up import PartCells, roll_up

CATALOGUE = small_catalogue()
FORM = form_of({"P02": ("community",), "A01": TIERS})
TREE = CATALOGUE.tree
SCOPE = Scope(CATALOGUE, FORM, TREE)
Forge = Callable[[Cells], Cells]
Sealing = Mapping[PartOf, Sealed]


def own_part(unit: str) -> Cells:
    """What a unit holds itself: events everywhere, seniors by sex in communities."""
    men, women = int(unit[-2:]) * 3, int(unit[-2:]) * 4
    seniors = [cell("P02", men + women), cell("P02", men, "sex=1"), cell("P02", women, "sex=2")]
    return Cells.of([cell("A01", 2), *(seniors if TREE[unit].tier == "community" else [])])


def seal(part: PartOf, cells: Cells, parts: Iterable[PartNamed] = (), revision: int = 1) -> Sealed:
    """A report that its own unit's node sealed."""
    report = Report(
        form=FORM.code, unit=part.unit, period=Period("2013-Q4"), part=part.part, tenure=1, revision=revision,
        catalogue=1, cells=cells, parts=tuple(parts),
    )  # fmt: skip
    return Sealed(part.unit, Rank(1, 1, revision), report)


def name(sealed: Sealed) -> PartNamed:
    report, rank = sealed.report, sealed.rank
    return PartNamed(unit=report.unit, part=report.part, **rank._asdict(), digest=report.digest)


def network(forge: Mapping[PartOf, Forge] | None = None, absent: frozenset[str] = frozenset()) -> dict[PartOf, Sealed]:
    """Every report of the network as each node seals it from what stands below; `forge` changes cells before that."""
    sealed: dict[PartOf, Sealed] = {}
    for unit in sorted(set(TREE.within(CITY)) - absent, key=lambda unit: -len(TREE.path(unit))):
        own = PartOf(unit, "own")
        sealed[own] = seal(own, own_part(unit))
        if TREE.children(unit):
            total = PartOf(unit, "total")
            sealed[total] = total_of(unit, sealed, (forge or {}).get(total, lambda cells: cells))
    return sealed


def total_of(unit: str, sealed: Sealing, forge: Forge = lambda cells: cells, revision: int = 1) -> Sealed:
    """A unit's total over the parts that are there."""
    there = [sealed[part] for part in parts_of(CATALOGUE, FORM, unit, TREE) if part in sealed]
    return seal(PartOf(unit, "total"), forge(added(unit, there)), map(name, there), revision)


def added(unit: str, parts: Iterable[Sealed]) -> Cells:
    """The cells of a unit's total over exactly these parts."""
    cells = [PartCells(one.report.unit, one.report.part, one.report.cells) for one in parts]
    return roll_up(CATALOGUE, FORM, unit, TREE, cells)


def held_of(sealed: Sealing, earlier: Iterable[Sealed] = ()) -> Holding:
    """What the city holds once everything was relayed."""
    return Holding(
        named={name(one): one.report.cells for one in (*earlier, *sealed.values())},
        newest={one.report.key: one.rank for one in sealed.values()},
        own={part.unit: one.report.cells for part, one in sealed.items() if part.part == "own"},
    )


def reconciled(sealed: Sealing, held: Holding | None = None) -> list[Finding]:
    totals = [one for part, one in sealed.items() if part.part == "total"]
    return arithmetic(SCOPE, totals, held or held_of(sealed))


def raised(by: int, *keys: tuple[str, str]) -> Forge:
    """Cells with the figures of these (indicator, breakdown) raised."""

    def raise_it(one: Cell) -> Cell:
        return one._replace(value=(one.value or 0) + by) if one.key[:2] in keys else one

    return lambda cells: Cells.of([raise_it(one) for one in cells.rows()])


def test_a_network_that_adds_up_has_no_findings() -> None:
    assert reconciled(network()) == []


def test_a_street_that_seals_ten_seniors_too_many_is_named_and_nobody_else() -> None:
    forged = network({PartOf(STREET, "total"): raised(10, ("P02", ""), ("P02", "sex=1"))})
    true = network()[PartOf(STREET, "total")].report.cells
    (finding,) = reconciled(forged)
    assert (finding.level, finding.reason, finding.node, finding.unit) == ("arithmetic", "unexplained", STREET, STREET)
    assert (finding.indicator, finding.breakdown, finding.measure) == ("P02", "", "value")
    seniors = next(one.value for one in true.rows() if one.key == ("P02", "", "value"))
    assert (finding.sent, finding.held) == (str((seniors or 0) + 10), str(seniors))
    assert finding.revision == forged[PartOf(STREET, "total")].report.digest


def test_a_sum_that_another_units_node_sealed_names_that_node() -> None:
    forged = network({PartOf(STREET, "total"): raised(10, ("P02", ""))})
    part = PartOf(STREET, "total")
    (finding,) = reconciled(forged | {part: forged[part]._replace(node=DISTRICT)})
    assert (finding.node, finding.unit) == (DISTRICT, STREET)


def test_a_district_that_lowers_what_its_streets_sealed_is_named() -> None:
    (finding,) = reconciled(network({PartOf(DISTRICT, "total"): raised(-1, ("A01", ""))}))
    assert (finding.node, finding.indicator, finding.sent, finding.held) == (DISTRICT, "A01", "13", "14")


def test_seniors_that_are_moved_between_groups_are_found_though_the_total_stands() -> None:
    forge = raised(5, ("P02", "sex=2"))
    (finding,) = reconciled(
        network({PartOf(STREET, "total"): lambda cells: raised(-5, ("P02", "sex=1"))(forge(cells))})
    )
    assert (finding.node, finding.breakdown, finding.sent, finding.held) == (STREET, "sex=1", "4", "9")


def test_a_total_that_hides_that_somebody_is_missing_is_found() -> None:
    def called_complete(cells: Cells) -> Cells:
        return Cells.of([one._replace(status="ok", present=one.expected) for one in cells.rows()])

    forged = network({PartOf(STREET, "total"): called_complete}, absent=frozenset({COMMUNITY}))
    residual = [finding for finding in reconciled(forged) if finding.reason == "unexplained"]
    assert {(finding.node, finding.indicator) for finding in residual} == {(STREET, "A01"), (STREET, "P02")}
    assert residual[1].sent.split()[1:3] == ["ok", "2/2"]
    assert residual[1].held.split()[1:3] == ["partial", "1/2"]


def test_two_forgeries_are_two_findings_each_at_its_own_node() -> None:
    parts = [PartOf(STREET, "total"), PartOf(CITY, "total")]
    assert [f.node for f in reconciled(network(dict.fromkeys(parts, raised(1, ("P02", "")))))] == [CITY, STREET]


def test_a_community_that_sent_nothing_is_a_missing_child_of_its_street_alone() -> None:
    (finding,) = reconciled(network(absent=frozenset({NEIGHBOUR})))
    assert (finding.reason, finding.node, finding.unit, finding.part) == ("missing_child", STREET, NEIGHBOUR, "own")
    assert (finding.sent, finding.held) == ("", "")


def test_what_this_node_would_file_is_asked_of_nobody_but_what_lacks_below_it_is() -> None:
    silent = frozenset(TREE.within(OTHER_STREET))
    child = max(silent)
    sealed = network(absent=silent)
    assert [(f.unit, f.part) for f in reconciled(sealed)] == [(OTHER_STREET, "total")]
    assert reconciled(sealed, replace(held_of(sealed), filed_here=silent)) == []
    (finding,) = reconciled(sealed, replace(held_of(sealed), filed_here=silent - {child}))
    assert (finding.reason, finding.node, finding.unit, finding.part) == ("missing_child", DISTRICT, child, "own")


def test_what_came_below_a_total_that_this_node_has_not_filed_yet_is_not_asked_for_again() -> None:
    silent = frozenset(TREE.within(OTHER_STREET))
    child = max(silent)
    sealed = network(absent=silent) | {PartOf(child, "own"): network()[PartOf(child, "own")]}
    (finding,) = reconciled(sealed, replace(held_of(sealed), filed_here=silent - {child}))
    assert (finding.reason, finding.unit, finding.sent, finding.held) == ("revision_behind", child, "", "1.1.1")


def test_a_total_over_an_older_revision_is_behind_and_otherwise_adds_up() -> None:
    sealed = network()
    part = PartOf(COMMUNITY, "own")
    newer = sealed | {part: seal(part, raised(1, ("P02", ""))(own_part(COMMUNITY)), revision=2)}
    (finding,) = reconciled(newer, held_of(newer, earlier=[sealed[part]]))
    assert (finding.reason, finding.node, finding.unit) == ("revision_behind", STREET, COMMUNITY)
    assert (finding.sent, finding.held) == ("1.1.1", "1.1.2")


def test_a_report_that_came_after_the_total_leaves_it_behind() -> None:
    late = network() | {PartOf(STREET, "total"): network(absent=frozenset({NEIGHBOUR}))[PartOf(STREET, "total")]}
    reasons = {(f.reason, f.node, f.unit) for f in reconciled(late, held_of(late, earlier=network().values()))}
    assert reasons == {("revision_behind", STREET, NEIGHBOUR)}


def test_a_part_that_a_total_names_and_nobody_sealed_is_found_at_the_total() -> None:
    sealed = network()
    invented = seal(PartOf(COMMUNITY, "own"), raised(10, ("P02", ""))(own_part(COMMUNITY)), revision=2)
    street = total_of(STREET, sealed | {PartOf(COMMUNITY, "own"): invented})
    held = held_of(sealed | {PartOf(STREET, "total"): street})
    findings = arithmetic(SCOPE, [street], held)
    assert [(f.reason, f.node, f.unit, f.sent, f.held) for f in findings] == [
        ("sent_not_held", STREET, COMMUNITY, "1.1.2", "1.1.1")
    ]


def test_another_content_under_a_revision_that_is_held_is_two_revisions() -> None:
    sealed = network()
    twin = seal(PartOf(COMMUNITY, "own"), raised(10, ("P02", ""))(own_part(COMMUNITY)))
    street = total_of(STREET, sealed | {PartOf(COMMUNITY, "own"): twin})
    (finding,) = arithmetic(SCOPE, [street], held_of(sealed | {PartOf(STREET, "total"): street}))
    assert (finding.reason, finding.node, finding.unit) == ("two_revisions", STREET, COMMUNITY)


def test_a_part_named_twice_is_found_though_the_sum_fits_it() -> None:
    sealed = network()
    parts = [sealed[part] for part in parts_of(CATALOGUE, FORM, STREET, TREE)]
    twice = [*parts, parts[-1]]
    street = seal(PartOf(STREET, "total"), added(STREET, twice), map(name, twice))
    assert [(f.reason, f.unit) for f in arithmetic(SCOPE, [street], held_of(sealed))] == [("two_revisions", NEIGHBOUR)]


def test_a_part_of_a_unit_that_lies_elsewhere_is_found() -> None:
    sealed = network()
    stranger = TREE.children(OTHER_STREET)[0]
    parts = [sealed[part] for part in (*parts_of(CATALOGUE, FORM, STREET, TREE), PartOf(stranger, "own"))]
    street = seal(PartOf(STREET, "total"), added(STREET, parts), map(name, parts))
    assert [(f.reason, f.unit) for f in arithmetic(SCOPE, [street], held_of(sealed))] == [("unit_moved", stranger)]


def test_a_wrong_total_is_unexplained_whatever_the_number_of_its_catalogue() -> None:
    forged = network({PartOf(STREET, "total"): raised(10, ("P02", ""))})
    part = PartOf(STREET, "total")
    other = forged[part]._replace(report=forged[part].report.model_copy(update={"catalogue": 2}))
    assert [f.reason for f in reconciled(forged | {part: other})] == ["unexplained"]


def test_a_report_made_by_other_definitions_lacks_in_no_total_and_is_named_itself() -> None:
    sealed = network(absent=frozenset({COMMUNITY}))
    key = ReportKey(FORM.code, COMMUNITY, "2013-Q4", "own")
    held = replace(held_of(sealed), aside=frozenset({key}))
    assert [f.reason for f in reconciled(sealed, held)] == []
    other = seal(PartOf(COMMUNITY, "own"), own_part(COMMUNITY))
    old = other._replace(report=other.report.model_copy(update={"catalogue": 7}))
    (found,) = catalogue_findings(SCOPE, [old])
    assert (found.reason, found.node, found.unit, found.sent, found.held) == (
        "catalogue_differs", COMMUNITY, COMMUNITY, "№7", "№1"
    )  # fmt: skip


def test_base_reports_below_a_total_that_was_made_by_other_definitions_are_no_residual() -> None:
    sealed, street = network(), PartOf(STREET, "total")
    parts = [sealed[part] for part in parts_of(CATALOGUE, FORM, DISTRICT, TREE) if part != street]
    district = seal(PartOf(DISTRICT, "total"), added(DISTRICT, parts), map(name, parts))
    rest = {part: one for part, one in sealed.items() if part != street} | {PartOf(DISTRICT, "total"): district}
    held = replace(held_of(rest), aside=frozenset({ReportKey(FORM.code, STREET, "2013-Q4", "total")}))
    assert arithmetic(SCOPE, [district], held) == []


def test_any_tier_can_recompute_any_total_from_the_base_reports_alone() -> None:
    sealed = network()
    held = held_of(sealed)
    for unit in (CITY, DISTRICT, STREET):
        assert recomputed_from_base(SCOPE, unit, held) == sealed[PartOf(unit, "total")].report.cells


def test_base_reports_that_do_not_come_to_the_totals_are_a_residual_of_the_lowest() -> None:
    sealed = network()
    honest = held_of(sealed)
    held = replace(honest, own={**honest.own, COMMUNITY: raised(1, ("P02", ""))(own_part(COMMUNITY))})
    assert [(f.node, f.sent, f.held) for f in reconciled(sealed, held)] == [(STREET, "21", "22")]
