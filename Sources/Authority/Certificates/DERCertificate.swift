package import Foundation
internal import Crypto
internal import SwiftASN1
package import X509

/// A certificate (RFC 5280) with its bytes.
package struct DERCertificate: Sendable, Hashable, CustomStringConvertible {
    package let certificate: Certificate
    package let der: [UInt8]

    package init(_ certificate: Certificate) throws(Malformed) {
        var serializer = DER.Serializer()
        do {
            try serializer.serialize(certificate)
        } catch {
            throw Malformed("the certificate cannot be written")
        }
        self.certificate = certificate
        der = serializer.serializedBytes
    }

    package var begins: Date { certificate.notValidBefore }
    /// The last moment at which it is valid.
    package var ends: Date { certificate.notValidAfter }

    /// The first half of the SHA-256 digest of its bytes, in hexadecimal digits.
    package var fingerprint: String {
        SHA256.hash(data: der).prefix(16).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    package var description: String { fingerprint }

    func isSigned(by authority: DERCertificate) -> Bool {
        certificate.issuer == authority.certificate.subject
            && authority.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
    }

    package static func == (left: DERCertificate, right: DERCertificate) -> Bool { left.der == right.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
