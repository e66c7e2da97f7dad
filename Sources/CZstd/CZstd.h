// The system's libzstd.
#ifndef TIDEWAITER_CZSTD_H
#define TIDEWAITER_CZSTD_H
#include <zstd.h>
#endif
