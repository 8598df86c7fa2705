"""The demo's story: build, join, read, push, publish, correct, alter, reconcile; each step told with its figures."""

import csv
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from tiersync.config.packaged import packaged_units
from tiersync.demo.offices import Offices, open_offices
from tiersync.example.network import choose_network, write_network
from tiersync.example.people.death import enter_death
from tiersync.example.plan.manifest import Manifest
from tiersync.host.hosted import AT_ONCE
from tiersync.link.pack import inflate, pack
from tiersync.model.cell import Cell, Cells
from tiersync.model.report import Report
from tiersync.model.text import Text
from tiersync.model.unit import Tree, Unit
from tiersync.plugins.folder.trust import enable_all

Narrate = Callable[[Text], None]
Done = TypeVar("Done")

FORM, YEAR, QUARTER, SENIORS = "aging-year", "2013", "2013-Q4", "P02"
ALTERED_BY = 7
NOTHING_ELSE = ["figure"]  # Beside what their files declare, the offices have nothing to declare.
POLICY = "关于做好冬季高龄老年人走访慰问工作的通知"
POLICY_TEXT = "# 关于做好冬季高龄老年人走访慰问工作的通知\n\n各单位：请于月底前完成走访慰问，并按季报送情况。\n"


class DemoNetwork:
    """The made-up network's offices, by tier."""

    def __init__(self, offices: Offices, units: Sequence[Unit], pool: Executor) -> None:
        self.offices, self.root, self.tree, self.pool = offices, offices.root, Tree(units), pool
        self.names = list(dict.fromkeys(unit.tier for unit in units))

    def of(self, tier: str) -> list[str]:
        return sorted(code for code, unit in self.tree.units.items() if unit.tier == tier)

    def each(self, units: Iterable[str], act: Callable[[str], Done]) -> list[Done]:
        """The same by several offices, two at once."""
        return list(self.pool.map(act, units))

    def upwards(self) -> list[list[str]]:
        """The nodes of each tier, the lowest tier first."""
        return [self.of(tier) for tier in reversed(self.names)]


class Seconds(dict[str, float]):
    """How long each step took."""

    def __init__(self) -> None:
        super().__init__()
        self.last = time.monotonic()

    def note(self, step: str) -> None:
        now = time.monotonic()
        self[step] = round(now - self.last, 2)
        self.last = now


def play(root: Path, narrate: Narrate, pause: Callable[[], None]) -> dict[str, Any]:
    """Play the whole story in `root`; returns what --json prints."""
    units = choose_network(packaged_units())
    seconds = Seconds()
    with open_offices(root) as offices, ThreadPoolExecutor(AT_ONCE) as pool:
        network = DemoNetwork(offices, units, pool)
        manifest = build(network, units, narrate)
        seconds.note("build")
        join(network, narrate)
        seconds.note("join")
        rows = read(network, narrate)
        seconds.note("ingest")
        by_tier = push(network, manifest, narrate)
        seconds.note("push")
        receipts = publish(network, narrate)
        seconds.note("notice")
        correction = correct(network, manifest, narrate)
        seconds.note("correct")
        findings = alter(network, narrate)
        seconds.note("reconcile")
        pause()
    return {
        "nodes": len(units), "tiers": by_tier, "rows": rows, "receipts": receipts, "correction": correction,
        "findings": findings, "seconds": dict(seconds),
    }  # fmt: skip


def build(network: DemoNetwork, units: Sequence[Unit], narrate: Narrate) -> Manifest:
    """Write every office's own sources, and set up the top."""
    network.root.mkdir(parents=True, exist_ok=True)
    manifest = write_network(network.root, units)
    for unit in units:
        enable_all(network.root / unit.code / "plugins")
    listed = network.root / "units.csv"
    write_units(listed, units)
    top = network.tree.top
    network.offices.found(top, listed, NOTHING_ELSE)
    narrate(
        Text(
            f"{len(units)} 个单位各有台账，共 {manifest.rows:,} 行；{network.tree[top].name}节点已建立。",
            f"{len(units)} offices keep {manifest.rows:,} rows in their own files; {network.tree[top].name} is set up.",
        )
    )
    return manifest


