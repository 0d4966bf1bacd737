"""Disk to opened, in memory only: nothing of this station writes what it opened anywhere."""
