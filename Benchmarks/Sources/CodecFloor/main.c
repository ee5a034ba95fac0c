/* The codec floor: what libtiff alone needs for the pixels that a chain reads and writes.
 *
 * Decodes the given inputs and encodes the pixels of the given outputs, all levels, with the outputs' own codec,
 * predictor and tile size, writes the encoded bytes once, and does nothing else. The outputs are decoded into memory
 * before the clock starts. Threads take the next tile or strip from one list; each has its own handles.
 *
 *     codec-floor --threads N --level L --scratch DIR [--inputs FILE...] --outputs FILE...
 *
 * Prints one JSON object.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <tiffio.h>
#include <unistd.h>

enum { max_files = 64 };

static void fail(const char *what, const char *detail) {
    fprintf(stderr, "codec-floor: %s: %s\n", what, detail);
    exit(1);
}

static void *allocate(size_t bytes) {
    void *memory = malloc(bytes);
    if (!memory) fail("memory", strerror(errno));
    return memory;
}

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double process_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

/* MARK: What there is to do */

/* Tiles of one form: they can be encoded by one handle. */
typedef struct {
    uint16_t compression, predictor, bits, samples, format, photometric;
    uint32_t width, height;
} form;

typedef struct {
    enum { decode, encode } kind;
    int file;       /* decode: position in `inputs`; encode: position in `outputs` */
    uint32_t strile; /* decode: number of the tile or strip */
    uint8_t *pixels; /* encode: decoded tile */
    tmsize_t bytes;
} job;

static const char *inputs[max_files], *outputs[max_files];
static int input_count, output_count;
static form forms[max_files];
static int files[max_files];
static atomic_ullong ends[max_files]; /* bytes written to each file so far */
static job *jobs;
static size_t job_count, job_capacity;
static atomic_size_t next_job;
static int level = 6, thread_count = 1;
static const char *scratch;

static void add(job new_job) {
    if (job_count == job_capacity) {
        job_capacity = job_capacity ? 2 * job_capacity : 4096;
        jobs = realloc(jobs, job_capacity * sizeof *jobs);
        if (!jobs) fail("memory", strerror(errno));
    }
    jobs[job_count++] = new_job;
}

static TIFF *open_reading(const char *path) {
    TIFF *tiff = TIFFOpen(path, "r");
    if (!tiff) fail(path, "not a readable TIFF");
    return tiff;
}

static void add_input(int file) {
    TIFF *tiff = open_reading(inputs[file]);
    uint32_t count = TIFFIsTiled(tiff) ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff);
    tmsize_t bytes = TIFFIsTiled(tiff) ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
    for (uint32_t i = 0; i < count; i++)
        if (TIFFGetStrileByteCount(tiff, i) > 0) add((job){.kind = decode, .file = file, .strile = i, .bytes = bytes});
    TIFFClose(tiff);
}

static form form_of(TIFF *tiff, const char *path) {
    form f = {0};
    if (!TIFFIsTiled(tiff)) fail(path, "an output must be tiled");
    TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &f.compression);
    f.predictor = PREDICTOR_NONE;
    TIFFGetField(tiff, TIFFTAG_PREDICTOR, &f.predictor);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &f.bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &f.samples);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &f.format);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PHOTOMETRIC, &f.photometric);
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &f.width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &f.height);
    return f;
}

/* Tiles that the output leaves out (all no-data) are left out here as well. */
static void add_output(int file) {
    TIFF *tiff = open_reading(outputs[file]);
    forms[file] = form_of(tiff, outputs[file]);
    do {
        form f = form_of(tiff, outputs[file]);
        if (memcmp(&f, &forms[file], sizeof f)) fail(outputs[file], "its levels differ in form");
        tmsize_t bytes = TIFFTileSize(tiff);
        for (uint32_t i = 0; i < TIFFNumberOfTiles(tiff); i++) {
            if (TIFFGetStrileByteCount(tiff, i) == 0) continue;
            uint8_t *pixels = allocate((size_t)bytes);
            if (TIFFReadEncodedTile(tiff, i, pixels, bytes) != bytes) fail(outputs[file], "a tile cannot be decoded");
            add((job){.kind = encode, .file = file, .pixels = pixels, .bytes = bytes});
        }
    } while (TIFFReadDirectory(tiff));
    TIFFClose(tiff);
}

/* MARK: A memory file that libtiff writes encoded tiles to */

typedef struct {
    uint8_t *bytes;
    size_t capacity, position, length;
} memory_file;

