"""Heat, power and clock: Protocol, real adapter, bench adapter."""
