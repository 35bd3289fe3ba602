"""One detector for each model that is used, opened at the first use. Not thread-safe: the detection
worker's own."""

import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType

from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.errors import CityBrainError
from citybrain.structs import Struct
from street_agent.core.camera import NO_MODEL
from street_agent.detect.port import Detector
from street_agent.errors import ModelAlteredError, PluginModelError, WrongOutputsError
from street_agent.plugins.supervised_source import PLUGIN

log = logging.getLogger(__name__)

MODEL_RETRY_S = 5.0
UNFIT = "model_unfit"
# The reason codes of errors; any other error at opening means that there is no model.
_REASONS: Mapping[type, str] = MappingProxyType(
    {ModelAlteredError: "model_altered", WrongOutputsError: UNFIT, PluginModelError: PLUGIN}
)


class ModelRefusal(Struct, frozen=True, kw_only=True):
    """Why a model cannot be used. `retry_at` None: its file is as promised and it failed in use, so
    that another try would be no better."""

    reason: str
    error: str
    retry_at: Instant | None


class DetectorPool:
    """A model that cannot be opened is logged once and tried again: somebody may fetch it."""

    def __init__(self, *, open_model: Callable[[str], Detector], clock: Clock) -> None:
        self._open_model, self._clock = open_model, clock
        self._opened: dict[str, Detector] = {}
        self._refused: dict[str, ModelRefusal] = {}

    def get(self, model: str) -> Detector | ModelRefusal:
        """The detector of `model`, or why there is none."""
        refusal = self._refused.get(model)
        if refusal is not None and (
            refusal.retry_at is None or self._clock.instant() < refusal.retry_at
        ):
            return refusal
        if model not in self._opened:
            try:
                self._opened[model] = self._open_model(model)
            except CityBrainError as error:
                return self.refuse(model, error, retry_in_s=MODEL_RETRY_S)
            if self._refused.pop(model, None):
                log.info("model %s can be used now", model)
        return self._opened[model]

    def is_refused(self, model: str) -> bool:
        return model in self._refused

    def refuse_in_use(self, model: str, error: CityBrainError) -> ModelRefusal:
        """`model` failed on a picture. Its file would do so again; the decoder of a package keeps
        what it pleases, so one that is made anew may do better."""
        if not isinstance(error, PluginModelError):
            return self.refuse(model, error)
        self._opened.pop(model).close()
        return self.refuse(model, error, retry_in_s=MODEL_RETRY_S)

    def refuse(
        self, model: str, error: CityBrainError, *, retry_in_s: float | None = None
    ) -> ModelRefusal:
        """`model` cannot be used from now on."""
        before = self._refused.get(model)
        if before is None or before.error != str(error):
            log.error("model %s cannot be used, its cameras are blind: %s", model, error)
        retry_at = None
        if retry_in_s is not None:
            retry_at = Instant(self._clock.instant() + round(retry_in_s * SECOND_US))
        reason = _REASONS.get(type(error), UNFIT if retry_in_s is None else NO_MODEL)
        self._refused[model] = ModelRefusal(reason=reason, error=str(error), retry_at=retry_at)
        return self._refused[model]

    def close(self) -> None:
        for detector in self._opened.values():
            detector.close()
