"""Writes a report as cards: a line for each figure, its columns ended by a slash."""


def write(exported, path):
    with path.open("w", encoding="utf-8") as file:
        for words in (exported.headings, *(line.words for line in exported.lines)):
            file.write("/".join(words) + "\n")
