"""What a JSON Schema cannot say: the limits of texts are of bytes, where it counts characters."""

from urllib.parse import unquote

import schemathesis

BYTES_MAX = {"room": 128, "agent": 122, "type": 64, "surface": 64, "reason": 256}


def is_right(name, value):
    bytes_max = BYTES_MAX.get(name)
    if bytes_max is None or not isinstance(value, str):
        return True
    # Too many characters are for the schema to say.
    return len(value) > bytes_max or len(value.encode(errors="replace")) <= bytes_max


def named(case):
    """Every text with a name: those of the path as they are meant."""
    for name, value in (case.path_parameters or {}).items():
        yield name, unquote(str(value))
    if isinstance(case.body, dict):
        yield from case.body.items()
        event = case.body.get("event")
        if isinstance(event, dict):
            yield from event.items()


@schemathesis.hook
def filter_case(context, case):
    """Leaves out what is right by the schema alone."""
    return all(is_right(name, value) for name, value in named(case))
