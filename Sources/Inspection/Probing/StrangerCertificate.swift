internal import Crypto
internal import Foundation
internal import SwiftASN1
internal import X509

/// A certificate for a client whom nobody knows: it signs itself.
struct StrangerCertificate {
    /// In DER.
    let certificate: [UInt8]
    /// In PEM.
    let key: String

    init() throws {
        let signing = P256.Signing.PrivateKey()
        let own = Certificate.PrivateKey(signing)
        let name = try DistinguishedName { CommonName("tidewaiter audit") }
        let now = Date()
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: own.publicKey,
            notValidBefore: now.addingTimeInterval(-3_600),
            notValidAfter: now.addingTimeInterval(86_400),
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.clientAuth])
            },
            issuerPrivateKey: own
        )
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        self.certificate = serializer.serializedBytes
        key = signing.pemRepresentation
    }
}
