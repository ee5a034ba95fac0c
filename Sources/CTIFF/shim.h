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

/* A numeric tag that the file has or whose default libtiff knows. */
static inline int ctiff_u16(TIFF *tif, uint32_t tag, uint16_t *value) {
    return TIFFGetFieldDefaulted(tif, tag, value);
}

static inline int ctiff_u32(TIFF *tif, uint32_t tag, uint32_t *value) {
    return TIFFGetFieldDefaulted(tif, tag, value);
}

/* A text tag, copied and terminated; 0 when there is none or it is too long. Whether libtiff gives a count with it depends
 * on who has registered the tag in this process (GDAL does, on start-up). */
static inline int ctiff_text(TIFF *tif, uint32_t tag, char *text, size_t capacity) {
    const TIFFField *field = TIFFFindField(tif, tag, TIFF_ANY);
    if (!field || TIFFFieldDataType(field) != TIFF_ASCII) return 0;
    const char *found = NULL;
    size_t length = 0;
    if (!TIFFFieldPassCount(field)) {
        if (!TIFFGetField(tif, tag, &found) || !found) return 0;
        while (length < capacity && found[length]) length += 1;
    } else {
        if (TIFFFieldReadCount(field) == TIFF_VARIABLE2) {
            uint32_t count = 0;
            if (!TIFFGetField(tif, tag, &count, &found) || !found) return 0;
            while (length < capacity && length < count && found[length]) length += 1;
        } else {
            uint16_t count = 0;
            if (!TIFFGetField(tif, tag, &count, &found) || !found) return 0;
            while (length < capacity && length < count && found[length]) length += 1;
        }
    }
    if (length >= capacity) return 0;
    for (size_t index = 0; index < length; index += 1) text[index] = found[index];
    text[length] = 0;
    return 1;
}

#endif
