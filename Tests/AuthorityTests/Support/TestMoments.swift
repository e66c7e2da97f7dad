import Authority
import Foundation
import SwiftASN1
@_spi(FixedExpiryValidationTime) import X509

/// The moment at which most tests begin.
let beginning = Date(timeIntervalSince1970: 1_800_000_000)

extension Date {
    func after(days: Double = 0, hours: Double = 0, seconds: Double = 0) -> Date {
        addingTimeInterval(days * 86_400 + hours * 3_600 + seconds)
    }
}

func names(_ texts: String...) throws -> Set<ServiceName> { Set(try texts.map { try ServiceName($0) }) }

extension TrustBundle {
    /// Whether a client with this bundle takes the certificate for a server of that name: RFC 5280's path validation.
    func accepts(_ serving: ServingCertificate, as name: String, at moment: Date) async -> Bool {
        let roots = CertificateStore(authorities.map(\.certificate.certificate))
        var verifier = Verifier(rootCertificates: roots) {
            RFC5280Policy(fixedExpiryValidationTime: moment)
            ServerIdentityPolicy(serverHostname: name, serverIP: nil)
        }
        let result = await verifier.validate(leaf: serving.certificate.certificate, intermediates: CertificateStore())
        if case .validCertificate = result { return true }
        return false
    }
}

extension Keyring {
    /// A keyring of that moment, with a serving certificate.
    static func made(
        at now: Date = beginning,
        for names: Set<ServiceName>,
        _ lifetimes: Lifetimes = Lifetimes()
    ) throws -> Keyring {
        var keyring = Keyring()
        _ = try keyring.advance(to: now, for: names, lifetimes, publication: .unwatched)
        return keyring
    }
}
