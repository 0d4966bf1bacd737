"""Segments and ops -> sealed bytes and back; all cryptography of the project, and only here."""
