"""What goes wrong around Parley: the provider, those who call the webhook, the people, and what staff do meanwhile."""

import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from secrets import token_hex
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.provider.posting import Poster
from models import contact, event
from models.event import EventKind
from models.store import Store
from tests.chaos.faults import Lane, Scene, fault
from tests.chaos.house import FLOWS, TOKEN
from tests.chaos.load import WEBHOOK, Text, form_of

AWAY_S = 60.0
"""The other lane may have killed what a fault of this one needs; it is back by then."""


T = TypeVar("T")


class Away(Exception):
    """A command said that the database is away."""


def _patiently(act: Callable[[], T]) -> T:
    """Does it, again and again where what it needs is away just now."""
    give_up = time.monotonic() + AWAY_S
    while True:
        try:
            return act()
        except (Away, OSError, OperationalError):
            if time.monotonic() > give_up:
                raise
            time.sleep(1)


def own_provider(scene: Scene) -> str | None:
    return None if scene.house.own_provider else "the other stand-in for Twilio cannot be told to"


# --- the provider -----------------------------------------------------------------------------------------------------


def _misbehaves(scene: Scene, seconds: float, **faults: object) -> float:
    scene.house.misbehave(**{**faults, "seed": scene.luck.randrange(1 << 30)})
    time.sleep(seconds)
    scene.house.misbehave()
    return time.monotonic()


@fault(Lane.WORLD, own_provider)
def provider_429_storm(scene: Scene) -> float:
    return _misbehaves(scene, scene.seconds(6, 3), create={"429": 0.8})


@fault(Lane.WORLD, own_provider)
def provider_5xx_after_accepting(scene: Scene) -> float:
    return _misbehaves(scene, scene.seconds(5, 2), create={"accept_then_500": 0.5, "500": 0.2})


@fault(Lane.WORLD, own_provider)
def provider_hangs_after_accepting(scene: Scene) -> float:
    """Longer than the client waits."""
    return _misbehaves(scene, 14, next=["accept_then_hang"], hang_seconds=12)


@fault(Lane.WORLD, own_provider)
def provider_reset_before(scene: Scene) -> float:
    return _misbehaves(scene, scene.seconds(5, 2), create={"reset": 0.5})


@fault(Lane.WORLD, own_provider)
def provider_reset_after_accepting(scene: Scene) -> float:
    return _misbehaves(scene, scene.seconds(5, 2), create={"accept_then_reset": 0.5})


@fault(Lane.WORLD, own_provider)
def provider_list_lags(scene: Scene) -> float:
    """What it accepts shows in its list only after 20 s, which is within the quiet period; and half of the requests end in doubt."""
    return _misbehaves(scene, scene.seconds(8, 3), create={"accept_then_500": 0.5}, list_lag_seconds=20)


@fault(Lane.WORLD, own_provider)
def callbacks_all_lost(scene: Scene) -> float:
    return _misbehaves(scene, scene.seconds(8, 3), callbacks_lost=1.0)


@fault(Lane.WORLD, own_provider)
def callbacks_in_any_order(scene: Scene) -> float:
    return _misbehaves(
        scene, scene.seconds(6, 3), callbacks_lost=0.2, callbacks_late=0.7, callbacks_doubled=0.3, late_seconds=3, delivered_after=0.05
    )


@fault(Lane.WORLD, own_provider)
def answers_never_reach_the_provider(scene: Scene) -> float:
    """Each webhook is taken, and its answer lost; the text is then offered again, as Twilio does."""
    return _misbehaves(scene, scene.seconds(4, 2), answers_lost=0.7)


# --- webhooks ---------------------------------------------------------------------------------------------------------


def _webhook(scene: Scene) -> str:
    return f"http://127.0.0.1:{scene.house.port}{WEBHOOK}"


def _post_all(scene: Scene, texts: list[Text], token: str = TOKEN) -> list[int]:
    """Posts the forms at once and throws the answers away, as a provider that has given up on them; the statuses."""
    poster = Poster(token)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda one: poster.post(_webhook(scene), form_of(one)).status, texts))
    poster.close()
    return statuses


