"""The settings that a stream gives to its kind of source, and what is wrong with them in the words of plugin.toml."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from tiersync.errors import BadSource
from tiersync.model.canonical import Value
from tiersync.model.wording import everything_wrong, name_of
from tiersync.plugins.folder.places import Part

Settings = TypeVar("Settings", bound=Value)


class WrongSetting(NamedTuple):
    """What is wrong, in Chinese and English, and the way to the setting below [stream.source]; () where it is none."""

    zh: str
    en: str
    path: tuple[Part, ...] = ()


def wrong_settings(error: ValidationError) -> Iterator[WrongSetting]:
    """Each setting that a model found wrong, by its name and without its value."""
    for fault in everything_wrong(error):
        name = name_of(fault.path)
        yield WrongSetting(f"{name}：{fault.zh}", f"{name}: {fault.en}", fault.path)


def usable_settings(model: type[Settings], options: Mapping[str, object], place: str) -> Settings:
    """The settings as a source is read by them, secrets in their place. Raises BadSource for the first wrong one."""
    try:
        return model.model_validate(options)
    except ValidationError as error:
        raise bad_settings(place, next(wrong_settings(error))) from None


def bad_settings(place: str, wrong: WrongSetting) -> BadSource:
    """Settings with which nothing can be read; it is the turn of whoever wrote them."""
    turn = {"turn_en": "Correct the settings", "turn_zh": "请更正设置"}
    return BadSource(place=place, why_en=wrong.en, why_zh=wrong.zh, **turn)
