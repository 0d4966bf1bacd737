"""From a phone's tap to its being durable, while the box records; beside a bare synced write of as many bytes."""

import time
import uuid
from typing import Any, Final

from appliance.sealing.identities import HybridIdentity
from tests.bench.context import Context
from tests.bench.pages import box_with_pages, paired
from tests.bench.row import Row
from tests.bench.synced import MS, acknowledged
from tests.process.box import now_us
from tests.web.phone import Phone

ERROR_MS: Final = 2


def measure(context: Context) -> Row:
    taps = context.pick(200, 6)
    with context.scratch() as folder, box_with_pages(folder, context.profile, HybridIdentity.generate()) as box:
        phone = paired(box)
        box.start_film()
        boot = phone.read("/api/clock")["boot"]

        def tap(n: int) -> float:
            return _tap_ms(phone, boot, "star" if n % 3 else "moment")

        found = acknowledged(tap, box.home, "web", folder / "peer", taps)
        sync_ms = box.status()["film"]["sync_ms"]
        phone.hang_up()
        box.stop_film()
    what = f"a phone's tap to its durable acknowledgement over HTTP, while recording {context.profile.height}p30"
    return found.row(context, "tap", what, sync_ms, "three syncs each: a line of `ids`, the op, its folder; ")


def _tap_ms(phone: Phone, boot: str, kind: str) -> float:
    op: dict[str, Any] = {"id": str(uuid.uuid4()), "kind": kind, "boot": boot, "at_us": now_us(), "error_ms": ERROR_MS}
    began = time.perf_counter()
    told = phone.done("/api/ops", ops=[op])
    took_ms = (time.perf_counter() - began) * MS
    if told["acked"] != [op["id"]]:
        raise RuntimeError(f"the tap was not acknowledged: {told}")
    return took_ms
