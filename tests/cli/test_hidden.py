"""Names that come from elsewhere cannot move the cursor, turn a line round or hide themselves."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.cli.offices import BAD_ROW, COMMUNITY, UNITS, here, write_plugin
from tiersync.model.hidden import escaped, escaped_line
from tiersync.model.notice import Attachment, Notice
from tiersync.plugins.folder.trust import enable_all

HIDING = "\x1b[2J\u202e\u200b"
SPELLED = r"\x1b[2J\u202e\u200b"
MANY = "".join(map(chr, [*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0xAD, 0x61C, *range(0x200B, 0x2010),
                         *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xDC80, 0xE0041]))  # fmt: skip


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city one of whose communities, whose plugin and whose file have names that hide something."""
    units = tmp_path / "units.csv"
    units.write_text(UNITS.replace("康乐社区居委会", f"康乐{HIDING}社区居委会"), encoding="utf-8")
    folder = tmp_path / "city"
    made = here("init", "371400000000", "--dir", folder, "--url", "https://city.example", "--units", units)
    assert made.code == 0, made.err
    write_plugin(folder, [BAD_ROW])
    place = folder / "plugins" / "decheng"
    toml = (place / "plugin.toml").read_text(encoding="utf-8")
    spelled = r"\u001b[2J\u202e\u200b"
    (place / "plugin.toml").write_text(toml.replace("老年人信息", f"老年人{spelled}信息"), encoding="utf-8")
    (place / "inbox" / "seniors.csv").rename(place / "inbox" / f"名册{HIDING}.csv")
    enable_all(folder / "plugins")
    return folder


COMMANDS = {
    "a unit's": (("units", "show", COMMUNITY), 0), "a plugin's": (("plugin", "list"), 0),
    "a plugin's, looked at": (("plugin", "inspect", "decheng"), 0), "a file's": (("quarantine", "list"), 0),
    "a plugin's that is not there": (("plugin", "inspect", f"no{HIDING}"), 2),
}  # fmt: skip


@pytest.mark.parametrize("whose", COMMANDS)
def test_a_name_that_hides_something_shows_it(city: Path, whose: str) -> None:
    words, code = COMMANDS[whose]
    here("ingest", "--dir", city)
    done = here(*words, "--dir", city)
    said = done.out + done.err
    assert done.code == code
    assert SPELLED in said
    assert not {"\x1b", "\u202e", "\u200b"} & set(said)


def test_every_hidden_character_is_spelled_and_no_other() -> None:
    assert all(char not in escaped(MANY) for char in MANY)
    assert escaped("一\r\n二\t三　（四）A\U00020000") == "一\n二\t三　（四）A\U00020000"
    assert escaped_line("一\n二") == r"一\n二"


@pytest.mark.parametrize("char", MANY)
def test_no_notice_carries_a_hidden_character_in_what_names_it(char: str) -> None:
    sound = {
        "notice_id": "0001", "title": "通知", "issued_by": "371400000000", "issuer": "德州市", "text": "正文",
        "issued_on": "2014-01-06", "audience": {},
    }  # fmt: skip
    Notice.model_validate(sound)
    for field in ("title", "number", "issuer", "forwarded_from"):
        with pytest.raises(ValidationError):
            Notice.model_validate(sound | {field: f"一{char}二"})
    with pytest.raises(ValidationError):
        Attachment(name=f"一{char}二", size=0, sha256="0" * 64)
