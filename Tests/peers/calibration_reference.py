#!/usr/bin/env python3
"""Lines, trees and metrics of scikit-learn and XGBoost for real samples, to compare ours with.

    python calibration_reference.py DATA/salinity/coastal_odisha > reference.json
    RSP_TEST_DATA=DATA RSP_CALIBRATION_REFERENCE=reference.json swift test --filter CalibrationReferenceTests

Needs numpy, scikit-learn and xgboost (1.7.4, the version that Debian 12 has). Electrical conductivity in dS/m. Every number
is of the target as it is (`none`) or of its natural logarithm taken back with Duan's smearing factor (`log`); `cv` are
predictions of samples left out, with everything learnt without them.
"""
import csv
import json
import sys

import numpy as np
import xgboost
from sklearn.cross_decomposition import PLSRegression
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import LeaveOneGroupOut, LeaveOneOut
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FEW = ["NDSI1", "SI1", "SI5", "VSSI"]
MANY = ["Blue_R", "Green_R", "Red_R", "NIR_R", "SWIR1_R", "SWIR2_R", "NDSI1", "SI1", "SI2", "SI3", "SI4", "SI5", "VSSI"]
BOOSTED = {"n": 200, "eta": 0.05, "max_depth": 3, "subsample": 0.8, "colsample_bynode": 1.0, "lambda": 1.0}
FOREST = {"n": 300, "eta": 1.0, "max_depth": 8, "subsample": 0.632, "colsample_bynode": 1.0 / 3, "lambda": 0.0}


def read(folder):
    with open(folder + "/soil_data_allindices.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with open(folder + "/soil_data_raw.csv", encoding="latin-1") as file:
        cells = {row["Name"]: row["Grid_Cell_ID"] for row in csv.DictReader(file)}
    rows = [row for row in rows if row["EC"] not in ("", "NA") and all(row[name] not in ("", "NA") for name in MANY)]
    y = np.array([float(row["EC"]) / 1000 for row in rows])
    x = {name: np.array([float(row[name]) for row in rows]) for name in MANY}
    return rows, x, y, np.array([cells[row["Name"]] for row in rows])


def original_line(model):
    """Intercept and coefficients for the predictors as they were."""
    if isinstance(model, LinearRegression):
        return float(model.intercept_), model.coef_.ravel()
    if isinstance(model, PLSRegression):
        coefficients = np.asarray(model.coef_).ravel()
        return float(np.ravel(model.predict(np.zeros((1, len(coefficients)))))[0]), coefficients
    scaler, ridge = model[0], model[1]
    coefficients = ridge.coef_.ravel() / scaler.scale_
    return float(ridge.intercept_ - np.sum(coefficients * scaler.mean_)), coefficients


def grow(settings, x, y):
    matrix = xgboost.DMatrix(x.astype(np.float32), label=y.astype(np.float32))
    forest = settings is FOREST
    parameters = {key: value for key, value in settings.items() if key != "n"}
    parameters |= {"objective": "reg:squarederror", "tree_method": "exact", "nthread": 1, "seed": 1,
                   "min_child_weight": 3, "base_score": float(np.float32(np.mean(y))), "verbosity": 0}
    if forest:
        parameters["num_parallel_tree"] = settings["n"]
    return xgboost.train(parameters, matrix, num_boost_round=1 if forest else settings["n"])


def metrics(y, p):
    return {"efficiency_R2": float(r2_score(y, p)), "rmse": float(np.sqrt(mean_squared_error(y, p))),
            "mae": float(mean_absolute_error(y, p)), "pearson_r2": float(np.corrcoef(y, p)[0, 1] ** 2),
            "bias": float(np.mean(p - y))}


def run(name, columns, make, x, y, log, splits):
    data = np.column_stack([x[column] for column in columns])
    trees = make in (BOOSTED, FOREST)
    target = np.log(y) if log else y

    def fit(rows):
        if trees:
            booster = grow(make, data[rows], target[rows])
            predict = lambda z: booster.predict(xgboost.DMatrix(z.astype(np.float32))).astype(np.float64)
            model = None
        else:
            model = make().fit(data[rows], target[rows])
            predict = lambda z: np.ravel(model.predict(z))
        smearing = np.mean(np.exp(target[rows] - predict(data[rows]))) if log else 1.0
        return model, (lambda z: smearing * np.exp(predict(z))) if log else predict

    everything = np.arange(len(y))
    model, predict = fit(everything)
    result = {"method": name, "transform": "log" if log else "none", "predictors": columns,
              "fitted": predict(data).tolist(), "fit": metrics(y, predict(data)), "cv": {}}
    if model is not None:
        intercept, coefficients = original_line(model)
        result |= {"intercept": intercept, "coefficients": coefficients.tolist()}
    for scheme, folds in splits.items():
        predicted = np.empty(len(y))
        for train, test in folds:
            predicted[test] = fit(train)[1](data[test])
        result["cv"][scheme] = {"predicted": predicted.tolist(), "metrics": metrics(y, predicted)}
    return result


def main():
    rows, x, y, cells = read(sys.argv[1])
    data = np.zeros((len(y), 1))
    splits = {"loo": list(LeaveOneOut().split(data)), "group=field": list(LeaveOneGroupOut().split(data, y, cells))}
    cells_only = {"group=field": splits["group=field"]}
    results = []
    for log in (False, True):
        results.append(run("ols", FEW, LinearRegression, x, y, log, splits))
        results.append(run("ridge", MANY, lambda: make_pipeline(StandardScaler(), Ridge(alpha=1.0)), x, y, log, splits))
        results.append(run("pls", MANY, lambda: PLSRegression(n_components=3, tol=1e-12, max_iter=5000), x, y, log, splits))
        results.append(run("boosted-trees", MANY, BOOSTED, x, y, log, cells_only))
        results.append(run("random-forest", MANY, FOREST, x, y, log, cells_only))
    json.dump({"names": [row["Name"] for row in rows], "cells": cells.tolist(), "results": results}, sys.stdout, indent=1)
    for result in results:
        for scheme, found in result["cv"].items():
            print(f"{result['method']:14} {result['transform']:5} {scheme:12} fit R2 {result['fit']['efficiency_R2']:7.3f}  "
                  f"cv R2 {found['metrics']['efficiency_R2']:7.3f} RMSE {found['metrics']['rmse']:.3f}", file=sys.stderr)


if __name__ == "__main__":
    main()
