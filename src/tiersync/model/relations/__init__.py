"""Relations (审核关系) as offices write them: `3<=2`, `表二:16=表三26`, `P07<=P05<=P04`."""
