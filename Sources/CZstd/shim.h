/* libzstd with contexts that are kept from tile to tile. */
#ifndef RSP_CZSTD_SHIM_H
#define RSP_CZSTD_SHIM_H

#include <zstd.h>

#endif
