#!/usr/bin/env python3
"""Reads STAC items and rasters from a bucket of moto's S3 server on this machine, and compares with the files themselves.

    python s3_moto.py RSPROC WORK_FOLDER SCENE_FOLDER

SCENE_FOLDER is a Landsat product with an MTL file. Nothing leaves this machine.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

import boto3
import numpy as np
import rasterio
from moto.server import ThreadedMotoServer

SECRET = "unlikely-secret-4711"


def main():
    rsproc, work, scene = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    work.mkdir(parents=True, exist_ok=True)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    try:
        return run(rsproc, work, scene, f"127.0.0.1:{port}")
    finally:
        server.stop()


def run(rsproc, work, scene, endpoint):
    client = boto3.client(
        "s3", endpoint_url=f"http://{endpoint}", region_name="us-east-1", aws_access_key_id="AKIDUNLIKELY4711",
        aws_secret_access_key=SECRET)
    client.create_bucket(Bucket="scenes")
    (metadata,) = scene.glob("*_MTL.txt")
    identity = metadata.name[: -len("_MTL.txt")]
    assets = {"MTL.txt": {"href": metadata.name, "type": "text/plain", "roles": ["metadata"]}}
    for band, common in [("B4", "red"), ("B5", "nir08"), ("QA_PIXEL", None)]:
        name = f"{identity}_{band}.TIF"
        client.upload_file(str(scene / name), "scenes", f"x/{name}")
        asset = {"href": f"./{name}", "type": "image/vnd.stac.geotiff; cloud-optimized=true", "roles": ["data"]}
        if common:
            asset["eo:bands"] = [{"name": band, "common_name": common}]
        assets["qa_pixel" if common is None else common] = asset
    client.upload_file(str(metadata), "scenes", f"x/{metadata.name}")
    item = {
        "type": "Feature", "stac_version": "1.0.0", "id": identity, "assets": assets, "geometry": None, "links": [],
        "properties": {
            "datetime": "2023-07-15T07:30:00Z", "platform": "landsat-8", "instruments": ["oli", "tirs"],
            "landsat:correction": "L1TP"},
    }
    client.put_object(Bucket="scenes", Key="x/item.json", Body=json.dumps(item).encode())
    environment = os.environ | {
        "AWS_S3_ENDPOINT": endpoint, "AWS_HTTPS": "NO", "AWS_VIRTUAL_HOSTING": "FALSE", "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIDUNLIKELY4711", "AWS_SECRET_ACCESS_KEY": SECRET, "no_proxy": "*",
    }
    failures = 0

    def check(what, holds):
        nonlocal failures
        print("ok    " if holds else "WRONG ", what)
        failures += not holds

    steps = ["bands=red,nir08", "!", "toa", "!", "mask", "cloud", "!", "index", "ndvi", "!", "write"]
    maps = []
    for source, target in [("s3://scenes/x/item.json", "bucket.tif"), (str(scene), "folder.tif")]:
        done = subprocess.run(
            [rsproc, "run", "--overwrite", "--json", "read", source, *steps, str(work / target)], env=environment,
            capture_output=True, text=True)
        check(f"{target}: exit {done.returncode} {done.stderr.strip()[-200:]}", done.returncode == 0)
        check("no secret is said", SECRET not in done.stdout + done.stderr)
        if done.returncode == 0:
            with rasterio.open(work / target) as file:
                maps.append(file.read(1))
    check("the bucket gives what the folder gives", len(maps) == 2 and np.array_equal(*maps, equal_nan=True))
    check("no secret is written", all(SECRET.encode() not in p.read_bytes() for p in work.iterdir() if p.is_file()))
    for key, words in [("x/none.tif", "404"), ("../none.tif", "s3://")]:
        done = subprocess.run([rsproc, "info", f"s3://scenes/{key}"], env=environment, capture_output=True, text=True)
        check(f"s3://scenes/{key}: {done.stderr.strip()}", done.returncode == 3 and words in done.stderr)
    done = subprocess.run([rsproc, "info", "s3://nobucket/a.tif"], env=environment, capture_output=True, text=True)
    check(f"no bucket: {done.stderr.strip()}", done.returncode == 3)
    return failures


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
