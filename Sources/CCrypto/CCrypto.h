// OpenSSL's one-shot digests; see Docs/Decisions/0004-sha-256-from-openssl.md.
#include <openssl/evp.h>