@fault(Lane.WORLD)
def webhooks_duplicate(scene: Scene) -> float:
    recent = [one for one in scene.load.texts[-40:] if one.sid]
    _post_all(scene, recent)
    return time.monotonic()


@fault(Lane.WORLD)
def webhooks_replayed(scene: Scene) -> float:
    """Forms that somebody kept: the signature has no time in it."""
    _post_all(scene, [one for one in scene.load.texts[:60] if one.sid])
    return time.monotonic()


@fault(Lane.WORLD)
def webhooks_concurrent(scene: Scene) -> float:
    """The same text, five times at once; the provider takes one of the answers."""
    load = scene.load
    with ThreadPoolExecutor(8) as pool:
        for _ in range(10):
            one = load.borrow()
            if one is None:
                continue
            one.sid = "SM" + token_hex(16)
            copies = [pool.submit(_post_all, scene, [one] * 2) for _ in range(2)]
            load.send(one)
            for copy in copies:
                copy.result()
            load.give_back(one)
    return time.monotonic()


@fault(Lane.WORLD)
def webhooks_forged(scene: Scene) -> float:
    """None is taken, and none stands anywhere (the comparison of the inbox would find it)."""
    forged = [Text(f"+65{97770000 + n:08d}", "STOP", "", 0.0, sid="SM" + token_hex(16)) for n in range(20)]
    taken = [status for status in _post_all(scene, forged, token="another token") if status == 200]
    assert not taken, f"{len(taken)} forged webhooks were taken"
    return time.monotonic()


@fault(Lane.WORLD)
def slow_client(scene: Scene) -> float:
    """200 connections that say almost nothing, a byte now and then."""
    ends = time.monotonic() + scene.seconds(12, 5)
    clients: list[socket.socket] = []
    try:
        for n in range(200):
            client = _patiently(lambda: socket.create_connection(("127.0.0.1", scene.house.port), timeout=5))
            clients.append(client)
            if n % 2:
                client.sendall(b"POST /webhooks/twilio/sms HTTP/1.1\r\nHost: x\r\n")
        while time.monotonic() < ends:
            for client in clients[1::2]:
                try:
                    client.sendall(b"X")
                except OSError:
                    continue  # it was shown the door
            time.sleep(1)
    finally:
        for client in clients:
            client.close()
    return time.monotonic()


# --- people -----------------------------------------------------------------------------------------------------------

POISON = (
    "\x00\x01\x02 nul",
    "a" * 1600,
    "(" * 800 + ")" * 800,
    "{{ 7 * 7 }}{% for x in x %}",
    "'; DROP TABLE message; --",
    "\ud83d half an emoji",
    "\u202e\u200b\u0000" * 50,
    "1" * 1600,
    "no " * 500,
    "<Response><Message>x</Message></Response>",
    "\ufffe\uffff",
    "\U0001f3f3\ufe0f\u200d\U0001f308" * 200,
    "\n" * 1600,
    "",
)


@fault(Lane.WORLD)
def poison_texts(scene: Scene) -> float:
    """Texts that no phone would send, and an event that always fails; everybody else is served meanwhile."""
    for n, body in enumerate(POISON):
        scene.load.send(Text(f"+65{98880000 + n:08d}", body, "", time.monotonic()))
    _patiently(lambda: _poison(Store(scene.house.database.url), datetime.now(UTC)))
    return time.monotonic()


def _poison(store: Store, now: datetime) -> None:
    with closing(store), store.write() as db:
        row = contact.by_phone(db, "+6598889999")
        contact_id = row.id if row else contact.add(db, contact.new_values("+6598889999", now))
        event.add(db, [event.values(f"poison-{token_hex(4)}", contact_id, EventKind.START, now, data={})])


@fault(Lane.WORLD)
def stop_from_500(scene: Scene) -> float:
    """In the middle of the broadcast."""
    _stop(scene, scene.leaving(50 if scene.quick else 500))
    return time.monotonic()


@fault(Lane.PARTS)
def stop_while_the_database_is_away(scene: Scene) -> float:
    """Their opt-outs are spooled and mirrored; none of them gets an offer once it has been heard."""
    phones = scene.leaving(20 if scene.quick else 100)
    with ThreadPoolExecutor(1) as pool:
        away = pool.submit(scene.house.database.lock, scene.seconds(15, 8))
        time.sleep(0.5)
        _stop(scene, phones)
        away.result()
    at = time.monotonic()
    _wait_out(scene, phones, 60)
    return at


