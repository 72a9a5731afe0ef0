"""Campaigns' language: what is read from a file, and every mistake with its place and what to write instead."""

from datetime import datetime, time
from pathlib import Path

import pytest

from flows.campaign import PARTS, Came, Once, OnDate, Pilot, Recurring, Variant, bounds, lot
from flows.campaign import Offer as Offered
from flows.check import campaigns_in, files_in
from flows.check_campaign import check_campaign, flow_source
from flows.parse import parse
from flows.types import Flow, Purpose, Span


def wall(text: str) -> datetime:
    """A wall time, which has no zone."""
    return datetime.fromisoformat(text)


HEAD = "campaign: sale\nsegment: all\n"
AT = "at: 2026-12-24 10:00 local\n"
TEXT = 'text: "{{ brand }}: 20% off. Reply STOP to opt out."\n'
GOOD = HEAD + AT + TEXT


def flow(name: str, text: str, purpose: str = "marketing") -> Flow:
    made, problems = parse(f'flow: {name}\npurpose: {purpose}\nsteps: {{say: {{say: "{text}"}}}}\n', name)
    assert made is not None, problems
    return made


KNOWN = {
    "club": flow("club", "{{ brand }}: hello. STOP to opt out"),
    "rude": flow("rude", "Buy now"),
    "visit": flow("visit", "Your visit. STOP to opt out", "service"),
}


def test_a_whole_campaign() -> None:
    source = """\
campaign: winter-sale
title: Winter sale
languages: [en, fr]
segment: tag:vip and replied within 30d
at: 2026-12-24 10:00 local
spread: 2h
holdout: 10%
pilot: {share: 5%, rest_after: 2d, opt_outs: 1.5%, failures: 8%}
variants:
  short: {share: 40%, text: {en: "{{ brand }}: -20%. STOP to opt out", fr: "{{ brand }} : -20 %. STOP"}}
  long: {share: 60%, flow: club}
then:
  - {on: no reply, after: 2d, text: "{{ brand }}: last day. STOP to opt out"}
  - {on: click, flow: club}
ends: 2026-12-31 20:00
budget: 500.50 EUR
"""
    made, problems = check_campaign(source, "sale.yaml", KNOWN.get)
    assert [str(problem) for problem in problems if problem.code != "no-translation"] == []
    assert made is not None
    assert (made.name, made.title, made.purpose, made.languages) == ("winter-sale", "Winter sale", Purpose.MARKETING, ("en", "fr"))
    assert made.when == Once(at_local=wall("2026-12-24 10:00"))
    assert (made.spread, made.holdout) == (Span(seconds=7200), 0.1)
    assert made.pilot == Pilot(share=0.05, rest_after=2, opt_outs=0.015, failures=0.08)
    assert [(one.name, one.share, one.offer.flow) for one in made.variants] == [("short", 0.4, "winter-sale-short"), ("long", 0.6, "club")]
    assert [(one.on, one.after, one.offer.flow) for one in made.then] == [
        (Came.NO_REPLY, Span(days=2), "winter-sale-then-1"),
        (Came.CLICK, Span(), "club"),
    ]
    assert made.ends == wall("2026-12-31 20:00")
    assert made.budget is not None
    assert (made.budget.cents, made.budget.currency) == (50_050, "EUR")


@pytest.mark.parametrize(
    ("lines", "when"),
    [
        ("at: 2026-12-24 9:05 local", Once(at_local=wall("2026-12-24 09:05"))),
        ("at: 2026-12-24T10:00 Europe/Paris", Once(at_local=wall("2026-12-24 10:00"), zone="Europe/Paris")),
        ("on: birthday\nat: 10:00", OnDate(name="birthday", at=time(10))),
        ("on: contact.renewal\nat: 10:00\noffset: -3d", OnDate(name="renewal", at=time(10), offset_days=-3, yearly=False)),
        ("on: renewal\nat: 10:00\nyearly: true", OnDate(name="renewal", at=time(10), yearly=True)),
    ],
)
def test_when(lines: str, when: object) -> None:
    made, problems = check_campaign(f"{HEAD}{lines}\n{TEXT}", "sale.yaml", KNOWN.get)
    assert problems == ()
    assert made is not None
    assert made.when == when


