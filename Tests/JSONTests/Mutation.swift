import JSON

/// A small generator whose numbers depend on the seed alone (Steele, Lea, Flood 2014), so that a failure comes back.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Small damage to sound documents.
enum Mutation {
    static let documents: [[UInt8]] = [
        #"{"kind":"Event","level":"Request","n":[1,-2,3.5e+7,true,false,null],"o":{"a":{},"b":[]}}"#,
        #"["a\"b\\c\u00e9\ud83d\ude00é€😀",{"x":"y","z":[[[[]]]]}]"#,
        #" [ 0 , -0.0 , 18446744073709551615 , 1E-5 ] "#,
        #"{"a":{"b":{"c":{"d":"\/\b\f\n\r\t"}}}}"#,
        #"{"Image":"alpine","Cmd":["sh","-c","echo 1"],"HostConfig":{"Binds":["/:/host"]}}"#,
        #""just text""#,
    ].map { Array($0.utf8) }

    /// One to three bytes changed, removed, doubled or moved, or the end cut off.
    static func mutated(_ document: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        let alphabet = Array("{}[]\",:\\u0dD8e+-.1tfn /\u{1}".utf8) + [0, 0x80, 0xc3, 0xe2, 0xed, 0xf0, 0xff]
        var bytes = document
        for _ in 0...(random.next() % 3) where !bytes.isEmpty {
            let place = Int(random.next() % UInt64(bytes.count))
            let byte = alphabet[Int(random.next() % UInt64(alphabet.count))]
            switch random.next() % 5 {
            case 0: bytes[place] = byte
            case 1: bytes.insert(byte, at: place)
            case 2: bytes.remove(at: place)
            case 3: bytes.swapAt(place, Int(random.next() % UInt64(bytes.count)))
            default: bytes.removeLast(min(bytes.count, Int(random.next() % 4)))
            }
        }
        return bytes
    }
}

/// What is wrong with `bytes`; nil when nothing is.
func failure(_ bytes: [UInt8], _ parser: JSONParser = JSONParser()) -> JSONError? {
    unsafe bytes.withUnsafeBytes { buffer in
        do throws(JSONError) {
            try unsafe parser.withDocument(buffer) { _ in }
            return nil
        } catch {
            return error
        }
    }
}
