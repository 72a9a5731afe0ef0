"""A flow's file, or a folder of them: everything that is wrong, at once, with its place and what to write instead."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from flows.advice import BY_MEANING, Advice, heeded
from flows.check_meaning import Trial, check_meaning
from flows.check_names import check_defaults, check_names
from flows.check_prices import check_prices
from flows.check_texts import check_consent, check_first_text, check_translations
from flows.check_times import ReadCodes, check_pools, check_timers
from flows.check_values import check_values
from flows.check_ways import check_answers, check_calls, check_ends, check_loops, check_outcomes, check_reached, check_runs, check_targets
from flows.check_words import check_intents, check_keywords, check_options, keyword_path
from flows.closure import Find, closed, nowhere
from flows.nodes import MAX_BYTES
from flows.notes import Notes
from flows.parse import Source, parse, read
from flows.types import FallbackTrigger, Flow, KeywordTrigger, Problem, Severity
from nlp.consent.keywords import fold

__all__ = ["beside", "campaigns_in", "check", "check_text", "check_together", "files_in", "has_errors", "load", "load_folder"]

LIBRARY = Path(__file__).parent / "library"


def check(flow: Flow, source: Source, read_codes: ReadCodes | None = None, find: Find = nowhere) -> tuple[Problem, ...]:
    """What is wrong with a flow as a whole, its parts in it. read_codes: without it the files of codes are not looked at."""
    notes = Notes(source.file)
    check_runs(flow, source, notes, find)
    _check_ways_and_words(flow, source, notes)
    ways_hold = not has_errors(notes.problems)  # a way to nowhere would make false alarms of all that follows it
    check_pools(flow, source, notes, read_codes)
    if ways_hold:
        check_reached(flow, source, notes)
        check_loops(flow, source, notes)
        check_ends(flow, source, notes)
    check_names(flow, source, notes, ways_hold=ways_hold)
    check_defaults(flow, source, notes)
    check_values(flow, source, notes)
    check_answers(flow, source, notes)
    check_calls(flow, source, notes)
    check_outcomes(flow, source, notes)
    check_translations(flow, source, notes)
    check_prices(flow, source, notes)
    check_first_text(flow, source, notes)
    check_consent(flow, source, notes)
    check_timers(flow, source, notes)
    return tuple(sorted(notes.problems))


def check_text(text: str, file: str, read_codes: ReadCodes | None = None, find: Find = nowhere) -> tuple[Flow | None, tuple[Problem, ...]]:
    """Parse and check: the flow, None where anything is an error, and every problem in the order of the file. find: what it runs."""
    flow, _, problems = _check_text(text, file, read_codes, find)
    return flow, problems


def load(path: str | Path, find: Find = nowhere) -> tuple[Flow | None, tuple[Problem, ...]]:
    """`check_text` of a file, with the files of codes and the flows beside it; a flow that `find` knows comes before one beside it."""
    flow, _, problems = _load(Path(path), str(path), find)
    return flow, problems


def load_folder(path: str | Path) -> tuple[Mapping[str, Flow], tuple[Problem, ...]]:
    """The flows without errors below a folder (or of one file), by their file's name, and every problem, also between flows."""
    return load_all([path])


def load_all(paths: Sequence[str | Path], trial: Trial | None = None) -> tuple[Mapping[str, Flow], tuple[Problem, ...]]:
    """As `load_folder`, over several files and folders. trial: also looks at how well the intents' examples hold together."""
    flows: dict[str, Flow] = {}
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    files = tuple(dict.fromkeys(file for path in paths for file in files_in(path)))
    find = _among(lambda: files)
    for name in files:
        flow, source, found = _load(Path(name), name, find)
        problems += found
        if flow is not None and source is not None:
            flows[name], sources[name] = flow, source
    problems += _between(flows, sources)
    problems += check_meaning(flows, sources, trial) if trial is not None else []
    broken = {problem.file for problem in problems if problem.severity is Severity.ERROR}
    return {name: flow for name, flow in flows.items() if name not in broken}, tuple(sorted(problems))


def check_together(flows: Mapping[str, Flow]) -> tuple[Problem, ...]:
    """What is wrong between flows that would be live at once, by their file's name: one name, keyword or fallback twice."""
    return tuple(sorted(_between(flows, {})))


def files_in(path: str | Path) -> tuple[str, ...]:
    """The flows' files below a folder, in order; a file is itself. Campaigns, tests apart (*.test.yaml) and hidden files are left out."""
    folder = Path(path)
    return tuple(str(file) for file in _written_in(folder) if not is_campaign(file)) if folder.is_dir() else (str(path),)


def campaigns_in(path: str | Path) -> tuple[str, ...]:
    """The campaigns' files below a folder, in order, or the one file if it is one."""
    folder = Path(path)
    return tuple(str(file) for file in (_written_in(folder) if folder.is_dir() else [folder]) if is_campaign(file))


