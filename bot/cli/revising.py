"""Commands that change what is live: publish, rollback, retire; and those that show it: revisions, diff."""

import getpass
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.people import Format, store
from bot.cli.running import OutputFormat, stop
from config.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.publishing import Learn
    from flows.changes import Difference
    from flows.types import Flow
    from models.store import Store

commands = typer.Typer()

Revision = Annotated[str, typer.Argument(help="A flow's name (what is live), a revision of it as lunch-poll@2, or a file.")]


@commands.command()
def publish(
    paths: Annotated[list[Path] | None, typer.Argument(help="Flow files and folders. Default: FLOWS_DIR.", exists=True)] = None,
    why: Annotated[str, typer.Option(help="Why, for whoever looks at the revisions.")] = "",
    output: Format = OutputFormat.TABLE,
) -> None:
    """Make flows live, all or nothing. Live conversations stay on the revision that they began with. Ends with 1 where one has an error."""
    from bot.publishing import publish as publish_paths

    settings = load_settings()
    base = store()
    done = publish_paths(base, paths or [settings.flows_dir], by=user(), why=why, now=datetime.now(UTC), learn=_learner(base))
    if output is OutputFormat.JSON:
        fresh = [{"flow": flow, "revision": number} for flow, number in done.fresh]
        problems = [str(problem) for problem in done.problems]
        told = {
            "published": fresh,
            "unchanged": list(done.unchanged),
            "codes_added": done.n_codes,
            "moved": done.n_moved,
            "problems": problems,
        }
        print(json.dumps(told, ensure_ascii=False))
    else:
        for problem in done.problems:
            print(problem)
        for flow, number in done.fresh:
            print(f"{flow}: revision {number} is live")
        codes = f", {done.n_codes} coupon codes added" if done.n_codes else ""
        if done.n_moved:
            print(f"{done.n_moved} live conversations move to it")
        print("nothing was published" if done.refused else f"{len(done.fresh)} published, {len(done.unchanged)} unchanged{codes}")
    raise typer.Exit(1 if done.refused else 0)


def _learner(base: "Store") -> "Learn":
    """Learns what flows need before they are live; the reader is loaded only where one of them has intents."""
    from bot.catalogue import intent_examples, learn_ahead
    from bot.process import load_reader

    def learn(flows: "Mapping[str, Flow]") -> None:
        if intent_examples(dict(flows)):
            learn_ahead(base, load_reader())(flows)

    return learn


def user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        return "parley"


@commands.command()
def diff(
    old: Revision,
    new: Annotated[str, typer.Argument(help="Likewise. Without it: the flow's file in FLOWS_DIR, against what is live.")] = "",
    output: Format = OutputFormat.TABLE,
) -> None:
    """Say what changed between two revisions of a flow, in its author's words: steps, texts, ways."""
    from bot import drafts
    from flows.changes import differences

    folder, known = load_settings().flows_dir, store()
    try:
        before = drafts.revision_of(known, old)
        after = drafts.revision_of(known, new or str(drafts.file_of(before.name, folder)))
    except LookupError as error:
        stop(str(error), code=1)
    found = differences(before, after)
    if output is OutputFormat.JSON:
        print(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=2))
    else:
        print(*found or ["no difference"], sep="\n")


def _plain(one: "Difference") -> dict[str, str | None]:
    return {"change": one.change.value, "step": one.step, "aspect": one.aspect, "before": one.before, "after": one.after}


@commands.command()
def rollback(
    flow: Annotated[str, typer.Argument(help="The flow's name.")],
    to: Annotated[int | None, typer.Option("--to", help="The revision to go back to. Default: the one that was live before.")] = None,
    why: Annotated[str, typer.Option(help="Why, for whoever looks at the revisions.")] = "",
) -> None:
    """Make an earlier revision live again, as a new one. A start does not undo it; publishing the file does."""
    from bot.publishing import PublishingError
    from bot.publishing import rollback as roll_back

    try:
        base = store()
        number, back_to = roll_back(base, flow, to=to, by=user(), why=why, now=datetime.now(UTC), learn=_learner(base))
    except PublishingError as error:
        stop(str(error), code=1)
    print(f"{flow}: revision {number} is live; it says what revision {back_to} said. The file in FLOWS_DIR is as it was.")


@commands.command()
def retire(flow: Annotated[str, typer.Argument(help="The flow's name.")]) -> None:
    """Take a flow off the air: nothing starts it any more; conversations that run go on. Remove its file from FLOWS_DIR too."""
    from bot.publishing import retire as retire_flow

    base = store()
    if not retire_flow(base, flow, learn=_learner(base)):
        stop(f'no flow "{flow}" is live.', code=1)
    print(f"{flow} is not live any more. A start publishes FLOWS_DIR again: remove its file there.")


@commands.command()
def revisions(flow: Annotated[str, typer.Argument(help="The flow's name.")], output: Format = OutputFormat.TABLE) -> None:
    """List a flow's revisions: when, by whom, why, and which one is live."""
    from models import revision

    with store().read() as db:
        rows = revision.of_flow(db, flow)
    if output is OutputFormat.JSON:
        told = [{"revision": r.number, "live": r.live, "at": r.published_at.isoformat(), "by": r.published_by, "why": r.why} for r in rows]
        print(json.dumps(told, ensure_ascii=False))
        return
    if not rows:
        stop(f'no flow "{flow}" was ever published.', code=1)
    for row in rows:
        print(f"{row.number:>4} {'live' if row.live else '    '} {row.published_at:%Y-%m-%d %H:%M} {row.published_by} {row.why}")
