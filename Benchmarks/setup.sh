#!/usr/bin/env bash
# Installs what the rivals need and the machine lacks. What cannot be installed is named, and its rival is left out.
set -uo pipefail
cd "$(dirname "$0")"

missing=()
need() { [ -n "$(command -v "$1")" ] || missing+=("$2"); }
need gdal_translate gdal-bin
need gdal_calc.py python3-gdal
need otbcli_BandMathX otb-bin
need python3 python3-venv
for library in libtiff-4:libtiff-dev libdeflate:libdeflate-dev libzstd:libzstd-dev; do
    pkg-config --exists "${library%%:*}" 2>/dev/null || missing+=("${library##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "not installed, no apt-get here: ${missing[*]} (Debian's names)" >&2
    else
        sudo=""
        [ "$(id -u)" -eq 0 ] || sudo="sudo"
        export DEBIAN_FRONTEND=noninteractive
        $sudo apt-get update -qq
        # One by one, so that one that is not to be had does not keep the others away.
        for package in "${missing[@]}"; do
            echo "Installing $package ..."
            $sudo apt-get install -y -qq --no-install-recommends "$package" >/dev/null ||
                echo "cannot be installed: $package" >&2
        done
    fi
fi

if ! .venv/bin/python -c "import numpy, numexpr, rasterio" 2>/dev/null; then
    python3 -m venv .venv && .venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt ||
        echo "numpy, numexpr and rasterio cannot be installed into Benchmarks/.venv" >&2
fi
