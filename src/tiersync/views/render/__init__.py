"""Tables as files: CSV, a workbook, a page."""
