"""Recipe → tasks: a chain of keyed tasks per painting. No torch."""

from deepartist.plan.tasks import Plan, Quality, SnapshotTask, StageTask, plan

__all__ = ["Plan", "Quality", "SnapshotTask", "StageTask", "plan"]
