internal import Foundation
internal import Posture
internal import SwiftASN1
internal import X509

/// What certificates say of themselves.
enum CertificateReader {
    /// Of each certificate of a PEM file, in its order; what is no certificate is passed over, and keys are not looked at.
    static func facts(inPEM bytes: [UInt8]) -> [CertificateFacts] {
        let documents = (try? PEMDocument.parseMultiple(pemString: String(decoding: bytes, as: UTF8.self))) ?? []
        return documents.compactMap { document in
            guard document.discriminator == "CERTIFICATE" else { return nil }
            return (try? Certificate(pemDocument: document)).map(facts)
        }
    }

    private static func facts(_ certificate: Certificate) -> CertificateFacts {
        let constraints = try? certificate.extensions.basicConstraints
        let isAuthority =
            if case .isCertificateAuthority? = constraints { true } else { false }
        var facts = CertificateFacts(
            subject: "\(certificate.subject)",
            issuer: "\(certificate.issuer)",
            notAfter: certificate.notValidAfter.timeIntervalSince1970,
            isAuthority: isAuthority,
            key: "\(certificate.publicKey)"
        )
        if let names = try? certificate.extensions.subjectAlternativeNames { facts.names = names.map { "\($0)" } }
        return facts
    }
}
