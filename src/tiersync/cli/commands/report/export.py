"""The command `report export`: one report for readers outside the reporting chain, its sensitive counts rounded."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.files import is_full, spare, whole_or_not
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import PERIOD, as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.words import LANG, say
from tiersync.errors import UnknownName
from tiersync.host.opening import now, office_time

if TYPE_CHECKING:
    from tiersync.model.period import Period
    from tiersync.plugins.exporters.exported import Exported
    from tiersync.plugins.hooks import PackageOffer


@click.command(
    help=say(
        "导出一份报告，供报送链以外的读者使用。涉及敏感信息的计数约到 5 的倍数，不足 5 人的金额、人均数和比率不列出；"
        "准确数据请用 report show 查看。不指定 --part 时优先导出合计。",
        "Write one report for readers outside the reporting chain. Sensitive counts are rounded to the nearest 5, and "
        "money, averages and ratios of fewer than 5 persons are blank; report show has the exact figures. Without "
        "--part the total, if there is one.",
    ),
    epilog=examples(
        "tiersync report export 371402000000 --form aging-year --period 2013",
        "tiersync report export 371402000000 --form aging-year --period 2013 --as xlsx --out 2013.xlsx",
    ),
)
@click.argument("unit")
@folder
@click.option("--form", required=True, help=say("报表，如 aging-year", "The form, such as aging-year"))
@click.option("--period", type=PERIOD, required=True, help=say("统计期，如 2013", "The period, such as 2013"))
@click.option("--part", type=click.Choice(["own", "total"]), help=say("own 为本级，total 为合计", "own or total"))
@click.option(
    "--as", "kind", default="csv", show_default=True,
    help=say("csv、xlsx、json，或插件包带来的格式", "csv, xlsx, json, or what a plugin package brings"),
)  # fmt: skip
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path),
    help=say("文件；默认为 报表-统计期-单位-部分.csv", "The file; default: FORM-PERIOD-UNIT-PART.csv"),
)  # fmt: skip
@click.option("--force", is_flag=True, help=say("覆盖已有文件", "Write over a file that is there"))
@as_json
def export(
    unit: str, folder: Path, form: str, period: "Period", part: str | None, kind: str, out: Path | None, force: bool,
    as_json: bool,
) -> None:  # fmt: skip
    from tiersync.views.reports.exported import exported
    from tiersync.views.reports.report import ReportWanted, trace

    offer, node = exporter(kind), open_node(folder)
    found = trace(node, ReportWanted(form, unit, period, part))
    path = out or Path("-".join(found.report.key) + offer.value.suffix)
    spare([path], force)
    whole = exported(found, office_time(folder)(now().isoformat()), LANG)
    write(offer, whole, path)
    rounded = sum(line.rounded for line in whole.lines)
    masked = sum(line.status == "masked" for line in whole.lines)
    if as_json:
        print_json({"file": str(path), "figures": len(whole.lines), "rounded": rounded, "masked": masked})
    else:
        click.echo(say(
            f"{path}：共 {len(whole.lines)} 项数据，其中约到5的 {rounded} 项，隐去 {masked} 项",
            f"{path}: {len(whole.lines)} figures, {rounded} of them to the nearest 5, {masked} blank",
        ))  # fmt: skip


def exporter(name: str) -> "PackageOffer":
    """The exporter called `name`; raises UnknownName, which lists those that there are.

    Every door is opened for it, for packages bring records and say which of their fields are sensitive.
    """
    from tiersync.plugins.hooks import offered

    offers = {offer.value.name: offer for offer in offered("tiersync_exporters")}
    if name not in offers:
        known = ", ".join(offers)
        raise UnknownName(what="exporter", name=name, hint=say(f"现有：{known}", f"There are: {known}"))
    return offers[name]


def write(offer: "PackageOffer", whole: "Exported", path: Path) -> None:
    """Have the file written, whole or not at all; raises BadPlugin for a package whose exporter fails."""
    from tiersync.plugins.hooks import OURS, package_failed

    with whole_or_not(path) as partial:
        try:
            called(offer.value.write)(whole, partial)
            if not partial.is_file() or not partial.stat().st_size:
                raise ValueError("nothing was written")
        except (Exception, SystemExit) as error:
            if offer.package == OURS or is_full(error):
                raise
            said = f"{offer.value.name}: {type(error).__name__}: {error}".splitlines()[0][:200]
            raise package_failed(offer.package, said) from error


def called(target: str) -> "Callable[[Exported, Path], None]":
    module, _, name = target.partition(":")
    function: Callable[[Exported, Path], None] = getattr(import_module(module), name)
    return function
