"""Values as offices write them: dates, approximate figures, ticks, remarks, units by name."""
