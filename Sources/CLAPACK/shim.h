/* LAPACK through its C interface: the linear algebra of calibration. */
#ifndef RSP_CLAPACK_SHIM_H
#define RSP_CLAPACK_SHIM_H

#include <lapacke.h>

#endif
