"""FORMAT.md section 8 by example: what fold.json holds folds to the state beside it, in whatever order it comes."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from appliance.practice.fold import SessionView, fold

VECTOR: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "format" / "fold.json").read_text(encoding="utf-8")
)


def told(view: SessionView) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(json.dumps(asdict(view)))
    del state["id"]
    assert state.pop("visit") is None, "the vector is older than visits"
    return state | {"undone": {each.moment.id: list(each.undos) for each in view.undone}}


@given(st.permutations(VECTOR["ops"]))
def test_the_ops_fold_to_the_state(ops: list[dict[str, Any]]) -> None:
    assert {id_: told(view) for id_, view in fold(ops).sessions.items()} == VECTOR["state"]
