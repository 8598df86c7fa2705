"""Many indicators of many units over many periods, as they stand now or stood on a day."""
