"""What a page says when it cannot do what was asked: no such thing, not allowed, a form that is too old, a contact that is busy."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from bot.console.door import needs
from bot.console.page import console
from bot.desk import Busy

TOLD = {
    400: ("Not taken", "What was sent holds something that no page of ours sends, so nothing was done."),
    403: ("Not for your role", "Your role does not include this page. An admin can change roles under Staff."),
    404: ("Nothing here", "There is no such page, or what it showed is gone."),
    405: ("Nothing here", "This address takes no such request."),
}


@console.get("/<path:anything>")
@needs("support")
def nothing(anything: str) -> ResponseReturnValue:
    """An address that no page has: said by a page of ours, to staff only."""
    abort(404)


@console.errorhandler(400)
@console.errorhandler(403)
@console.errorhandler(404)
@console.errorhandler(405)
def refused(error: HTTPException) -> ResponseReturnValue:
    """The page for a request that cannot be met; it changed nothing."""
    code = error.code or 404
    title, words = TOLD[code]
    return render_template("oops.html", title=title, words=words), code


@console.errorhandler(CSRFError)
def forged(_error: CSRFError) -> ResponseReturnValue:
    """A form without its token: sent from elsewhere, or from a page of before signing in."""
    words = "This form came without its token, so nothing was done. Go back, load the page again, and send it once more."
    return render_template("oops.html", title="Not sent", words=words), 400


@console.errorhandler(Busy)
def busy(_error: Busy) -> ResponseReturnValue:
    """The contact's own turns left no room for an act of staff."""
    words = "So much is happening with this contact that your act found no room. Nothing was done: go back and try again."
    return render_template("oops.html", title="Busy for a moment", words=words), 409
