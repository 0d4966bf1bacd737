"""The sheet that says what was destroyed of a session or family, for the people who asked for it.

Apart from the desk's pages so that it can be printed where there is none; it holds ids, times and sizes only.
"""

import html as html_
from collections.abc import Mapping
from typing import Final

from appliance.clock import utc_text
from appliance.errors import NotFound
from appliance.office.facts import public_of, read_facts
from appliance.office.register import Registered
from appliance.said.hearing import Hearing
from appliance.said.kinds import Erased
from appliance.sealing.certificates import device_of_public
from appliance.store.archive import Store

WHY: Final = {
    "objection": "somebody who was filmed objected",
    "withdrawn": "consent was withdrawn",
    "unconfirmed": "nobody confirmed consent within the time allowed",
    "retention": "the time for which it was to be kept has passed",
    "request": "it was asked for",
}


def erasures_of(store: Store, id_: str, register: Mapping[str, Registered]) -> list[Erased]:
    """Every believed word that this session or family, or what this order names, was destroyed; oldest first."""
    public = public_of(store)
    speakers = [(str(device_of_public(public)), "ingest", public)]
    speakers += [(device, "recorder", entry.device_public) for device, entry in sorted(register.items())]
    hearing, found = Hearing(), []
    for device, writer, key in speakers:
        for said in hearing.hear(store.statements(device, writer), (key,)):
            if isinstance(said, Erased) and id_ in (*said.sessions, *said.families, said.order):
                found.append(said)
    return sorted(found, key=lambda said: said.place)


def erasure_receipt(store: Store, id_: str, register: Mapping[str, Registered], *, html: bool = False) -> str:
    """Raises NotFound where nothing of this id was ever erased."""
    erased = erasures_of(store, id_, register)
    if not erased:
        raise NotFound("Nothing of this id was erased here.", "Give the id of a session, a family or an order.")
    names = {device: f"box {entry.name}" for device, entry in register.items()}
    blocks = [_block(each, names.get(each.device, f"store {read_facts(store).name}")) for each in erased]
    head = f"Erased: {id_}"
    foot = (
        "The keys of what is listed were overwritten and removed. What is left anywhere of its film and notes is sealed"
        " and can be opened by nobody."
    )
    return _html(head, blocks, foot) if html else "\n".join([head, *("\n".join(["", *b]) for b in blocks), "", foot])


def _block(said: Erased, who: str) -> list[str]:
    things = [f"session {each}" for each in said.sessions] + [f"family {each}" for each in said.families]
    lines = [f"{utc_text(said.at)}  by {who} ({said.device}), because {WHY[said.why]}", f"  {', '.join(things)}"]
    lines += [f"  order      {said.order}"] if said.order else []
    lines += [f"  destroyed  {each.what}  {each.bytes} bytes" for each in said.destroyed]
    return lines if said.destroyed else [*lines, "  destroyed  nothing: none of it was held here"]


def _html(head: str, blocks: list[list[str]], foot: str) -> str:
    body = "".join(f"<section><pre>{html_.escape(chr(10).join(block))}</pre></section>" for block in blocks)
    title = html_.escape(head)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1>{body}<p>{html_.escape(foot)}</p></html>"
    )
