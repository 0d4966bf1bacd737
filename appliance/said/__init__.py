"""What is said in clear and signed, and whom to believe in what (FORMAT 10 and 12)."""
