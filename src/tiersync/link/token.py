"""Invitations: one token to copy, good for one unit, seven days, and the first key that presents it."""

import base64
import json
from datetime import datetime, timedelta

from pydantic import Field, ValidationError

from tiersync.errors import BadToken
from tiersync.model.canonical import Value, digest, spell
from tiersync.model.report import Digest
from tiersync.model.unit import UnitCode

VALID_FOR = timedelta(days=7)
PREFIX = "tiersync1."


class Token(Value):
    """What an invitation says: where the parent is, for which unit, the secret, the expiry, the top's fingerprint."""

    url: str = Field(max_length=300)
    parent: UnitCode
    unit: UnitCode
    secret: str = Field(min_length=20, max_length=64)
    expires: datetime
    top: Digest
    parent_key: str = Field(max_length=43)

    @property
    def secret_digest(self) -> str:
        """What the parent keeps of the secret."""
        return digest(self.secret.encode())

    def text(self) -> str:
        """One line to hand over, with a checksum against slips of copying."""
        body = base64.urlsafe_b64encode(spell(self)).rstrip(b"=").decode()
        return f"{PREFIX}{body}.{digest(body.encode())[:8]}"


def read_token(text: str, now: datetime) -> Token:
    """The token written as `text`; raises BadToken when it is damaged, cut off or expired."""
    text = "".join(text.split())
    body, _, check = text.removeprefix(PREFIX).rpartition(".")
    if not text.startswith(PREFIX) or digest(body.encode())[:8] != check:
        raise BadToken(why_en="it is damaged or cut off; copy the whole line", why_zh="内容有误或不完整，请复制整行")
    try:
        token = Token.model_validate(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
    except (ValueError, ValidationError) as error:
        raise BadToken(why_en="it was made by another program", why_zh="由其他程序生成") from error
    if now > token.expires:
        day = f"{token.expires:%Y-%m-%d}"
        raise BadToken(why_en=f"it expired on {day}", why_zh=f"已于 {day} 过期")
    return token
