"""The line of a node to the unit above: whether it is reached and why not, its certificate, and both clocks."""

from tiersync.flow.clock import judged_now
from tiersync.host.doctor.patient import Found, Patient, look, ok, wrong
from tiersync.model.text import Text
from tiersync.rules.calendar.clock import against_clock
from tiersync.web.reach import certificate_ends, reach

SOON = 21  # days before a certificate ends


def clock(patient: Patient) -> Found:
    """Whether this machine's clock may be believed."""
    node = patient.opened()
    judged = judged_now(node, patient.now)
    if not judged.witnesses:
        return ok("与上级一致，或没有可比对的时间", "nobody speaks against it")
    said, todo = against_clock(judged, node.day_of), Text("校准本机时钟", "set the clock of this machine")
    return wrong(said, todo) if judged.is_wrong else look(said, todo)


def parent(patient: Patient) -> Found:
    """Whether the unit above is reached, and why not."""
    url = patient.settings.parent.url
    if not url:
        return ok("最上级，没有上级节点", "this is the top")
    if not patient.asks:
        return ok("未尝试", "not tried")
    reach(url, patient.settings.parent.insecure)  # raises what keeps it from being reached
    return ok(f"{url} 可以访问", f"{url} is reached")


def certificate(patient: Patient) -> Found:
    """How long the certificate of the unit above is valid."""
    url = patient.settings.parent.url
    if not url.startswith("https://") or not patient.asks:
        return ok("不适用", "does not apply")
    days = (certificate_ends(url) - patient.now).days
    said = Text(f"上级的证书还有 {days} 天到期", f"the certificate of the unit above ends in {days} days")
    if days < SOON:
        return look(said, Text("请上级更换证书", "ask the unit above to renew it"))
    return "ok", said, Text("", "")


LOOKS_OF_OPEN = {
    "clock": (Text("时钟", "clock"), clock),
    "parent": (Text("上级", "unit above"), parent),
    "certificate": (Text("证书", "certificate"), certificate),
}