@pytest.mark.parametrize(
    ("text", "ends", "why"),
    [
        ("2026-12-31 20:00", "2026-12-31 20:00", "a moment"),
        ("2026-12-31T20:00", "2026-12-31 20:00", "as `at` may be written"),
        ("2026-12-31 9:05", "2026-12-31 09:05", "as people write"),
        ("2026-12-31", "2027-01-01 00:00", "a day alone counts whole"),
        ("2026-12-31 00:00", "2026-12-31 00:00", "its first moment, where that is meant"),
    ],
)
def test_ends(text: str, ends: str, why: str) -> None:
    made, problems = check_campaign(f"{GOOD}ends: {text}\n", "sale.yaml", KNOWN.get)
    assert problems == ()
    assert made is not None
    assert made.ends == wall(ends), why


@pytest.mark.parametrize(
    "text",
    [
        *("2026-12-31 20:00 local", "2026-12-31 20:00:00", "31 December 2026 20:00", "2026-12-31 20+01", "2026-12-31 20", "2026-12"),
        *("20261231", "2026-W53-4", "2026-02-30", "2026-12-31 25:00", "9999-12-31", "9999-12-30 10:00"),
    ],
)
def test_what_is_no_end_is_not_passed_over(text: str) -> None:
    made, problems = check_campaign(f"{GOOD}ends: {text}\n", "sale.yaml", KNOWN.get)
    assert made is None
    assert [problem.what for problem in problems] == [f"`{text}` is not a day or a moment."]