def write_units(path: Path, units: Sequence[Unit]) -> None:
    """The list of units that `init --units` reads."""
    levels = {tier: level for level, tier in enumerate(dict.fromkeys(unit.tier for unit in units), start=2)}
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(["level", "code", "name", "parent", "kind"])
        lines.writerows([levels[u.tier], u.code, u.name, u.parent or "", u.kind] for u in units)


def join(network: DemoNetwork, narrate: Narrate) -> None:
    """Every unit joins the one above by its token, from the top down."""
    tree, offices = network.tree, network.offices

    def join_above(unit: str) -> None:
        token = offices.invite(tree[unit].parent or "", unit)
        offices.join(unit, token, NOTHING_ELSE, has_children=bool(tree.children(unit)))

    for tier in network.names[1:]:
        network.each(network.of(tier), join_above)
    joined = len(tree.units) - 1
    narrate(
        Text(
            f"{joined} 个节点凭邀请码加入，密钥逐级担保到市级。",
            f"{joined} nodes have joined by token; every key is vouched for up to the city.",
        )
    )


def read(network: DemoNetwork, narrate: Narrate) -> dict[str, Any]:
    """Every office reads and checks its own sources."""
    runs = [run for units in network.upwards() for runs in network.each(units, network.offices.read) for run in runs]
    refused: Counter[str] = Counter()
    for run in runs:
        refused.update(run.refused)
    rows, valid = sum(run.read for run in runs), sum(run.valid for run in runs)
    narrate(
        Text(
            f"读取 {rows:,} 行，有效 {valid:,} 行，隔离 {refused.total()} 行：{spell(refused)}。",
            f"{rows:,} rows read, {valid:,} valid, {refused.total()} in quarantine: {spell(refused)}.",
        )
    )
    return {"read": rows, "valid": valid, "quarantined": dict(sorted(refused.items()))}


def spell(counts: Counter[str]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in sorted(counts.items()))


def push(network: DemoNetwork, manifest: Manifest, narrate: Narrate) -> dict[str, dict[str, int]]:
    """Each tier counts and pushes, the lowest first; the figures of every tier, side by side."""
    for units in network.upwards():
        network.each(units, lambda unit: network.offices.push(unit, [QUARTER, YEAR]))
    by_tier = {tier: standing(network, network.of(tier)) for tier in network.names}
    for tier, stands in by_tier.items():
        narrate(
            Text(
                f"{tier}：老年人 {stands['P02']:,} 人，已签名报告 {stands['reports']} 份。",
                f"{tier}: {stands['P02']:,} seniors in {stands['reports']} sealed reports.",
            )
        )
    narrate(
        Text(
            f"写文件之前对虚构人口的计数：{manifest.residents:,}。",
            f"The made-up people counted before any file was written: {manifest.residents:,}.",
        )
    )
    return by_tier


def standing(network: DemoNetwork, units: list[str]) -> dict[str, int]:
    figures = network.each(units, lambda unit: network.offices.figure(unit, FORM, YEAR, SENIORS))
    return {"P02": sum(map(int, figures)), "reports": sum(network.each(units, network.offices.filed))}


