"""What was seen in a film: the fold over all lanes' ops to sessions and their moments, and what it is asked."""
