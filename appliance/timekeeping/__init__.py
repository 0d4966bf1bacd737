"""What time it is, and who says so: Protocol, real adapter, bench adapter, and the program that keeps it."""
