"""plugin.toml: who a plugin is, the unit it speaks for, and its streams."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self, cast

from pydantic import Field, ValidationError, model_validator

from tiersync.errors import BadPlugin, why_not
from tiersync.model.canonical import Value, digest
from tiersync.model.unit import UnitCode
from tiersync.model.wording import everything_wrong, name_of
from tiersync.plugins.folder.own_spellings import FILE as UNITS
from tiersync.plugins.folder.own_spellings import LARGEST, OwnSpelling, WrongLine, foreign, read_spellings
from tiersync.plugins.folder.places import Part, Place, place_of
from tiersync.plugins.folder.settings import WrongSetting
from tiersync.plugins.folder.stream import Stream, wrong
from tiersync.plugins.hooks import all_doors, record_type, source_kind
from tiersync.plugins.hookspecs import SourceKind

MANIFEST = "plugin.toml"
API = 1
AT = re.compile(r"\(at line (\d+), column (\d+)\)")
STRING = r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\''
WORD_OR_OTHER = re.compile(rf"{STRING}|#[^\n]*|([\w-]*[^\x00-\x7f\W][\w-]*)(?=\s*=)")

Where = Callable[..., Place]
"""Where a setting of a stream's source stands, told the way to it; without one where the source does."""
WrongEntry = tuple[Place, str, str]
"""Where something is wrong, and what, in English and Chinese."""


class Plugin(Value):
    """A plugin folder as it was loaded. `spellings` are those of its units.csv with the codes that they mean; `digest`
    is that of its plugin.toml, and of its units.csv if it has one."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    name: str = Field(max_length=128)
    version: str = Field(max_length=32)
    api: Literal[1]
    unit: UnitCode
    streams: tuple[Stream, ...] = Field(min_length=1)
    folder: Path
    digest: str
    spellings: tuple[OwnSpelling, ...] = ()

    @model_validator(mode="after")
    def _has_distinct_streams(self) -> Self:
        names = [stream.name for stream in self.streams]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise wrong("streams_alike", names=", ".join(doubled))
        return self

    def stream(self, name: str) -> Stream:
        return next(stream for stream in self.streams if stream.name == name)

    @property
    def time_zone(self) -> str:
        """By which clock its streams say on what day a moment was."""
        return self.streams[0].time_zone

    def in_zone(self, time_zone: str) -> Self:
        """The same, with the clock of the office that reads it."""
        streams = tuple(stream.model_copy(update={"time_zone": time_zone}) for stream in self.streams)
        return self.model_copy(update={"streams": streams})


class Loaded(NamedTuple):
    """The plugins that can be used, in order of id, and what is wrong with the others."""

    plugins: tuple[Plugin, ...]
    broken: tuple[BadPlugin, ...]


def load_sound_plugins(folder: Path) -> Loaded:
    """The plugins below `folder`; one that cannot be used keeps no other from being used."""
    plugins: dict[str, Plugin] = {}
    broken: list[BadPlugin] = []
    for file in sorted(folder.glob(f"[!.]*/{MANIFEST}")):
        try:
            plugin = load_plugin(file.parent)
            _refuse_taken(plugin, plugins)
        except BadPlugin as error:
            broken.append(error)
        else:
            plugins[plugin.id] = plugin
    return Loaded(tuple(plugins[id_] for id_ in sorted(plugins)), tuple(broken))


def _refuse_taken(plugin: Plugin, plugins: Mapping[str, Plugin]) -> None:
    """An id belongs to the first folder that has it."""
    if first := plugins.get(plugin.id):
        raise _bad(
            plugin.folder,
            f"its id {plugin.id} is also that of {first.folder}",
            f"编号 {plugin.id} 与 {first.folder} 重复",
        )


def load_plugins(folder: Path) -> list[Plugin]:
    """The plugins in the folders below `folder`, in order of id; there are none where it does not exist.

    Raises BadPlugin for the first folder whose plugin.toml cannot be used.
    """
    loaded = load_sound_plugins(folder)
    if loaded.broken:
        raise loaded.broken[0]
    return list(loaded.plugins)


def load_plugin(folder: Path) -> Plugin:
    """The plugin in `folder`. Raises BadPlugin, naming the file and each wrong entry."""
    try:
        written = (folder / MANIFEST).read_bytes()
        text = written.decode("utf-8-sig")
        content = tomllib.loads(_quote_words(text))
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(folder, str(error)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(folder, f"it cannot be read: {error}", f"无法读取：{error}") from error
    own = _own_units(folder)
    whole = digest(written + own) if own else digest(written)
    plugin = _understand(content, folder.resolve(), whole, text, _spellings(folder, own))
    for number, stream in enumerate(plugin.streams):
        _check_source(folder, stream, lambda *way, at=number: place_of(text, ("stream", at, "source", *way)))
    return plugin


def _own_units(folder: Path) -> bytes:
    """What stands in the folder's units.csv, no more than is taken; nothing where there is none."""
    file = folder / UNITS
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except FileNotFoundError:
        return b""
    except OSError as error:
        why = why_not(error)
        raise BadPlugin(
            file=file, why_en=f"it cannot be read: {why['why_en']}", why_zh=f"无法读取：{why['why_zh']}"
        ) from error


def _spellings(folder: Path, own: bytes) -> tuple[OwnSpelling, ...]:
    try:
        return read_spellings(own) if own else ()
    except WrongLine as error:
        raise _bad_line(folder, error) from None


def refuse_foreign_spellings(plugin: Plugin, allowed: Collection[str]) -> None:
    """The office's own spellings mean units that the plugin may name; raises BadPlugin for the first that does not."""
    for error in foreign(plugin.spellings, allowed):
        raise _bad_line(plugin.folder, error)


