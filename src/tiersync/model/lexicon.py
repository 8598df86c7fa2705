"""The lexicon: by which words offices head their columns, and by which words they write codes."""

from tiersync.model.canonical import Value


class Lexicon(Value):
    """`headers`: record -> a header, plainly spelled -> field. `words`: code list -> a word -> code."""

    headers: dict[str, dict[str, str]]
    words: dict[str, dict[str, str]]
