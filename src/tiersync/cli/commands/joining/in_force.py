"""The catalogue that is in force at a node; where there is no node, the packaged one."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.output import note
from tiersync.cli.terminal.words import say
from tiersync.errors import NoNode
from tiersync.host.opening import now

if TYPE_CHECKING:
    from tiersync.model.catalogue import Catalogue

CODE_LENGTH = 12


def catalogue_of(folder: Path) -> "tuple[Catalogue, str]":
    """The catalogue in force at the node in `folder`, and its home unit; where no folder was named and there is no
    node, the packaged one, so that the codes that `init` needs can be looked up."""
    from tiersync.views.catalogues import catalogue_in_force

    context = click.get_current_context()
    try:
        node = open_node(folder)
    except NoNode:
        if context.get_parameter_source("folder") is not click.core.ParameterSource.DEFAULT:
            raise
        return packaged()
    return catalogue_in_force(node, node.day_of(now())), node.home


def packaged() -> "tuple[Catalogue, str]":
    from tiersync.config.packaged import packaged_catalogue

    note(say("此处没有节点，以下为内置目录。", "There is no node here; this is the packaged catalogue."))
    catalogue = packaged_catalogue()
    return catalogue, catalogue.top
