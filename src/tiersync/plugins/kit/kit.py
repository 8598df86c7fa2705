"""The kit: every check in order, and what each found."""

from collections.abc import Iterator

from tiersync.errors import TiersyncError
from tiersync.plugins.kit import faults, growth, plays, reads, sound
from tiersync.plugins.kit.bench import Bench
from tiersync.plugins.kit.check import Check, Problem, Result

Group = tuple[Check, ...]

STATIC: tuple[Group, ...] = (sound.CHECKS,)
GROUPS: tuple[Group, ...] = (
    sound.CHECKS,
    faults.OWN,
    reads.CHECKS[:1],
    (*reads.CHECKS[1:], *plays.CHECKS, *growth.CHECKS),
)
"""Each group stands on the one before it: what cannot be read as expected need not be tried with its columns moved."""

CHECKS: Group = tuple(check for group in GROUPS for check in group)


def examine(bench: Bench, groups: tuple[Group, ...] = GROUPS) -> Iterator[Result]:
    """Each check with what it found. A plugin that fails while it is tried has failed that check."""
    stands = True
    for group in groups:
        results = [look(check, bench) if stands else Result(check, tried=False) for check in group]
        stands = all(result.passed for result in results)
        yield from results


def look(check: Check, bench: Bench) -> Result:
    """What one check found."""
    try:
        found = list(check.look(bench))
        wrong, said = ([one for one in found if one.only_said == which] for which in (False, True))
        return Result(check, tuple(wrong), remarks=tuple(said))
    except TiersyncError as error:
        return Result(check, (Problem(error.say("zh"), error.say("en")),))
