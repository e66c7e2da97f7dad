internal import Crypto
internal import Foundation
internal import SwiftASN1
internal import X509

/// A private key of curve P-256 (FIPS 186-5), which signs with ECDSA and SHA-256.
///
/// It says nothing of itself when it is printed or mirrored, so that no message can carry it.
package struct SigningKey: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    let key: P256.Signing.PrivateKey

    /// A new key, of the system's randomness.
    package init() { key = P256.Signing.PrivateKey() }

    /// The key in PEM: PKCS#8 or SEC 1, one document and nothing else.
    ///
    /// - Throws: ``Malformed``, without a word of what was read.
    package init(pem: [UInt8]) throws(Malformed) {
        let kinds: Set = ["PRIVATE KEY", "EC PRIVATE KEY"]
        let documents = try PEMText.documents(pem)
        guard documents.count == 1, kinds.contains(documents[0].discriminator) else {
            throw Malformed("it is no single private key in PEM")
        }
        do {
            key = try P256.Signing.PrivateKey(pemRepresentation: documents[0].pemString)
        } catch {
            throw Malformed("it is no key of the curve P-256")
        }
    }

    /// The key in PEM, as PKCS#8.
    package var pem: [UInt8] { Array((key.pemRepresentation + "\n").utf8) }

    var publicKey: Certificate.PublicKey { Certificate.PublicKey(key.publicKey) }

    package static func == (left: SigningKey, right: SigningKey) -> Bool {
        left.key.publicKey.rawRepresentation == right.key.publicKey.rawRepresentation
    }

    package var description: String { "a private key" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
