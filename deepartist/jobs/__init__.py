"""Who runs tasks: settings, a session per build, and one worker process per device."""

from deepartist.jobs.process import Event, WorkerDied
from deepartist.jobs.session import Found, Outcome, Session
from deepartist.jobs.settings import Settings, WeightsFile

__all__ = ["Event", "Found", "Outcome", "Session", "Settings", "WeightsFile", "WorkerDied"]
