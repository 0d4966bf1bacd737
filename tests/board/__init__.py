"""What only a real board can show, as one list that is gone through with a person: `python -m tests.board`."""
