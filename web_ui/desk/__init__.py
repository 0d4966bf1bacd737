"""The pages of the desk: what the office sees in a browser; the film and its moments are shown as on a box."""
