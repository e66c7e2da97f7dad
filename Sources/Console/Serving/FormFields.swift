internal import Foundation

/// What a form sends, or a query says: `application/x-www-form-urlencoded` (URL standard, section 5.1).
struct FormFields: Sendable, Equatable {
    private let pairs: [(name: String, value: String)]

    /// The most fields that are read; a page's forms have fewer.
    private static let maximumFields = 256

    /// Reads pairs.
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

    /// What is no percent-encoded UTF-8 stays as it stands.
    private static func decoded(_ bytes: some Collection<UInt8>) -> String {
        let text = String(decoding: bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
        return text.removingPercentEncoding ?? text
    }

    /// Letters, digits and `-._~` (RFC 3986, section 2.3).
    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )

    /// A text as part of a path or a query.
    static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }
}