def test_again_and_again() -> None:
    made, _ = check_campaign(f"{HEAD}every: monday 09:00\n{TEXT}", "sale.yaml", KNOWN.get)
    assert made is not None
    assert isinstance(made.when, Recurring)
    assert (made.when.phrase, made.when.schedule.weekdays, made.when.schedule.at) == ("monday 09:00", frozenset({0}), time(9))


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "1:1: The file is empty."),
        (AT + TEXT, "1:1: `campaign` is missing."),
        (GOOD.replace("sale", "Sale 1", 1), "1:11: `Sale 1` cannot be a campaign's name."),
        (GOOD.replace("segment: all\n", ""), "1:1: `segment` is missing."),
        (GOOD.replace("all", "tag:vip adn", 1), "2:10: `tag:vip adn` is not a segment: "),
        (HEAD + TEXT, "1:1: `at` is missing."),
        (GOOD.replace(" local", ""), "3:5: `at` does not say whose clock it means."),
        (GOOD.replace("local", "Paris"), "3:5: `Paris` is not a time zone."),
        (GOOD.replace("12-24", "12-34"), "3:5: `2026-12-34 10:00 local` is not a moment."),
        (GOOD.replace("2026-12-24", "9999-12-31"), "3:5: `9999-12-31 10:00 local` is not a moment."),
        (GOOD.replace(AT, "every: fullmoon 09:00\n"), "3:8: `fullmoon 09:00` is not a schedule."),
        (GOOD + "every: day 09:00\n", "3:1: `every` holds its own time."),
        (GOOD + "offset: -1d\n", "5:1: `offset` belongs to `on`."),
        (GOOD.replace("at: 2026-12-24 10:00 local", "on: birthday\nat: 10:00\noffset: 2h"), "5:9: `offset` of a date counts whole days."),
        (GOOD + "spread: 3d\n", "5:9: `spread` is longer than a day."),
        (GOOD + "holdout: 60%\n", "5:10: `holdout` must be a share up to 50%."),
        (GOOD + "holdout: 0.1\n", "5:10: `holdout` must be a share up to 50%."),
        (GOOD + "pilot: {rest_after: 2h, share: 5%}\n", "5:21: `rest_after` counts whole days"),
        (GOOD + "flow: club\n", "1:1: `flow` and `text` exclude each other."),
        (HEAD + AT, "1:1: There is no `flow` or `text`."),
        (HEAD + AT + "flow: clubs\n", "4:7: No flow `clubs` is live."),
        (HEAD + AT + "flow: rude\n", "4:7: The first text of `rude` does not say how to opt out (en)."),
        (HEAD + AT + "flow: visit\n", "4:7: The campaign is marketing, and the flow `visit` is service."),
        (GOOD.replace(" Reply STOP to opt out.", ""), "4:7: The text does not say how to opt out (en)."),
        (GOOD.replace("{{ brand }}", "{{ brand"), "4:7: "),
        (HEAD + AT + 'text:\n  en: "{{ brand }}: STOP"\n  fr: "{{ nobody.knows }} STOP"\n', "6:7: "),
        (GOOD + "purpose: service\n", "1:1: A service campaign has no `basis`"),
        (GOOD + "then: [{on: silence, text: x}]\n", "5:13: `silence` is nothing that a step can wait for."),
        (GOOD + "then: [{on: no reply, flow: club}]\n", "5:8: `on: no reply` has no `after`: how long is silence?"),
        (GOOD + "budget: lots\n", "5:9: `lots` is not an amount with its currency."),
        (GOOD + "ends: soon\n", "5:7: `soon` is not a day or a moment."),
        (GOOD + "colour: red\n", "5:1: `colour` is not known in a campaign."),
        (HEAD + AT + "variants: {a: {share: 50%, flow: club}, b: {share: 40%, flow: club}}\n", "4:1: The shares add up to 90%."),
        (HEAD + AT + "variants: {a: {flow: club}}\n", "4:12: The variant `a` has no `share`."),
        (
            HEAD + AT + "variants: {then-1: {share: 100%, text: 'STOP to opt out'}}\nthen: [{on: reply, text: 'STOP to opt out'}]\n",
            "5:26: Two things that this campaign says would be the flow `sale-then-1`.",
        ),
        (
            GOOD.replace("sale", "club", 1) + "then: [{on: reply, flow: club}]\n",
            "4:7: Two things that this campaign says would be the flow",
        ),
        (HEAD + AT + "variants: {holdout: {share: 100%, flow: club}}\n", "4:12: No variant can be called `holdout`"),
        (GOOD + "variants: {a: {share: 100%, flow: club}}\n", "4:1: `text` and `variants` exclude each other."),
    ],
)
def test_mistakes(source: str, says: str) -> None:
    made, problems = check_campaign(source, "sale.yaml", KNOWN.get)
    assert made is None
    assert any(str(problem).startswith(f"sale.yaml:{says}") for problem in problems), [str(problem) for problem in problems]


def test_a_text_is_a_flow_of_one_step() -> None:
    made, _ = check_campaign(GOOD.replace("20% off", 'it\'s \\"20%\\" — off: {now}'), "sale.yaml", KNOWN.get)
    assert made is not None
    text, problems = parse(flow_source(made, made.variants[0].offer), "sale.yaml")
    assert text is not None, problems
    assert (text.name, text.purpose, list(text.steps)) == ("sale", Purpose.MARKETING, ["text"])


def test_campaigns_and_flows_may_lie_in_one_folder(tmp_path: Path) -> None:
    (tmp_path / "sale.yaml").write_text("# a comment\n\ncampaign: x\n", "utf-8")
    (tmp_path / "tea.yaml").write_text("flow: x\ncampaign: y\n", "utf-8")
    assert [Path(file).name for file in campaigns_in(tmp_path)] == ["sale.yaml"]
    assert [Path(file).name for file in files_in(tmp_path)] == ["tea.yaml"]


def test_bounds_end_at_the_whole() -> None:
    thirds = tuple(Variant(name=name, offer=Offered(flow="f"), share=share) for name, share in (("a", 1 / 3), ("b", 1 / 3), ("c", 1 / 3)))
    assert bounds(thirds) == (3333, 6667, PARTS)


def test_a_lot_is_the_same_whenever_it_is_drawn() -> None:
    assert [lot("sale", "holdout").part(n) for n in (1, 2, 2**40)] == [lot("sale", "holdout").part(n) for n in (1, 2, 2**40)]
    assert lot("sale", "holdout") != lot("sale", "variant")
