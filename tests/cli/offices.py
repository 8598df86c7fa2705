"""A city that serves and a district that has joined it, made by the commands themselves, and commands run on them."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tests.cli.speaker import speaker
from tests.commands import Begun, begun
from tests.plugins.folders import HEADERS, senior
from tiersync.cli.main import run
from tiersync.plugins.folder.trust import enable_all

CITY, DISTRICT, STREET, COMMUNITY = "371400000000", "371402000000", "371402001000", "371402001004"
UNITS = f"""level,code,name,parent,kind
2,{CITY},德州市,,city
3,{DISTRICT},德城区,{CITY},county
4,{STREET},新湖街道,{DISTRICT},subdistrict
5,{COMMUNITY},康乐社区居委会,{STREET},residents_committee
"""
PLUGIN = f"""
[plugin]
id = "decheng"
name = "德城区老年人信息"
version = "1.0.0"
api = 1
unit = "{DISTRICT}"

[[stream]]
record = "senior"
key = ["id_number"]
[stream.source]
kind = "csv"
path = "inbox/*.csv"
[stream.map]
name = "姓名"
id_number = "身份证号"
sex = {{ from = "性别", values = {{ 男 = "1", 女 = "2" }} }}
birth_date = {{ from = "出生日期", parse = "date" }}
residence_unit = {{ from = "社区", lookup = "units" }}
"""
SENIORS = 6
BAD_ROW = ("测错", "379901193102030001", "男", "1931-02-03", "康乐社区")
FOUNDED = (CITY, "--url", "http://127.0.0.1:1", "--listen", "127.0.0.1:0")


class Done(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def here(*arguments: object) -> Done:
    """Run a command in this process, as the console script does."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(argument) for argument in arguments])
    return Done(code, out.getvalue(), err.getvalue())


def apart(*arguments: object, lang: str = "en") -> Done:
    """Run a command in a process of its own, its output piped."""
    return ended(begun(arguments, environment(lang)))


def ended(command: "Begun | subprocess.Popen[str]") -> Done:
    """How a command ended that has begun."""
    out, err = command.communicate()
    assert command.returncode is not None
    return Done(command.returncode, out, err)


def spoken(*arguments: object, lang: str) -> Done:
    """Run a command in this process, or in the one that speaks another language than the tests do."""
    if lang == "en":
        return here(*arguments)
    asked = speaker(lang, os.environ.get("PYTHONPATH", ""))
    return Done(*asked.answer([str(argument) for argument in arguments], environment(lang)))


def begin(*arguments: object) -> "Begun | subprocess.Popen[str]":
    """Start a command that goes on until somebody ends it."""
    return begun(arguments, environment("en"))


def environment(lang: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "TIERSYNC_DEBUG"}
    return kept | {"TIERSYNC_LANG": lang, "PYTHONUTF8": "1"}


def change_setting(folder: Path, heading: str, name: str, value: str) -> None:
    """Change one setting of a node's tiersync.toml, as somebody with an editor would."""
    path = folder / "tiersync.toml"
    before, mark, section = path.read_text(encoding="utf-8").partition(f"[{heading}]\n")
    changed, count = re.subn(rf'^{name} = ".*"$', f'{name} = "{value}"', section, count=1, flags=re.M)
    assert count == 1
    path.write_text(before + mark + changed, encoding="utf-8")


def write_units(folder: Path) -> Path:
    path = folder / "units.csv"
    path.write_text(UNITS, encoding="utf-8")
    return path


def write_plugin(folder: Path, rows: Sequence[Sequence[str]]) -> None:
    """A district's list of seniors, as a plugin folder."""
    place = folder / "plugins" / "decheng"
    place.mkdir(parents=True, exist_ok=True)
    (place / "plugin.toml").write_text(PLUGIN, encoding="utf-8")
    text = "\n".join(",".join(row) for row in (HEADERS, *rows))
    (place / "inbox").mkdir(exist_ok=True)
    (place / "inbox" / "seniors.csv").write_text(text + "\n", encoding="utf-8")
    enable_all(folder / "plugins")


def init_city(folder: Path) -> None:
    """A top node that will take any free port, made by the command in this very place."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = here("init", *FOUNDED, "--dir", folder, "--units", write_units(folder.parent))
    assert made.code == 0, made.err


def found_city(folder: Path, listen: str = "127.0.0.1:0") -> None:
    """Such a node; one is made, the others are copies."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    write_units(folder.parent)
    shutil.copytree(Path(founded_city().name) / "node", folder)
    change_setting(folder, "serve", "listen", listen)


def found_alone(folder: Path, unit: str) -> Path:
    """A node that is its own top with the packaged tree of units; one is made for each unit, the others are copies."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(Path(founded(unit).name) / "node", folder)
    return folder


@cache
def founded_city() -> "TemporaryDirectory[str]":
    """A place with the city of UNITS."""
    place = TemporaryDirectory()
    units = write_units(Path(place.name))
    return made_in(place, "init", *FOUNDED, "--units", units)


@cache
def founded(unit: str) -> "TemporaryDirectory[str]":
    """A place with a node that has the packaged tree."""
    return made_in(TemporaryDirectory(), "init", unit, "--url", "http://127.0.0.1:8471")


def made_in(place: "TemporaryDirectory[str]", *command: object) -> "TemporaryDirectory[str]":
    """The place with a node. A process of its own makes it: this one must not hold open what is to be copied."""
    made = apart(*command, "--dir", Path(place.name) / "node")
    assert made.code == 0, made.err
    return place


def serve(folder: Path) -> "Begun | subprocess.Popen[str]":
    """Start a node; when this returns it answers, and its invitations name the port that it took."""
    serving = begin("run", "--dir", folder)
    assert serving.stdout
    address = re.search(r"at (\S+:\d+)", serving.stdout.readline())
    assert address, serving.communicate()
    change_setting(folder, "serve", "url", f"http://{address[1]}")
    return serving


class Offices:
    """A city that serves, and a district below it that answers for its street and its community."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.city, self.district = root / "city", root / "district"
        init_city(self.city)
        self.serving = serve(self.city)
        self.token = here("invite", DISTRICT, "--dir", self.city, "--json").json["token"]
        joined = here("join", self.token, "--dir", self.district)
        assert joined.code == 0, joined.err
        write_plugin(self.district, [*(senior(serial) for serial in range(1, SENIORS + 1)), BAD_ROW])
        pushed = here("push", "--period", "2013", "--dir", self.district)
        assert pushed.code == 0, pushed.err

    @property
    def url(self) -> str:
        """Where the city answers."""
        found = re.search(r'^url = "(http.*)"', (self.city / "tiersync.toml").read_text(encoding="utf-8"), flags=re.M)
        assert found
        return found[1]

    def copy_of_district(self, to: Path) -> Path:
        """A copy to spoil; it never speaks to the city, which would take it for a restored one."""
        shutil.copytree(self.district, to)
        change_setting(to, "parent", "url", "http://127.0.0.1:1")
        return to

    def one_more(self) -> None:
        """One senior more than before in the district's list."""
        write_plugin(self.district, [*(senior(serial) for serial in range(1, SENIORS + 2)), BAD_ROW])

    def serve_again(self) -> None:
        """The city answers where it did before it was ended."""
        listen = self.url.removeprefix("http://")
        change_setting(self.city, "serve", "listen", listen)
        self.serving = serve(self.city)

    def end(self) -> None:
        self.serving.terminate()
        self.serving.communicate()