def publish(network: DemoNetwork, narrate: Narrate) -> dict[str, int]:
    """A policy goes down through the tiers; receipts come back up."""
    top, lower, offices = network.tree.top, network.names[1:], network.offices
    notice = offices.publish(top, POLICY, POLICY_TEXT, lower, date(2014, 1, 6))
    for tier in lower:
        network.each(network.of(tier), offices.pull)
    network.each(network.of(lower[-1]), lambda unit: offices.mark_read(unit, notice))
    for tier in reversed(lower):
        network.each(network.of(tier), offices.pull)
    states = offices.receipts(top, notice)
    audience, has_read = states.total(), states["read"]
    delivered = states["delivered"] + has_read
    narrate(
        Text(
            f"政策已送达 {delivered}/{audience} 个下级单位，{has_read} 个已阅。",
            f"A policy reached {delivered} of {audience} units below the city, {has_read} have read it.",
        )
    )
    return {"audience": audience, "delivered": delivered, "read": has_read}


def correct(network: DemoNetwork, manifest: Manifest, narrate: Narrate) -> dict[str, int]:
    """One death is entered at one community, and each tier above pushes."""
    top, offices = network.tree.top, network.offices
    before = int(offices.figure(top, FORM, YEAR, SENIORS))
    enter_death(network.root, manifest)
    unit = manifest.one_who_dies.unit
    for upper in network.tree.path(unit):
        offices.push(upper, [QUARTER, YEAR])
    after = int(offices.figure(top, FORM, YEAR, SENIORS))
    narrate(
        Text(
            f"{network.tree[unit].name}补录 2013 年 11 月一例死亡：全市由 {before:,} 变为 {after:,}。",
            f"A death in November 2013 is entered at {network.tree[unit].name}: the city goes from {before:,}"
            f" to {after:,}.",
        )
    )
    return {"before": before, "after": after}


def alter(network: DemoNetwork, narrate: Narrate) -> list[dict[str, Any]]:
    """Somebody rewrites one figure in a street's sealed total; the street heals, the city names who, what, and both
    values."""
    street, top, offices = network.of(network.names[2])[0], network.tree.top, network.offices
    change_figure(offices.folder(street) / "node.db", street)
    exchange(network, street)
    found = offices.altered(top)
    for finding in found:
        narrate(
            Text(
                f"市级已知：{network.tree[finding['node']].name}的 {finding['indicator']} 签发 {finding['sent']}，"
                f"曾被改为 {finding['held']}。",
                f"The city knows: {network.tree[finding['node']].name} held {finding['held']} for "
                f"{finding['indicator']} where {finding['sent']} was sealed.",
            )
        )
    left = len(offices.differences(top))
    narrate(
        Text(
            f"该街道已自动从区级取回原报告；剩余差异：{left}。",
            f"The street got its sealed report back from the district by itself; differences left: {left}.",
        )
    )
    asked = ("level", "reason", "node", "unit", "indicator", "sent", "held")
    return [{name: finding[name] for name in asked} for finding in found]


def exchange(network: DemoNetwork, street: str) -> None:
    """The street and the district above it exchange with their parents."""
    for upper in network.tree.path(street)[:-1]:
        network.offices.push(upper, [YEAR])


def change_figure(database: Path, unit: str) -> None:
    """What should never happen: a figure rewritten in a sealed report by somebody who knows how it is stored."""
    with closing(sqlite3.connect(database)) as db, db:
        id_, body = db.execute(
            "SELECT e.id, e.body FROM envelopes e JOIN reports r ON r.envelope = e.id WHERE r.is_current AND r.form = ?"
            " AND r.period = ? AND r.unit = ? AND r.part = 'total'",
            (FORM, YEAR, unit),
        ).fetchone()
        db.execute("UPDATE envelopes SET body = ? WHERE id = ?", (rewritten(body), id_))


def rewritten(body: bytes) -> bytes:
    """The same report with another number of seniors."""
    report = Report.model_validate_json(inflate(body))
    rows = [altered_cell(cell) for cell in report.cells.rows()]
    return pack(report.model_copy(update={"cells": Cells.of(rows)}))


def altered_cell(cell: Cell) -> Cell:
    is_meant = (cell.indicator, cell.breakdown) == (SENIORS, "")
    return cell._replace(value=(cell.value or 0) + ALTERED_BY) if is_meant else cell
