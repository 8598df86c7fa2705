"""Characters that nobody sees: control, direction and zero-width ones, which make a text show something else."""

import re

# Written so that Python and JSON Schema read the same; half of a surrogate pair comes from names that are no UTF-8.
CLASS = (
    r"\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
)  # fmt: skip
HIDDEN = re.compile(rf"[{CLASS}\ud800-\udfff\U000e0000-\U000e007f]")


def escaped_line(text: str) -> str:
    """A text with its hidden characters spelled out, line breaks among them: what it shows is all that it holds."""
    return HIDDEN.sub(_spelled, text)


def escaped(text: str) -> str:
    """A text of many lines with its hidden characters spelled out; its line breaks and tabs stay."""
    if not HIDDEN.search(text):
        return text
    return HIDDEN.sub(lambda found: found[0] if found[0] in "\n\t" else _spelled(found), text.replace("\r\n", "\n"))


def _spelled(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]
