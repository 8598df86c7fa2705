"""Help is there at once, in both languages, with examples that hold; the documents say what the commands say."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.cli.offices import Offices, apart, here
from tiersync import __version__, errors
from tiersync.cli.main import COMMANDS, OTHER_ENDINGS, ending_of, tiersync
from tiersync.cli.terminal.words import chosen
from tools.page import PAGES, ROOT, error_classes, page

DOCS = ROOT / "docs"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HEAVY = {"pydantic", "sqlalchemy", "polars", "httpx", "fastapi", "cryptography", "rich"}
EVERY_HELP = """
import sys
from tiersync.cli.main import run
def helps(words):
    run([*words, "--help"])
for words in {words!r}:
    helps(words)
print("HEAVY", sorted({heavy!r} & set(sys.modules)))
"""


def walk(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it, groups among them."""
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from walk(below, (*words, name))


EVERY = dict(walk(tiersync))
LEAVES = {words: command for words, command in EVERY.items() if not isinstance(command, click.Group)}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_help_waits_for_a_heavy_library(lang: str) -> None:
    code = EVERY_HELP.format(words=[list(words) for words in EVERY], heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8",
        env={"TIERSYNC_LANG": lang, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "HEAVY []", done.stderr


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_example_names_options_that_exist(words: tuple[str, ...]) -> None:
    command = LEAVES[words]
    known = {name for one in command.params for name in one.opts} | {"--help", "--lang"}
    lines = [line.strip() for line in (command.epilog or "").splitlines() if line.strip().startswith("tiersync ")]
    assert lines
    for line in lines:
        said = shlex.split(line)
        assert tuple(said[1 : len(words) + 1]) == words
        assert {word for word in said if word.startswith("--")} <= known, line


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_option_says_what_it_does(words: tuple[str, ...]) -> None:
    options = [one for one in LEAVES[words].params if isinstance(one, click.Option)]
    assert [one.name for one in options if not one.help] == []
    assert words in [("demo",), ("example-city",), ("completion",)] or "--dir" in {
        name for one in options for name in one.opts
    }


@pytest.mark.parametrize("words", [("notice", "publish"), ("reconcile",), ("report", "list")], ids=" ".join)
def test_help_is_chinese_where_chinese_is_asked_for(words: tuple[str, ...]) -> None:
    said = apart(*words, "--help", lang="zh").out
    assert "用法：" in said
    assert "Usage" not in said
    assert "示例：" in said
    lines = [line for line in said.splitlines() if line.startswith("  --")]
    assert lines
    english = apart(*words, "--help", lang="en").out
    assert not CHINESE.search(english.replace("德老龄办〔2014〕1号", ""))


def test_the_language_may_be_named_anywhere(tmp_path: Path) -> None:
    for asked in (("--lang", "zh", "status"), ("status", "--lang", "zh"), ("status", "--lang=zh")):
        assert "中没有节点" in apart(*asked, "--dir", tmp_path).err
    assert "There is no node" in apart("status", "--lang", "en", "--dir", tmp_path, lang="zh").err
    assert apart("--lang", "fr", "status").code == 2


@pytest.mark.parametrize(
    ("arguments", "environment", "lang"),
    [
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "zh_CN.UTF-8", "TIERSYNC_LANG": "en"}, "en"),
        (["--lang", "zh"], {"TIERSYNC_LANG": "en"}, "zh"),
        ([], {}, "en"),
    ],
)
def test_the_language_is_chosen_by_option_then_environment(
    arguments: list[str], environment: dict[str, str], lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert chosen(arguments, environment) == lang


def test_a_node_may_be_set_to_a_language(tmp_path: Path) -> None:
    (tmp_path / "tiersync.toml").write_text('[node]\nlang = "zh"\n', encoding="utf-8")
    assert chosen(["status", "--dir", str(tmp_path)], {"LANG": "en_GB.UTF-8"}) == "zh"
    assert chosen(["status"], {"TIERSYNC_DIR": str(tmp_path)}) == "zh"


LOOKING = [
    ("status",), ("link", "list"), ("report", "list"), ("quarantine", "list"), ("finding", "list"), ("notice", "list"),
    ("reconcile",), ("units", "show"), ("indicators", "list"), ("catalogue", "show"),
]  # fmt: skip


@pytest.mark.parametrize("words", LOOKING, ids=" ".join)
def test_json_stands_alone_on_standard_output(offices: Offices, words: tuple[str, ...]) -> None:
    done = here(*words, "--dir", offices.district, "--json")
    assert (done.code, done.err) == (0, "")
    assert isinstance(done.json, dict | list)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_piped_has_no_colours(offices: Offices, lang: str) -> None:
    done = apart("status", "--dir", offices.district, lang=lang)
    wrong = apart("push", "--period", "2013-Q7", "--dir", offices.district, lang=lang)
    assert done.code == 0
    assert "\x1b" not in done.out + done.err + wrong.out + wrong.err
    assert ("待更正" in done.out) == (lang == "zh")
    assert ("不是有效的统计期" in wrong.err) == (lang == "zh")


def test_the_version_is_told() -> None:
    assert here("--version").out == f"tiersync, version {__version__}\n"


def test_every_command_is_in_the_table_and_no_other() -> None:
    assert set(COMMANDS) == {words[0] for words in LEAVES}


def test_a_fault_of_our_own_is_said_without_its_values() -> None:
    ending = ending_of(KeyError("379901193102030001"))
    assert ending.code == 70
    assert "KeyError" in ending.text
    assert "3799" not in ending.text


def test_what_the_machine_does_not_allow_is_said_as_such(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file stands where the node's folder should be")
    done = here("init", "371400000000", "--dir", tmp_path / "taken" / "city", "--url", "http://127.0.0.1:1")
    assert done.code == 3
    assert "This machine did not allow it" in done.err


@pytest.mark.parametrize("lang", PAGES)
def test_the_page_of_commands_is_what_the_commands_say(lang: str) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "tools.page", "print"], capture_output=True, text=True, encoding="utf-8", cwd=ROOT,
        env={"TIERSYNC_LANG": lang, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert (DOCS / PAGES[lang]).read_text(encoding="utf-8") == printed.stdout


def test_the_page_names_every_command_option_and_exit_code() -> None:
    text = page()
    for words, command in LEAVES.items():
        assert f"### `tiersync {' '.join(words)}" in text
        for option in (one for one in command.params if isinstance(one, click.Option)):
            assert f"`{option.opts[0]}" in text
    for code in OTHER_ENDINGS:
        assert f"| {code} | " in text
    for error in error_classes():
        assert f"| {error.exit_code} | `{error.__name__}` |" in text


def test_every_error_that_is_raised_has_its_line_in_the_table() -> None:
    held = {
        name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.TiersyncError)
    }
    families = {"TiersyncError", "YourInput", "ThisNode", "NotOurFault", "Refused"}
    assert {one.__name__ for one in error_classes()} == held - families
