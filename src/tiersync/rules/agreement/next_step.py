"""What to do next about a finding: for every reason whose turn it is, in Chinese and English."""

from typing import NamedTuple

from tiersync.model.finding import Finding, Reason


class Step(NamedTuple):
    """What somebody does next; `explains` says that the reason accounts for the difference by itself."""

    zh: str
    en: str
    explains: bool = False


STEPS: dict[Reason, Step] = {
    "missing_child": Step(
        "{unit} 的报表尚未收到。请催报；收到后 {node} 重新 tiersync push。",
        "No report of {unit} has arrived. Remind them; once it is here, {node} pushes again.",
        explains=True,
    ),
    "late": Step(
        "{unit} 逾期上报。请 {node} 收入后重新汇总。",
        "{unit} reported late. {node} adds it with its next push.",
        explains=True,
    ),
    "returned": Step(
        "{unit} 的报表已被退回。请该单位更正后重报。",
        "The report of {unit} was returned. They correct it and push again.",
        explains=True,
    ),
    "revision_behind": Step(
        "{unit} 有更新的版本（{held}），仍按 {sent} 计算。请 {node} 运行 tiersync push。",
        "{unit} has a newer revision ({held}) than the one in use ({sent}). {node} runs tiersync push.",
        explains=True,
    ),
    "in_transit": Step(
        "{node} 发给 {unit} 的内容尚无回执（发 {sent}，回执 {held}），线路恢复后自动补发，也可在 {node} 运行 "
        "tiersync push。",
        "{unit} has not answered for all that {node} sent (sent {sent}, receipted {held}). It goes again when the line "
        "is back; or {node} pushes.",
        explains=True,
    ),
    "sent_not_held": Step(
        "{node} 发出或引用的 {unit} 的内容不在本节点（发 {sent}，存 {held}）。请 {node} 运行 "
        "tiersync push --period {period}。",
        "What {node} sent or named of {unit} is not held here (sent {sent}, held {held}). {node} runs tiersync push "
        "--period {period}.",
    ),
    "held_not_sent": Step(
        "{node} 没有发出 {unit} 这一内容的记录（发 {sent}，存 {held}），可能恢复过旧副本。请其 push。",
        "Held of {unit}: {held}; known as sent at {node}: {sent}. It may be an older copy: {node} pushes again.",
    ),
    "altered": Step(
        "{node} 保存的报表与签发的不符（签发 {sent}，现存 {held}）。该节点下次 tiersync push 时从上下级取回原件，"
        "也可运行 tiersync db heal；请查明是谁改动的。",
        "{node} keeps {held} where {sent} was sealed. Its next tiersync push, or tiersync db heal there, brings a good "
        "copy back from a neighbour; find out who changed it.",
    ),
    "catalogue_differs": Step(
        "{unit} 的报告按目录 {sent} 编制，该统计期适用目录 {held}，暂不计入合计。请 {node} 先 tiersync pull 取得目录，"
        "再 tiersync push 重报。",
        "The report of {unit} was made by catalogue {sent}, and its period asks for {held}: it is in no total. {node} "
        "gets that catalogue with tiersync pull, then runs tiersync push.",
        explains=True,
    ),
    "duplicate_person": Step(
        "同一人登记两次。请 {unit} 核实归属后更正登记。",
        "The same person is filed twice. {unit} settles where they belong and corrects the file.",
        explains=True,
    ),
    "unit_moved": Step(
        "{unit} 在该期末不属于此上级。请与目录管理员核对单位树；{node} 重新汇总。",
        "{unit} did not lie below this unit at the period's end. Check the tree; {node} totals again.",
        explains=True,
    ),
    "adjustment": Step(
        "差额为上级已公开的调整，无需处理。",
        "The difference is an adjustment that the unit above made openly.",
        explains=True,
    ),
    "rounding": Step("差额为四舍五入，无需处理。", "The difference is rounding; nothing is to be done.", explains=True),
    "unallocated": Step(
        "分组之和小于总数，差额单列为未分配。请 {unit} 补全分组。",
        "The groups fall short of the total; the rest is shown as unallocated. {unit} completes the groups.",
        explains=True,
    ),
    "key_changed": Step(
        "{unit} 更换了密钥而旧密钥没有副署。请向该单位核实后运行 tiersync finding settle。",
        "The key of {unit} changed and the old key did not countersign. Ask them, then run tiersync finding settle.",
    ),
    "two_revisions": Step(
        "{unit} 的同一版本有两种内容（{sent} / {held}）。请 {node} 说明，并以新版本重报。",
        "One revision of {unit} exists with two contents ({sent} / {held}). {node} explains and files a new revision.",
    ),
    "restored": Step(
        "{unit} 的节点恢复过旧副本，恢复次数已加一。请核对其丢失的内容后运行 tiersync finding settle。",
        "The node of {unit} was put back to an older copy. See what is gone, then run tiersync finding settle.",
        explains=True,
    ),
    "two_places": Step(
        "有两台机器以 {unit} 的名义连接，{node} 暂不接收其数据。请该单位停用多余的一台，再由 {node} 运行 "
        "tiersync link resume {unit}；拿不准时重新邀请（tiersync invite {unit}）。",
        "Two machines speak as {unit}, and {node} takes nothing from either. {unit} stops the one that is not meant, "
        "then {node} runs tiersync link resume {unit}; in doubt it invites the right one: tiersync invite {unit}.",
    ),
    "plugin_failed": Step(
        "{unit} 的插件未能完成读取。请该单位检查插件和数据源后重新运行 tiersync ingest。",
        "A plugin of {unit} did not finish reading. They check plugin and source, then run tiersync ingest.",
    ),
    "headers_changed": Step(
        "{unit} 的数据源表头有变化。请该单位核对映射后重新运行 tiersync ingest。",
        "The headings of a source of {unit} changed. They check the mapping, then run tiersync ingest.",
    ),
    "column_speaks": Step(
        "{breakdown}：“{sent}”列有 {held} 行写有去世、迁出等字样，该列未读取，这些人仍计入。"
        "请运行 tiersync plugin infer 核对；要按该列判断，用 --map 重建插件；"
        "确认不看，在 mapping.lock 的 settled 中写明该列。",
        "{breakdown}: {held} rows of the column {sent} say that somebody died or left; it is not read, and they count. "
        "See tiersync plugin infer; make the plugin again with --map to go by it, or name the column under settled in "
        "mapping.lock to leave it aside.",
        explains=True,
    ),
    "sum_differs": Step(
        "{breakdown}：{sent} 处合计与逐行读到的不符（合计≠读到，文件及行）：{held}。统计按逐行读到的计。"
        "请报送人核对更正；确认合计有误，用 tiersync finding settle 注明。",
        "{breakdown}: {sent} sums differ from what was read (stated≠read, file and row): {held}. What was read row by "
        "row counts. Whoever filed it looks and corrects it; if the sum is wrong, say so: tiersync finding settle.",
        explains=True,
    ),
    "rows_vanished": Step(
        "{unit} 的数据源行数骤减。请该单位确认文件完整后重新运行 tiersync ingest。",
        "Many rows of a source of {unit} are gone. They make sure that the file is whole, then run tiersync ingest.",
    ),
    "unit_gone": Step(
        "{breakdown} 不再列出 {unit}，暂用 {sent} 的 {held} 行（推算）。请核对名册；"
        '确无此单位的人员时，在 plugin.toml 中写 covers = "all"。',
        "{breakdown} names {unit} no more; its {held} rows of {sent} stand for now, imputed. Check the list; if "
        'nobody is there, write covers = "all" in plugin.toml.',
        explains=True,
    ),
    "time_left": Step(
        "{breakdown}：{held} 中的日期超出文件名或标题所写的时间，未列的月份不按 0 计。"
        '请更正文件名，或在 plugin.toml 中写 span = "month"。',
        "{breakdown}: dates in {held} lie outside of the time that its name or title states, so nothing is 0 by it. "
        'Correct the name, or write span = "month" in plugin.toml.',
        explains=True,
    ),
    "few_rows": Step(
        "{unit} 的名册只有 {held} 行，同级单位的中位数为 {sent} 行，数据暂定。"
        "请核对；确实无误时运行 tiersync finding settle。",
        "The list of {unit} has {held} rows, that of the middle one of its sisters {sent}: its figures are "
        "provisional. Check it; if it is right, run tiersync finding settle.",
        explains=True,
    ),
    "not_alive": Step(
        "有 {held} 行写的是 {unit}，而该单位当时不存在，未计入任何单位，{sent} 起的合计不完整。"
        "请在数据源中改为现单位。",
        "{held} rows name {unit}, which did not exist on their day: no unit counts them, and totals from {sent} up "
        "are partial. Name their present unit in the source.",
        explains=True,
    ),
    "closed_since": Step(
        "有 {held} 行写的是 {unit}，发生时该单位还在，期末已撤销，未计入任何单位，{sent} 起的合计不完整。"
        "如有承接的单位，请在数据源中改为该单位。",
        "{held} rows name {unit}, which was there on their day and was closed by the end of the period: no unit counts "
        "them, and totals from {sent} up are partial. If another unit took its place, name that one in the source.",
        explains=True,
    ),
    "not_entering": Step(
        "有 {held} 行写的是 {unit}，而该层级不填报此指标，未计入任何单位，{sent} 起的合计不完整。"
        "请在数据源中写明具体社区（村）。",
        "{held} rows name {unit}, whose tier does not enter the figure: no unit counts them, and totals from {sent} "
        "up are partial. Name their community in the source.",
        explains=True,
    ),
    "unlike_records": Step(
        "{breakdown} 中有 {sent} 个主键各对应几条内容不同的记录，暂取最后一条（位置：{held}）。"
        "请核实后更正；如主键选得不当，请修改 plugin.toml 中的 key。",
        "In {breakdown}, {sent} keys stand in rows that differ; the last of each counts ({held}). "
        "Find out which is right; if rows share a key by rights, change key in plugin.toml.",
    ),
    "listed_twice": Step(
        "{breakdown} 中有 {sent} 条与另一个插件所列的相同或相近（位置：{held}）：内容全同的只计一次，其余两处都计。"
        "请核实；确为同一件的，从一处删去；确为两件的，运行 tiersync finding settle。",
        "In {breakdown}, {sent} records are listed by another plugin too, or nearly ({held}): those equal in all count "
        "once, the others twice. If they are one, take it out of a list; if they are two, run tiersync finding settle.",
    ),
    "paid_twice": Step(
        "{breakdown} 中有 {sent} 笔发放与另一笔人、项目、所属期、金额、日期全同（位置：{held}）。"
        "均已计入发放金额。请核实；重复的请追回并登记。",
        "In {breakdown}, {sent} payments are those of another row: person, scheme, period, amount, day ({held}). "
        "All are counted as paid. Find out; what was paid twice is recovered and entered.",
    ),
    "paid_after_death": Step(
        "{breakdown} 中有 {sent} 人身故后仍有发放（位置：{held}）。请核实死亡日期；多发的请追回并登记。",
        "In {breakdown}, {sent} persons were paid after their death ({held}). "
        "Check the day of death; what was paid too much is recovered and entered.",
    ),
    "after_acceptance": Step(
        "{unit} 的报告验收（或锁定）后，未经准予又报来新版本，合计已按新版本计算。"
        "请查看 tiersync report diff {unit}，验收或退回，再运行 tiersync finding settle。",
        "{unit} sent another revision over one that was accepted or locked, without leave; totals add the new one. "
        "Look at tiersync report diff {unit}, accept it or return it, then tiersync finding settle.",
    ),
    "outside_band": Step(
        "{breakdown} 中有 {sent} 笔发放的对象，在发放日和所属期首日都不在该项待遇的年龄段（位置：{held}）。"
        "请核实出生日期和档次；多发的请追回并登记。",
        "In {breakdown}, {sent} payments went to persons outside the age band of the scheme, on the day of payment and "
        "on the first day it was for ({held}). Check the birth date and the band; what was paid too much is recovered.",
    ),
    "two_bands": Step(
        "{breakdown} 中有 {sent} 条在享记录的对象同时享有两个年龄段的待遇（位置：{held}）。请停发其中不符的一档。",
        "In {breakdown}, {sent} entitlements in force are of persons who have those of two age bands at once ({held}). "
        "End the one that does not fit.",
    ),
    "contradicts": Step(
        "{unit} 的同一个数申报了不同的值（{sent} / {held}），暂按缺报处理。请 {node} 确定一个，更正数据源后 push。",
        "One figure of {unit} is declared as {sent} and as {held}, so neither counts. {node} decides on one, corrects "
        "the source and pushes.",
    ),
    "differs_from_declared": Step(
        "{unit} 申报 {sent}，台账统计为 {held}，以统计数为准。请 {node} 核实台账或更正申报数后 push。",
        "{unit} declared {sent} where {held} was counted; what was counted stands. {node} mends the register or the "
        "declared figure and pushes.",
    ),
    "unexplained": Step(
        "{node} 签发的 {unit} 的数为 {sent}，按其所列部分重算为 {held}。请 {node} 说明并重新汇总上报。",
        "{node} sealed {sent} for {unit}; its parts come to {held}. {node} explains and files the total again.",
    ),
}


