"""`make fuzz SECONDS=60`: a fuzzer that looks for a file, an expression or a text that makes the flow language raise, hang or grow.

It is no part of the suite: it follows the branches that the code takes (atheris), and finds more the longer it runs. What it finds is
written to tests/fuzz/found; make a test of it. Arguments are libFuzzer's.
"""

import contextlib
import importlib
import sys
import tempfile
from pathlib import Path

atheris = importlib.import_module("atheris")  # only here: requirements/fuzz.txt

with atheris.instrument_imports(include=["flows", "jinja2"]):
    from flows.check import LIBRARY, check_text
    from flows.expressions import ExpressionError, compile_expression, compile_template
    from flows.filters import MAX_PRINTED

HERE = Path(__file__).parent
BROKEN = HERE.parent / "flows" / "broken"
LONGEST = 4096
HOSTILE = "{{ 7 * 7 }} %s {0.__class__} \u202e\x00😀" * 200
NAMES = {
    "contact": {"first_name": HOSTILE, "tags": ("a", HOSTILE), "age": 10**12, "none": None},
    "answers": {"q": HOSTILE, "n": -1.5, "day": "9999-12-31", "visit": {"food": True}},
    "reply": {"text": HOSTILE, "confidence": 0.5},
    "coupon": {},
    "brand": HOSTILE,
    "language": "xx",
}


def one_input(data: bytes) -> None:
    """The first byte says what the rest is."""
    text = data[1:].decode("utf-8", "surrogateescape" if data[:1] == b"s" else "replace")
    match data[:1]:
        case b"e":
            expression(text)
        case b"t":
            template(text)
        case _:
            check_text(text, "f.yaml")


def expression(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        compile_expression(text).value(NAMES)


def template(text: str) -> None:
    try:
        made = compile_template(text, with_secrets=True)
    except ExpressionError:
        return
    assert len(made.render(NAMES)) <= MAX_PRINTED
    made.pieces(NAMES)
    made.address(NAMES)
    made.value(NAMES)


def seeds() -> list[bytes]:
    """Flows that are whole and flows that are broken, and each line of theirs as an expression and as a text."""
    flows = [file.read_bytes() for folder in (LIBRARY, BROKEN) for file in sorted(folder.glob("*.yaml"))]
    flows = [flow for flow in flows if len(flow) < LONGEST]
    lines = sorted({line.strip().partition(b": ")[2] or line.strip() for flow in flows for line in flow.splitlines()})
    return [*(b"f" + flow for flow in flows), *(kind + line.strip(b"\"'") for line in lines for kind in (b"e", b"t"))]


def words() -> str:
    """What libFuzzer puts in beside what it makes up."""
    from flows.parse import FLOW_KEYS
    from flows.parse_steps import JOINING, VERBS
    from flows.syntax import FILTERS, FUNCTIONS

    keys = [f"\\n  {key}: " for key in (*FLOW_KEYS, *VERBS, *JOINING)]
    parts = ["{{ ", " }}", " | ", " or ", " and ", "answers.q", "contact.", "[{if: ", ", to: ", "# parley: allow no-way because "]
    parts += [*FILTERS, *(f"{name}('" for name in FUNCTIONS)]
    return "\n".join('"' + word.replace('"', '\\"').replace("\\n", "\\x0a") + '"' for word in (*keys, *parts))


def main() -> None:
    found = HERE / "found"
    found.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        corpus, dictionary = Path(made, "corpus"), Path(made, "words")
        corpus.mkdir()
        for n, seed in enumerate(seeds()):
            (corpus / f"{n:04}").write_bytes(seed)
        dictionary.write_text(words(), "utf-8")
        limits = [f"-max_len={LONGEST}", "-timeout=5", "-rss_limit_mb=1500", f"-artifact_prefix={found}/", f"-dict={dictionary}"]
        atheris.Setup([sys.argv[0], *limits, *sys.argv[1:], str(corpus)], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
