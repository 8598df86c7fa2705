"""How a node's folder is made: the top of a network, or by an invitation."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tiersync.errors import BadSetting, NobodyToJoin, NodeExists, ParentDown
from tiersync.host.opening import new_store, now, settings_of, writing

if TYPE_CHECKING:
    from tiersync.config.settings import ServeSettings, Settings, StoreSettings
    from tiersync.link.dialogue.messages import Joined
    from tiersync.link.token import Token
    from tiersync.model.catalogue import Catalogue


def store_named(url: str, option: str = "--store") -> "StoreSettings":
    """What --store, or another option, says as a setting; raises BadSetting, as a tiersync.toml with it would."""
    from pydantic import ValidationError

    from tiersync.config.settings import StoreSettings
    from tiersync.model.wording import first_wrong

    try:
        return StoreSettings(url=url)
    except ValidationError as error:
        wrong = first_wrong(error)
        raise BadSetting(file=option, setting="url", why_en=wrong.en, why_zh=wrong.zh) from None


def refuse_existing(place: Path) -> None:
    """A folder that already holds a node is never made into another."""
    if (place / "tiersync.toml").exists():
        raise NodeExists(dir=place.resolve(), unit=settings_of(place).node.unit)


def found_top(place: Path, catalogue: "Catalogue", settings: "Settings") -> None:
    """Make the top node of a network in `place`."""
    from tiersync.config.written import write_settings
    from tiersync.flow.joining.found import found
    from tiersync.flow.node import Node
    from tiersync.host.keys import make_keys, write_offline_copy

    keys = make_keys(place)
    found(Node(settings.node.unit, new_store(place, settings), keys), catalogue, now())
    write_offline_copy(place)
    (place / "plugins").mkdir(exist_ok=True)
    write_settings(place, settings)


class Joining(NamedTuple):
    """How a node that joins is set up: where it serves, whether plain http is allowed, where its database is, and what
    it has nothing of."""

    serve: "ServeSettings"
    insecure: bool = False
    store: "StoreSettings | None" = None
    nil: tuple[str, ...] = ()

    def settings(self, invitation: "Token") -> "Settings":
        """The settings of the node that a token invites."""
        from tiersync.config.settings import NodeSettings, ParentSettings, Settings, StoreSettings

        node = NodeSettings.model_validate({"unit": invitation.unit, "nil": self.nil})
        parent = ParentSettings(url=invitation.url, insecure=self.insecure)
        return Settings(node=node, parent=parent, serve=self.serve, store=self.store or StoreSettings())


def join_parent(place: Path, token: str, joining: Joining) -> "tuple[Token, Joined]":
    """Make the node in `place` out of an invitation: ask, check every charter, and remember all of it."""
    from tiersync.config.written import write_settings
    from tiersync.flow.joining.found import ask_to_join, settle_in
    from tiersync.host.keys import make_keys
    from tiersync.link.token import read_token
    from tiersync.web.client import http_ask

    refuse_existing(place)
    invitation = read_token(token, now())
    settings = joining.settings(invitation)
    ask = http_ask(invitation.url, joining.insecure)
    keys = make_keys(place)
    with writing(place):
        store = new_store(place, settings)  # The invitation is used up only when there is a place for what it brings.
        try:
            joined, envelopes = ask_to_join(keys, invitation, ask)
        except ParentDown as error:
            raise NobodyToJoin(**error.fields) from error
        settle_in(store, keys, invitation, joined, envelopes, now())
        (place / "plugins").mkdir(exist_ok=True)
        write_settings(place, settings)
    return invitation, joined
