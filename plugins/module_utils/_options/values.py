# Copyright (c) 2026 authkit contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the values of connection options, as YAML, JSON or an environment variable spells them.

`what` names the option and the place its value comes from ("timeout from AUTHKIT_TIMEOUT"). A message never quotes the
value: it may be a misplaced secret. Each function raises InvalidOption for a value that is not valid.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Mapping, Sequence

from ansible.module_utils.parsing.convert_bool import boolean

from .._errors import InvalidOption
from .._words import close_name, listed
from .grant_names import GRANT_NAMES, GRANT_URNS, MISSING_GRANTS
from .table import MOST_RETRIES, Option

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SEPARATORS = re.compile(r"[\s,]+")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
#: Asymmetric ones, and those of a shared secret.
SIGNING_ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "HS256", "HS384", "HS512"),
)
#: How alike a name must be to count as misspelled. Zoom's account_credentials (0.81) is a name of its own.
_SAME_GRANT = 0.88
#: RFC 6749 appendix A.10: a name or a URI.
_GRANT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:/?#%+-]{0,199}")
_KINDS: Mapping[type, str] = {
    type(None): "null",
    str: "text",
    bool: "a boolean",
    int: "a number",
    float: "a number with a fraction",
    list: "a list",
    tuple: "a list",
    dict: "a mapping",
}
#: Form fields (RFC 6749 and its extension grants) that are not extra parameters.
PROTOCOL_PARAMETERS = frozenset(
    {
        "assertion",
        "audience",
        "client_assertion",
        "client_assertion_type",
        "client_id",
        "client_secret",
        "code",
        "code_verifier",
        "device_code",
        "grant_type",
        "password",
        "redirect_uri",
        "refresh_token",
        "resource",
        "scope",
        "subject_token",
        "subject_token_type",
        "username",
    }
)


#: What the option require may name.
REQUIREMENTS = ("scopes", "roles", "aud", "azp", "claims")


def read_text(value: object, what: str) -> str:
    """One line of text. An integer is accepted as it is written; other types have more than one spelling."""
    if isinstance(value, str):
        plain = value
    elif isinstance(value, int) and not isinstance(value, bool):
        plain = str(value)
    else:
        raise InvalidOption(f"{what} must be text, and is {kind_of(value)}: {as_text(value)}.")
    if _CONTROL.search(plain):
        raise InvalidOption(
            f"{what} holds a line break (as at the end of a file) or another control character: remove it."
        )
    return plain


def read_secret(value: object, what: str) -> str:
    """One line of text, no number: YAML reads 0123 and 1e3 as other numbers than they seem."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise InvalidOption(f"{what} was given as a number: put it in quotes.")
    return read_text(value, what)


def read_pem(value: object, what: str) -> str:
    """Text of several lines. Whether it is a key is known when it is loaded: the passphrase is needed for that."""
    if not isinstance(value, str) or "\0" in value:
        raise InvalidOption(f"{what} must be the text of a PEM file: write it as a block (|), or use private_key_path.")
    return value


def read_algorithm(value: object, what: str) -> str:
    """A signature algorithm of RFC 7518 section 3.1 or RFC 8037 section 3.1."""
    return read_choice(value, what, SIGNING_ALGORITHMS)


def read_grant(value: object, what: str) -> str:
    """A grant's name: a supported one, or one that no standard has.

    The other standard ones are refused: their fields are not extra parameters.
    """
    given = read_text(value, what)
    name = GRANT_URNS.get(given, given)
    plainly = name.lower().replace("-", "_")
    known = close_name(plainly, (*GRANT_NAMES, *MISSING_GRANTS), cutoff=_SAME_GRANT)
    if name in GRANT_NAMES:
        return name
    if known in GRANT_NAMES:
        raise InvalidOption(f"{what} is misspelled: did you mean {known}?")
    if known or name.startswith("urn:ietf:params:oauth:grant-type:"):
        raise InvalidOption(
            f"{what} must be {', '.join(GRANT_NAMES)} or a vendor's own grant: other standard ones are not supported."
        )
    if not _GRANT_NAME.fullmatch(name):
        raise InvalidOption(f"{what} is not a valid grant name: write it as the server's documentation does.")
    return name


def read_path(value: object, what: str) -> str:
    """A file's path, with ~ and $NAME expanded as Ansible does for options of that type."""
    return os.path.expanduser(os.path.expandvars(read_text(value, what)))


def read_choice(value: object, what: str, choices: Sequence[str]) -> str:
    """One of the choices."""
    if not isinstance(value, str):
        raise InvalidOption(f"{what} must be {' or '.join(choices)}, and is {kind_of(value)}.")
    if value not in choices:
        close = close_name(value, choices)
        raise InvalidOption(f"{what} must be {' or '.join(choices)}{f': did you mean {close}?' if close else '.'}")
    return value


def read_flag(value: object, what: str) -> bool:
    """A boolean in any of Ansible's spellings."""
    try:
        return bool(boolean(value, strict=True))
    except TypeError:
        pass
    raise InvalidOption(f"{what} must be true or false, and is {kind_of(value)}.")


