"""A function of a plugin's own yields rows in whatever shape; what is wrong is said, and nobody's values are."""

from pathlib import Path

import polars as pl
import pytest

from tests.plugins.folders import UNITS, identity, one_frame
from tiersync.errors import TiersyncError
from tiersync.model.identity import TYPED_AS_NUMBER
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.plugins.worker.reading import open_worker

MANIFEST = """
[plugin]
id = "own"
name = "自编数据源"
version = "1.0.0"
api = 1
unit = "371402000000"

[[stream]]
record = "senior"
key = ["id_number"]
[stream.source]
kind = "python"
settings = "three"
[stream.map]
id_number = "id"
name = "name"
sex = { from = "sex", values = { 男 = "1", 女 = "2" } }
birth_date = { from = "born", parse = "date" }
residence_unit = { constant = "371402001004" }
"""
HEAD = "from datetime import date\nimport polars as pl\nfrom tiersync import source\n"
PERSON = f'{{"id": "{identity(1)}", "name": "测甲", "sex": "男", "born": date(1931, 2, 3)}}'


def folder_of(root: Path, code: str) -> Path:
    folder = root / "own"
    folder.mkdir()
    (folder / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
    (folder / "source.py").write_text(HEAD + code, encoding="utf-8")
    return folder


def read(folder: Path) -> pl.DataFrame:
    plugin = load_plugin(folder)
    with open_worker(plugin, UNITS) as worker:
        return one_frame(batch.rows for batch in worker.read(plugin.streams[0]))


def yielding(what: str) -> str:
    return f'@source("senior", key=["id_number"])\ndef seniors(since, context):\n    {what}\n'


@pytest.mark.parametrize(
    "what",
    [
        f"yield {PERSON}", f"yield [{PERSON}]", f"yield pl.DataFrame([{PERSON}])", f"return iter([{PERSON}])",
        f"yield pl.DataFrame([{PERSON}]).lazy()",
    ],
)  # fmt: skip
def test_rows_come_in_whatever_shape(tmp_path: Path, what: str) -> None:
    rows = read(folder_of(tmp_path, yielding(what)))
    assert rows.select("id_number", "name", "sex", "birth_date", "place_row").rows() == [
        (identity(1), "测甲", "1", "1931-02-03", 1)
    ]


def test_many_rows_are_gathered_and_numbered(tmp_path: Path) -> None:
    code = f"for n in range(45_000):\n        yield {PERSON}"
    assert read(folder_of(tmp_path, yielding(code)))["place_row"].to_list() == list(range(1, 45_001))


def test_a_number_that_a_float_cannot_keep_is_marked(tmp_path: Path) -> None:
    rows = read(folder_of(tmp_path, yielding(f'yield {PERSON} | {{"id": 371402193102030018.0}}')))
    assert rows["id_number"].to_list() == [f"{TYPED_AS_NUMBER}371402193102030016"]


def test_what_is_left_out_of_some_rows_is_empty_there(tmp_path: Path) -> None:
    code = f'yield [{PERSON}, {{"id": "{identity(2)}", "sex": None, "born": ""}}]'
    assert read(folder_of(tmp_path, yielding(code)))["name"].to_list() == ["测甲", None]


def test_files_are_those_of_the_folder_and_settings_those_of_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("x", encoding="utf-8")
    code = f"""names = [path.name for what in ("../*.txt", "*.toml") for path in context.files(what)]
    assert names == ["plugin.toml"] and context.options["settings"] == "three" and since is None
    yield {PERSON}"""
    assert read(folder_of(tmp_path, yielding(code))).height == 1


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", "no function is marked @source senior"),
        (yielding("yield {}") + yielding("yield {}").replace("def seniors", "def others"), "more than one function"),
        ("def seniors(:\n", "line 4: no valid Python"), (yielding("yield 7"), "it yields int"),
        (yielding("pass"), "it returns NoneType; yield rows"),
        (yielding(f'yield {PERSON} | {{"name": {{"full": "测甲"}}}}'), "name holds dict"),
        (yielding("return iter(())"), "it yields nothing"), (yielding('yield {"id": "1"}'), "no column is headed name"),
        (yielding("raise ValueError('371402193102030018')"), "ValueError, source.py:6"),
        (yielding("yield from context.pages('http://insurer.example/', token='x')"), "insecure = true"),
        (yielding("import os; os._exit(3)"), "exit code 3"),
        (yielding("print('x' * 30_000_000); yield {}"), "more than"),
    ],
)  # fmt: skip
def test_a_function_that_is_wrong_is_said_without_a_value(tmp_path: Path, code: str, why: str) -> None:
    with pytest.raises(TiersyncError, match=why) as caught:
        read(folder_of(tmp_path, code))
    assert "371402193102030018" not in caught.value.say("zh") + caught.value.say("en")


def test_a_folder_without_its_function_is_said(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "")
    (folder / "source.py").unlink()
    with pytest.raises(TiersyncError, match=r"source\.py is missing"):
        read(folder)


def test_a_function_that_leaves_garbage_has_it_collected(tmp_path: Path) -> None:
    person = PERSON.replace('"测甲"', "str(gc.isenabled())")
    code = f"import gc\n{yielding(f'yield {person}')}"
    assert read(folder_of(tmp_path, code))["name"].to_list() == ["True"]
