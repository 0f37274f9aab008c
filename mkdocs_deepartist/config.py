"""The options of the plugin. What they may be, and their defaults, are said once: in `deepartist.jobs.Settings`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.config.base import BaseConfigOption, Config, ConfigErrors, ConfigWarnings, ValidationError

from mkdocs_deepartist.memory import Choices, Memory

if TYPE_CHECKING:
    from deepartist.jobs import Settings


class DeepArtistConfig(Config):  # type: ignore[no-untyped-call]
    """``plugins: - deepartist: {render: never}``. None: not given."""

    render = BaseConfigOption[Any]()
    quality = BaseConfigOption[Any]()
    device = BaseConfigOption[Any]()
    budget = BaseConfigOption[Any]()
    cache_dir = BaseConfigOption[Any]()
    frozen = BaseConfigOption[Any]()
    remotes = BaseConfigOption[Any]()
    weights = BaseConfigOption[Any]()
    hosts = BaseConfigOption[Any]()
    on_error = BaseConfigOption[Any]()
    publish = BaseConfigOption[Any]()

    @property
    def base(self) -> Path:
        """The folder that paths count from: that of mkdocs.yml, whatever the working directory."""
        return (Path(self.config_file_path).parent if self.config_file_path else Path.cwd()).absolute()

    @property
    def given(self) -> dict[str, Any]:
        return {name: self[name] for name, _ in self._schema if self[name] is not None}

    def settings(self) -> Settings:
        """All options, with defaults for those not given. Raises pydantic.ValidationError."""
        from deepartist.jobs import Settings

        return Settings.model_validate(self.given)

    def validate(self) -> tuple[ConfigErrors, ConfigWarnings]:
        """Checks the options, unless a build before has: the models of all parts are slow to import."""
        failed, warnings = super().validate()
        self.memory = Memory(self.base, self.given)
        if self.memory.choices is None:
            failed += self._wrong()
        return failed, warnings

    def _wrong(self) -> ConfigErrors:
        import pydantic

        from deepartist.jobs import Session

        try:
            settings = self.settings()
            _ = Session(settings, self.base).weights
        except pydantic.ValidationError as error:
            return [(str(each["loc"][0]), ValidationError(each["msg"])) for each in error.errors(include_url=False)]
        except (ValueError, OSError) as error:
            return [("weights", ValidationError(str(error)))]
        self.memory.choices = Choices.of(settings)
        return []

    @property
    def choices(self) -> Choices:
        assert self.memory.choices is not None
        return self.memory.choices
