// libFuzzer's entry point, in C, since Swift would give an executable a main function of its own.
#include <stddef.h>
#include <stdint.h>

int tidewaiter_fuzz(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) { return tidewaiter_fuzz(bytes, count); }
