"""Exporters and the notifier that tiersync itself brings."""
