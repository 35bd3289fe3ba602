"""The demo's latencies from camera to crew, hop by hop, against the goal: a crew has its
order at most 2 s (p95) after the rule's debounce."""

import json
import subprocess
import sys

import pytest

GOAL_MS = 2000.0


@pytest.mark.bench
@pytest.mark.timeout(600)
def test_bench_camera_to_crew_order(tmp_path):
    summary = tmp_path / "summary.json"
    command = [
        sys.executable,
        "-m",
        "citybrain.cli.main",
        "demo",
        "--duration",
        "90",
        "--headless",
        "--keep",
        str(tmp_path / "run"),
        "--json",
        str(summary),
    ]
    subprocess.run(command, capture_output=True, text=True, timeout=500, check=True)
    outcome = json.loads(summary.read_text())
    print(f"\n{'hop':<24}{'n':>5}{'p50 ms':>10}{'p95 ms':>10}")
    for name, hop in outcome["latency_ms"].items():
        p50, p95 = ("-" if hop[p] is None else f"{hop[p]:.0f}" for p in ("p50", "p95"))
        print(f"{name:<24}{hop['count']:>5}{p50:>10}{p95:>10}")
    p95 = outcome["latency_ms"]["camera_to_order"]["p95"]
    print(
        f"camera → crew order p95: {p95:.0f} ms, goal {GOAL_MS:.0f} ms, ratio {p95 / GOAL_MS:.2f}:"
        f" {'held' if p95 <= GOAL_MS else 'MISSED'}"
    )
    captured, unaccounted = (
        sum(camera[key] for camera in outcome["frames"].values())
        for key in ("captured", "unaccounted")
    )
    violations = sum(len(law["violations"]) for law in outcome["laws"].values())
    print(f"frames captured {captured}, unaccounted {unaccounted}; violations of laws {violations}")
