#!/usr/bin/env bash
# Installs what the build needs and the machine lacks: pkg-config and the headers of GDAL, libtiff,
# libdeflate, zstd, LAPACK's C interface and XGBoost.
set -euo pipefail

missing=()
command -v pkg-config >/dev/null 2>&1 || missing+=(pkg-config)
if command -v pkg-config >/dev/null 2>&1; then
    pkg-config --exists gdal || missing+=(libgdal-dev)
    pkg-config --exists libtiff-4 || missing+=(libtiff-dev)
    pkg-config --exists libdeflate || missing+=(libdeflate-dev)
    pkg-config --exists libzstd || missing+=(libzstd-dev)
    pkg-config --exists lapacke || missing+=(liblapacke-dev)
    pkg-config --exists xgboost || missing+=(libxgboost-dev)
else
    missing+=(libgdal-dev libtiff-dev libdeflate-dev libzstd-dev liblapacke-dev libxgboost-dev)
fi
command -v swift >/dev/null 2>&1 || {
    echo "Swift 6.2 or later is needed: https://www.swift.org/install/" >&2
    exit 1
}
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install: ${missing[*]} (Debian's names)" >&2
    exit 1
fi
sudo=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || {
        echo "Please install as root: apt-get install ${missing[*]}" >&2
        exit 1
    }
    sudo="sudo"
fi
echo "Installing ${missing[*]} ..."
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
