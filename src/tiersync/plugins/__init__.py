"""THE DOORS: how records get in. Hookspecs, manifests, mapping, worker and the built-in source kinds."""
