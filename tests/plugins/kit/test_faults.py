"""Functions of a plugin's own that exit, hang, flood or hoard fail the check that was made for it."""

from pathlib import Path

import pytest

from tests.cli.offices import COMMUNITY, DISTRICT, here, spoken
from tests.plugins.folders import senior
from tests.plugins.kit.test_broken import failed

MANIFEST = f"""
[plugin]
id = "own"
name = "自编数据源"
version = "1.0.0"
api = 1
unit = "{DISTRICT}"

[[stream]]
record = "senior"
key = ["id_number"]
[stream.source]
kind = "python"
[stream.map]
name = "name"
id_number = "id"
sex = {{ from = "sex", values = {{ 男 = "1", 女 = "2" }} }}
birth_date = {{ from = "born", parse = "date" }}
residence_unit = {{ constant = "{COMMUNITY}" }}
"""
SOURCE = """import os, sys, time
from tiersync import source

kept = []


def people(context):
    for line in context.files("inbox/*.txt")[0].open(encoding="utf-8"):
        cells = dict(zip(("name", "id", "sex", "born", "village"), line.strip().split(",")))
        yield cells | {"as it came": line, "twice": line * 2}


@source("senior", key=["id_number"])
def seniors(since, context):
    for at, row in enumerate(people(context)):
        {way}
"""
PEOPLE = [senior(serial) for serial in range(1, 6)]

SOUND = "yield row"
NOTES_A_FEW_MARKS = "kept.append(hash(row['id'])); yield row"
WAYS = {
    "sound": (SOUND, set()),
    "notes a mark of each row": (NOTES_A_FEW_MARKS, set()),
    "keeps each row": ("kept.append(row); yield row", {"memory_flat"}),
    "brings all rows at once": ("kept.append(row)\n    yield kept", {"memory_flat"}),
    "prints each row": ("print('*' * 1000); yield row", {"memory_flat"}),
    "exits halfway": ("yield row; at < 2 or os._exit(0)", {"worker_lives"}),
    "leaves by sys.exit": ("yield row; at < 2 or sys.exit()", {"worker_lives"}),
    "hangs": ("yield row; time.sleep(3600)", {"worker_answers"}),
    "floods its log": ("yield row; [print('*' * 2**16) for _ in range(2**16)]", {"log_small"}),
    "eats memory": ("yield row; kept.extend(bytes(2**26) for _ in range(2**16))", {"memory_small"}),
    "raises": ("yield row; at < 2 or row['none']", {"fixtures_as_expected"}),
    "never ends": ("yield row\n        while True: yield [row] * 20_000", {"fixtures_as_expected"}),
}  # fmt: skip


def own(root: Path, way: str) -> Path:
    """A plugin with a function of its own that does this with each row."""
    folder = root / "own"
    inbox = folder / "fixtures" / "inbox"
    inbox.mkdir(parents=True)
    (folder / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
    (folder / "source.py").write_text(SOURCE.replace("{way}", way), encoding="utf-8")
    (inbox / "people.txt").write_text("".join(",".join(row) + "\n" for row in PEOPLE), encoding="utf-8")
    heads = "name,id_number,sex,birth_date,residence_unit,place_row\n"
    rows = [
        ",".join((name, number, "1" if sex == "男" else "2", born, COMMUNITY, str(at))) + "\n"
        for at, (name, number, sex, born, _) in enumerate(PEOPLE, start=1)
    ]
    (folder / "fixtures" / "senior.expected.csv").write_text(heads + "".join(rows), encoding="utf-8")
    return folder


@pytest.mark.parametrize("how", WAYS)
def test_a_function_that_misbehaves_fails_the_check_that_was_made_for_it(tmp_path: Path, how: str) -> None:
    way, checks = WAYS[how]
    assert failed(own(tmp_path, way), tmp_path) == checks


def test_a_plugin_is_looked_over_without_a_call_of_its_function(tmp_path: Path) -> None:
    folder = own(tmp_path, "open('/dev/full', 'w').write('x'); yield row")
    (folder / "source.py").write_text("import os; os._exit(1)", encoding="utf-8")
    looked = here("plugin", "lint", folder, "--dir", tmp_path, "--json")
    assert {check["check"] for check in looked.json if not check["passed"]} == set()


def test_what_a_function_does_is_said_in_both_languages_and_to_machines(tmp_path: Path) -> None:
    folder = own(tmp_path, WAYS["exits halfway"][0])
    report = tmp_path / "own.xml"
    done = here("plugin", "test", folder, "--dir", tmp_path, "--junit", report)
    assert done.code == 1
    assert "senior: exit code 0" in done.out
    assert 'name="worker_lives"><failure message="senior: exit code 0"/>' in report.read_text(encoding="utf-8")
    assert "senior：进程结束：退出码 0" in spoken("plugin", "test", folder, "--dir", tmp_path, lang="zh").out
