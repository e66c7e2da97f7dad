/// The characters that Windows programs take for the dash before an option.
enum Dashes {
    /// Hyphen, slash, en dash, em dash, horizontal bar.
    static let all: [Unicode.Scalar] = ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"]

    /// Texts with more option dashes than this are matched by an expression rather than spelled out.
    private static let spelledOut = 2

    /// A value in every spelling of its option dashes; those inside a word, as in `a-b`, are left alone.
    ///
    /// For values that ``canSpellOut(_:)``; each dash makes five of one.
    static func variants(_ value: TextValue) -> [TextValue] {
        var variants: [TextValue] = [value]
        for index in 0..<count(value) {
            variants = variants.flatMap { variant in
                all.map { dash in replacing(variant) { $0 == index ? dash : nil } }
            }
        }
        var seen: Set<TextValue> = []
        return variants.filter { seen.insert($0).inserted }
    }

    /// Whether every spelling of the value can be written out.
    static func canSpellOut(_ value: TextValue) -> Bool { count(value) <= spelledOut }

    /// An expression for the whole value in every spelling of its option dashes.
    static func expression(_ value: TextValue) -> String {
        let body = value.parts.map { part in
            switch part {
            case .anyRun: return ".*"
            case .anyOne: return "(?:[\\xc2-\\xf4][\\x80-\\xbf]{1,3}|.)"
            case .bytes(let bytes):
                let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
                return scalars.indices.map { position in
                    isOptionDash(scalars, position) ? anyDash : escaped(scalars[position])
                }.joined()
            }
        }
        return "\\A" + body.joined() + "\\z"
    }

    private static let anyDash = "(?:-|/|\\xe2\\x80[\\x93-\\x95])"

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf8.map { byte in
            let isPlain = UnicodeScalar(byte).properties.isAlphabetic && byte < 128
            return isPlain ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// How many option dashes a value has.
    static func count(_ value: TextValue) -> Int {
        value.parts.reduce(0) { sum, part in
            guard case .bytes(let bytes) = part else { return sum }
            let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
            return sum + scalars.indices.count { isOptionDash(scalars, $0) }
        }
    }

    private static func replacing(_ value: TextValue, _ dash: (Int) -> Unicode.Scalar?) -> TextValue {
        var index = 0
        return value.mapBytes { bytes in
            let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
            var text = String.UnicodeScalarView()
            for position in scalars.indices {
                guard isOptionDash(scalars, position) else {
                    text.append(scalars[position])
                    continue
                }
                text.append(dash(index) ?? scalars[position])
                index += 1
            }
            return Array(String(text).utf8)
        }
    }

    /// A dash that no word character stands before and one stands after: pySigma's `\B[-/]\b`, with all five dashes.
    static func isOptionDash(_ scalars: [Unicode.Scalar], _ position: Int) -> Bool {
        guard all.contains(scalars[position]) else { return false }
        guard position + 1 < scalars.count, isWord(scalars[position + 1]) else { return false }
        return position == 0 || !isWord(scalars[position - 1])
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}
