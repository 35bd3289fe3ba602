#!/bin/sh
# Runs the quick tests on every supported Python that this machine has, each in an environment of its own.
set -eu
cd "$(dirname "$0")/.."
found=0
for version in 3.11 3.12 3.13; do
    for python in "python$version" "$HOME"/.pyenv/versions/"$version".*/bin/python; do
        path=$(command -v "$python" 2>/dev/null) || continue
        "$path" -c "import sys; sys.exit(sys.version_info[:2] != tuple(map(int, '$version'.split('.'))))" 2>/dev/null || continue
        echo "== Python $version: $path"
        venv="build/python-$version"
        [ -x "$venv/bin/python" ] || "$path" -m venv "$venv"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
        "$venv/bin/python" -m pytest -q -m "not bench and not nightly and not slow" \
            -n 4 --dist loadgroup --no-loadscope-reorder \
            tests/architecture tests/citybrain tests/contract tests/coordinator tests/district_node \
            tests/maps tests/models tests/street_agent tests/web
        found=$((found + 1))
        break
    done
done
echo "quick tests passed on $found of Python 3.11, 3.12, 3.13; the others were not found here"
