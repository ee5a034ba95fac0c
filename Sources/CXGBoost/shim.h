/* XGBoost's C interface: growing trees. The models it makes are used without it. */
#ifndef RSP_CXGBOOST_SHIM_H
#define RSP_CXGBOOST_SHIM_H

#include <xgboost/c_api.h>

#endif
