"""A wrong setting, said so that it can be mended."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One variable that is wrong: what it got (never a secret) and what it wants."""

    name: str
    got: str
    wants: str

    def __str__(self) -> str:
        return f"{self.name}: got {self.got}, wants {self.wants}."


class SettingsError(ValueError):
    """The environment cannot be used. `problems` holds every wrong variable."""

    def __init__(self, problems: Sequence[SettingProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
