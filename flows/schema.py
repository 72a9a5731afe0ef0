"""The JSON Schema of a flow's file, for editors: completion, hints and most mistakes while one types. `check` says the rest."""

from flows.check_names import CONTACT
from flows.parse import FLOW_KEYS, TEST_LINES
from flows.parse_calls import MAX_TRIES
from flows.parse_steps import MAX_STEPS
from flows.types import METHODS
from nlp.types import Kind

Schema = dict[str, object]

_NAME = r"^[^\s.:]{1,40}$"  # letters of any script: `check` knows them, the patterns of JSON Schema do not
_SPAN = "^[0-9]{1,6} *(s|m|min|h|d|w)$"
_CLOCK = "^[0-9]{1,2}:[0-9]{2}$"
# YAML readers of editors turn `5` into a number and `yes` into a flag; Parley takes all of them as what was typed
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_KINDS = ["any", "yes_no", "number", "rating", "nps", *(kind.value for kind in Kind)]

_HELP = {
    "flow": "The flow's name: a-z, 0-9 and '-'; unique among the flows.",
    "title": "What the flow is called in the console.",
    "purpose": "What its unasked texts are: service (what the contact asked to be told) or marketing (the rest, the default).",
    "languages": "The first is the default; the contact's own is used where a text has it.",
    "triggers": "What starts the flow. Without any: staff, a campaign or the command line.",
    "intents": "What people say, a few examples each: enough to train on.",
    "coupons": "Pools of codes: a CSV with a column 'code' beside the flow.",
    "expires": "A silent conversation ends after this long (3d).",
    "late": "What comes due more than this after its planned time is not sent any more (12h).",
    "interruptible": "Whether another flow's keyword may interrupt a question of this one (true).",
    "interrupt": "Whether this flow, when it comes due, interrupts a conversation that listens (false).",
    "resume": "What happens to this flow's conversation after an interruption.",
    "migrate": "Where live conversations of the revision before go on: its step, and the step here.",
    "steps": "Read top to bottom: without 'go', the next step follows; the last one ends.",
    "tests": "The flow's own tests: 'parley test' runs them.",
}


def schema() -> Schema:
    """A JSON Schema (draft 2020-12)."""
    properties = {name: {**_flow_property(name), "description": _HELP[name]} for name in FLOW_KEYS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Parley flow",
        "type": "object",
        "required": ["flow", "steps"],
        "additionalProperties": False,
        "properties": properties,
        "$defs": _definitions(),
    }


def _flow_property(name: str) -> Schema:
    match name:
        case "flow":
            return {"type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$"}
        case "purpose":
            return {"enum": ["service", "marketing"]}
        case "languages":
            return _listing({"type": "string", "pattern": "^[a-z]{2,3}(-[A-Z]{2})?$"})
        case "triggers":
            return _listing(_ref("trigger"))
        case "intents":
            return {"type": "object", "additionalProperties": _words()}
        case "coupons":
            return {"type": "object", "additionalProperties": _table({"codes": {"type": "string"}, "valid": _ref("span")}, "codes")}
        case "expires" | "late":
            return _ref("span")
        case "interruptible" | "interrupt":
            return {"type": "boolean"}
        case "resume":
            return {"enum": ["ask again", "drop"]}
        case "migrate":
            return {"type": "object", "additionalProperties": {"type": "string"}}
        case "steps":
            names = {"pattern": _NAME, "not": {"const": "end"}}
            return {
                "type": "object",
                "minProperties": 1,
                "maxProperties": MAX_STEPS,
                "propertyNames": names,
                "additionalProperties": _ref("step"),
            }
        case "tests":
            line = {"type": "object", "propertyNames": {"enum": [*TEST_LINES]}}
            return {"type": "object", "additionalProperties": {"type": "array", "items": line, "minItems": 1}}
        case _:
            return {"type": "string"}


def _definitions() -> Schema:
    return {
        "span": {"type": "string", "pattern": _SPAN, "description": "30m, 2h, 3d or 2w"},
        "clock": {"type": "string", "pattern": _CLOCK, "description": 'local time, in quotes: "09:00"'},
        "text": {
            "description": f"A text, or one for each language. {{{{ contact.{CONTACT[0]} or 'there' }}}} prints a name.",
            "anyOf": [_SCALAR, _by_language(_SCALAR)],
        },
        "trigger": _trigger(),
        "expect": _expect(),
        "options": _options(),
        "go": _go(),
        "nudge": _table({"after": _ref("span"), "say": _ref("text")}, "after", "say"),
        "timeout": _table({"after": _ref("span"), "go": _target()}, "after", "go"),
        "question": _table(_question_properties() | {"if": {"type": "string"}}, "ask"),
        "step": _step(),
    }


