import pytest

from appliance.errors import BadInput
from appliance.visit.session import MINUTE_US, Arming, Purpose


def test_an_empty_request_is_an_ordinary_film() -> None:
    arming = Arming.read({})
    assert arming == Arming(None, Purpose.FILM, discreet=False)
    assert arming.target_us == 10 * MINUTE_US
    assert arming.limit_us == 60 * MINUTE_US


def test_a_review_has_no_target_unless_one_is_asked_for() -> None:
    assert Arming.read({"purpose": "review"}).target_us is None
    assert Arming.read({"purpose": "review"}).limit_us == 120 * MINUTE_US
    assert Arming.read({"purpose": "review", "target_min": 30}).target_us == 30 * MINUTE_US


@pytest.mark.parametrize(
    "request_",
    [
        {"family": "Jansen"},
        {"family": 17},
        {"family": "F-017\n"},
        {"purpose": "party"},
        {"discreet": "yes"},
        {"target_min": 0},
        {"target_min": 61},
        {"target_min": 7.5},
        {"target_min": True},
        {"purpose": ["film"]},
        {"visit": 5},
        {"visit": "0" * 32},
    ],
)
def test_what_cannot_be_taken_is_named(request_: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        Arming.read(request_)
