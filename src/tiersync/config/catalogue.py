"""The catalogue as people write it: TOML files of tiers, dimensions, indicators, forms, rules, and CSV code lists."""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tiersync.config.calendar import read_calendar
from tiersync.config.lists import not_usable, read_lines, text_of
from tiersync.config.soundness import check_sound
from tiersync.errors import BadCatalogue
from tiersync.model.canonical import Value
from tiersync.model.catalogue import Catalogue, ListedCode
from tiersync.model.form import Form, Rule
from tiersync.model.indicator import Dimension, Indicator
from tiersync.model.unit import Unit

ENTRIES: dict[str, type[Value]] = {"dimension": Dimension, "indicator": Indicator, "form": Form, "rule": Rule}


def load_catalogue(folder: Path, top: str, units: tuple[Unit, ...], number: int, own: Path | None = None) -> Catalogue:
    """The catalogue that the TOML files in `folder` and the code lists in `codes` beside it make over `units`.

    Every *.toml file may hold any of `tiers`, [[dimension]], [[indicator]], [[form]], [[rule]], so that a city adds
    its own in files of its own: in the folder `own`, with code lists in its `codes`. Raises BadCatalogue, naming the
    file and the entry.
    """
    files = [*toml_files(folder), *(toml_files(own) if own else ())]
    found = {name: list(entries(files, name)) for name in ENTRIES}
    catalogue = Catalogue(
        number=number,
        top=top,
        tiers=read_tiers(folder),
        units=units,
        codes=read_codes(folder.parent / "codes") | (read_codes(own / "codes") if own else {}),
        dimensions=tuple(found["dimension"]),
        indicators=tuple(found["indicator"]),
        forms=tuple(found["form"]),
        rules=tuple(found["rule"]),
        calendar=(read_calendar(own / "calendar") if own else None) or read_calendar(folder.parent / "calendar"),
    )
    check_sound(catalogue, own or folder)
    return catalogue


def entries(files: Iterable[Path], name: str) -> Iterator[Any]:
    """The entries [[`name`]] of all `files`, in order of file and place."""
    for path in files:
        for written in read_toml(path).get(name, []):
            try:
                yield ENTRIES[name].model_validate(written)
            except ValidationError as error:
                raise not_usable(f"{path} [{name} {written.get('code', '?')}]", error) from error


def read_tiers(folder: Path) -> tuple[str, ...]:
    """The names of the tiers, from the top."""
    tiers = [tier for path in toml_files(folder) for tier in read_toml(path).get("tiers", [])]
    if not tiers:
        raise BadCatalogue(place=folder, why_en="no file names the tiers", why_zh="没有文件写明层级（tiers）")
    return tuple(tiers)


def toml_files(folder: Path) -> list[Path]:
    """The files of the catalogue, in order of name."""
    return sorted(folder.glob("*.toml"))


def read_toml(path: Path) -> dict[str, Any]:
    """One file of the catalogue; a heading that a catalogue does not know is refused."""
    try:
        written = tomllib.loads(text_of(path))
    except tomllib.TOMLDecodeError as error:
        raise BadCatalogue(place=path, why_en=f"not TOML: {error}", why_zh=f"不是有效的 TOML：{error}") from error
    for name in written:
        if name != "tiers" and name not in ENTRIES:
            raise BadCatalogue(place=path, why_en=f"unknown heading {name}", why_zh=f"未知的标题 {name}")
        _check_shape(path, name, written[name])
    return written


def _check_shape(path: Path, name: str, written: object) -> None:
    """Tiers are a list of names, every other heading begins one entry of many."""
    kind, shape = (str, 'tiers = ["…", "…"]') if name == "tiers" else (dict, f"[[{name}]]")
    if not isinstance(written, list) or not all(isinstance(one, kind) for one in written):
        raise BadCatalogue(place=path, why_en=f"{name} is written as {shape}", why_zh=f"{name} 应写作 {shape}")


def read_codes(folder: Path) -> dict[str, tuple[ListedCode, ...]]:
    """The code lists of `folder`, each named by its file name in capitals."""
    return {path.stem.upper(): tuple(read_list(path)) for path in sorted(folder.glob("*.csv"))}


def read_list(path: Path) -> Iterator[ListedCode]:
    """The codes of one list, each of which may stand once."""
    seen = set()
    for line in read_lines(path, ("code", "zh", "en")):
        code = line.fields["code"]
        if code in seen:
            raise BadCatalogue(place=line.place, why_en=f"code {code} stands twice", why_zh=f"代码 {code} 重复")
        seen.add(code)
        try:
            yield ListedCode(code=code, zh=line.fields["zh"], en=line.fields["en"])
        except ValidationError as error:
            raise not_usable(line.place, error) from error
