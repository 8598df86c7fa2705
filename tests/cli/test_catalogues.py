"""The catalogue is drafted, compared and published with the real command, in both languages."""

import json
from pathlib import Path

import pytest

from tests.cli.offices import found_alone
from tests.stories.office import UNIT, tiersync

OLD, NEW = '{ field = "age", at_least = 60 }', '{ field = "age", at_least = 62 }'


@pytest.fixture
def node(tmp_path: Path) -> Path:
    return found_alone(tmp_path / "node", UNIT)


def draft(node: Path, name: str = "draft") -> Path:
    folder = node.parent / name
    assert tiersync("catalogue", "draft", folder, "--dir", node).code == 0
    return folder


def edit(folder: Path) -> None:
    """Somebody changes a condition, and adds a code to a list."""
    path = folder / "catalogue" / "indicators.toml"
    text = path.read_text(encoding="utf-8")
    assert OLD in text
    path.write_text(text.replace(OLD, NEW, 1), encoding="utf-8")
    with (folder / "codes" / "campaign.csv").open("a", encoding="utf-8", newline="") as file:
        file.write("silver,银龄,silver age\r\n")


def said(lang: str, english: str, chinese: str) -> str:
    return english if lang == "en" else chinese


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_catalogue_is_drafted_compared_and_published(node: Path, lang: str) -> None:
    folder = draft(node)
    same = tiersync("catalogue", "diff", folder, "--dir", node, lang=lang)
    assert (same.code, same.out.strip()) == (0, said(lang, "The same as catalogue 1.", "与目录 1 相同。"))
    edit(folder)
    changed = tiersync("catalogue", "diff", folder, "--dir", node, lang=lang)
    assert changed.code == 1
    assert said(lang, "changed", "修改") in changed.out
    assert "+silver" in changed.out
    told = json.loads(tiersync("catalogue", "diff", folder, "--dir", node, "--json").out)
    assert [(one["sort"], one["fields"]) for one in told["changes"]] == [
        ("indicator", ["where"]), ("code list", ["+silver"])
    ]  # fmt: skip
    assert "aging-year" in told["forms"]
    publish = ("catalogue", "publish", folder, "--from", "2099-Q1", "--dir", node)
    dry = tiersync(*publish, "--dry-run", lang=lang)
    assert (dry.code, said(lang, "Nothing was published", "未发布任何内容") in dry.out) == (0, True)
    assert json.loads(tiersync("catalogue", "show", "--dir", node, "--json").out)["waiting"] == []
    done = tiersync(*publish, "--yes", lang=lang)
    assert done.code == 0, done.err
    assert (
        said(lang, "Catalogue 2 is published, in force from 2099-Q1 on", "目录 2 已发布，自 2099-Q1 起施行") in done.out
    )
    shown = tiersync("catalogue", "show", "--dir", node, lang=lang)
    assert "2099-Q1" in shown.out
    told = json.loads(tiersync("catalogue", "show", "--dir", node, "--json").out)
    assert (told["number"], told["in_force_from"]) == (1, None)
    assert told["waiting"] == [{"number": 2, "in_force_from": "2099-Q1"}]
    again = tiersync(*publish, "--yes", lang=lang)
    assert again.code == 2
    assert said(lang, "somebody published meanwhile", "期间已有人发布") in again.err


def test_a_no_publishes_nothing_and_a_wrong_draft_says_where(node: Path) -> None:
    folder = draft(node)
    edit(folder)
    publish = ("catalogue", "publish", folder, "--from", "2099-Q1", "--dir", node)
    asked = tiersync(*publish, "--json")  # Nobody answers the question.
    assert (asked.code != 0, asked.out) == (True, "")
    assert tiersync(*publish[:3], "--from", "soon", "--dir", node).code == 2
    assert tiersync("catalogue", "draft", folder, "--dir", node).code == 3
    assert tiersync("catalogue", "diff", node.parent / "nowhere", "--dir", node).code == 2
    (folder / "codes" / "life.csv").unlink()
    gone = tiersync(*publish, "--yes")
    assert (gone.code, "records of senior need this list" in gone.err) == (2, True)
    shown = json.loads(tiersync("catalogue", "show", "--dir", node, "--json").out)
    assert (shown["number"], shown["waiting"]) == (1, [])
