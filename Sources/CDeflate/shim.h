/* libdeflate, whole-buffer deflate: about twice as fast as zlib behind libtiff's own predictors. */
#ifndef RSP_CDEFLATE_SHIM_H
#define RSP_CDEFLATE_SHIM_H

#include <libdeflate.h>

#endif