@fault(Lane.PARTS)
def stop_while_redis_is_down(scene: Scene) -> float:
    """Effective within a second of the webhook's answer."""
    phones = scene.leaving(20)
    scene.house.redis.kill()
    try:
        _stop(scene, phones)
        late = _wait_out(scene, phones, 10)
        assert late < 1, f"opt-outs were effective only after {late:.1f} s"
    finally:
        scene.house.redis.start()
    return time.monotonic()


def _stop(scene: Scene, phones: list[str]) -> None:
    texts = [Text(phone, "STOP", "", time.monotonic()) for phone in phones]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(scene.load.send, texts))


def _wait_out(scene: Scene, phones: list[str], seconds: float) -> float:
    """Waits until all have opted out; how long that took."""
    store, began = Store(scene.house.database.url), time.monotonic()
    try:
        while True:
            with store.read() as db:
                out = contact.count_out(db, phones)
            if out == len(phones):
                return time.monotonic() - began
            assert time.monotonic() - began < seconds, f"{len(phones) - out} of {len(phones)} opt-outs are not effective"
            time.sleep(0.1)
    finally:
        store.close()


# --- what staff do ----------------------------------------------------------------------------------------------------


@fault(Lane.WORLD)
def flow_published(scene: Scene) -> float:
    """Both flows change in the middle; conversations stay on theirs."""
    folder = scene.house.folder / f"flows-{token_hex(3)}"
    folder.mkdir()
    for name, source in FLOWS.items():
        (folder / f"{name}.yaml").write_text(source.replace("steps:\n", f'title: "{name} {token_hex(3)}"\nsteps:\n', 1))
    _patiently(lambda: _command(scene, "publish", str(folder)))
    return time.monotonic()


@fault(Lane.WORLD)
def migration_interrupted(scene: Scene) -> float:
    """A new installation is killed while it makes its tables, three times; the next start brings it to where it belongs."""
    name = f"fresh_{token_hex(3)}"
    url, home = _patiently(lambda: scene.house.database.another(name)), scene.house.folder / name
    environ = {"DATABASE_URL": url, "PARLEY_HOME": str(home)}
    for _ in range(3):
        child = scene.house.popen("prepare", **environ)
        time.sleep(scene.luck.uniform(0.8, 2.5))
        child.kill()
        child.wait()
    _patiently(lambda: _command(scene, "prepare", environ=environ))
    assert _patiently(lambda: _count(Store(url), "revision")) == len(FLOWS), "flows are published once"
    assert _patiently(lambda: _count(Store(url), "message")) == 0
    return time.monotonic()


def _count(store: Store, table: str) -> int:
    with closing(store), store.read() as db:
        return int(db.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


@fault(Lane.PARTS)
def backup_and_restore(scene: Scene) -> float:
    """A backup under load is whole; then Parley is stopped, backed up, and goes on from the restored copy."""
    house = scene.house
    hot, cold = house.folder / f"hot-{token_hex(3)}.tar.gz", house.folder / f"cold-{token_hex(3)}.tar.gz"
    _command(scene, "backup", str(hot))
    scene.load.rest.set()
    try:
        house.stop_up()
        _command(scene, "backup", str(cold))
        name = f"restored_{token_hex(3)}"
        home = house.home.with_name(name)
        home.mkdir()
        url = house.database.another(name) if house.database.name == "PostgreSQL" else f"sqlite:///{home / 'parley.db'}"
        house.move_to(home, url)
        _command(scene, "restore", str(cold))
        _command(scene, "arm")
        scene.load.reopen()
        at = time.monotonic()
        house.start()
    finally:
        scene.load.rest.clear()
    return at


def _command(scene: Scene, *words: str, environ: Mapping[str, str] | None = None) -> None:
    done = scene.house.run(*words, timeout=120, environ=environ)
    if done.returncode != 0 and "the database is away" in done.stderr:
        raise Away(done.stderr)
    assert done.returncode == 0, f"parley {words[0]}: {done.stdout}{done.stderr}"
