"""Who belongs to a schedule's segment."""

import pytest

from flows.audience import belongs, is_segment


@pytest.mark.parametrize(
    ("name", "known", "why"),
    [
        ("", True, "none written: all"),
        ("all", True, "all"),
        ("tag:vip", True, "a tag"),
        ("tag: vip", True, "a space"),
        ("tag:", False, "no tag"),
        ("vip", False, "a tag without saying so"),
        ("All", False, "written otherwise"),
        ("field:size", False, "nothing that we know"),
    ],
)
def test_a_segment(name: str, known: bool, why: str) -> None:
    assert is_segment(name) is known, why


@pytest.mark.parametrize(
    ("name", "tags", "inside", "why"),
    [
        ("", [], True, "all"),
        ("all", [], True, "all"),
        ("tag:vip", ["new", "vip"], True, "has it"),
        ("tag: vip", ["vip"], True, "has it"),
        ("tag:vip", ["vips"], False, "another one"),
        ("tag:vip", [], False, "has none"),
    ],
)
def test_who_belongs(name: str, tags: list[str], inside: bool, why: str) -> None:
    assert belongs(name, tags) is inside, why
