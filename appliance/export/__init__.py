"""Opened to files that people keep, because they asked for them."""
