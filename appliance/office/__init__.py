"""The office's end: what comes home is checked, archived, answered for, and erased when it must be (FORMAT 11, 12)."""
