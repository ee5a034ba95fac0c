#!/usr/bin/env bash
# Installs the command into a temporary folder and uses it from there with a bare environment.
set -euo pipefail
cd "$(dirname "$0")/.."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

make install PREFIX="$work/prefix"
rsproc="$work/prefix/bin/rsproc"
if ldd "$rsproc" | grep -E "libswift|libFoundation"; then
    echo "Swift's own libraries should be inside the command" >&2
    exit 1
fi
cp -r samples/scenes "$work/scenes"
cd "$work"
env -i "$rsproc" index list | grep -q "^ndvi "
env -i "$rsproc" run --quiet read scenes/LC08_* ! toa ! index ndvi ! write out/
ls out/*_ndvi.tif out/*.stac.json >/dev/null
# Nothing in it points back to the folder it was built in.
if strace -V >/dev/null 2>&1; then
    strace -f -e trace=open,openat,stat -o trace env -i "$rsproc" index list >/dev/null
    if grep -F "$OLDPWD/.build" trace; then exit 1; fi
fi
echo "The installed command works."
