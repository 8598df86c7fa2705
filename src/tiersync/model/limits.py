"""How large a number and how far a moment may be, so that every database holds it and every JSON reader reads it."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

LARGEST_SMALL = 2**31 - 1  # an INTEGER column
LARGEST_EXACT = 2**53  # Above this, JSON readers elsewhere round numbers; larger values travel as text.
LARGEST_STORED = 2**63 - 1  # a BIGINT column

Small = Annotated[int, Field(ge=0, le=LARGEST_SMALL)]
FromOne = Annotated[int, Field(ge=1, le=LARGEST_SMALL)]
Counted = Annotated[int, Field(ge=0, le=LARGEST_EXACT)]
CountedFromOne = Annotated[int, Field(ge=1, le=LARGEST_EXACT)]
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(3000, 1, 1, tzinfo=UTC))
]  # Beyond these, turning a moment into UTC may fail.
