// OpenSSL's one-shot digests; see Docs/Decisions/0004-sha-256-from-openssl.md. Its X.509 names, for client certificates.
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/// How RFC 4514 writes a name; Swift cannot see the macros it is made of. Letters beyond ASCII stay as they are.
static const unsigned long tw_rfc4514 = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
