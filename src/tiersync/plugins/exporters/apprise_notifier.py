"""Reaches people by the services that Apprise knows: WeCom, DingTalk, Feishu, e-mail and many more."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from tiersync.errors import NotReached
from tiersync.plugins.hookspecs import Alarm

EXTRA = "apprise"


def tell(alarm: Alarm, addresses: tuple[str, ...]) -> None:
    """Send an alarm to every address; raises NotReached if one of them did not take it, and names none."""
    if not addresses:
        return
    try:
        make: Callable[[], Any] = import_module(EXTRA).Apprise
    except ImportError:
        raise NotReached(
            why_en="apprise is not installed: pip install 'tiersync[notify]'",
            why_zh="未安装 apprise：pip install 'tiersync[notify]'",
        ) from None
    line = make()
    known = [line.add(address) for address in addresses]
    took = line.notify(title=f"tiersync {alarm.unit}", body=f"{alarm.zh}\n{alarm.en}") if any(known) else False
    if not took or not all(known):
        raise NotReached(why_en="an address did not take it", why_zh="有地址未能送达")
