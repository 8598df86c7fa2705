"""The demo: a made-up city of fifteen offices plays the whole sentence, up and down, on this machine."""
