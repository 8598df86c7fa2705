"""Notices: policies go down with their attachments, receipts come back."""
