/* What Swift cannot see of libtiff: variadic functions. One typed door per value type. */
#ifndef RSP_CTIFF_SHIM_H
#define RSP_CTIFF_SHIM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdarg.h>
#include <tiffio.h>

/* The messages of one handle, collected in a buffer that the caller owns (truncated, always terminated). */
typedef struct {
    char text[512];
    int count;
} ctiff_messages;

static inline int ctiff_collect(TIFF *tif, void *user, const char *module, const char *format, va_list arguments) {
    (void)tif;
    (void)module;
    ctiff_messages *messages = (ctiff_messages *)user;
    if (messages->count == 0) vsnprintf(messages->text, sizeof messages->text, format, arguments);
    messages->count += 1;
    return 1; /* handled: the process-wide handler, which GDAL shares, is not called */
}

/* TIFFOpenExt with handlers of this handle only: TIFFSetErrorHandler is process-wide and GDAL uses it too. */
static inline TIFF *ctiff_open_reading(const char *path, ctiff_messages *messages) {
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) return NULL;
    TIFFOpenOptionsSetErrorHandlerExtR(options, ctiff_collect, messages);
    TIFFOpenOptionsSetWarningHandlerExtR(options, ctiff_collect, messages);
    TIFF *tif = TIFFOpenExt(path, "r", options);
    TIFFOpenOptionsFree(options);
    return tif;
}

#endif
