"""Web services: asked page by page, their answers as rows."""
