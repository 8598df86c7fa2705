"""How states and steps of a report are called, and what an error says of a step that is not possible."""

from collections.abc import Mapping

from tiersync.errors import NotPossibleNow
from tiersync.flow.review.reviewed import ReviewedReport
from tiersync.link.life import ReviewState, ReviewStep
from tiersync.link.review import possible
from tiersync.model.text import Text

STATES: Mapping[ReviewState | None, Text] = {
    None: Text("未报送", "not filed"),
    ReviewState.DRAFT: Text("为草稿", "a draft"),
    ReviewState.CHECKED: Text("已自审", "checked"),
    ReviewState.SENT: Text("已上报，对方尚未收到", "sent and not received yet"),
    ReviewState.RECEIVED: Text("待审核", "received and not reviewed yet"),
    ReviewState.RETURNED: Text("已退回修改", "returned"),
    ReviewState.ACCEPTED: Text("已验收", "accepted"),
    ReviewState.CORRECTING: Text("准予更正", "being corrected"),
    ReviewState.LOCKED: Text("已锁定", "locked"),
    ReviewState.REPLACED: Text("已被新版本取代", "replaced"),
}
STEPS: Mapping[ReviewStep, Text] = {
    ReviewStep.CHECK: Text("自审", "checked"),
    ReviewStep.EDIT: Text("修改草稿", "edited"),
    ReviewStep.SUBMIT: Text("上报", "submitted"),
    ReviewStep.RECALL: Text("撤回", "recalled"),
    ReviewStep.RECEIVE: Text("接收", "received"),
    ReviewStep.RETURN: Text("退回", "returned"),
    ReviewStep.ACCEPT: Text("验收", "accepted"),
    ReviewStep.GRANT: Text("准予更正", "granted a correction"),
    ReviewStep.LOCK: Text("锁定", "locked"),
    ReviewStep.UNLOCK: Text("解锁", "unlocked"),
    ReviewStep.REPLACE: Text("报送新版本", "replaced by a new revision"),
}
PARTS = {"own": Text("本级", "own part"), "total": Text("合计", "total")}
NONE = Text("无", "nothing")


def not_possible(one: ReviewedReport, step: ReviewStep) -> NotPossibleNow:
    """Why a step cannot be taken with a report as it stands, and which can."""
    can = [STEPS[other] for other in possible(one.state)] if one.state else [STEPS[ReviewStep.GRANT]]
    state, part = STATES[one.state], PARTS[one.key.part]
    return NotPossibleNow(
        form=one.key.form, period=one.key.period, unit=one.key.unit, part=part.en,
        state_zh=state.zh, state_en=state.en, step_zh=STEPS[step].zh, step_en=STEPS[step].en,
        possible_zh="、".join(text.zh for text in can) or NONE.zh,
        possible_en=", ".join(text.en for text in can) or NONE.en,
    )  # fmt: skip
