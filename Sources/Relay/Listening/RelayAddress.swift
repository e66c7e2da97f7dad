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

    package var description: String {
        switch self {
        case .unix(let path): "unix://\(path)"
        case .tcp(let host, let port): "tcp://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .inherited(let descriptor): "fd://\(descriptor)"
        }
    }
}
