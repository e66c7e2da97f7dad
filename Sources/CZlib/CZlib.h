// The system's zlib, with its macros as functions that Swift can call.
#ifndef TIDEWAITER_CZLIB_H
#define TIDEWAITER_CZLIB_H
#include <zlib.h>
// 15: the largest window; 16: gzip alone, not zlib.
static inline int tw_inflate_init(z_streamp stream) { return inflateInit2(stream, 15 + 16); }
// As above; 8 is zlib's usual memory.
static inline int tw_deflate_init(z_streamp stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
#endif
