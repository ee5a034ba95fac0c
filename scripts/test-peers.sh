#!/usr/bin/env bash
# Compares with other people's software: rasterio, numpy, rio-cogeo, GDAL's own COG check, pystac, spyndex, moto, exactextract,
# scikit-learn, XGBoost.
#
# Their Python packages go to .venv; RSP_PEERS_PYTHON names a Python that has them already.
set -euo pipefail
cd "$(dirname "$0")/.."

python="${RSP_PEERS_PYTHON:-}"
if [ -z "$python" ]; then
    python=.venv/bin/python
    if [ ! -x "$python" ]; then
        python3 -m venv .venv || {
            rm -rf .venv
            echo "Python 3.11 or later with venv is needed (Debian: apt-get install python3-venv)" >&2
            exit 1
        }
    fi
    "$python" -m pip install --quiet --disable-pip-version-check -r Tests/peers/requirements.txt
fi

swift build --build-tests
rsproc="$(swift build --show-bin-path)/rsproc"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
scene=$(echo samples/scenes/LC08_*)

echo "== rsproc on the sample scene"
indices=ndvi,sqrt_GR,sqrt_BR,ndsi_RN,savi,evi,crsi
"$rsproc" run --quiet --out "$work/cog" read "$scene" ! toa ! write reflectance/ compress=deflate ! index $indices ! \
    write ./ compress=zstd
"$rsproc" run --quiet --out "$work/more" read "$scene" ! toa ! index ndvi ! write int16/ type=int16 ! \
    write lzw/ compress=lzw ! write plain/ compress=none
# Larger than a tile in both directions, so that there are overviews.
"$rsproc" synth landsat8 --size 1100 --no-truth --out "$work/synth" >/dev/null
"$rsproc" run --quiet --out "$work/large" read "$work"/synth/* ! toa ! mask cloud ! index ndvi ! write deflate/ ! \
    write zstd/ compress=zstd type=int16
cogs=$(find "$work/cog" "$work/more" "$work/large" -name '*.tif' | sort)

echo "== rio cogeo validate --strict"
for file in $cogs; do
    "$(dirname "$python")/rio" cogeo validate --strict "$file" | sed "s|$work/||"
done

echo "== GDAL's COG check"
validator=""
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c "from osgeo_utils.samples import validate_cloud_optimized_geotiff" 2>/dev/null; then
        validator="$candidate"
        break
    fi
done
if [ -n "$validator" ]; then
    for file in $cogs; do
        said=$("$validator" -m osgeo_utils.samples.validate_cloud_optimized_geotiff "$file") || {
            echo "$said"
            exit 1
        }
        echo "$said" | grep "is a valid cloud optimized GeoTIFF" | sed "s|$work/||"
        if echo "$said" | grep -i warning; then exit 1; fi
    done
elif command -v gdalinfo >/dev/null 2>&1; then
    echo "the validator is skipped (python3-gdal is not installed); gdalinfo must say LAYOUT=COG"
    for file in $cogs; do gdalinfo "$file" | grep -q "LAYOUT=COG"; done
else
    echo "skipped: neither python3-gdal nor gdalinfo is installed"
fi

echo "== every pixel of every level beside GDAL's COG driver"
files=()
for name in float_nan elev olinda_dem_utm25s; do
    file="${RSP_TEST_DATA:-../shared/data}/generic/$name.tif"
    if [ -f "$file" ]; then files+=("$file"); fi
done
"$python" Tests/peers/cog_driver.py "$rsproc" "$work/levels" "${files[@]}"

echo "== values, names and STAC items"
"$python" Tests/peers/check_outputs.py "$scene" "$work/cog"

echo "== a bucket of moto's S3 server on this machine"
# The server notes every request on standard error.
"$python" Tests/peers/s3_moto.py "$rsproc" "$work/bucket" "$scene" 2>"$work/server" || {
    tail -n 20 "$work/server" >&2
    exit 1
}

echo "== statistics by zone beside exactextract"
red="${RSP_TEST_DATA:-../shared/data}/salinity/india_uttar_pradesh/Red.tif"
if [ ! -f "$red" ]; then red=$(find "$work/large/deflate" -name '*.tif' | head -1); fi
"$python" Tests/peers/zonal_exactextract.py "$rsproc" "$red" "$work/zonal"

echo "== spyndex"
data="${RSP_TEST_DATA:-}"
if [ ! -f "$data/indices/spectral-indices-dict.json" ]; then
    # The dictionary that spyndex brings along.
    data="$work/data"
    mkdir -p "$data/indices"
    cp "$("$python" -c 'import os, spyndex; print(os.path.dirname(spyndex.__file__))')/data/spectral-indices-dict.json" \
        "$data/indices/"
fi
"$python" Tests/peers/spyndex_reference.py "$data/indices/spectral-indices-dict.json" >"$work/reference.json"
RSP_TEST_DATA="$data" RSP_SPYNDEX_REFERENCE="$work/reference.json" \
    swift test --skip-build --filter CommunityCatalogueTests.agreesWithSpyndex 2>&1 | tee "$work/said" | grep -E "Test |error" || true
grep -qE "Test run with 1 test .*passed" "$work/said"

echo "== scikit-learn and XGBoost"
samples="$data/salinity/coastal_odisha"
if [ -d "$samples" ]; then
    "$python" Tests/peers/calibration_reference.py "$samples" >"$work/calibration.json"
    RSP_TEST_DATA="$data" RSP_CALIBRATION_REFERENCE="$work/calibration.json" \
        swift test --skip-build --filter 'CalibrationReferenceTests|XGBoostReferenceTests' 2>&1 | tee "$work/said" |
        grep -E "Test |error" || true
    grep -qE "Test run with 4 tests .*passed" "$work/said"
else
    echo "skipped: RSP_TEST_DATA names no folder with salinity/coastal_odisha"
fi
echo "All agree."
