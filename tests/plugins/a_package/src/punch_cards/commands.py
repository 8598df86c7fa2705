"""The package's command."""

import click


@click.command(help="Count the cards")
def cards() -> None:
    click.echo("52 cards")
