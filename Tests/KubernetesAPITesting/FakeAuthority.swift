import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import X509

/// An authority, and a server's certificate of its, for 127.0.0.1 and localhost.
struct FakeAuthority {
    /// The authority's certificate, in PEM.
    let pem: String
    let certificate: NIOSSLCertificate
    let key: NIOSSLPrivateKey

    init() throws {
        let authorityKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let authorityName = try DistinguishedName { CommonName("kubernetes") }
        let authority = try Self.certificate(
            of: authorityName,
            authorityKey.publicKey,
            by: authorityName,
            authorityKey,
            try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true))
            }
        )
        let serverKey = P256.Signing.PrivateKey()
        let server = try Self.certificate(
            of: try DistinguishedName { CommonName("kube-apiserver") },
            Certificate.PrivateKey(serverKey).publicKey,
            by: authorityName,
            authorityKey,
            try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([
                    .dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
                ])
            }
        )
        pem = try authority.serializeAsPEM().pemString
        certificate = try NIOSSLCertificate(bytes: Array(try server.serializeAsPEM().pemString.utf8), format: .pem)
        key = try NIOSSLPrivateKey(bytes: Array(serverKey.pemRepresentation.utf8), format: .pem)
    }

    private static func certificate(
        of subject: DistinguishedName,
        _ key: Certificate.PublicKey,
        by issuer: DistinguishedName,
        _ issuerKey: Certificate.PrivateKey,
        _ extensions: Certificate.Extensions
    ) throws -> Certificate {
        try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key,
            notValidBefore: Date(timeIntervalSinceNow: -3_600),
            notValidAfter: Date(timeIntervalSinceNow: 86_400),
            issuer: issuer,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions,
            issuerPrivateKey: issuerKey
        )
    }
}
