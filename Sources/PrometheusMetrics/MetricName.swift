/// A metric's name: letters, digits, `_` and `:`, not beginning with a digit.
///
/// Source: Prometheus, "Data model", https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels.
package struct MetricName: Sendable, Hashable, ExpressibleByStringLiteral {
    let text: String

    /// - Returns: nil for what is no name.
    package init?(parsing text: String) {
        guard let first = text.utf8.first, Self.mayStand(first), !Self.isDigit(first),
            text.utf8.allSatisfy(Self.mayStand)
        else { return nil }
        self.text = text
    }

    package init(stringLiteral text: StaticString) {
        guard let name = Self(parsing: "\(text)") else { preconditionFailure("'\(text)' is no name of a metric") }
        self = name
    }

    private static func mayStand(_ byte: UInt8) -> Bool {
        isDigit(byte) || LabelName.isLetter(byte) || byte == UInt8(ascii: ":")
    }

    fileprivate static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

/// A label's name: letters, digits and `_`, beginning with neither a digit nor `__`, which Prometheus keeps to itself.
///
/// Source: as of ``MetricName``.
package struct LabelName: Sendable, Hashable, ExpressibleByStringLiteral {
    let text: String

    /// - Returns: nil for what is no name.
    package init?(parsing text: String) {
        guard let first = text.utf8.first, Self.isLetter(first), !text.hasPrefix("__"),
            text.utf8.allSatisfy({ Self.isLetter($0) || MetricName.isDigit($0) })
        else { return nil }
        self.text = text
    }

    package init(stringLiteral text: StaticString) {
        guard let name = Self(parsing: "\(text)") else { preconditionFailure("'\(text)' is no name of a label") }
        self = name
    }

    fileprivate static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }
}
