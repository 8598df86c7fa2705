"""A text in the two languages of the offices; whoever reads it is asked which."""

from collections.abc import Iterable
from typing import NamedTuple


class Text(NamedTuple):
    """The same thing said in Chinese and in English."""

    zh: str
    en: str

    def say(self, lang: str) -> str:
        """The text in one language: `zh`, or English for any other."""
        return self.zh if lang == "zh" else self.en


EMPTY = Text("", "")


def plain(said: str) -> Text:
    """What is the same in both languages: a name, a code, a number."""
    return Text(said, said)


def join(texts: Iterable[Text], zh: str = "、", en: str = ", ") -> Text:
    """Texts after each other, with what each language puts between them."""
    each = list(texts)
    return Text(zh.join(text.zh for text in each), en.join(text.en for text in each))
