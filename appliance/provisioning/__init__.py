"""What the office prepares for a box before it goes out: its card's folder and the papers that go with it."""
