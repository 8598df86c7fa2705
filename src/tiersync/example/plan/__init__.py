"""The plan: every number of the city that is settled before the first person is made up."""