static tmsize_t memory_read(thandle_t handle, void *target, tmsize_t count) {
    memory_file *file = handle;
    size_t left = file->position < file->length ? file->length - file->position : 0;
    size_t taken = (size_t)count < left ? (size_t)count : left;
    memcpy(target, file->bytes + file->position, taken);
    file->position += taken;
    return (tmsize_t)taken;
}

static tmsize_t memory_write(thandle_t handle, void *source, tmsize_t count) {
    memory_file *file = handle;
    size_t end = file->position + (size_t)count;
    if (end > file->capacity) return -1; /* sized for tiles that do not compress */
    memcpy(file->bytes + file->position, source, (size_t)count);
    file->position = end;
    if (end > file->length) file->length = end;
    return count;
}

static toff_t memory_seek(thandle_t handle, toff_t offset, int whence) {
    memory_file *file = handle;
    file->position = (size_t)offset + (whence == SEEK_CUR ? file->position : whence == SEEK_END ? file->length : 0);
    return file->position;
}

static int memory_close(thandle_t handle) { return (void)handle, 0; }
static toff_t memory_size(thandle_t handle) { return ((memory_file *)handle)->length; }

typedef struct {
    memory_file file;
    TIFF *tiff;
    size_t base; /* length after opening: where each tile starts */
} encoder;

static void open_encoder(encoder *e, const form *f) {
    size_t tile = (size_t)f->width * f->height * f->samples * f->bits / 8;
    e->file = (memory_file){.capacity = 2 * tile + 65536};
    e->file.bytes = allocate(e->file.capacity);
    memset(e->file.bytes, 0, e->file.capacity); /* mapped before the clock starts */
    e->tiff = TIFFClientOpen("memory", "w8", &e->file, memory_read, memory_write, memory_seek, memory_close,
                             memory_size, NULL, NULL);
    if (!e->tiff) fail("memory", "libtiff opens no file in memory");
    TIFFSetField(e->tiff, TIFFTAG_IMAGEWIDTH, f->width);
    TIFFSetField(e->tiff, TIFFTAG_IMAGELENGTH, f->height);
    TIFFSetField(e->tiff, TIFFTAG_TILEWIDTH, f->width);
    TIFFSetField(e->tiff, TIFFTAG_TILELENGTH, f->height);
    TIFFSetField(e->tiff, TIFFTAG_BITSPERSAMPLE, f->bits);
    TIFFSetField(e->tiff, TIFFTAG_SAMPLESPERPIXEL, f->samples);
    TIFFSetField(e->tiff, TIFFTAG_SAMPLEFORMAT, f->format);
    TIFFSetField(e->tiff, TIFFTAG_PHOTOMETRIC, f->photometric);
    TIFFSetField(e->tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(e->tiff, TIFFTAG_COMPRESSION, f->compression);
    if (f->predictor != PREDICTOR_NONE) TIFFSetField(e->tiff, TIFFTAG_PREDICTOR, f->predictor);
    if (f->compression == COMPRESSION_ADOBE_DEFLATE) TIFFSetField(e->tiff, TIFFTAG_ZIPQUALITY, level);
    if (f->compression == COMPRESSION_ZSTD) TIFFSetField(e->tiff, TIFFTAG_ZSTD_LEVEL, level);
    e->base = e->file.length;
}

/* Encodes a tile; the result stands at `base` of the memory file. A handle is used for all tiles, because opening
 * one costs more than a constant tile. */
static size_t encode_tile(encoder *e, const job *j) {
    e->file.position = e->file.length = e->base;
    TIFFSetWriteOffset(e->tiff, e->base);
    if (TIFFWriteEncodedTile(e->tiff, 0, j->pixels, j->bytes) != j->bytes) fail(outputs[j->file], "encoding failed");
    return e->file.length - e->base;
}

static void write_all(int file, const uint8_t *bytes, size_t count) {
    off_t at = (off_t)atomic_fetch_add(&ends[file], count);
    while (count > 0) {
        ssize_t written = pwrite(files[file], bytes, count, at);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) fail(scratch, strerror(errno));
        bytes += written, at += written, count -= (size_t)written;
    }
}

/* MARK: Threads */

typedef struct {
    pthread_t thread;
    TIFF *readers[max_files];
    encoder encoders[max_files];
    uint8_t *decoded;
    double decoding, encoding, writing; /* CPU seconds */
    uint64_t decoded_bytes, encoded_bytes;
} worker;

static void prepare(worker *w) {
    tmsize_t largest = 0;
    for (size_t i = 0; i < job_count; i++)
        if (jobs[i].kind == decode && jobs[i].bytes > largest) largest = jobs[i].bytes;
    w->decoded = allocate((size_t)largest + 1);
    for (int i = 0; i < input_count; i++) w->readers[i] = open_reading(inputs[i]);
    for (int i = 0; i < output_count; i++) open_encoder(&w->encoders[i], &forms[i]);
}

