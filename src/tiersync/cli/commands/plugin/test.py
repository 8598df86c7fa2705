"""Commands that try a plugin: lint, preview, test."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.plugin.list import plugin_of
from tiersync.cli.commands.plugin.new import masked
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json, print_table
from tiersync.cli.terminal.spoken import field_label
from tiersync.cli.terminal.words import heads, say, text
from tiersync.host.opening import needed_by, now, secrets_of
from tiersync.model.hidden import escaped
from tiersync.model.text import Text

if TYPE_CHECKING:
    from tiersync.plugins.folder.manifest import Plugin
    from tiersync.plugins.kit.bench import Bench
    from tiersync.plugins.kit.check import Problem, Result

ROWS_SHOWN = 5
MARKS = {(True, True): Text("通过", "ok"), (True, False): Text("未通过", "FAILED"), (False, False): Text("未检查", "–")}


@click.command(
    help=say(
        "不读取数据源，检查插件目录；有问题时退出码为 1。",
        "Look a plugin's folder over without reading a source; exit code 1 when something is wrong.",
    ),
    epilog=examples("tiersync plugin lint decheng", "tiersync plugin lint plugins/kangle_community --lang zh"),
)
@click.argument("id_", metavar="ID")
@folder
@as_json
def lint(id_: str, folder: Path, as_json: bool) -> int:
    from tiersync.plugins.kit.kit import STATIC, examine

    with bench_of(folder, id_) as bench:
        return told(list(examine(bench, STATIC)), as_json, bench.plugin, "test")


@click.command(
    help=say(
        "检验插件：在样例上逐项检查数据源应守的约定。未通过时退出码为 1。",
        "Put a plugin to the test: every promise that a source must keep, on its fixtures. Exit code 1 on failure.",
    ),
    epilog=examples(
        "tiersync plugin test decheng", "tiersync plugin test decheng --mutate",
        "tiersync plugin test decheng --junit decheng.xml",
    ),
)  # fmt: skip
@click.argument("id_", metavar="ID")
@folder
@click.option("--mutate", is_flag=True, help=say(
    "对映射做小破坏，统计样例能发现多少", "Break the mapping in small ways and count what the fixtures notice"
))  # fmt: skip
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help=say("写成 JUnit XML", "Write JUnit XML"))
@as_json
def test(id_: str, folder: Path, mutate: bool, junit: Path | None, as_json: bool) -> int:
    from tiersync.plugins.folder.tested import note_test
    from tiersync.plugins.kit.kit import examine

    with bench_of(folder, id_) as bench:
        if mutate:
            return mutated(bench, as_json)
        results = list(examine(bench))
        note_test(bench.plugin, [result.check.name for result in results if result.tried and not result.passed])
        if junit:
            junit.write_text(as_junit(bench.plugin, results), encoding="utf-8")
        return told(results, as_json, bench.plugin, "enable")


@click.command(
    help=say(
        "并排查看数据源前几行映射前后的内容（已遮盖）。",
        "The first rows of a plugin's source, before and after the mapping, side by side and masked.",
    ),
    epilog=examples("tiersync plugin preview decheng", "tiersync plugin preview decheng --rows 20"),
)
@click.argument("id_", metavar="ID")
@folder
@click.option(
    "--rows", type=click.IntRange(1, 100), default=ROWS_SHOWN, show_default=True, help=say("行数", "How many rows")
)
@as_json
def preview(id_: str, folder: Path, rows: int, as_json: bool) -> None:
    from tiersync.plugins.worker.reading import open_worker
    from tiersync.views.catalogues import newest_catalogue

    node = open_node(folder)
    one = plugin_of(folder, id_).in_zone(node.time_zone)
    shown = []
    tree = newest_catalogue(node).tree
    with open_worker(one, tree.nameable(one.unit), secrets=secrets_of(folder)) as worker:
        for stream in one.streams:
            batch = next(iter(worker.read(stream)), None)
            if batch is None:
                continue
            some = list(range(min(rows, batch.rows.height)))
            before, after = batch.raw(some).to_dicts(), batch.rows[some].to_dicts()
            for raw, mapped in zip(before, after, strict=True):
                shown.append((stream, raw, mapped))
            break
    lines = [
        (
            stream.name,
            mapped["place_row"],
            field_label(stream.record, name),
            *sides(stream.headers_of(name), raw, value),
        )
        for stream, raw, mapped in shown
        for name, value in mapped.items()
        if name in stream.fields
    ]
    if as_json:
        print_json([dict(zip(("stream", "row", "field", "before", "after"), line, strict=True)) for line in lines])
        return
    if not lines:
        click.echo(say("数据源中没有记录。", "The source holds no rows."))
    print_table(heads("数据流,行,字段,之前,之后", "stream,row,field,before,after"), lines)


def sides(headers: tuple[str, ...], raw: dict[str, str | None], value: str | None) -> tuple[str, str]:
    """What stands in the source and what became of it, masked."""
    from tiersync.model.lexicon import plain

    wanted = {plain(header) for header in headers}
    found = next((cell for header, cell in raw.items() if cell and plain(header) in wanted), None)
    return masked(found) if found else "", masked(value) if value else ""


@contextmanager
def bench_of(folder: Path, id_: str) -> "Iterator[Bench]":
    """A bench for one plugin, under the catalogue and units of this node; without a node, under the packaged ones."""
    from tiersync.config.packaged import packaged_catalogue
    from tiersync.host.trial import Trial
    from tiersync.model.catalogue import code_sets
    from tiersync.model.records.field import CheckContext
    from tiersync.plugins.folder.manifest import refuse_foreign_spellings
    from tiersync.plugins.hooks import code_lists
    from tiersync.plugins.kit.bench import Bench
    from tiersync.plugins.worker.workers import Workers
    from tiersync.views.catalogues import newest_catalogue

    one = plugin_of(folder, id_)
    if (folder / "tiersync.toml").exists():
        node = open_node(folder)
        one = one.in_zone(node.time_zone)
        catalogue = newest_catalogue(node)
    else:
        catalogue = packaged_catalogue()
    tree = catalogue.tree
    within = tuple(tree.within(one.unit)) if one.unit in tree else ()
    refuse_foreign_spellings(one, within)
    codes = {**code_sets(code_lists()), **catalogue.code_sets}
    needed = needed_by(one, catalogue)
    context = CheckContext(codes, now().date(), frozenset(tree.units), frozenset(within), needed)
    with tempfile.TemporaryDirectory(prefix="tiersync-kit-") as name:
        scratch = Path(name)
        trial = Trial(scratch / "trial", catalogue, Workers())
        yield Bench(one, context, tree.nameable(one.unit), scratch, trial)
        trial.workers.end()


def told(results: "list[Result]", as_json: bool, plugin: "Plugin", then: str) -> int:
    """The results, a line each, and the command that comes `then`; 1 when something failed."""
    failed = [result for result in results if result.tried and not result.passed]
    if as_json:
        print_json([
            {
                "check": r.check.name, "passed": r.passed, "tried": r.tried,
                "problems": [placed(plugin, p) for p in r.problems], "remarks": [say(p.zh, p.en) for p in r.remarks],
            }
            for r in results
        ])  # fmt: skip
        return int(bool(failed))
    for result in results:
        mark = text(MARKS[result.tried, result.passed])
        click.secho(
            f"{mark:<7} {result.check.name:<24} {text(result.check.why)}", fg="red" if result.problems else None
        )
        for problem in (*result.problems, *result.remarks):
            click.echo(escaped(f"        {placed(plugin, problem)}"))
        if result.problems:
            click.echo(f"        → {text(result.check.hint)}")
    if failed:
        click.echo(
            say(
                f"{len(results)} 项检查中有 {len(failed)} 项未通过。", f"{len(failed)} of {len(results)} checks failed."
            )
        )
    else:
        click.echo(say(
            f"{len(results)} 项检查全部通过。下一步：tiersync plugin {then} {plugin.id}",
            f"All {len(results)} checks passed. Next: tiersync plugin {then} {plugin.id}",
        ))  # fmt: skip
    return int(bool(failed))


def placed(plugin: "Plugin", problem: "Problem") -> str:
    """What is wrong, with file, line and column where it stands in plugin.toml."""
    from tiersync.plugins.folder.manifest import MANIFEST
    from tiersync.plugins.folder.places import place_of

    said = say(problem.zh, problem.en)
    if not problem.way:
        return said
    file = plugin.folder / MANIFEST
    return f"{file}:{place_of(file.read_text(encoding='utf-8-sig'), problem.way)}: {said}"


def mutated(bench: "Bench", as_json: bool) -> int:
    """How many small breaks of the mapping the fixtures notice; 1 when fewer than nine in ten."""
    from tiersync.plugins.kit.mutants import noticed

    seen = list(noticed(bench))
    missed = [f"{mutant.stream}.{mutant.how}" for mutant, was_noticed in seen if not was_noticed]
    caught = len(seen) - len(missed)
    if as_json:
        print_json({"mutants": len(seen), "noticed": caught, "missed": missed})
    else:
        for text in missed:
            click.echo(say(f"未发现：{text}", f"not noticed: {text}"))
        click.echo(say(f"{len(seen)} 处破坏中发现了 {caught} 处。", f"{caught} of {len(seen)} breaks were noticed."))
    return int(caught < 0.9 * len(seen))


def as_junit(plugin: "Plugin", results: "list[Result]") -> str:
    """The results as JUnit XML."""
    from xml.sax.saxutils import quoteattr

    cases = []
    for result in results:
        failure = "".join(f"<failure message={quoteattr(say(p.zh, p.en))}/>" for p in result.problems)
        cases.append(
            f"  <testcase classname={quoteattr(plugin.id)} name={quoteattr(result.check.name)}>{failure}</testcase>"
        )
    failed = sum(not result.passed for result in results)
    head = f'<testsuite name={quoteattr(plugin.id)} tests="{len(results)}" failures="{failed}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>", ""])
