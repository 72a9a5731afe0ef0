"""What `GET /readyz` looks at: the database, Redis, the flows, the model."""

import redis
from sqlalchemy.exc import DBAPIError

from bot.process import Process
from bot.spool import Spool
from models import meta, revision


def missing(process: Process, spool: Spool) -> dict[str, str]:
    """What is missing, by part, in words; empty where the process is ready to take a text."""
    problems: dict[str, str] = {}
    try:
        with process.store.read() as db:
            version = int(meta.get(db, meta.CATALOGUE, 0))
            live = revision.live(db) if version else []
        if not live:
            problems["flows"] = "no flow is published: run `parley publish`"
        elif spool.waiting:
            problems["spool"] = "texts wait in the spool"
        else:
            process.shelf.at(version)
    except (ValueError, LookupError) as error:
        problems["flows"] = f"a live revision cannot be read: publish it again ({error})"
    except DBAPIError as error:
        problems["database"] = f"does not answer ({type(error.orig).__name__}): check DATABASE_URL"
    if spool.n_full:
        problems["disk"] = "is full: texts find no room in the database nor in the spool"
    try:
        with redis.Redis.from_url(process.settings.redis_url, socket_timeout=1, socket_connect_timeout=1) as client:
            client.ping()
    except redis.RedisError as error:
        problems["redis"] = f"does not answer ({type(error).__name__}): check REDIS_URL"
    if not process.reader.ready:
        problems["model"] = "the reading model is still loading"
    return problems


def impaired(process: Process) -> dict[str, str]:
    """What works less well than it should, by part, in words: texts are still taken and answered."""
    return {"model": f"texts are read by rules alone: {process.reader.problem}"} if process.reader.problem else {}
