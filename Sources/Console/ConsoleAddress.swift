/// Where the console listens: a loopback address, since nobody is asked who they are.
package struct ConsoleAddress: Sendable, Equatable, CustomStringConvertible {
    /// A loopback address, as a number.
    package let host: String
    /// 0 for any that is free.
    package let port: Int

    /// The address when nobody names one.
    package static let usual = ConsoleAddress(host: "127.0.0.1", port: 7610)

    private init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `127.0.0.1:7610`, `[::1]:7610` or `localhost:7610`.
    ///
    /// - Throws: ``ConsoleError`` for anything else: other addresses would show everything to whoever can reach them.
    package init(parsing text: String) throws(ConsoleError) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), text[text.index(after: colon)...].allSatisfy(\.isNumber)
        else {
            throw ConsoleError("'\(text)' is no address; one is written 127.0.0.1:7610")
        }
        let host = String(text[..<colon])
        switch host {
        case "localhost": self.init(host: "127.0.0.1", port: port)
        case "[::1]": self.init(host: "::1", port: port)
        case _ where Self.isLoopbackNumber(host): self.init(host: host, port: port)
        default:
            throw ConsoleError(
                """
                '\(host)' is no loopback address: the console has no login yet, so that others would see and change \
                everything; listen on 127.0.0.1 and reach it through ssh -L
                """
            )
        }
    }

    /// Whether it is one of 127.0.0.0/8 (RFC 1122, section 3.2.1.3), in the one way of writing it.
    private static func isLoopbackNumber(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "127" else { return false }
        return parts.allSatisfy { part in UInt8(part).map { String($0) == part } ?? false }
    }

    func with(port: Int) -> ConsoleAddress { ConsoleAddress(host: host, port: port) }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
