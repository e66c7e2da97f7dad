/// What a form sends, or a query says: `application/x-www-form-urlencoded` (URL standard, section 5.1).
struct FormFields: Sendable, Equatable {
    private let pairs: [(name: String, value: String)]

    /// The most fields that are read; a page's forms have fewer.
    private static let maximumFields = 256

    /// Reads pairs; what is no UTF-8 becomes U+FFFD, as browsers have it.
    init(_ text: some StringProtocol) {
        pairs = text.utf8.split(separator: UInt8(ascii: "&")).prefix(Self.maximumFields).map { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decoded(parts[0]), parts.count > 1 ? Self.decoded(parts[1]) : "")
        }
    }

    init(_ pairs: [(String, String)]) { self.pairs = pairs.map { ($0.0, $0.1) } }

    static func == (left: Self, right: Self) -> Bool { left.pairs.elementsEqual(right.pairs, by: ==) }

    /// The first value of that name, unless it is empty: a form sends what was left empty, too.
    subscript(name: String) -> String? { all(name).first }

    /// Every value of that name that is not empty.
    func all(_ name: String) -> [String] { pairs.filter { $0.name == name && !$0.value.isEmpty }.map(\.value) }

    /// The same with one name's values replaced; none where nil.
    func with(_ name: String, _ value: String?) -> FormFields {
        FormFields(pairs.filter { $0.name != name } + (value.map { [(name, $0)] } ?? []))
    }

    /// The fields as a query, without those that are empty.
    var query: String {
        pairs.filter { !$0.value.isEmpty }
            .map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    private static func decoded(_ bytes: some Collection<UInt8>) -> String {
        var decoded: [UInt8] = []
        var rest = Array(bytes)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                decoded.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), let value = hexadecimal(rest.prefix(2)) {
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// A text as part of a path or a query: letters, digits and `-._~` as they are (RFC 3986, section 2.3).
    static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                || "-._~".unicodeScalars.contains(scalar)
            let digits = String(byte, radix: 16, uppercase: true)
            encoded += isPlain ? String(scalar) : "%" + (digits.count == 1 ? "0" : "") + digits
        }
        return encoded
    }
}
