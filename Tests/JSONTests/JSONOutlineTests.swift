import Testing

@testable import JSON

@Suite struct JSONOutlineTests {
    /// What a parser makes of `text`: whether it was lent, or only checked.
    static func isLent(_ text: [UInt8], unless isUnwanted: (JSONOutline) -> Bool = { _ in true }) throws -> Bool {
        let parser = JSONParser(maximumBytes: 1 << 20)
        let padded = text + [UInt8](repeating: 0, count: JSONParser.padding)
        var outcome: Result<Bool, JSONError> = .success(false)
        unsafe padded.withUnsafeBytes { bytes in
            do throws(JSONError) {
                let document = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<text.count])
                outcome = .success(
                    try unsafe parser.withDocument(padded: document, unless: isUnwanted) { _ in true } ?? false
                )
            } catch {
                outcome = .failure(error)
            }
        }
        return try outcome.get()
    }

    @Test func `members are seen as they are written, without reading what is below them`() throws {
        let text = #"{"verb":"get","list":[1,{"verb":"x"},[]],"objectRef":{"resource":"pods","name":"a"},"n":-12}"#
        var seen: [String] = []
        _ = try Self.isLent(Array(text.utf8)) { outline in
            outline.forEachMember { member in
                seen.append("\(String(member.name))=\(member.text.map { String($0) } ?? "-")")
                member.object?.forEachMember {
                    seen.append("  \(String($0.name))=\($0.text.map { String($0) } ?? "-")")
                    return true
                }
                return true
            }
        }
        #expect(seen == ["verb=get", "list=-", "objectRef=-", "  resource=pods", "  name=a", "n=-"])
    }

    @Test(arguments: [
        #"{}"#, #"{"a":1}"#, #"{"a":[],"b":{},"c":[{"a":null},true,false,0,-7,"x"]}"#, #" { "a" : "\u00e9\n\"" } "#,
    ])
    func `a valid document that nobody wants is only checked`(_ text: String) throws {
        #expect(try !Self.isLent(Array(text.utf8)))
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"verb":"get","v\u0065rb":"create"}"#, #"{"a":1.5}"#, #"{"a":"\ud83d\ude00"}"#, "[]", "1",
        #"{"a":123456789012345678901}"#,
    ])
    func `what is not certain is lent`(_ text: String) throws {
        #expect(try Self.isLent(Array(text.utf8)))
    }

    @Test(arguments: [
        "", "{", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":tru}"#, #"{"a":01}"#, #"{"a":1}}"#, #"{"a":1} {}"#,
        #"{"a":"\x"}"#,
        #"{"a":[1,2}"#, #"{"a":[1 2]}"#, #"{"a" "b"}"#, #"{"a":"b" "c"}"#, #"{"a":nullx}"#, #"{"a":1x}"#, #"{a:1}"#,
        #"{"a":-}"#,
        #"{"a":"\u12g4"}"#,
    ])
    func `a broken document that nobody wants is refused all the same`(_ text: String) {
        #expect(throws: JSONError.self) { try Self.isLent(Array(text.utf8)) }
    }

    @Test func `checking agrees with reading on mutated documents`() throws {
        let seed = #"{"verb":"get","user":{"groups":["a","b"],"n":12},"x":[{"y":null},"\u00e9",true,-3],"s":"a\"b"}"#
        var random = SplitMix64(seed: 1610)
        for _ in 0..<20_000 {
            var bytes = Array(seed.utf8)
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = Array("{}[]\",:\\u0 1atn".utf8)[Int.random(in: 0..<15, using: &random)]
                case 1: bytes.remove(at: place)
                default:
                    bytes.insert(Array("{}[]\",:\\u0 1atn".utf8)[Int.random(in: 0..<15, using: &random)], at: place)
                }
            }
            let isValid = (try? Self.isLent(bytes, unless: { _ in false })) ?? false
            let isChecked = (try? Self.isLent(bytes)).map { _ in true } ?? false
            #expect(isChecked == isValid, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
