"""The floor that Parley is measured against: a bare Flask view that checks the signature, makes one durable transaction and answers.

1 SELECT, 2 INSERT, 1 UPSERT by SQLAlchemy Core; signature and TwiML by twilio-python: what a careful person writes by hand.
"""

import os

from flask import Flask, Response, request
from sqlalchemy import Column, Integer, MetaData, String, Table, Text, create_engine, event, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

metadata = MetaData()
text_in = Table("text_in", metadata, Column("sid", String(40), primary_key=True), Column("phone", String(20)), Column("body", Text))
text_out = Table("text_out", metadata, Column("id", Integer, primary_key=True), Column("phone", String(20)), Column("body", Text))
state = Table("state", metadata, Column("phone", String(20), primary_key=True), Column("step", Integer, nullable=False))

QUESTIONS = ("How was it, 1 to 5?", "Tea or coffee?", "Come again?", "Thanks!")


def create_app() -> Flask:
    """The app, on the database that FLOOR_DATABASE names."""
    url = os.environ["FLOOR_DATABASE"]
    engine = create_engine(url, pool_size=12)
    if url.startswith("sqlite"):
        event.listen(engine, "connect", _pragmas)
    metadata.create_all(engine)
    upsert = (sqlite if url.startswith("sqlite") else postgresql).insert(state)
    upsert = upsert.on_conflict_do_update(index_elements=["phone"], set_={"step": upsert.excluded.step})
    find, add_in, add_out = select(state.c.step), insert(text_in), insert(text_out)
    validator = RequestValidator(os.environ["FLOOR_TOKEN"])
    address = os.environ["FLOOR_URL"] + "/webhooks/twilio/sms"
    app = Flask("floor")

    @app.post("/webhooks/twilio/sms")
    def sms() -> Response:
        form = request.form
        if not validator.validate(address, form, request.headers.get("X-Twilio-Signature", "")):
            return Response(status=403)
        phone = form["From"]
        with engine.begin() as db:
            step = db.execute(find.where(state.c.phone == phone)).scalar() or 0
            said = QUESTIONS[step % len(QUESTIONS)]
            db.execute(add_in, {"sid": form["MessageSid"], "phone": phone, "body": form["Body"]})
            db.execute(add_out, {"phone": phone, "body": said})
            db.execute(upsert, {"phone": phone, "step": step + 1})
        answer = MessagingResponse()
        answer.message(said)
        return Response(str(answer), mimetype="text/xml")

    @app.get("/readyz")
    def readyz() -> str:
        return "ready"

    return app


def _pragmas(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
