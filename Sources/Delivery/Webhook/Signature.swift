internal import Crypto

/// Signs what a webhook is sent, so that its receiver can tell who sent it, and when.
///
/// `X-Tidewaiter-Signature: t=SECONDS,v1=HEX`, where HEX is HMAC-SHA256 of `SECONDS.BODY`. A receiver computes it anew and
/// refuses a body that does not fit, or a time too far from its own: a request that was taken down cannot be sent again.
enum Signature {
    static let header = "X-Tidewaiter-Signature"

    /// The header's value.
    ///
    /// - Parameter time: in seconds since 1970.
    static func value(of body: [UInt8], at time: Int64, key: [UInt8]) -> String {
        var code = HMAC<SHA256>(key: SymmetricKey(data: key))
        code.update(data: Array("\(time).".utf8))
        code.update(data: body)
        let digits = code.finalize().map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "t=\(time),v1=\(digits.joined())"
    }
}
