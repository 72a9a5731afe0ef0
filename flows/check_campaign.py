"""A campaign's file: everything that is wrong with it, at once, with the flows that it starts and the texts that it says."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from flows.advice import Advice
from flows.campaign import Campaign, Offer
from flows.check import check_text, has_errors
from flows.check_texts import silent_about_stop
from flows.nodes import MAX_BYTES, Node
from flows.notes import Notes
from flows.parse import Source
from flows.parse_campaign import parse_campaign
from flows.types import Flow, Problem, Severity

Find = Callable[[str], Flow | None]

OPT_OUT_HOW = 'Add "Reply STOP to opt out." in the language of the text.'


def check_campaign(text: str, file: str, find: Find) -> tuple[Campaign | None, tuple[Problem, ...]]:
    """The campaign, None where anything is an error, and every problem. find: a flow by its name, None where there is none."""
    campaign, source, problems = parse_campaign(text, file)
    if campaign is None or source is None:
        return None, problems
    notes = Notes(file, problems=[*problems])
    spots = _spots(campaign)
    _check_names(notes, source, spots)
    for path, offer in spots:
        _check_offer(notes, source, path, campaign, offer, find)
    found = tuple(sorted(notes.problems))
    return (None if has_errors(found) else campaign), found


def load_campaign(path: Path, find: Find) -> tuple[Campaign | None, str, tuple[Problem, ...]]:
    """`check_campaign` of a file: the campaign, the text that was read, and every problem."""
    try:
        text = path.read_bytes()[: MAX_BYTES + 1].decode("utf-8-sig")
    except OSError as error:
        what = f"The file cannot be read: {error.strerror}."
        return None, "", (Problem(file=str(path), line=1, column=1, what=what, how="Check its name."),)
    except UnicodeDecodeError:
        return None, "", (Problem(file=str(path), line=1, column=1, what="The file is not UTF-8 text.", how="Save it as UTF-8."),)
    campaign, problems = check_campaign(text, str(path), find)
    return campaign, text, problems


def flow_source(campaign: Campaign, offer: Offer) -> str:
    """The flow that a campaign's text is: one step, which says it. JSON is YAML, so that nothing in a text can break it."""
    lines = [
        f"flow: {offer.flow}",
        f"title: {json.dumps(f'{campaign.title} (campaign)', ensure_ascii=False)}",
        f"purpose: {campaign.purpose.value}",
        f"languages: [{', '.join(_languages(campaign, offer))}]",
        "steps:",
        "  text:",
        "    say:",
        *(f"      {language}: {json.dumps(text, ensure_ascii=False)}" for language, text in offer.text.items()),
    ]
    return "\n".join(lines) + "\n"


def _languages(campaign: Campaign, offer: Offer) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(one for one in campaign.languages if one in offer.text), *offer.text)))


def _spots(campaign: Campaign) -> list[tuple[tuple[str, ...], Offer]]:
    """Each offer with the path to it in the file."""
    if len(campaign.variants) == 1 and campaign.variants[0].name == "all":
        first: list[tuple[tuple[str, ...], Offer]] = [((), campaign.variants[0].offer)]
    else:
        first = [(("variants", variant.name), variant.offer) for variant in campaign.variants]
    return [*first, *((("then", f"#{n}"), later.offer) for n, later in enumerate(campaign.then))]


def _check_names(notes: Notes, source: Source, spots: Sequence[tuple[tuple[str, ...], Offer]]) -> None:
    """A text becomes a flow, named after the campaign and its variant or step: nothing else that the campaign says has its name."""
    named = {offer.flow for _, offer in spots if not offer.text}
    for path, offer in spots:
        if offer.text and offer.flow in named:
            what = f"Two things that this campaign says would be the flow `{offer.flow}`."
            notes.error(source.at(*path, "text"), what, "Give the campaign or the variant another name.")
        named.add(offer.flow)


def _check_offer(notes: Notes, source: Source, path: tuple[str, ...], campaign: Campaign, offer: Offer, find: Find) -> None:
    if offer.text:
        _check_said(notes, source, (*path, "text"), campaign, offer)
        return
    node = source.at(*path, "flow")
    flow = find(offer.flow)
    if flow is None:
        notes.error(node, f"No flow `{offer.flow}` is live.", "Publish it first, or write text: what the customer reads.")
        return
    if flow.purpose is not campaign.purpose:
        what = f"The campaign is {campaign.purpose}, and the flow `{flow.name}` is {flow.purpose}."
        notes.error(node, what, f"Write purpose: {flow.purpose} here, if that is what it is.")
    for language in silent_about_stop(flow):
        _no_way_out(notes, node, f"The first text of `{flow.name}`", language)


def _check_said(notes: Notes, source: Source, path: tuple[str, ...], campaign: Campaign, offer: Offer) -> None:
    """The text as the flow that it will be; what is wrong there is said here, where the author wrote it."""
    made = flow_source(campaign, offer)
    flow, problems = check_text(made, source.file)
    lines = dict(enumerate(made.splitlines(), 1))
    for problem in problems:
        if problem.code == Advice.NO_OPT_OUT.value:
            continue  # here it is an error, below
        language = lines.get(problem.line, "").strip().partition(":")[0]
        _at(notes, source.at(*path, language), problem)
    for language in silent_about_stop(flow) if flow is not None else ():
        _no_way_out(notes, source.at(*path, language), "The text", language)


def _at(notes: Notes, node: Node, problem: Problem) -> None:
    if problem.severity is Severity.ERROR:
        notes.error(node, problem.what, problem.how)
    else:
        notes.warning(node, Advice(problem.code), problem.what, problem.how)


def _no_way_out(notes: Notes, node: Node, what: str, language: str) -> None:
    notes.error(node, f"{what} does not say how to opt out ({language}).", OPT_OUT_HOW)
