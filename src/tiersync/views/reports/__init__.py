"""Reports as people read them: their list, all that one is made of, its figures, and one indicator of many units."""