def read_number(value: object, what: str) -> float:
    """A finite number that is not negative."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf:
        return float(value)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    found = "" if number else f", and is {kind_of(value)}: write it in digits"
    raise InvalidOption(f"{what} must be a number, 0 or more{found}.")


def read_positive_seconds(value: object, what: str) -> float:
    """A duration in seconds, more than 0."""
    found = read_number(value, what)
    if found <= 0:
        raise InvalidOption(f"{what} must be more than 0 seconds.")
    return found


def read_whole_number(value: object, what: str, most: int) -> int:
    """A whole number from 0 to `most`."""
    found = read_number(value, what)
    if found != int(found) or found > most:
        raise InvalidOption(f"{what} must be a whole number from 0 to {most}.")
    return int(found)


def read_words(value: object, what: str, *, of_one_word: bool = True) -> tuple[str, ...]:
    """A list of texts: a list, a JSON list, or text that is separated by spaces or commas.

    :param of_one_word: a space in an item of a list separates, too, since items cannot contain one.
    """
    if isinstance(value, str):
        items: object = _from_json(value, what) if value.lstrip().startswith("[") else _SEPARATORS.split(value)
    else:
        items = _unsplit(value, what)
    if not isinstance(items, (list, tuple)):
        items = [items]
    found = [read_text(item, f"each of {what}") for item in items if item is not None]
    if of_one_word:
        found = [word for item in found for word in item.split()]
    return tuple(dict.fromkeys(item for item in found if item))


def read_form_fields(value: object, what: str) -> tuple[tuple[str, str], ...]:
    """Additional form fields: a mapping, or a JSON object; a list repeats its name, null omits it."""
    fields = _from_json(value, what) if isinstance(value, str) else value
    if not isinstance(fields, Mapping):
        raise InvalidOption(
            f"{what} must be a mapping of names to values (as text: a JSON object), and is {kind_of(fields)}."
        )
    found: list[tuple[str, str]] = []
    for name, given in fields.items():
        key = read_text(name, f"each name in {what}")
        if key in PROTOCOL_PARAMETERS:
            raise InvalidOption(f"{what} must not hold {key}: that is not an extra parameter, use the options.")
        each = given if isinstance(given, (list, tuple)) else [given]
        found.extend((key, _form_value(item, what)) for item in each if item is not None)
    return tuple(found)


def read_requirements(value: object, what: str) -> tuple[tuple[str, str], ...]:
    """What a token must have: pairs of one of REQUIREMENTS and a value; of a claim, its name and value as JSON."""
    wanted = _from_json(value, what) if isinstance(value, str) else value
    if not isinstance(wanted, Mapping):
        raise InvalidOption(f"{what} must be a mapping of {' or '.join(REQUIREMENTS)}, and is {kind_of(wanted)}.")
    found: list[tuple[str, str]] = []
    for kind, given in wanted.items():
        if kind not in REQUIREMENTS:
            close = close_name(str(kind), REQUIREMENTS)
            step = f"did you mean {close}?" if close else f"known are {listed(REQUIREMENTS)}."
            raise InvalidOption(f"A name in {what} is unknown: {step}")
        if kind == "claims":
            found += _required_claims(given, f"claims in {what}")
        elif given is not None:
            found += [(kind, word) for word in read_words(given, f"{kind} in {what}", of_one_word=kind == "scopes")]
    return tuple(found)


def _required_claims(given: object, what: str) -> list[tuple[str, str]]:
    if not isinstance(given, Mapping):
        raise InvalidOption(f"{what} must be a mapping of names to values, and is {kind_of(given)}.")
    for value in given.values():
        accepted = value if isinstance(value, list) else [value]
        if not all(isinstance(each, (str, int, float, bool)) for each in accepted):
            raise InvalidOption(f"Each value of {what} must be text, a number, a boolean or a list of these.")
    return [("claims", json.dumps([str(name), value], sort_keys=True)) for name, value in given.items()]


def _form_value(value: object, what: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise InvalidOption(f"each value in {what} must be text, a number or a boolean, and one is {kind_of(value)}.")


def _from_json(value: str, what: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        pass
    raise InvalidOption(f"{what} is text that is not valid JSON: check its brackets and quotes.")


def _unsplit(value: object, what: str) -> object:
    """Undoes how an argument spec splits the JSON text of a list at its commas."""
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        return value
    whole = ",".join(value).strip()
    return _from_json(whole, what) if whole.startswith("[") and whole.endswith("]") else value


def kind_of(value: object) -> str:
    """What kind of value this is, as a message may say; the value itself may be a misplaced secret."""
    return _KINDS.get(type(value), f"of the type {type(value).__name__}")


def as_text(value: object) -> str:
    """What to write instead of a value that is not text. Quotes around a list would make its brackets text."""
    if isinstance(value, (list, tuple)):
        return "write one value, without brackets or dashes"
    return "write one value, without braces or names" if isinstance(value, Mapping) else "put it in quotes"


def _read_retries(value: object, what: str) -> int:
    return read_whole_number(value, what, MOST_RETRIES)


def _read_names(value: object, what: str) -> tuple[str, ...]:
    return read_words(value, what, of_one_word=False)


#: By the value of `read` in the table of options.
READERS: Mapping[str, Callable[[object, str], object]] = {
    "str": read_text,
    "secret": read_secret,
    "pem": read_pem,
    "algorithm": read_algorithm,
    "grant": read_grant,
    "path": read_path,
    "bool": read_flag,
    "float": read_number,
    "seconds_above_zero": read_positive_seconds,
    "retries": _read_retries,
    "list": read_words,
    "names": _read_names,
    "dict": read_form_fields,
    "requirements": read_requirements,
}


def read_value(option: Option, value: object, what: str) -> object:
    """The field for a value of an option that is not about URLs or hosts."""
    return read_choice(value, what, option.choices) if option.choices else READERS[option.read](value, what)