def is_campaign(file: Path) -> bool:
    """Whether a file's first key is `campaign`: campaigns and flows may lie in one folder."""
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as written:
            lines = (line.strip() for line in written)
            return next((line for line in lines if line and not line.startswith(("#", "---"))), "").startswith("campaign:")
    except OSError:
        return False


def _written_in(folder: Path) -> list[Path]:
    found = sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")])
    hidden = [file for file in found if any(part.startswith(".") for part in file.relative_to(folder).parts)]
    return [file for file in found if file not in hidden and not file.name.endswith((".test.yaml", ".test.yml"))]


def has_errors(problems: Sequence[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _check_ways_and_words(flow: Flow, source: Source, notes: Notes) -> None:
    check_targets(flow, source, notes)
    check_keywords(flow, source, notes)
    check_options(flow, source, notes)
    check_intents(flow, source, notes)


def beside(path: Path) -> Find:
    """Finds flows by name among the files beside a file."""
    return _among(lambda: [str(file) for file in sorted(path.parent.glob("*.y*ml"))])


def _among(files: Callable[[], Sequence[str]]) -> Find:
    """Finds flows by name among these files, which are looked for and read when the first is asked for."""

    @cache
    def known() -> dict[str, Flow]:
        found: dict[str, Flow] = {}
        for file in files():
            with contextlib.suppress(OSError, UnicodeDecodeError):
                flow, _ = parse(Path(file).read_bytes()[: MAX_BYTES + 1].decode("utf-8-sig"), file)
                if flow is not None:
                    found.setdefault(flow.name, flow)
        return found

    return lambda name: known().get(name)


def _check_text(text: str, file: str, read_codes: ReadCodes | None, find: Find) -> tuple[Flow | None, Source | None, tuple[Problem, ...]]:
    flow, source, problems = read(text, file)
    if flow is None or source is None:
        return None, source, problems
    flow = closed(flow, find)
    if has_errors(problems):
        # what is there is checked as far as its gaps make no false alarms, so that an author sees as much as can be at once
        notes = Notes(file, problems=[*problems])
        _check_ways_and_words(flow, source, notes)
        check_runs(flow, source, notes, find)
        check_pools(flow, source, notes, None)
        check_names(flow, source, notes, ways_hold=False)
        return None, source, heeded(sorted(set(notes.problems)), text, file, ())
    looked_for = {*Advice} - BY_MEANING - ({Advice.CODES_EMPTY} if read_codes is None else set())
    problems = tuple(sorted({*problems, *check(flow, source, read_codes, find)}))
    problems = heeded(problems, text, file, () if has_errors(problems) else looked_for)
    return (None if has_errors(problems) else flow), source, problems


def _load(path: Path, name: str, find: Find) -> tuple[Flow | None, Source | None, tuple[Problem, ...]]:
    def read_codes(relative: str) -> str | None:
        file = path.parent / relative
        inside = file.resolve().is_relative_to(path.parent.resolve())
        return file.read_text("utf-8", errors="replace") if inside and file.is_file() else None

    near = beside(path)

    def known(wanted: str) -> Flow | None:
        return find(wanted) or near(wanted)

    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        text = raw.decode("utf-8-sig")
    except OSError as error:
        what = f"The file cannot be read: {error.strerror}."
        return None, None, (Problem(file=name, line=1, column=1, what=what, how="Check its name."),)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return None, None, (Problem(file=name, line=line, column=1, what="The file is not UTF-8 text.", how="Save it as UTF-8."),)
    return _check_text(text, name, read_codes, known)


def _between(flows: Mapping[str, Flow], sources: Mapping[str, Source]) -> list[Problem]:
    problems: list[Problem] = []
    names: dict[str, str] = {}
    keywords: dict[str, str] = {}
    fallback = ""
    for file, flow in flows.items():
        if flow.name in names:
            what = f"The name `{flow.name}` is also that of {names[flow.name]}."
            problems.append(_problem(file, sources, ("flow",), what, "Give one of them another name."))
        names.setdefault(flow.name, file)
        for n, trigger in enumerate(flow.triggers):
            path = ("triggers", f"#{n}")
            if isinstance(trigger, FallbackTrigger):
                if fallback:
                    what = f"{fallback} hears what nobody else heard already."
                    problems.append(_problem(file, sources, path, what, "Keep one flow with `fallback: true`."))
                fallback = fallback or file
            if isinstance(trigger, KeywordTrigger):
                for m, word in enumerate(trigger.words):
                    other = keywords.setdefault(fold(word), file)
                    if other != file:
                        what = f"The keyword `{word}` is also one of {other}."
                        problems.append(
                            _problem(file, sources, (*path, *keyword_path(trigger, m)), what, "Use another word in one of them.")
                        )
    return problems


def _problem(file: str, sources: Mapping[str, Source], path: tuple[str, ...], what: str, how: str) -> Problem:
    node = sources[file].at(*path) if file in sources else None
    return Problem(file=file, line=node.line if node else 1, column=node.column if node else 1, what=what, how=how)
