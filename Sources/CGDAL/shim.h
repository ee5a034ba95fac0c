/* What Swift cannot see of GDAL (macros, variadic functions, version differences), with the reason for each. */
#ifndef RSP_CGDAL_SHIM_H
#define RSP_CGDAL_SHIM_H

#include <gdal.h>
#include <gdal_alg.h>
#include <gdal_utils.h>
#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <cpl_vsi_error.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

/* GDALClose() returns void before 3.7 and CPLErr from 3.7 on. Before 3.7 failures show only in the error handler. */
static inline CPLErr cgdal_close(GDALDatasetH dataset) {
#if GDAL_VERSION_NUM >= GDAL_COMPUTE_VERSION(3, 7, 0)
    return GDALClose(dataset);
#else
    GDALClose(dataset);
    return CE_None;
#endif
}

/* GDALFlushCache() returns void before 3.7 and CPLErr from 3.7 on. */
static inline CPLErr cgdal_flush(GDALDatasetH dataset) {
#if GDAL_VERSION_NUM >= GDAL_COMPUTE_VERSION(3, 7, 0)
    return GDALFlushCache(dataset);
#else
    GDALFlushCache(dataset);
    return CE_None;
#endif
}

/* INIT_RASTERIO_EXTRA_ARG is a macro; a zeroed struct is refused at run time. */
static inline GDALRasterIOExtraArg cgdal_extra_arg(void) {
    GDALRasterIOExtraArg argument;
    INIT_RASTERIO_EXTRA_ARG(argument);
    return argument;
}

/* GDALOpenEx() wants const char *const *, which the list functions of cpl_string.h do not give. */
static inline GDALDatasetH cgdal_open(const char *path, unsigned int flags, char **drivers) {
    return GDALOpenEx(path, flags, (const char *const *)drivers, NULL, NULL);
}

/* The same with open options of the driver. */
static inline GDALDatasetH cgdal_open_with_options(const char *path, unsigned int flags, char **drivers, char **options) {
    return GDALOpenEx(path, flags, (const char *const *)drivers, (const char *const *)options, NULL);
}

/* OGR_L_SetIgnoredFields() wants const char **, which the list functions of cpl_string.h do not give. */
static inline OGRErr cgdal_ignore_fields(OGRLayerH layer, char **fields) {
    return OGR_L_SetIgnoredFields(layer, (const char **)fields);
}

/* CPLError() is variadic. */
static inline void cgdal_error(CPLErr severity, CPLErrorNum number, const char *message) {
    CPLError(severity, number, "%s", message);
}

#endif
