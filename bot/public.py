"""The two pages that anybody may open: /join, where people ask for our texts, and /p/..., where a contact chooses how many."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy import Connection

from bot import optin, people, preferences
from bot.console.door import HEADERS, process_of
from bot.contacts_rows import e164
from bot.preference_address import TEST, contact_id_of
from bot.preferences import Wish
from bot.process import Process
from bot.public_words import LANGUAGES, Words, version_of, words_in
from flows.events import Consent
from models import contact, knock
from models.contact import ContactRow

public = Blueprint("public", __name__, template_folder="console/templates")

PATHS = ("/join", "/p/")
"""Addresses of this module, which have sessions for their forms' tokens."""
MOST_FROM_ONE_PLACE, PLACE_FOR = 10, timedelta(hours=1)
MOST_FOR_ONE_NUMBER, NUMBER_FOR = 3, timedelta(days=1)


@public.after_request
def close_up(answer: Response) -> Response:
    """The console's headers, and nothing for a search engine."""
    for name, value in {**HEADERS, "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}.items():
        answer.headers.setdefault(name, value)
    return answer


# --- asking for our texts ---------------------------------------------------------------------------------------------


@public.get("/join")
def join() -> ResponseReturnValue:
    return _form() if process_of().settings.web_form else _gone()


@public.post("/join")
def joined() -> ResponseReturnValue:
    """Asks the number by text. The answer is the same whatever we know of the number."""
    process = process_of()
    if not process.settings.web_form:
        return _gone()
    words, typed = words_in(_language()), request.form.get("phone", "").replace("\x00", "")[:40]
    if request.form.get("website"):  # people do not see this box; programs fill in every one
        return redirect(url_for("public.sent", lang=_language()), 303)
    problem = _problem(process, words, typed)
    if problem:
        return _form(typed, problem), 400
    phone = e164(typed, process.settings.country)
    assert phone is not None
    with process.store.write() as db:
        place, number = _often(db, process, phone)
    if place:
        return _form(typed, words.too_often), 429
    if not number:
        optin.ask(process, phone, words=_proof(words.agree.format(brand=process.settings.brand)), language=_language())
    return redirect(url_for("public.sent", lang=_language()), 303)


@public.get("/join/sent")
def sent() -> ResponseReturnValue:
    words = words_in(_language())
    return _page("public_said.html", title=words.sent, words_said=words.sent_more) if process_of().settings.web_form else _gone()


def _form(typed: str = "", problem: str = "") -> str:
    agree = words_in(_language()).agree.format(brand=process_of().settings.brand)
    return _page("join.html", typed=typed, problem=problem, agree=agree, ticked=problem and request.form.get("agree") == "yes")


def _problem(process: Process, words: Words, typed: str) -> str:
    phone = e164(typed, process.settings.country)
    if phone is None:
        return words.no_number
    if people.is_abroad(phone, process.settings.countries):
        return words.no_country
    return "" if request.form.get("agree") == "yes" else words.no_tick


def _proof(sentence: str) -> str:
    """What is kept as proof of the first step."""
    return f"{sentence} (ticked; wording {version_of(sentence)}, {_language()}; IP {visitor()})"


def _often(db: Connection, process: Process, phone: str) -> tuple[bool, bool]:
    """Whether this place, or this number, has had enough; and one knock more for both."""
    now: datetime = process.now()
    place, number = (_hashed(process, what) for what in (f"ip {visitor()}", f"number {phone}"))
    counts = knock.count(db, place, now - PLACE_FOR), knock.count(db, number, now - NUMBER_FOR)
    knock.add(db, [place, number], now, now - NUMBER_FOR)
    return counts[0] >= MOST_FROM_ONE_PLACE, counts[1] >= MOST_FOR_ONE_NUMBER


def _hashed(process: Process, what: str) -> str:
    return hmac.new(process.settings.session_key.encode(), what.encode(), sha256).hexdigest()


def visitor() -> str:
    """The visitor's address: what the proxy on our own network says of it, where there is one, else who is connected."""
    near = request.remote_addr or ""
    said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return said if said and _is_address(said) and _is_address(near) and ip_address(near).is_private else near


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


# --- choosing how many ------------------------------------------------------------------------------------------------


@public.get("/p/<token>")
def page(token: str) -> ResponseReturnValue:
    """A contact's own page. Looking changes nothing: telephones look at links by themselves."""
    row = _whose(token)
    return _choices(row) if row is not None else _gone()


@public.post("/p/<token>")
def choose(token: str) -> ResponseReturnValue:
    process, row = process_of(), _whose(token)
    wished, language = request.form.get("wish", ""), request.form.get("language", "")
    if row is None:
        return _gone()
    if wished not in [*Wish] or language not in LANGUAGES:
        return _choices(row), 400
    words, wish = words_in(_language(row)), Wish(wished)
    label = {Wish.ALL: words.all, Wish.LESS: words.less, Wish.NONE: words.none}[wish]
    try:
        preferences.choose(process, row.id, wish, language, f"{label} (IP {visitor()})")
    except preferences.Busy:
        return _choices(row, problem=words.busy), 409
    back = row.consent == Consent.OUT and wish is not Wish.NONE
    return redirect(url_for("public.page", token=token, saved="start" if back else "yes"), 303)


def _whose(token: str) -> ContactRow | None:
    process = process_of()
    contact_id = None if token == TEST else contact_id_of(process.settings, token)
    if contact_id is None:
        return None
    with process.store.read() as db:
        return contact.by_id(db, contact_id)


def _choices(row: ContactRow, problem: str = "") -> str:
    process, words = process_of(), words_in(_language(row))
    saved, sender = request.args.get("saved", ""), process.sender_for(row.phone, row.sender)
    told = [words.saved] if saved else []
    if saved == "start" and sender.startswith("+"):
        told.append(words.start_again.format(sender=sender))
    known = {"wish": preferences.wish_of(row), "spoken": row.language, "ending": row.phone[-2:], "told": told, "problem": problem}
    return _page("preferences.html", row, **known)


# --- what both share --------------------------------------------------------------------------------------------------


def _language(row: ContactRow | None = None) -> str:
    """The one that was asked for, else the contact's, else the browser's."""
    asked = request.values.get("lang", "")
    known = (row.language or "").split("-")[0] if row else ""
    guess = request.accept_languages.best_match([*LANGUAGES]) or "en"
    return next(name for name in (asked, known, guess, "en") if name in LANGUAGES)


def _page(template: str, row: ContactRow | None = None, **known: object) -> str:
    language, brand = _language(row), process_of().settings.brand
    return render_template(template, t=words_in(language), lang=language, languages=LANGUAGES, brand=brand, **known)


def _gone() -> ResponseReturnValue:
    words = words_in(_language())
    return _page("public_said.html", title=words.gone, words_said=words.gone_more), 404


@public.errorhandler(CSRFError)
def stale(_error: CSRFError) -> ResponseReturnValue:
    """A form without its token: open for too long, or sent from elsewhere."""
    words = words_in(_language())
    return _page("public_said.html", title=words.gone, words_said=words.stale), 400
