"""Faults become HTTP in this one place: a status by the code, and JSON or a page by what the asker takes.

Apart so that no view makes an error answer of its own.
"""

import logging
from collections.abc import Mapping
from typing import Any, Final

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from appliance import errors
from appliance.errors import BadInput, Fault, NotFound, TooLarge, TooOften
from appliance.intercom import fault_object
from web_ui.speaking import spoken_fault

log: Final = logging.getLogger(__name__)

STATUS: Final[Mapping[str, int]] = {
    kind.code: status
    for status, kinds in {
        400: (errors.BadInput,),
        401: (errors.NotPaired, errors.ScreenGone),
        403: (errors.WrongKey, errors.Locked, errors.PairingClosed),
        404: (errors.NotFound, errors.NotASession),
        409: (errors.Forbidden, errors.HiddenFilm),
        410: (errors.Unreadable,),
        413: (errors.TooLarge,),
        415: (errors.WrongType,),
        421: (errors.OtherSite,),
        422: (errors.FileTampered,),
        429: (errors.TooOften,),
        503: (errors.RecorderGone, errors.CameraLost, errors.CardFailing, errors.CardSlow, errors.StillReading),
        507: (errors.CardFull,),
    }.items()
    for kind in kinds
}
"""What is not here is 500."""
OTHER_ORIGIN: Final = 403


def answer_faults(app: Flask) -> None:
    app.register_error_handler(Fault, fault_answer)
    app.register_error_handler(HTTPException, _http_answer)
    app.register_error_handler(Exception, _unforeseen)


def fault_answer(fault: Fault, status: int | None = None) -> Response:
    status = status or STATUS.get(fault.code, 500)
    told = spoken_fault(fault_object(fault))
    if wants_page():
        answer = make_response(render_template("fault.html", fault=told, status=status), status)
    else:
        answer = make_response(jsonify(fault=told), status)
    if isinstance(fault, TooOften):
        answer.headers["Retry-After"] = str(fault.wait_s)
    return answer


def wants_page() -> bool:
    """A browser that goes to an address asks for HTML by name; scripts and players do not."""
    return request.accept_mimetypes["text/html"] > 0 and "text/html" in request.headers.get("Accept", "")


def _http_answer(failure: HTTPException) -> Any:
    """What Flask and Werkzeug refuse by themselves."""
    if isinstance(failure, RequestEntityTooLarge):
        return fault_answer(TooLarge("The request is too large."))
    status = failure.code or 500
    if status < 400:
        return failure.get_response()
    if status == 404:
        return fault_answer(NotFound("There is nothing at this address."))
    if status >= 500:
        return _unforeseen(failure)
    return fault_answer(BadInput("The request cannot be taken as it is."), status)


def _unforeseen(failure: Exception) -> Response:
    """The kind and the place only: a message could hold plaintext."""
    trace = failure.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace is not None else "?"
    log.error("%s in %s", type(failure).__name__, where)
    return fault_answer(Fault("Something went wrong here."), 500)
