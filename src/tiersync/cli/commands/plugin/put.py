"""The command `plugin put`: a file that somebody sent goes where a plugin reads it."""

import shutil
from pathlib import Path

import click

from tiersync.cli.commands.plugin.list import plugin_of
from tiersync.cli.terminal.files import FOR_THIS_ACCOUNT, spare, whole_or_not
from tiersync.cli.terminal.options import examples, folder
from tiersync.cli.terminal.words import say
from tiersync.errors import UnknownName
from tiersync.model.hidden import escaped


@click.command(
    help=say(
        "把文件放入插件读取的目录。名册有多个文件时，大多为同一批人的是新旧版本，以最新的为准；下次 push 会说明。",
        "Put a file into the folder that a plugin reads. Of several files of a register, those that list mostly the "
        "same people are versions, of which the newest counts; the next push says so.",
    ),
    epilog=examples(
        "tiersync plugin put decheng 老年人信息2025年12月.xlsx",
        "tiersync plugin put decheng 名册.xlsx --as 名册2025年12月.xlsx",
    ),
)
@click.argument("id_", metavar="ID")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@folder
@click.option("--as", "name", default="", metavar="NAME", help=say("改用另一个文件名", "Under another name"))
@click.option("--stream", default="", help=say("插件有多个数据流时指定", "Which stream's, if the plugin has several"))
@click.option("--force", is_flag=True, help=say("覆盖同名文件", "Write over a file of that name"))
def put(id_: str, file: Path, folder: Path, name: str, stream: str, force: bool) -> None:
    from tiersync.plugins.folder.put import place_for, same_there
    from tiersync.plugins.kinds.files import reads_files

    one = plugin_of(folder, id_)
    streams = [each for each in one.streams if reads_files(each) and stream in ("", each.name)]
    if len(streams) != 1:
        names = "、".join(each.name for each in one.streams if reads_files(each))
        hint = say(f"请用 --stream 指定：{names}", f"Name one with --stream: {names}")
        raise UnknownName(what="stream", name=stream or id_, hint=hint)
    place = place_for(one, streams[0], name or file.name)
    if there := same_there(file, place.parent):
        click.echo(say(
            f"已有内容相同的文件 {escaped(there.name)}，无需再放。",
            f"{escaped(there.name)} is there already with the same contents; nothing was copied.",
        ))  # fmt: skip
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    spare([place], force)
    with whole_or_not(place, FOR_THIS_ACCOUNT) as partial:
        shutil.copyfile(file, partial)
    click.echo(say(
        f"{escaped(place.name)} 已放入 {one.id}。下一步：tiersync push",
        f"{escaped(place.name)} lies where {one.id} reads it. Next: tiersync push",
    ))  # fmt: skip
