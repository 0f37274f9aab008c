"""The options of the plugin. What they may be, and their defaults, are said once: in `deepartist.jobs.Settings`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mkdocs.config.base import BaseConfigOption, Config, ValidationError

if TYPE_CHECKING:
    from deepartist.jobs import Settings


class Setting(BaseConfigOption[Any]):
    """One field of `Settings`, which is imported when the first configuration is checked, not with the plugin."""

    def run_validation(self, value: object) -> Any:
        import pydantic

        from deepartist.jobs import Settings

        given = {} if value is None else {self._name: value}
        try:
            return getattr(Settings.model_validate(given), self._name)
        except pydantic.ValidationError as error:
            raise ValidationError("; ".join(each["msg"] for each in error.errors(include_url=False))) from None


class DeepArtistConfig(Config):  # type: ignore[no-untyped-call]
    """``plugins: - deepartist: {render: never}``."""

    render = Setting()
    quality = Setting()
    device = Setting()
    budget = Setting()
    cache_dir = Setting()
    weights = Setting()
    on_error = Setting()

    def settings(self) -> Settings:
        """All options together."""
        from deepartist.jobs import Settings

        return Settings(**{name: self[name] for name, _ in self._schema})
