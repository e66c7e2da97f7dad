internal import Signals

/// What an answer's status means for what was sent.
enum HTTPStatus {
    /// The error that an answer stands for; nil for a success.
    ///
    /// - Parameters:
    ///   - receiver: what is told of it: never its address, which may be a secret.
    ///   - words: the receiver's own words.
    static func error(_ answer: HTTPPoster.Answer, from receiver: String) -> DeliveryError? {
        guard !(200..<300).contains(answer.status) else { return nil }
        let words = excerpt(answer.body)
        let text = "\(receiver) answers \(answer.status)" + (words.isEmpty ? "" : ": \(words)")
        return DeliveryError(text, isTransient: isTransient(answer.status), retryAfter: answer.retryAfter)
    }

    /// Whether the same request may be taken later.
    ///
    /// Of wrong credentials, a wrong path and a redirect a person has to mend the configuration: what was found until
    /// then waits, since it is not what is refused.
    static func isTransient(_ status: Int) -> Bool {
        switch status {
        case 300..<400, 401, 402, 403, 404, 405, 407, 408, 410, 421, 423, 425, 429: true
        default: status >= 500 || status < 200
        }
    }

    /// The first words of an answer, harmless and short.
    static func excerpt(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(512), as: UTF8.self)
        return VisibleText.escape(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }
}
