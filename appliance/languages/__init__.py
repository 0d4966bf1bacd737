"""The languages that box and desk speak: each a file of sentences beside their English."""
