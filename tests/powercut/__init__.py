"""Power cuts on a real file system: what was acknowledged is there, and how much film is lost."""