static void *work(void *argument) {
    worker *w = argument;
    double last = seconds(CLOCK_THREAD_CPUTIME_ID), now;
    for (;;) {
        size_t index = atomic_fetch_add(&next_job, 1);
        if (index >= job_count) return NULL;
        const job *j = &jobs[index];
        if (j->kind == decode) {
            TIFF *tiff = w->readers[j->file];
            tmsize_t got = TIFFIsTiled(tiff) ? TIFFReadEncodedTile(tiff, j->strile, w->decoded, j->bytes)
                                             : TIFFReadEncodedStrip(tiff, j->strile, w->decoded, j->bytes);
            if (got <= 0) fail(inputs[j->file], "decoding failed");
            w->decoded_bytes += (uint64_t)got;
            now = seconds(CLOCK_THREAD_CPUTIME_ID);
            w->decoding += now - last;
        } else {
            encoder *e = &w->encoders[j->file];
            size_t count = encode_tile(e, j);
            now = seconds(CLOCK_THREAD_CPUTIME_ID);
            w->encoding += now - last;
            last = now;
            write_all(j->file, e->file.bytes + e->base, count);
            w->encoded_bytes += (uint64_t)j->bytes;
            now = seconds(CLOCK_THREAD_CPUTIME_ID);
            w->writing += now - last;
        }
        last = now;
    }
}

static void read_arguments(int count, char **arguments) {
    const char **list = NULL;
    int *length = NULL;
    for (int i = 1; i < count; i++) {
        const char *word = arguments[i];
        bool takes_value = !strcmp(word, "--threads") || !strcmp(word, "--level") || !strcmp(word, "--scratch");
        if (takes_value && i + 1 == count) fail(word, "a value is missing");
        if (!strcmp(word, "--threads")) thread_count = atoi(arguments[++i]);
        else if (!strcmp(word, "--level")) level = atoi(arguments[++i]);
        else if (!strcmp(word, "--scratch")) scratch = arguments[++i];
        else if (!strcmp(word, "--inputs")) list = inputs, length = &input_count;
        else if (!strcmp(word, "--outputs")) list = outputs, length = &output_count;
        else if (!list || *length == max_files) fail(word, "not expected here");
        else list[(*length)++] = word;
    }
    if (!scratch || !output_count || thread_count < 1) fail("usage", "see the top of main.c");
}

int main(int count, char **arguments) {
    read_arguments(count, arguments);
    TIFFSetWarningHandler(NULL); /* GDAL's private tags */
    for (int i = 0; i < input_count; i++) add_input(i);
    for (int i = 0; i < output_count; i++) {
        add_output(i);
        char path[4096];
        snprintf(path, sizeof path, "%s/codec-floor-%d.bin", scratch, i);
        files[i] = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
        if (files[i] < 0) fail(path, strerror(errno));
        unlink(path); /* gone with the process, whatever happens */
    }
    worker *workers = calloc((size_t)thread_count, sizeof *workers);
    if (!workers) fail("memory", strerror(errno));
    for (int i = 0; i < thread_count; i++) prepare(&workers[i]);

    double wall = seconds(CLOCK_MONOTONIC), cpu = process_seconds();
    for (int i = 0; i < thread_count; i++)
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i])) fail("threads", strerror(errno));
    for (int i = 0; i < thread_count; i++) pthread_join(workers[i].thread, NULL);
    wall = seconds(CLOCK_MONOTONIC) - wall, cpu = process_seconds() - cpu;

    worker sum = {0};
    uint64_t written = 0;
    for (int i = 0; i < thread_count; i++) {
        sum.decoding += workers[i].decoding, sum.encoding += workers[i].encoding, sum.writing += workers[i].writing;
        sum.decoded_bytes += workers[i].decoded_bytes, sum.encoded_bytes += workers[i].encoded_bytes;
    }
    for (int i = 0; i < output_count; i++) written += atomic_load(&ends[i]);
    printf("{\"wall\": %.4f, \"cpu\": %.4f, \"decode_cpu\": %.4f, \"encode_cpu\": %.4f, \"write_cpu\": %.4f, "
           "\"decoded_bytes\": %llu, \"encoded_bytes\": %llu, \"written_bytes\": %llu, \"compression\": %d, "
           "\"predictor\": %d, \"tile\": %u}\n",
           wall, cpu, sum.decoding, sum.encoding, sum.writing, (unsigned long long)sum.decoded_bytes,
           (unsigned long long)sum.encoded_bytes, (unsigned long long)written, forms[0].compression,
           forms[0].predictor, forms[0].width);
    return 0;
}
