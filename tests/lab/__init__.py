"""A disk that remembers every write, and the power cuts rebuilt from it."""
