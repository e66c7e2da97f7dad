import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import X509

/// An authority, and certificates of its: a server's for 127.0.0.1 and localhost, and a client's.
struct FakeAuthority {
    /// The authority's certificate, in PEM.
    let pem: String
    let certificate: NIOSSLCertificate
    let key: NIOSSLPrivateKey
    /// A client's certificate and its key, in PEM.
    let clientPEM: String
    let clientKeyPEM: String

    /// - Parameter name: the one name in the server's certificate; nil for 127.0.0.1 and localhost.
    init(serverName name: String? = nil) throws {
        let names: [GeneralName] =
            name.map { [.dnsName($0)] } ?? [
                .dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
            ]
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
                SubjectAlternativeNames(names)
            }
        )
        let clientKey = P256.Signing.PrivateKey()
        let client = try Self.certificate(
            of: try DistinguishedName { CommonName("watcher") },
            Certificate.PrivateKey(clientKey).publicKey,
            by: authorityName,
            authorityKey,
            try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                try ExtendedKeyUsage([.clientAuth])
            }
        )
        clientPEM = try client.serializeAsPEM().pemString
        clientKeyPEM = clientKey.pemRepresentation
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
