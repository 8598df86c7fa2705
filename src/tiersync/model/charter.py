"""Charters: a parent's sealed word that a unit's node has this key from this number on."""

from typing import Annotated, Literal

from pydantic import Field

from tiersync.model.canonical import Value
from tiersync.model.limits import Counted, CountedFromOne, FromOne
from tiersync.model.unit import UnitCode

PublicKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]  # 32 bytes, base64url without padding


class Charter(Value):
    """`open` gives a unit's node its key, `renew` a new epoch, `close` ends the key after `last_number`.

    `earlier` holds the last numbers of the epochs before, from epoch 1 on: what a closed key sealed later is void.
    `tenure` counts the charters that opened or closed this unit's own node, this one included; a renewal keeps it.
    `countersigned` is the compact JWS of the old key over the new one; a key change without it is a finding.
    """

    kind: Literal["charter"] = "charter"
    unit: UnitCode
    event: Literal["open", "renew", "close"]
    key: PublicKey
    epoch: FromOne
    from_number: CountedFromOne = 1
    last_number: Counted | None = None
    earlier: tuple[Counted, ...] = Field(default=(), max_length=10_000)
    tenure: FromOne
    countersigned: str | None = Field(default=None, max_length=1000)

    def ends(self, epoch: int, number: int) -> bool:
        """Whether this charter closed the key before it could seal under that number."""
        if self.event != "close" or epoch > self.epoch:
            return False
        last = self.last_number if epoch == self.epoch else self.earlier[epoch - 1] if epoch <= len(self.earlier) else 0
        return last is not None and number > last
