"""What waits on the disk, what it would change, and the buttons that make it live; and the way back."""

from pathlib import Path

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot import drafts, publishing
from bot.catalogue import learn_ahead
from bot.console.door import me, needs, process_of
from bot.console.page import console

MOST_WORDS = 500


@console.get("/drafts")
@needs("support")
def drafts_page() -> ResponseReturnValue:
    """Every file of FLOWS_DIR that is not live as it stands: its problems, and what it would change."""
    process = process_of()
    waiting = drafts.drafts(process.store, process.settings.flows_dir)
    fit = [draft for draft in waiting if draft.fit]
    return render_template(
        "drafts.html", here="flows", waiting=waiting, fit=fit, folder=process.settings.flows_dir, may_publish=me().may("marketer")
    )


@console.post("/drafts")
@needs("marketer")
def publish() -> ResponseReturnValue:
    """Publishes the files that were looked at, all or nothing; one that has changed since is looked at again."""
    process = process_of()
    folder = process.settings.flows_dir
    now = {draft.file: draft.digest for draft in drafts.drafts(process.store, folder) if draft.fit}
    wanted = dict(pair.rpartition(" ")[::2] for pair in request.form.getlist("draft"))
    if not wanted or any(now.get(file) != digest for file, digest in wanted.items()):
        flash(
            "Nothing was published: a file has changed since you looked at it. This is how it stands now." if wanted else "Choose a file."
        )
        return redirect(url_for("console.drafts_page"))
    why = request.form.get("why", "").strip()[:MOST_WORDS]
    learn = learn_ahead(process.store, process.reader)
    paths = [folder / Path(file) for file in wanted]
    done = publishing.publish(process.store, paths, by=me().row.name, why=why, now=process.now(), learn=learn)
    if done.refused:
        flash(f"Nothing was published. {done.problems[0]}")
        return redirect(url_for("console.drafts_page"))
    flash("Live: " + ", ".join(f"{flow}, revision {number}" for flow, number in done.fresh) + ". Conversations that run stay on theirs.")
    return redirect(url_for("console.flows"))


@console.post("/flows/<name>/rollback")
@needs("marketer")
def rollback(name: str) -> ResponseReturnValue:
    """Makes an earlier revision live again, as a new one."""
    process = process_of()
    number = request.form.get("to", "")
    if not number.isdecimal():
        abort(400)
    why = request.form.get("why", "").strip()[:MOST_WORDS]
    try:
        learn = learn_ahead(process.store, process.reader)
        fresh, back_to = publishing.rollback(process.store, name, to=int(number), by=me().row.name, why=why, now=process.now(), learn=learn)
    except publishing.PublishingError as error:
        flash(str(error))
    else:
        flash(f"Revision {fresh} is live; it says what revision {back_to} said. The file on the disk is as it was.")
    return redirect(url_for("console.flow_page", name=name))
