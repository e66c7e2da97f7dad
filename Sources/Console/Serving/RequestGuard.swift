internal import Crypto
internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// Keeps other sites away: whoever uses the console has a browser open that runs what other sites wrote.
struct RequestGuard: Sendable {
    private let address: ConsoleAddress
    /// What forms' tokens are made with; forgotten with the process.
    private let key = SymmetricKey(size: .bits256)

    static let cookieName = "tidewaiter"
    /// A cookie's value: so many random bytes, in hexadecimal.
    private static let cookieBytes = 32

    init(_ address: ConsoleAddress) { self.address = address }

    /// Whether a request is meant for this console.
    ///
    /// A name of somebody else's that leads to this machine (DNS rebinding) makes another site's page one of the console's
    /// own, for a browser. Such a request shows that name.
    func isMeantForUs(_ request: Request) -> Bool {
        guard let authority = request.head.authority else { return false }
        let host =
            authority.last == "]" || !authority.contains(":")
            ? Substring(authority) : authority[..<(authority.lastIndex(of: ":") ?? authority.endIndex)]
        return ["localhost", "127.0.0.1", "[::1]"].contains(String(host).lowercased())
            || host == Substring(address.host)
    }

    /// Whether a request that changes something comes from one of the console's own pages.
    ///
    /// Browsers tell where a request comes from (Fetch Metadata; RFC 6454, section 7); programs that are no browser tell
    /// nothing, and show a token that only a page of the console could have told them.
    func isFromOwnPage(_ request: Request, token: String?) -> Bool {
        if let site = request.headers[Self.site], site != "same-origin" { return false }
        if let origin = request.headers[.origin] {
            guard let authority = request.head.authority, origin == "http://\(authority)" else { return false }
        }
        guard let token, let cookie = cookie(of: request) else { return false }
        guard let bytes = Self.bytes(hexadecimal: token) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(bytes, authenticating: Array(cookie.utf8), using: key)
    }

    /// The browser's cookie, if it is one that a console gave.
    func cookie(of request: Request) -> String? {
        guard let value = request.cookies[Self.cookieName]?.value,
            Self.bytes(hexadecimal: value)?.count == Self.cookieBytes
        else { return nil }
        return value
    }

    /// A new browser's cookie.
    func newCookie() -> String {
        unsafe SymmetricKey(size: .init(bitCount: Self.cookieBytes * 8)).withUnsafeBytes { unsafe Self.hexadecimal($0) }
    }

    /// What a form of the page that is shown with this cookie has to send.
    func token(for cookie: String) -> String {
        Self.hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(cookie.utf8), using: key))
    }

    private static let site = HTTPField.Name("Sec-Fetch-Site") ?? .origin

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2), digits.count <= 128 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
