"""Fieldreel: records a home visit, seals it as it is written, and carries it home."""
