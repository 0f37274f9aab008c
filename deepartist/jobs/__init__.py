"""Who runs tasks: settings, a session per build, and one worker process per device."""

from typing import TYPE_CHECKING

from deepartist.lazy import lazy

if TYPE_CHECKING:
    from deepartist.jobs.process import Event, WorkerDied
    from deepartist.jobs.session import Found, Outcome, Session
    from deepartist.jobs.settings import Settings, WeightsFile
else:
    __getattr__ = lazy(
        __name__,
        {
            "Event": "process",
            "Found": "session",
            "Outcome": "session",
            "Session": "session",
            "Settings": "settings",
            "WeightsFile": "settings",
            "WorkerDied": "process",
        },
    )

__all__ = ["Event", "Found", "Outcome", "Session", "Settings", "WeightsFile", "WorkerDied"]
