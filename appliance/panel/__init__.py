"""The two buttons, the lamp and the buzzer on the box: Protocol, real adapter, bench adapter."""
