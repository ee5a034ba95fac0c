/* What Swift cannot see of libtiff: variadic functions. One typed door per value type. */
#ifndef RSP_CTIFF_SHIM_H
#define RSP_CTIFF_SHIM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
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

/* Opened without mapping ("m"): mapped pages would count as memory of the process, file after file.
 * TIFFOpenExt with handlers of this handle only: TIFFSetErrorHandler is process-wide and GDAL uses it too. */
static inline TIFF *ctiff_open_reading(const char *path, ctiff_messages *messages) {
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) return NULL;
    TIFFOpenOptionsSetErrorHandlerExtR(options, ctiff_collect, messages);
    TIFFOpenOptionsSetWarningHandlerExtR(options, ctiff_collect, messages);
    TIFF *tif = TIFFOpenExt(path, "rm", options);
    TIFFOpenOptionsFree(options);
    return tif;
}

/* A TIFF file in memory that grows, for compressing single tiles with libtiff's codecs. */
typedef struct {
    unsigned char *bytes;
    size_t capacity;
    size_t length;
    size_t position;
} ctiff_memory;

static inline tmsize_t ctiff_memory_read(thandle_t handle, void *target, tmsize_t count) {
    ctiff_memory *memory = (ctiff_memory *)handle;
    if (memory->position >= memory->length) return 0;
    size_t left = memory->length - memory->position;
    if ((size_t)count > left) count = (tmsize_t)left;
    memcpy(target, memory->bytes + memory->position, (size_t)count);
    memory->position += (size_t)count;
    return count;
}

static inline tmsize_t ctiff_memory_write(thandle_t handle, void *source, tmsize_t count) {
    ctiff_memory *memory = (ctiff_memory *)handle;
    size_t end = memory->position + (size_t)count;
    if (end > memory->capacity) {
        size_t capacity = end + end / 2;
        unsigned char *bytes = (unsigned char *)realloc(memory->bytes, capacity);
        if (!bytes) return -1;
        memory->bytes = bytes;
        memory->capacity = capacity;
    }
    memcpy(memory->bytes + memory->position, source, (size_t)count);
    memory->position = end;
    if (end > memory->length) memory->length = end;
    return count;
}

static inline toff_t ctiff_memory_seek(thandle_t handle, toff_t offset, int whence) {
    ctiff_memory *memory = (ctiff_memory *)handle;
    size_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? memory->position : memory->length;
    memory->position = base + (size_t)offset;
    return (toff_t)memory->position;
}

static inline toff_t ctiff_memory_size(thandle_t handle) { return (toff_t)((ctiff_memory *)handle)->length; }

static inline int ctiff_memory_close(thandle_t handle) {
    (void)handle;
    return 0;
}

static inline TIFF *ctiff_open_memory(ctiff_memory *memory, ctiff_messages *messages) {
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) return NULL;
    TIFFOpenOptionsSetErrorHandlerExtR(options, ctiff_collect, messages);
    TIFFOpenOptionsSetWarningHandlerExtR(options, ctiff_collect, messages);
    TIFF *tif = TIFFClientOpenExt(
        "tile", "w", (thandle_t)memory, ctiff_memory_read, ctiff_memory_write, ctiff_memory_seek, ctiff_memory_close,
        ctiff_memory_size, NULL, NULL, options);
    TIFFOpenOptionsFree(options);
    return tif;
}

/* TIFFSetField() is variadic; every tag that a tile needs takes an int or an unsigned int. */
static inline int ctiff_set(TIFF *tif, uint32_t tag, uint32_t value) { return TIFFSetField(tif, tag, value); }

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
