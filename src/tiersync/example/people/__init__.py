"""People: everybody of the city, a row for each, who holds every margin exactly."""
