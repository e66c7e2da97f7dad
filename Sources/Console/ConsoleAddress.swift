internal import Relay

/// Where the console listens: a loopback address, since nobody is asked who they are.
package struct ConsoleAddress: Sendable, Equatable, CustomStringConvertible {
    /// A loopback address, as a number.
    package let host: String
    /// 0 for any that is free.
    package let port: Int

    /// The address when nobody names one.
    package static let usual = "tcp://127.0.0.1:7610"

    private init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `tcp://127.0.0.1:7610` or `tcp://[::1]:7610`.
    ///
    /// - Throws: ``ConsoleError`` for anything else: other addresses would show everything to whoever can reach them.
    package init(parsing text: String) throws(ConsoleError) {
        let address: RelayAddress
        do throws(RelayError) {
            address = try RelayAddress(parsing: text)
        } catch {
            throw ConsoleError("\(error)")
        }
        guard case .tcp(let host, let port) = address else {
            throw ConsoleError("\(text): the console listens on \(Self.usual) or the like alone")
        }
        guard address.isLoopback else {
            throw ConsoleError(
                """
                '\(host)' is no loopback address: the console has no login yet, so that others would see and change \
                everything; listen on \(Self.usual) and reach it through ssh -L
                """
            )
        }
        self.init(host: host, port: port)
    }

    func with(port: Int) -> ConsoleAddress { ConsoleAddress(host: host, port: port) }

    /// As a browser is told it: `http://127.0.0.1:7610`.
    package var description: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
