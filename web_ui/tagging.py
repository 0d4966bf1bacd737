"""From what a phone asked for to an op in the lane: finds the session that it lies in.

Apart from the page because it is the same for every phone and every way of sending.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from appliance.errors import BadInput
from web_ui.films import Films
from web_ui.lane import NewOp, WebLane
from web_ui.op_reading import Asked, hidden, stretch
from web_ui.placing import Span, place
from web_ui.visitors import Visitors

Margins = Callable[[Sequence[str]], tuple[int, int]]
"""Lead and lag in ms of a moment with these tags."""


@dataclass(frozen=True, slots=True)
class Tagging:
    films: Films
    lane: WebLane
    margins: Margins
    visitors: Visitors = field(default_factory=Visitors)

    def write(self, asked: Asked, by: str) -> str:
        """The op's session, once it is durable. Raises BadInput, NotFound, Unreadable, CardFull, CardFailing."""
        known = self.lane.subject_of(asked.id)
        if known is not None:
            return known
        op = self._about(asked, by) if asked.about is not None else self._placed(asked, by)
        self.lane.write(op)
        self.visitors.note(op)
        return op.subject

    def _about(self, asked: Asked, by: str) -> NewOp:
        """An undo or an edit goes where the op is that it is about: sealed to another session it would do nothing."""
        session = self.lane.subject_of(asked.about or "") or asked.session
        if session is None:
            raise BadInput("This box's web does not know the op; say which session it is about.")
        fields = {**asked.fields, "out_ms": self._end(asked, session)} if asked.ends_here else asked.fields
        return NewOp(asked.id, asked.kind, session, (self.films.recipient(session),), by, fields)

    def _end(self, asked: Asked, session: str) -> int:
        """Where an edit lies in the film that it is about; at least 1, for whatever ends has begun before."""
        span = self.films.span(session)
        if asked.boot != span.boot or asked.at_us is None:
            raise BadInput("What ends here needs boot and at_us of its film.")
        return max(1, span.pts_ms(asked.at_us))

    def _placed(self, asked: Asked, by: str) -> NewOp:
        span, pts_ms = self._where(asked)
        match asked.kind:
            case "moment":
                fields = stretch(pts_ms, asked.fields, *self.margins(asked.fields.get("tags", [])))
            case "hide":
                fields = hidden(pts_ms, asked.fields)
            case _:
                fields = {"pts_ms": pts_ms, **asked.fields}
        return NewOp(asked.id, asked.kind, span.session, (self.films.recipient(span.session),), by, fields)

    def _where(self, asked: Asked) -> tuple[Span, int]:
        spans = self.films.spans() if asked.session is None else [self.films.span(asked.session)]
        if asked.session is not None and asked.pts_ms is not None:
            return spans[0], spans[0].clamp(asked.pts_ms)
        if asked.boot is None or asked.at_us is None:
            raise BadInput("A moment needs boot and at_us, or session and pts_ms.")
        span = place(spans, asked.boot, asked.at_us)
        if span is None:
            raise BadInput("Nothing was being recorded at that time.")
        return span, span.pts_ms(asked.at_us)
