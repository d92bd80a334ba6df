"""One line of the diagnosis."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "absent", "warning", "fault"]
COLUMNS = ["check", "name", "status", "found", "remedy"]


@dataclass(frozen=True)
class Finding:
    """What one check has found.

    Parameters
    ----------
    check : str
        What was looked at: ``library``, ``extra``, ``folder``, ``clock`` and the like.
    name : str
        Which one.
    found : str
        What is there.
    status : str
        ``absent`` is optional and not there; ``warning`` works, but may surprise; ``fault`` does not work.
    remedy : str
        What to do; empty where nothing has to be done.
    """

    check: str
    name: str
    found: str
    status: Status = "ok"
    remedy: str = ""
