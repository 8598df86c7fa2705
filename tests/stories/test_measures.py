"""万元: money whose measure stands in a title alone is not guessed, and the run says why."""

from pathlib import Path

from tests.stories.office import UNIT, found, identity, tiersync
from tiersync.plugins.folder.trust import enable_all

MANIFEST = """
[plugin]
id = "paid"
name = "发放表"
version = "1.0.0"
api = 1
unit = "{unit}"

[[stream]]
record = "benefit"
key = ["id_number"]
[stream.source]
kind = "csv"
path = "inbox/*"
[stream.map]
id_number = "身份证号"
unit = "社区"
kind = {{ constant = "payment" }}
scheme = {{ constant = "allow_90" }}
paid_on = {{ from = "发放日期", parse = "date" }}
amount = {amount}
"""


def test_amounts_below_a_title_in_ten_thousands_are_refused_until_somebody_says_what_they_are(tmp_path: Path) -> None:
    office = found(tmp_path / "office")
    place = office.folder / "plugins" / "paid"
    (place / "inbox").mkdir(parents=True)
    lines = ["补贴发放表 单位：万元", "身份证号,社区,发放日期,金额"]
    lines += [f"{identity(at)},{UNIT},2013-05-0{at},0.03" for at in (1, 2, 3)]
    (place / "inbox" / "2013年发放表.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (place / "plugin.toml").write_text(MANIFEST.format(unit=UNIT, amount='"金额"'), "utf-8")
    enable_all(office.folder / "plugins")
    office.push()
    said = tiersync("quarantine", "list", "--dir", office.folder, lang="zh").out
    assert "请在表头注明" in said
    manifest = MANIFEST.format(unit=UNIT, amount='{ from = "金额", times = 10000 }')
    (place / "plugin.toml").write_text(manifest, "utf-8")
    enable_all(office.folder / "plugins")
    office.push()
    assert "请在表头注明" not in tiersync("quarantine", "list", "--dir", office.folder, lang="zh").out
