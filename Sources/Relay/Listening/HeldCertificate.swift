internal import Synchronization

/// A certificate and its key in memory, replaced while listeners show it; neither is ever written to a file.
package final class HeldCertificate: Sendable {
    /// What is shown, in PEM.
    package struct Pair: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
        /// The certificate chain, leaf first.
        package var certificate: [UInt8]
        package var key: [UInt8]

        package init(certificate: [UInt8], key: [UInt8]) {
            self.certificate = certificate
            self.key = key
        }

        /// Keys are not told.
        package var description: String { "a certificate and its key" }
        package var customMirror: Mirror { Mirror(self, children: []) }
    }

    private let held: Mutex<(pair: Pair, replacements: Int)>

    package init(_ pair: Pair) { held = Mutex((pair, 0)) }

    /// Has listeners show another pair, from the next ``RelayServer/refreshCertificates(always:)`` on.
    ///
    /// - Returns: whether it is another.
    @discardableResult
    package func replace(with pair: Pair) -> Bool {
        held.withLock { held in
            guard held.pair != pair else { return false }
            held = (pair, held.replacements + 1)
            return true
        }
    }

    /// The pair, and how often it was replaced so far.
    var current: (pair: Pair, replacements: Int) { held.withLock { $0 } }
}
