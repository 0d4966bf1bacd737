"""Every scene there is. Apart so that scenes of one area can stand in a file of their own."""

from typing import Final

from tests.pages.scenes import SCENES, Scene
from tests.pages.screen_scenes import SCREEN_SCENES

ALL: Final[tuple[Scene, ...]] = (*SCENES, *SCREEN_SCENES)
