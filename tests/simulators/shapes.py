"""Comparing what a simulator answers with what the real service answered."""

from typing import Any


def differences(recorded: Any, simulated: Any, at: str = "$") -> list[str]:
    """Return where the recorded answer has something that the simulated one has otherwise.

    Keys have to be there and values of one type; a null on either side says nothing. The items of
    lists are compared with the first one that is simulated.
    """
    if recorded is None or simulated is None:
        return []
    if isinstance(recorded, dict) and isinstance(simulated, dict):
        out = [f"{at}.{key} is missing" for key in recorded if key not in simulated]
        for key in recorded.keys() & simulated.keys():
            out += differences(recorded[key], simulated[key], f"{at}.{key}")
        return out
    if isinstance(recorded, list) and isinstance(simulated, list):
        if not simulated:
            return []
        return [
            found
            for index, item in enumerate(recorded)
            for found in differences(item, simulated[0], f"{at}[{index}]")
        ]
    if type(recorded) is not type(simulated):
        return [f"{at} is {type(simulated).__name__}, not {type(recorded).__name__}"]
    return []
