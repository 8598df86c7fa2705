"""A text in the two languages of the offices; whoever reads it is asked which."""

from typing import NamedTuple


class Text(NamedTuple):
    """The same thing said in Chinese and in English."""

    zh: str
    en: str

    def say(self, lang: str) -> str:
        """The text in one language: `zh`, or English for any other."""
        return self.zh if lang == "zh" else self.en
