#!/usr/bin/env bash
# The main job on the sample scene: from field samples and a Landsat scene to hectares and a report, and the maps of
# the recipe.
set -euo pipefail
cd "$(dirname "$0")/.."

out="${1:-out/demo}"
rsproc="${RSPROC:-.build/release/rsproc}"
scene=$(echo samples/scenes/LC08_*)
field="$scene/field"
mkdir -p "$out"

echo "1. What the scene shows where soil was sampled"
"$rsproc" sample --overwrite read "$scene" ! surface method=dos1 ! mask cloud,dilated,shadow,water \
    ! index ndvi,sqrt_GR,ndmi --points "$field/samples.csv" --value ECe --unit dS/m --out "$out/samples.csv"

echo
echo "2. A model of salinity, judged by fields that it has not seen"
"$rsproc" calibrate --overwrite --samples "$out/samples.csv" --target ECe --predictors ndvi,sqrt_GR,ndmi \
    --method random-forest --transform log --cv group=field --out "$out/model.json" --residuals "$out/residuals.csv"

echo
echo "3. Maps, hectares by class, plot and district, and the report"
"$rsproc" assess --overwrite "$scene" --model "$out/model.json" --residuals "$out/residuals.csv" \
    --mask cloud,dilated,shadow,water --gate none --plots "$field/plots.geojson" --plot-district district \
    --districts "$field/districts.geojson" --validation "$field/validation.csv" --place "the sample plain" \
    --out "$out/assessment/"

echo
echo "4. Maps of indices by a recipe"
"$rsproc" run --overwrite --quiet --recipe samples/recipes/salinity.yml --out "$out/indices" "$scene"

echo
echo "The report:           $out/assessment/report.html"
echo "Its numbers:          $out/assessment/assessment.json"
echo "Plots and districts:  $out/assessment/plots.csv, plots.gpkg, districts.csv"
echo "Maps of salinity:     $out/assessment/*.tif, with styles for QGIS"
echo "Maps of indices:      $out/indices/*.tif, with pictures"
