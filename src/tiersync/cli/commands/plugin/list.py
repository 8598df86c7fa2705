"""Commands that look at plugins: list, inspect."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.packages import problems_of_packages
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json, print_pairs, print_section, print_table
from tiersync.cli.terminal.spoken import spoken
from tiersync.cli.terminal.words import heads, say, text
from tiersync.errors import BadPlugin, UnknownName
from tiersync.model.hidden import escaped
from tiersync.model.text import Text

if TYPE_CHECKING:
    from tiersync.plugins.folder.manifest import Plugin


def plugin_of(folder: Path, id_: str) -> "Plugin":
    """The plugin called `id_` of the node in `folder`, or the one in a plugin folder that is named by its path."""
    from tiersync.plugins.folder.manifest import MANIFEST, load_plugin, load_sound_plugins

    if (Path(id_) / MANIFEST).is_file():
        return load_plugin(Path(id_))
    loaded = load_sound_plugins(folder / "plugins")
    for one in loaded.plugins:
        if one.id == id_:
            return one
    for broken in loaded.broken:
        if Path(str(broken.fields["file"])).parent.name == id_:
            raise broken
    raise UnknownName(what="plugin", name=id_, hint="See: tiersync plugin list")


@click.command(
    name="list",
    help=say("本节点的插件及其是否启用。", "The plugins of this node, and whether they are enabled."),
    epilog=examples("tiersync plugin list", "tiersync plugin list --json"),
)
@folder
@as_json
def list_plugins(folder: Path, as_json: bool) -> None:
    from tiersync.plugins.folder.manifest import load_sound_plugins

    loaded = load_sound_plugins(folder / "plugins")
    lines = [
        {
            "id": one.id, "name": one.name, "version": one.version, "unit": one.unit, "standing": standing_of(one),
            "streams": [f"{stream.name} ({stream.source.kind})" for stream in one.streams],
        }
        for one in loaded.plugins
    ]  # fmt: skip
    wrong = (*loaded.broken, *problems_of_packages())
    if as_json:
        print_json({"plugins": lines, "broken": [one.say("en") for one in wrong]})
        return
    if not lines and not wrong:
        click.echo(say(f"{folder / 'plugins'} 中还没有插件。", f"No plugin lies in {folder / 'plugins'} yet."))
    print_table(
        heads("编号,名称,版本,单位,状态,数据流", "id,name,version,unit,is,streams"),
        [
            (
                one["id"],
                one["name"],
                one["version"],
                one["unit"],
                spoken(str(one["standing"])),
                ", ".join(one["streams"]),
            )
            for one in lines
        ],
    )
    for broken in wrong:
        click.secho(escaped(broken.say(say("zh", "en"))), fg="yellow")


def standing_of(one: "Plugin") -> str:
    from tiersync.plugins.folder.trust import standing

    try:
        return str(standing(one))
    except BadPlugin:
        return "broken"


STATED = Text("文件名或标题", "file's name or title")


@click.command(
    help=say("查看一个插件：数据流、字段和来源。", "One plugin: its streams, fields and where its rows come from."),
    epilog=examples("tiersync plugin inspect decheng"),
)
@click.argument("id_", metavar="ID")
@folder
@as_json
def inspect(id_: str, folder: Path, as_json: bool) -> None:
    one = plugin_of(folder, id_)
    if as_json:
        print_json(one.model_dump(mode="json", exclude={"folder"}) | {"standing": standing_of(one)})
        return
    print_pairs([
        (say("插件", "plugin"), f"{one.id} {one.version}"),
        (say("名称", "name"), one.name),
        (say("单位", "unit"), one.unit),
        (say("状态", "is"), spoken(standing_of(one))),
        (say("目录", "folder"), one.folder),
    ])  # fmt: skip
    for stream in one.streams:
        print_section(
            f"{stream.name}: {stream.record}, {stream.source.kind} {stream.source.path}",
            heads("字段,来源,处理", "field,from,how"),
            [
                (
                    name, "/".join(field.headers) or field.constant or text(STATED),
                    how(field.parse, field.values, field.lookup),
                )
                for name, field in stream.map.items()
            ],
        )  # fmt: skip


def how(parse: str | None, values: dict[str, str], lookup: str | None) -> str:
    """How a column is read, in a few words."""
    return parse or lookup or say(f"{len(values)} 个词", f"{len(values)} words") if values or parse or lookup else ""
