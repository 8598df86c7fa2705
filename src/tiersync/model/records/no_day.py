"""Why a text is no day: nothing like one, or nearly one in a way that somebody can mend."""

import re

UNCLEAR = {
    "year_only": re.compile(r"[12][0-9]{3}年?|(中华)?民国\s*[0-9〇零元一二三四五六七八九十廿卅]+\s*年?"),
    "day_or_month_first": re.compile(r"[0-9]{1,2}\s*[-/.]\s*[0-9]{1,2}\s*[-/.]\s*[12][0-9]{3}"),
    "nought_lost": re.compile(r"[12][0-9]{3}\.1|[0-9]{1,2}\.[1-3]"),
    "day_or_span": re.compile(r"([12][0-9]{3}\s*[/.年]\s*)?[0-9]{1,2}\s*[-~—–]\s*[0-9]{1,2}\s*[月日号]?"),
    "no_year": re.compile(r"(1[0-2]|0?[1-9])\s*(月\s*([0-9]{1,2}\s*[日号]?)?|[-/.]\s*[0-9]{1,2})"),
    "day_number": re.compile(r"[0-9]{4,5}(\.[0-9]+)?"),
}  # What is wrong with a text that is nearly a date, by the reason code.


def why_no_day(text: str) -> str:
    """The reason code why a text that is no date is none."""
    return next((reason for reason, shape in UNCLEAR.items() if shape.fullmatch(text)), "impossible_date")
