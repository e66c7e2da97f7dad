/// Where to listen or connect.
package enum RelayAddress: Sendable, Hashable, CustomStringConvertible {
    /// `unix:///run/docker.sock`.
    case unix(path: String)
    /// `tcp://ADDRESS:PORT`.
    case tcp(host: String, port: Int)
    /// `fd://3`: a listening socket that whoever started the process handed over, as systemd does.
    case inherited(descriptor: Int32)

    package init(parsing text: String) throws(RelayError) {
        if text.hasPrefix("unix://") {
            let path = String(text.dropFirst(7))
            guard path.hasPrefix("/") else {
                throw RelayError(.address, "\(text): not an absolute path; write unix:///run/example.sock")
            }
            self = .unix(path: path)
        } else if text.hasPrefix("fd://"), let descriptor = Int32(text.dropFirst(5)), descriptor >= 0 {
            self = .inherited(descriptor: descriptor)
        } else if text.hasPrefix("tcp://"), let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port)
        {
            let host = text[text.index(text.startIndex, offsetBy: 6)..<colon]
            let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
            guard !host.isEmpty, isBracketed || !host.contains(":") else {
                throw RelayError(.address, "\(text): no host; write tcp://192.0.2.1:2376 or tcp://[2001:db8::1]:2376")
            }
            self = .tcp(host: String(isBracketed ? host.dropFirst().dropLast() : host), port: port)
        } else {
            throw RelayError(.address, "\(text): not an address; write unix:///PATH, tcp://ADDRESS:PORT or fd://NUMBER")
        }
    }

    /// Whether only this host reaches it: a number of the loopback networks (RFC 1122, section 3.2.1.3; RFC 4291, section
    /// 2.5.3), since what a name stands for is not certain.
    package var isLoopback: Bool {
        guard case .tcp(let host, _) = self else { return false }
        if host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    package var description: String {
        switch self {
        case .unix(let path): "unix://\(path)"
        case .tcp(let host, let port): "tcp://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .inherited(let descriptor): "fd://\(descriptor)"
        }
    }
}