MOVED = Step(
    "{unit} 在 {period} 内由 {sent} 转归 {held}（划转、合并、拆分或重编代码）。本期起计入新的上级，此前各期仍在原上级，"
    "两期之差由此而来，无需处理。",
    "{unit} went from {sent} to {held} within {period} (moved, merged, split or recoded). From this period on it is in "
    "the totals of where it went, before in those of where it was: that is the difference, and nothing is to be done.",
    explains=True,
)  # what is said of the unit itself, and of no total that adds it in the wrong place
OF_PUBLISHED: dict[Reason, Step] = {
    "missing_child": Step(
        "{unit} 对外公布 {sent}，本网统计为 {held}，下级报表尚未收齐。收齐后再核对。",
        "{unit} published {sent}; counted here is {held}, as reports are missing. Compare again once they came.",
        explains=True,
    ),
    "contradicts": Step(
        "{unit} 对外公布过不同的数（{sent} / {held}）。请 {node} 查明以哪个为准，更正数据源。",
        "{unit} published {sent} and {held}. {node} finds out which of them holds, and corrects the source.",
    ),
    "unexplained": Step(
        "{unit} 对外公布 {sent}，本网统计为 {held}。请 {node} 说明差异，或更正公布数。",
        "{unit} published {sent}; counted here is {held}. {node} explains it, or corrects what is published.",
    ),
}


def next_step(finding: Finding) -> tuple[str, str]:
    """Whose turn it is and what to do about this finding, in Chinese and in English."""
    told = finding.model_dump() | {"sent": finding.sent or "—", "held": finding.held or "—"}
    step = _step(finding)
    return step.zh.format(**told), step.en.format(**told)


def is_explained(finding: Finding) -> bool:
    """Whether its reason accounts for the difference; if not, somebody has to find out."""
    return _step(finding).explains


def _step(finding: Finding) -> Step:
    if finding.reason == "unit_moved" and finding.revision is None:
        return MOVED
    of_level = OF_PUBLISHED if finding.level == "published" else STEPS
    return of_level.get(finding.reason, STEPS[finding.reason])