def _trigger() -> Schema:
    return {
        "anyOf": [
            _table({"keyword": {"anyOf": [_words(), _by_language(_words())]}}, "keyword"),
            _table({"intent": {"type": "string"}}, "intent"),
            _table(
                {"event": {"type": "string"}, "at": _ref("clock"), "offset": {"type": "string", "pattern": f"^[+-]?{_SPAN[1:]}"}}, "event"
            ),
            _table({"schedule": {"type": "string"}, "segment": {"type": "string"}}, "schedule"),
            _table({"fallback": {"const": True}}, "fallback"),
        ]
    }


def _expect() -> Schema:
    number = _table({"min": {"type": "number"}, "max": {"type": "number"}, "integer": {"type": "boolean"}})
    return {
        "description": "What a reply may be.",
        "anyOf": [
            {"enum": _KINDS},
            _table({"choice": _ref("options")}, "choice"),
            _table({"choices": _ref("options")}, "choices"),
            _table({"number": number}, "number"),
            _table({"intent": _words()}, "intent"),
            _table({"pattern": {"type": "string"}}, "pattern"),
        ],
    }


def _options() -> Schema:
    spelled = _table({"label": _SCALAR, "says": _words()})
    return {
        "description": "A key for each option, with what people say for it; letter, position and label are understood besides.",
        "anyOf": [
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 26,
                "additionalProperties": {"anyOf": [_words(), spelled, {"type": "null"}]},
            },
            {"type": "array", "items": _SCALAR, "minItems": 1, "maxItems": 26},
        ],
    }


def _go() -> Schema:
    rule = _table({"if": {"type": "string"}, "to": _target()}, "to")
    return {
        "description": "A step's name, `end`, a table of the answer to a step, or a list of if/to.",
        "anyOf": [
            _target(),
            {"type": "object", "minProperties": 1, "additionalProperties": _target()},
            {"type": "array", "items": rule, "minItems": 1},
        ],
    }


def _question_properties() -> Schema:
    return {
        "ask": _ref("text"),
        "expect": _ref("expect"),
        "retry": _ref("text"),
        "tries": {"type": "integer", "minimum": 0, "maximum": 10},
        "else": _target(),
    }


def _step() -> Schema:
    weights = {"type": "object", "minProperties": 2, "additionalProperties": {"type": "number", "exclusiveMinimum": 0}}
    waits = _table({"for": _ref("span"), "at": _ref("clock"), "until": {"type": "string"}})
    handoff = _table({"to": {"type": "string"}, "note": {"type": "string"}})
    proof = _table({"proof": {"type": "string"}}, "proof")
    return _table(
        {
            **_question_properties(),
            "poll": _ref("text"),
            "options": _ref("options"),
            "survey": {"type": "object", "minProperties": 1, "additionalProperties": _ref("question")},
            "save": {"type": "string", "pattern": _NAME},
            "nudge": _ref("nudge"),
            "timeout": _ref("timeout"),
            "say": {"anyOf": [_ref("text"), {"type": "array", "items": _ref("text"), "minItems": 1, "maxItems": 10}]},
            "media": _words(),
            "separate": {"type": "boolean"},
            "set": {"type": "object", "minProperties": 1, "additionalProperties": _SCALAR},
            "tag": _words(),
            "untag": _words(),
            "coupon": {"type": "string"},
            "sold_out": _target(),
            "branch": _table({"go": _ref("go")}, "go"),
            "split": weights,
            "wait": {"anyOf": [_ref("span"), waits]},
            "handoff": {"anyOf": [{"type": ["string", "null"]}, handoff]},
            "run": {"type": "string"},
            "call": _call(),
            "failed": _target(),
            "subscribe": proof,
            "unsubscribe": {"anyOf": [{"type": "null"}, proof]},
            "end": {"type": ["string", "null"]},
            "go": _ref("go"),
        }
    )


def _call() -> Schema:
    methods = {method: {"type": "string", "pattern": "^https?://"} for method in METHODS}
    headers: Schema = {"type": "object", "additionalProperties": _SCALAR}
    how = {"timeout": _ref("span"), "tries": {"type": "integer", "minimum": 1, "maximum": MAX_TRIES}}
    return {**_table({**methods, "json": {}, "headers": headers, **how}), "minProperties": 1}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _target() -> Schema:
    return {"type": "string", "description": "a step's name, or `end`"}


def _words() -> Schema:
    return {"anyOf": [_SCALAR, _listing(_SCALAR)]}


def _by_language(of: Schema) -> Schema:
    return {"type": "object", "minProperties": 1, "additionalProperties": of}


def _listing(items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": 1}


def _table(properties: Schema, *required: str) -> Schema:
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}