def _bad_line(folder: Path, error: WrongLine) -> BadPlugin:
    return BadPlugin(file=f"{folder / UNITS}:{error.line}", why_en=error.en, why_zh=error.zh)


def _not_toml(folder: Path, said: str) -> BadPlugin:
    """What TOML does not allow, with its place where the parser tells it."""
    found = AT.search(said)
    place = Place(int(found[1]), int(found[2])) if found else None
    why = AT.sub("", said).strip()
    return _bad(folder, f"this is not TOML: {why}", f"不符合 TOML 格式：{why}", place)


def _quote_words(text: str) -> str:
    """Put quotes around Chinese words that stand before an equals sign: TOML wants them, people do not write them."""
    return WORD_OR_OTHER.sub(lambda found: f'"{found[1]}"' if found[1] else found[0], text)


def _understand(content: dict[str, Any], folder: Path, written: str, text: str, own: tuple[OwnSpelling, ...]) -> Plugin:
    head = content.get("plugin")
    if not isinstance(head, dict) or content.keys() - {"plugin", "stream"}:
        raise _bad(folder, "it needs [plugin] and [[stream]], and nothing beside", "应当只有 [plugin] 和 [[stream]]")
    if (api := head.get("api")) != API:
        raise _bad(
            folder,
            f"it is written for plugin API {api}, and this is {API}",
            f"插件接口版本是 {api}，应为 {API}",
            place_of(text, ("plugin", "api")),
        )
    given = head | {"streams": content.get("stream", []), "folder": folder, "digest": written, "spellings": own}
    for name in _records_named(given["streams"]):
        record_type(name)  # A package may have to be asked for it.
    try:
        return Plugin.model_validate(given)
    except ValidationError as error:
        raise _bad_entries(folder, _wrong_entries(error, text)) from None


def _records_named(streams: object) -> Iterator[str]:
    """The record types of streams that are not understood yet."""
    for stream in streams if isinstance(streams, list) else ():
        if isinstance(stream, dict) and isinstance(name := stream.get("record"), str):
            yield name


def _wrong_entries(error: ValidationError, text: str) -> Iterator[WrongEntry]:
    """Each wrong entry with its place, and what is wrong in both languages: streams counted from 1."""
    faults = list(everything_wrong(error))
    for fault in faults:
        if fault.path == ("streams",) and len(faults) > 1:  # Of one that cannot be understood there is none.
            continue
        way = _as_written(fault.path)
        name = name_of(way)
        yield place_of(text, way), f"{name}: {fault.en}", f"{name}：{fault.zh}"


def _as_written(path: tuple[Part, ...]) -> tuple[Part, ...]:
    """The way to an entry in the file, where the settings of a kind stand among those of every source."""
    match path:
        case ("streams", number, "source", "options", setting, *_):
            return ("stream", number, "source", setting)
        case ("streams", *rest):
            return ("stream", *rest)
    return ("plugin", *path)


def _check_source(folder: Path, stream: Stream, where: Where) -> None:
    """A kind that somebody reads, and only settings that it knows and finds right."""
    source, at = stream.source, where()
    kind = source_kind(source.kind)
    if kind is None:
        known = ", ".join(sorted(all_doors().kinds))
        raise _bad(
            folder,
            f"no source kind {source.kind}; there are: {known}",
            f"没有数据源类型 {source.kind}；现有：{known}",
            at,
        )
    if strange := sorted(source.options.keys() - kind.options):
        names = ", ".join(strange)
        place = min(map(where, strange))
        raise _bad(folder, f"{source.kind} knows no setting {names}", f"{source.kind} 没有设置项 {names}", place)
    if kind.reads_files and not source.path:
        raise _bad(folder, f"{source.kind} needs the path of its files", f"{source.kind} 需要写明文件路径 path", at)
    if stream.cursor.kind == "file" and not kind.reads_files:
        raise _bad(
            folder,
            f"{source.kind} reads no files; another cursor is needed",
            f"{source.kind} 不读取文件，请改用其他游标",
            at,
        )
    if kind.check and (wrong := _ask_kind(folder, kind, stream, where)):
        raise _bad_entries(folder, wrong)


def _ask_kind(folder: Path, kind: SourceKind, stream: Stream, where: Where) -> list[WrongEntry]:
    """What the kind itself finds wrong with a stream; a check that fails is a broken package, and harms this folder."""
    module, _, function = kind.check.partition(":")
    try:
        check = cast(Callable[[Stream], Iterable[tuple[Any, ...]]], getattr(import_module(module), function))
        found = [WrongSetting(*said) for said in check(stream)]
        return [(where(*one.path), f"{stream.name}: {one.en}", f"{stream.name}：{one.zh}") for one in found]
    except (Exception, SystemExit) as error:
        said = f"{kind.name}: {type(error).__name__}"
        raise _bad(folder, f"the source kind cannot check it ({said})", f"数据源类型无法检查它（{said}）") from None


def _bad_entries(folder: Path, wrong: Iterable[WrongEntry]) -> BadPlugin:
    """All that is wrong with a file, in the order in which it stands there."""
    (first, en, zh), *others = sorted(wrong)
    more_en, more_zh = ("".join(f"; {one[0]} {one[lang]}" for one in others) for lang in (1, 2))
    return _bad(folder, en + more_en, zh + more_zh, first)


def _bad(folder: Path, why_en: str, why_zh: str, place: Place | None = None) -> BadPlugin:
    file = folder / MANIFEST
    return BadPlugin(file=f"{file}:{place}" if place else file, why_en=why_en, why_zh=why_zh)
