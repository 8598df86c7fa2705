"""One office with one source of its own, worked with by the real command; the broken sources that it may be sent."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.cli.offices import Done, found_alone, spoken
from tiersync.model.identity import check_character
from tiersync.plugins.folder.trust import enable_all

UNIT = "371402001001"
TIERSYNC = [sys.executable, "-m", "tiersync.cli.main"]
HEADS = "姓名,身份证号,性别,出生日期,社区"
MANIFEST = """
[plugin]
id = "register"
name = "老年人台账"
version = "1.0.0"
api = 1
unit = "{unit}"

[[stream]]
record = "senior"
key = ["id_number"]
[stream.source]
kind = "{kind}"
path = "inbox/{file}"
[stream.map]
name = "姓名"
id_number = "身份证号"
sex = {{ from = "性别", values = {{ "男" = "1", "女" = "2" }} }}
birth_date = {{ from = "出生日期", parse = "date" }}
residence_unit = "社区"
"""


def identity(number: int) -> str:
    """A made-up identity number of somebody born in 1940; no real one begins like this."""
    digits = f"379902194001{number % 28 + 1:02}{number:03}"
    return digits + check_character(digits)


def row(number: int, **changed: str) -> str:
    """One line of the register."""
    sex = "男" if (number % 10) % 2 else "女"
    values = {
        "name": f"测试{number}", "id": identity(number), "sex": sex, "born": f"1940-01-{number % 28 + 1:02}",
        "unit": UNIT,
    } | changed  # fmt: skip
    return ",".join(values[key] for key in ("name", "id", "sex", "born", "unit"))


def register(count: int, *more: str) -> bytes:
    return "\n".join([HEADS, *(row(number) for number in range(1, count + 1)), *more, ""]).encode()


def tiersync(*arguments: object, lang: str = "en") -> Done:
    """The real command; that it says a traceback fails the test."""
    done = spoken(*arguments, lang=lang)
    assert "Traceback" not in done.err
    return done


@dataclass(frozen=True)
class Office:
    """A node that is its own top, so that nothing but its source can be wrong."""

    folder: Path

    def source(self, data: bytes, file: str = "register.csv", kind: str = "csv", plugin: str = "register") -> None:
        place = self.folder / "plugins" / plugin
        (place / "inbox").mkdir(parents=True, exist_ok=True)
        manifest = MANIFEST.format(unit=UNIT, kind=kind, file=file).replace('id = "register"', f'id = "{plugin}"', 1)
        (place / "plugin.toml").write_text(manifest, encoding="utf-8")
        (place / "inbox" / file).write_bytes(data)
        enable_all(self.folder / "plugins")

    def push(self, lang: str = "en") -> Done:
        return tiersync("push", "--dir", self.folder, "--period", "2013", lang=lang)

    def seniors(self) -> int:
        """What the office's sealed report says of people aged 60 and over; -1 when there is none."""
        said = tiersync(
            "report", "show", UNIT, "--form", "aging-year", "--period", "2013", "--dir", self.folder, "--json"
        )
        if said.code:
            return -1
        cells = json.loads(said.out)["cells"]
        return next(int(c["value"]) for c in cells if c["indicator"] == "P02" and not c["breakdown"])


def found(folder: Path) -> Office:
    """An office that nobody has worked at yet."""
    return Office(found_alone(folder, UNIT))
