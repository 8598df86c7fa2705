"""Submitting: what was entered or recalled is checked, counts from then on, and is filed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from tiersync.errors import NothingToExplain, NothingToReview, NotOursToFile, SaysNothing, TiersyncError
from tiersync.flow.counting.counting import Records, cells_of_units, count_and_file, records_of
from tiersync.flow.counting.entered import drafted_figures
from tiersync.flow.counting.partitions import why_stopped
from tiersync.flow.exchange.restored import file_again
from tiersync.flow.exchange.sealing import own_epoch
from tiersync.flow.figures.totals import file_totals
from tiersync.flow.node import Node
from tiersync.flow.reading_node import ReadingNode
from tiersync.flow.review.checking import Checks, FoundByRule
from tiersync.flow.review.judging import Meant
from tiersync.flow.review.may_file import Gate, gate_of
from tiersync.flow.review.screened import check_texts
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.rules.calendar.windows import check_valid
from tiersync.rules.review.explanations import refusal
from tiersync.store.database import Connection, Row
from tiersync.store.links.charters import load_keyring
from tiersync.store.reports.compiled import forget_compiled
from tiersync.store.reports.entered import (
    OfUnit,
    Written,
    drafted_units,
    keep_explanation,
    let_go_of_recalled,
    recalled_reports,
    submit_entered,
)
from tiersync.store.reports.reports import current_report


class Submitted(NamedTuple):
    """An own report that was submitted, with how many of its cells were entered anew; or why it was not."""

    key: ReportKey
    cells: int = 0
    why_not: TiersyncError | None = None


def submit(node: ReadingNode, meant: Meant, now: datetime, dry_run: bool = False) -> list[Submitted]:
    """Check what is drafted or was recalled of the units that are meant, and file what may be. Of named units also what
    neither is: then what was counted is filed. Raises FormExpired, NothingToReview, and the first reason where units
    are named and none of them may."""
    with node.store.read() as db:
        form = node.catalogue_for(db, meant.period).form(meant.form)
        check_valid(form, meant.period)
        units = _units(db, node, form, meant)
        if not units:
            raise NothingToReview(form=form.code, period=meant.period)
        gate = gate_of(db, node, form, meant.period, now)._replace(recalled=frozenset())
    cells = would_be_cells(node, form, meant.period, units, now)
    decided = _decide(node, gate, units, cells, now)
    if all(one.why_not for one in decided) and meant.units:
        raise next(one.why_not for one in decided if one.why_not)
    return decided if dry_run else _file(node, form, meant.period, decided, now)


def _units(db: Connection, node: Node, form: Form, meant: Meant) -> list[str]:
    """The units that are meant: those that are named, else all that drafts or recalled reports wait of."""
    period = str(meant.period)
    recalled = {key.unit for key in recalled_reports(db, form.code, period)}
    return [node.tree(db)[unit].code for unit in meant.units] or sorted(
        {*drafted_units(db, form.code, period)} | recalled
    )


def _decide(node: Node, gate: Gate, units: Sequence[str], cells: pl.DataFrame, now: datetime) -> list[Submitted]:
    with node.store.read() as db:
        keyring, tree = load_keyring(db), node.tree_in(db, gate.period)
        found = Checks(db, node, gate.form, gate.period, now).found(cells)
        decided = list[Submitted]()
        for unit in units:
            key = ReportKey(gate.form.code, unit, str(gate.period), "own")
            filer = keyring.nearest_node(unit, tree) or node.home
            not_ours = NotOursToFile(unit=unit, filer=filer) if filer != node.home else None
            decided.append(Submitted(key, 0, not_ours or gate.why_not(key) or why_stopped(found.get(key, ()))))
    return decided


def _file(
    node: ReadingNode, form: Form, period: Period, decided: Sequence[Submitted], now: datetime
) -> list[Submitted]:
    done, kept = list[Submitted](), list[ReportKey]()
    with node.store.write() as db:
        for one in decided:
            if one.why_not is None:
                kept += [one.key] if let_go_of_recalled(db, one.key) else []
                one = one._replace(cells=submit_entered(db, OfUnit(form.code, one.key.unit, str(period))))
            done.append(one)
        forget_compiled(db, form.code, str(period))
    count_and_file(node, [(form, period)], now)
    with node.store.write() as db:
        file_again(db, node, _of_before(db, kept), now)
    file_totals(node, [(form, period)], now)
    return done


def _of_before(db: Connection, kept: Sequence[ReportKey]) -> list[Row[Any]]:
    """The reports that somebody let go and that still are what this node filed before it was put back to an older copy:
    the unit above may hold something newer, and whoever submitted knows better."""
    held = (current_report(db, key) for key in kept)
    return [row for row in held if row is not None and row.epoch < own_epoch(db)]


def would_be_cells(node: ReadingNode, form: Form, period: Period, units: Sequence[str], now: datetime) -> pl.DataFrame:
    """The own cells of some units as they would be filed if their drafts were submitted."""
    records = _with_drafts(node, records_of(node, now, {period}), form, period, units)
    with node.store.read() as db:
        catalogue = node.catalogue_for(db, period)
    asked = [unit for unit in units if form.asked_of(catalogue.tree[unit].tier)]
    return cells_of_units(records, catalogue, form, period, asked)


def _with_drafts(node: Node, records: Records, form: Form, period: Period, units: Sequence[str]) -> Records:
    of_others = ~((pl.col("form") == form.code) & (pl.col("period") == str(period)) & pl.col("unit").is_in(list(units)))
    with node.store.read() as db:
        drafts = [drafted_figures(db, OfUnit(form.code, unit, str(period))) for unit in units]
    return replace(records, entered=pl.concat([records.entered.filter(of_others), *drafts]))


def checked(node: ReadingNode, meant: Meant, now: datetime) -> dict[ReportKey, list[FoundByRule]]:
    """What the rules find in the own reports of units that this node files, as they would be filed now."""
    with node.store.read() as db:
        form, tree = node.catalogue_for(db, meant.period).form(meant.form), node.tree(db).on(meant.period.last_day)
        answered = load_keyring(db).answered_by(node.home, tree)
        named = {node.tree(db)[unit].code for unit in meant.units}
        units = [unit for unit in answered if (not named or unit in named) and form.asked_of(tree[unit].tier)]
    cells = would_be_cells(node, form, meant.period, units, now)
    with node.store.read() as db:
        return dict(Checks(db, node, form, meant.period, now).found(cells))


def explain(node: ReadingNode, meant: Meant, said: Written, now: datetime) -> FoundByRule:
    """Write why a figure is right that a rule asked about; it goes with the next revision. Raises NothingToExplain
    where no rule asks, SaysNothing for a text that says nothing, and PersonalData."""
    check_texts([said.text] if said.text else [])
    found = checked(node, meant._replace(units=(said.unit,)), now)
    asked = [one for some in found.values() for one in some if (one.rule, one.indicator) == (said.rule, said.indicator)]
    asked = [one for one in asked if one.severity == "soft"]
    with node.store.write() as db:
        checks = Checks(db, node, node.catalogue_for(db, meant.period).form(meant.form), meant.period, now)
        for one in asked:
            why = refusal(said.text, checks.last_text(one)) if said.text else None
            if why is not None:
                raise SaysNothing(why_zh=why.zh, why_en=why.en)
            keep_explanation(db, OfUnit(meant.form, said.unit, str(meant.period)), said, now)
            return one._replace(explanation=said.text, open=checks.covered(one, said.text).open)
    raise NothingToExplain(
        form=meant.form, period=meant.period, unit=said.unit, rule=said.rule, indicator=said.indicator
    )
