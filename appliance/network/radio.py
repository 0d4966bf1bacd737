"""What the box's network is asked of: its one radio.

Apart so that modes can be tested without one.
"""

from typing import Protocol


class Radio(Protocol):
    def own(self) -> str | None:
        """Bring up the box's own Wi-Fi; the name of the profile that is up, None where none could be."""
        ...

    def join(self) -> bool:
        """Leave it and join any network that the box was given; whether that worked."""
        ...

    def given(self) -> bool:
        """Whether there is any network to join."""
        ...

    def rest(self) -> None:
        """Leave whatever the radio is on."""
        ...

    def up(self) -> str | None:
        """The name of the own profile that is up now; None: none of them."""
        ...

    def phones(self) -> int | None:
        """How many phones are on the box's own Wi-Fi; None where nobody can say."""
        ...
