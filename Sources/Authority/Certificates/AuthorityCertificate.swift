package import Foundation
internal import SwiftASN1
internal import X509

/// The certificate of an authority whose serving certificates API servers are to trust.
package struct AuthorityCertificate: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let certificate: DERCertificate

    /// A certificate that may sign others, and is of the kind that this tool makes.
    ///
    /// - Throws: ``Malformed`` for one that API servers would not follow to a serving certificate.
    package init(_ certificate: DERCertificate) throws(Malformed) {
        let extensions = certificate.certificate.extensions
        guard case .isCertificateAuthority? = try? extensions.basicConstraints else {
            throw Malformed("the certificate is no authority's (basicConstraints)")
        }
        guard (try? extensions.keyUsage)?.keyCertSign == true else {
            throw Malformed("the authority may sign no certificates (keyUsage)")
        }
        guard certificate.isSigned(by: certificate) else {
            throw Malformed("the authority's certificate is not signed by itself")
        }
        self.certificate = certificate
    }

    package var ends: Date { certificate.ends }
    package var fingerprint: String { certificate.fingerprint }
    package var description: String { fingerprint }

    /// Whether it is the older one.
    package static func < (left: AuthorityCertificate, right: AuthorityCertificate) -> Bool {
        let (one, other) = (left.certificate, right.certificate)
        return (one.begins, one.fingerprint) < (other.begins, other.fingerprint)
    }
}

/// An authority that can sign: its certificate and its key.
package struct SigningAuthority: Sendable, Equatable {
    package let certificate: AuthorityCertificate
    package let key: SigningKey

    /// - Throws: ``Malformed`` where the key is another's.
    package init(_ certificate: AuthorityCertificate, key: SigningKey) throws(Malformed) {
        guard certificate.certificate.certificate.publicKey == key.publicKey else {
            throw Malformed("the key is not the certificate's")
        }
        self.certificate = certificate
        self.key = key
    }

    /// A new authority, with a name that no other has: two of one name could be taken for one another.
    ///
    /// It signs itself and serving certificates, and no other authorities (RFC 5280, sections 4.2.1.3 and 4.2.1.9).
    package init(at now: Date, _ lifetimes: Lifetimes) throws(Malformed) {
        let key = SigningKey()
        let identifier = SubjectKeyIdentifier(hash: key.publicKey)
        let ordinal = identifier.keyIdentifier.prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        let certificate: Certificate
        do {
            let name = try DistinguishedName {
                OrganizationName("Tidewaiter")
                CommonName("Tidewaiter webhook authority \(ordinal.joined())")
            }
            certificate = try Certificate(
                version: .v3,
                serialNumber: .unpredictable,
                publicKey: key.publicKey,
                notValidBefore: now.addingTimeInterval(-lifetimes.skew).wholeSeconds,
                notValidAfter: now.addingTimeInterval(lifetimes.authority).wholeSeconds,
                issuer: name,
                subject: name,
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true))
                    identifier
                },
                issuerPrivateKey: Certificate.PrivateKey(key.key)
            )
        } catch {
            throw Malformed("no authority can be made: \(error)")
        }
        try self.init(AuthorityCertificate(DERCertificate(certificate)), key: key)
    }
}

/// An authority that signs no more, and is trusted as long as what it signed is served.
package struct FormerAuthority: Sendable, Hashable {
    package let certificate: AuthorityCertificate
    /// The last serving certificate that it signed; nil where that is not known.
    package let last: DERCertificate?

    package init(certificate: AuthorityCertificate, last: DERCertificate?) {
        self.certificate = certificate
        self.last = last
    }

    /// When nothing that it signed is valid any more.
    package var ends: Date { last?.ends ?? certificate.ends }
}

extension Certificate.SerialNumber {
    /// 128 random bits: RFC 5280, section 4.1.2.2, wants it positive, unique and within 20 bytes.
    static var unpredictable: Certificate.SerialNumber { .init(UInt128.random(in: 1...UInt128.max)) }
}

extension Date {
    /// Certificates know no fractions of a second (RFC 5280, section 4.1.2.5).
    var wholeSeconds: Date { Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)) }
}
