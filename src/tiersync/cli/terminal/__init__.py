"""The terminal: words in the language of this run, tables, options, progress, files for people."""
