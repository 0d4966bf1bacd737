"""What a visit is, pure: states, sessions, and what the lamp and the buzzer say about them."""
