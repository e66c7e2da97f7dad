// The system's zlib, with its macros as functions that Swift can call.
#ifndef TIDEWAITER_CZLIB_H
#define TIDEWAITER_CZLIB_H
#include <zlib.h>
static inline int tw_inflate_init(z_streamp stream) { return inflateInit2(stream, 15 + 32); }
#endif
