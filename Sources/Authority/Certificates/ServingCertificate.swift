package import Foundation
internal import SwiftASN1
internal import X509

/// What the webhook shows to API servers: a certificate for its service's names, and the key.
package struct ServingCertificate: Sendable, Equatable {
    package let certificate: DERCertificate
    package let key: SigningKey
    /// The names that it is for.
    package let names: Set<ServiceName>

    /// How many names one may be for.
    package static let maximumNames = 64

    /// - Throws: ``Malformed`` where API servers would not take it, or the key is another's.
    package init(_ certificate: DERCertificate, key: SigningKey) throws(Malformed) {
        guard certificate.certificate.publicKey == key.publicKey else {
            throw Malformed("the key is not the certificate's")
        }
        let extensions = certificate.certificate.extensions
        if case .isCertificateAuthority? = try? extensions.basicConstraints {
            throw Malformed("it is an authority's, not a server's")
        }
        guard (try? extensions.extendedKeyUsage)?.contains(.serverAuth) == true else {
            throw Malformed("it is not for servers (extendedKeyUsage)")
        }
        let names = (try? extensions.subjectAlternativeNames).map { Array($0) } ?? []
        guard (1...Self.maximumNames).contains(names.count) else {
            throw Malformed("it is for no name, or for more than \(Self.maximumNames) (subjectAltName)")
        }
        self.names = Set(
            try names.map { name throws(Malformed) in
                guard case .dnsName(let text) = name else { throw Malformed("it is for what is no DNS name") }
                return try ServiceName(text)
            }
        )
        self.certificate = certificate
        self.key = key
    }

    /// What is shown, in PEM; authorities that sign themselves are not part of it (RFC 8446, section 4.4.2).
    package var chain: [UInt8] { PEMText.text([certificate]) }
    package var ends: Date { certificate.ends }
    package var fingerprint: String { certificate.fingerprint }
}

extension SigningAuthority {
    /// Signs a certificate with a new key, which ends with the authority at the latest.
    ///
    /// The names stand in the extension alone: a common name holds no more than 64 characters, and nobody reads it.
    func issue(for names: Set<ServiceName>, at now: Date, _ lifetimes: Lifetimes) throws(Malformed)
        -> ServingCertificate
    {
        let key = SigningKey()
        let issuer = certificate.certificate.certificate
        let identifier = try? issuer.extensions.subjectKeyIdentifier?.keyIdentifier
        let begins = max(now.addingTimeInterval(-lifetimes.skew), certificate.certificate.begins)
        let ends = min(now.addingTimeInterval(lifetimes.serving), certificate.ends)
        let made: Certificate
        do {
            made = try Certificate(
                version: .v3,
                serialNumber: .unpredictable,
                publicKey: key.publicKey,
                notValidBefore: begins.wholeSeconds,
                notValidAfter: ends.wholeSeconds,
                issuer: issuer.subject,
                subject: try DistinguishedName {
                    OrganizationName("Tidewaiter")
                    CommonName("Tidewaiter webhook")
                },
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.serverAuth])
                    SubjectAlternativeNames(names.sorted().map { .dnsName($0.description) })
                    SubjectKeyIdentifier(hash: key.publicKey)
                    AuthorityKeyIdentifier(keyIdentifier: identifier)
                },
                issuerPrivateKey: Certificate.PrivateKey(self.key.key)
            )
        } catch {
            throw Malformed("no serving certificate can be made: \(error)")
        }
        return try ServingCertificate(DERCertificate(made), key: key)
    }
}
