"""Tools: what makes documents, schemas and messages of the source, for whoever changes it."""
