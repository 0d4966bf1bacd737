"""Packets in, one-second segments of fragmented MP4 out; pure: no clock, no disk, no thread."""
