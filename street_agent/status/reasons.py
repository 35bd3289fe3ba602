"""What each reason for which a camera or sensor does not see means, and what to do, in a plain
sentence for whoever sits at the box. The codes are those of `capture.visibility` and of the cores.
"""

from collections.abc import Mapping
from types import MappingProxyType

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "starting": "it has just been started",
        "signal_loss": "no pictures come; see its power, cable and address",
        "ended": "its recording has ended",
        "no_source": "there is no such file or device; correct `source`",
        "not_a_video": "what it sends holds no moving pictures; correct `source`",
        "plugin": "its package failed; the log says how",
        "picture_damaged": "its pictures arrive damaged and are not looked at; see cable, radio"
        " link and switch, and set its key frame interval to two seconds or less",
        "often_damaged": "many of its pictures arrive damaged and are not looked at; see cable,"
        " radio link and switch",
        "too_dark": "its picture is black; see lens cap, light and exposure",
        "too_bright": "its picture is white; see sun, lamp and exposure",
        "frozen": "its picture stands still; start the camera again",
        "too_blurry": "its picture is blurred; clean the lens or focus it",
        "scene_change": "it looks elsewhere, or something is before it",
        "not_processed": "its pictures come, but the detector does not keep up",
        "too_few_looks": "it is looked at too rarely for its rules; use fewer cameras, a smaller"
        " model or a lower detect_fps",
        "no_model": "its model is not here; `citybrain model fetch` brings it",
        "agent_down": "the agent did not run",
        "silent": "no reading comes; see its power, cable and address",
        "stuck": "its reading does not change at all; see whether it hangs",
        "out_of_range": "its readings lie outside of its range; see the sensor, or correct `range`",
        "not_a_number": "what it sends is no number; see the sensor",
        "unreadable": "nothing that it sends can be read as a reading; the log names the first",
    }
)


def in_words(reason: str) -> str:
    """The reason with its sentence, as far as there is one."""
    sentence = SENTENCES.get(reason)
    return reason if sentence is None else f"{reason}: {sentence}"
