/// How a server writes bytes of a value that would be taken for its log's own.
enum LogEscape: Sendable, Equatable {
    /// Not at all: Envoy's and Traefik's text, nginx with `escape=none`.
    case none
    /// `\xHH` for quotes, backslashes and what is not printed (nginx, `escape=default`).
    case nginx
    /// As in JSON strings (nginx, `escape=json`; gunicorn and Apache escape their quotes so too, and bytes as `\xhh`).
    case backslash
    /// `#HH` (HAProxy's configuration manual, section 8.6).
    case haproxy

    /// Whether a quote behind a backslash is part of the value.
    var escapesQuotes: Bool { self == .backslash }

    /// The value that a text stands for; what is no UTF-8 is replaced.
    func decoded(_ text: ArraySlice<UInt8>) -> String {
        switch self {
        case .none: String(decoding: text, as: UTF8.self)
        case .nginx: Self.hexadecimal(text, mark: "\\x")
        case .haproxy: Self.hexadecimal(text, mark: "#")
        case .backslash:
            text.contains(UInt8(ascii: "\\")) ? Self.unescaped(text) : String(decoding: text, as: UTF8.self)
        }
    }

    private static func hexadecimal(_ text: ArraySlice<UInt8>, mark: StaticString) -> String {
        let first = unsafe mark.utf8Start[0]
        guard text.contains(first) else { return String(decoding: text, as: UTF8.self) }
        let width = mark.utf8CodeUnitCount
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == first, width == 1 || text[index...].dropFirst().first == UInt8(ascii: "x"),
                let byte = byte(text, at: index + width)
            {
                bytes.append(byte)
                index += width + 2
            } else {
                bytes.append(text[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func byte(_ text: ArraySlice<UInt8>, at index: Int) -> UInt8? {
        guard index + 1 < text.endIndex, let high = PercentCoding.digit(text[index]),
            let low = PercentCoding.digit(text[index + 1])
        else { return nil }
        return high << 4 | low
    }

    private static func unescaped(_ text: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.endIndex else {
                bytes.append(text[index])
                index += 1
                continue
            }
            let letter = text[index + 1]
            index += 2
            switch letter {
            case UInt8(ascii: "n"): bytes.append(10)
            case UInt8(ascii: "r"): bytes.append(13)
            case UInt8(ascii: "t"): bytes.append(9)
            case UInt8(ascii: "b"): bytes.append(8)
            case UInt8(ascii: "f"): bytes.append(12)
            case UInt8(ascii: "v"): bytes.append(11)
            case UInt8(ascii: "x"):
                if let byte = byte(text, at: index) {
                    bytes.append(byte)
                    index += 2
                } else {
                    bytes.append(letter)
                }
            case UInt8(ascii: "u"):
                if let high = byte(text, at: index), let low = byte(text, at: index + 2),
                    let scalar = UnicodeScalar(UInt16(high) << 8 | UInt16(low))
                {
                    bytes += Array(String(Character(scalar)).utf8)
                    index += 4
                } else {
                    bytes.append(letter)
                }
            default: bytes.append(letter)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
