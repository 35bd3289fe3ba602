"""The flood wave of `flood_wave.csv`, from published formulas; no gauge measured it (README.md).

Discharge: the dimensionless unit hydrograph of the US Soil Conservation Service in its gamma form,
q/qp = (t/tp · e^(1 - t/tp))^m with m = 3.7 (peak factor 484; NRCS National Engineering Handbook,
part 630, chapter 16), scaled to a small urban stream, above a steady base flow.
Level: Manning's formula for a wide rectangular channel, h = (q·n / (B·√S))^(3/5).
"""

import csv
import math
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

STEP_S, DURATION_S = 60, 6 * 3600
SHAPE_M = 3.7
TIME_TO_PEAK_S = 45 * 60
PEAK_M3S, BASE_M3S = 60.0, 4.0
ROUGHNESS_N, WIDTH_M, SLOPE = 0.030, 20.0, 0.001  # a kept earth channel


def discharge_m3s(seconds: float) -> float:
    """Base flow plus the wave."""
    t = seconds / TIME_TO_PEAK_S
    return BASE_M3S + PEAK_M3S * math.pow(t * math.exp(1 - t), SHAPE_M)


def level_m(seconds: float) -> float:
    """Depth of the water."""
    return float((discharge_m3s(seconds) * ROUGHNESS_N / (WIDTH_M * math.sqrt(SLOPE))) ** 0.6)


def rows() -> Iterator[tuple[int, float]]:
    """(seconds, metres), one per minute for six hours."""
    for seconds in range(0, DURATION_S + 1, STEP_S):
        yield seconds, round(level_m(seconds), 3)


def write(path: Path) -> None:
    """Write the packaged file."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("seconds", "value"))
        writer.writerows((seconds, f"{level:.3f}") for seconds, level in rows())


def csv_path() -> Path:
    """Where the packaged file is."""
    with as_file(files(__package__) / "flood_wave.csv") as path:
        return path
