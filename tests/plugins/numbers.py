"""Made-up identity numbers, in a module that starts at once: the services of the tests are processes of their own."""

from tiersync.model.identity import check_character


def identity(serial: int, born: str = "19310203") -> str:
    """A made-up identity number of the unassigned region 3799."""
    digits = f"379901{born}{serial:03d}"
    return digits + check_character(digits)
