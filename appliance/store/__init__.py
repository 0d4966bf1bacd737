"""Sealed bytes to disk: the only station that writes below the home, and it can open nothing that it writes."""
