#!/usr/bin/env bash
# The main job on the sample scene: from a Landsat folder to maps, pictures and a table of hectares.
set -euo pipefail
cd "$(dirname "$0")/.."

out="${1:-out/demo}"
rsproc=.build/release/rsproc
scene=$(echo samples/scenes/LC08_*)

"$rsproc" run --overwrite --quiet --recipe samples/recipes/salinity.yml --out "$out" "$scene"

echo
echo "Hectares per quantile class (equal shares of the pixels, lowest values first; not salinity classes):"
"$rsproc" hectares "$out"/*_ndvi.tif "$out"/*_sqrt_GR.tif
echo
echo "Maps (GeoTIFF, for QGIS and others), pictures (PNG) and the scene's STAC item are in $out:"
ls -1 "$out"
