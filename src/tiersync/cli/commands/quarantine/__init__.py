"""The command `quarantine`: refused rows and rows in doubt, in words and as a workbook."""
