package import Foundation

/// How long certificates last and when they are replaced; all in seconds.
package struct Lifetimes: Sendable, Equatable {
    /// Of an authority.
    package var authority: TimeInterval = 365 * 86_400
    /// Of a serving certificate, unless its authority ends before.
    package var serving: TimeInterval = 90 * 86_400
    /// How long before it is made a certificate is valid already: not every clock is right.
    package var skew: TimeInterval = 3_600
    /// How long a new authority has to be in the webhook configuration before it signs.
    ///
    /// API servers watch their configurations and know a change within seconds; ten minutes outlast a lost watch.
    package var settling: TimeInterval = 600
    /// The same where somebody else carries authorities there, and nobody sees when.
    package var unwatchedSettling: TimeInterval = 7 * 86_400
    /// How long before its end an authority gives way to one that is not in the configuration yet.
    package var lastMoment: TimeInterval = 3_600

    package init() {}

    /// When a certificate is replaced: after two thirds of its life.
    func due(_ certificate: DERCertificate) -> Date {
        certificate.begins.addingTimeInterval(certificate.ends.timeIntervalSince(certificate.begins) * 2 / 3)
    }
}
