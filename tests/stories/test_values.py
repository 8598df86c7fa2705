"""Values as offices write them: taken where they can be read, and what was done to them is said."""

import json
from pathlib import Path

from tests.stories.office import found, identity, register, row, tiersync


def test_numbers_with_signs_among_their_digits_are_counted_and_said(tmp_path: Path) -> None:
    office = found(tmp_path / "office")
    spaced = row(5, id=f"{identity(5)[:6]} {identity(5)[6:14]}-{identity(5)[14:]}")
    quoted = row(6, id=f'="{identity(6)}"')
    office.source(register(4, spaced, quoted, row(7, id=f"{identity(7)}（已故）")))
    said = office.push("zh")
    assert "有 2 个证件号码去掉其中的空格、横线等字符后采用" in said.err + said.out
    assert office.seniors() == 6
    listed = json.loads(tiersync("quarantine", "list", "--dir", office.folder, "--json").out)
    assert [(one["row"], one["reason"]) for one in listed] == [(8, "signs_inside")]
    assert "号码中夹有空格或其他字符" in tiersync("quarantine", "list", "--dir", office.folder, lang="zh").out
