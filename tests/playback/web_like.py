"""A process that does with a keeper what the web does: `python -m tests.playback.web_like HOME`.

It reads verbs from its standard input, one a line, and answers each with one line.
"""

import sys
from pathlib import Path

from appliance.playback.keeper_link import KeeperLink
from appliance.store.layout import Home
from tests.playback.homes import keeper_pid, obey, pair, pin, secret, unlock


def main() -> None:
    home = Home(Path(sys.argv[1]))
    link = KeeperLink(home)
    for line in sys.stdin:
        verb, *words = line.split()
        print(_answer(link, home, verb, words), flush=True)


def _answer(link: KeeperLink, home: Home, verb: str, words: list[str]) -> object:
    match verb:
        case "pair":
            return pair(link, home)
        case "add":
            phones = link.add_phone(pin(words[0]), secret(bytes.fromhex(words[1])), "phone 2")
            obey(home, phones)
            return phones.pairing
        case "unlock":
            unlock(link, home, words[0])
            return keeper_pid(link)
        case "keeper":
            return keeper_pid(link)
        case "watch":
            return len(link.segment(words[0], 0)) + len(link.frame(words[0], 100)) + len(link.ops())
        case "lock":
            link.lock()
            return link.unlocked
    raise ValueError(verb)


if __name__ == "__main__":
    main()
