import Relay

/// The relay's readers of HTTP: whole or byte by byte, the same head, body or refusal, within the bytes.
enum HTTPFuzzing {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        let bytes = Array(bytes)
        let request = requestHead(bytes, cuts: [bytes.count])
        precondition(request == requestHead(bytes, cuts: Array(0...bytes.count)), "a cut changes a request")
        if case .success(let request?) = request {
            precondition(request.byteCount <= bytes.count)
            precondition(request.head.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
            for field in request.head.fields {
                precondition(!field.value.utf8.contains { $0 == 0 || $0 == 10 || $0 == 13 }, "a value breaks its line")
            }
        }
        let response = responseHead(bytes, cuts: [bytes.count])
        precondition(response == responseHead(bytes, cuts: Array(0...bytes.count)), "a cut changes an answer")
        precondition(body(bytes, step: bytes.count) == body(bytes, step: 1), "a cut changes a body")
    }

    private static func requestHead(_ bytes: [UInt8], cuts: [Int]) -> Result<ReceivedRequest?, MalformedMessage> {
        var parser = RequestHeadParser(limits: HeadLimits(bytes: 1_024, fields: 16))
        do throws(MalformedMessage) {
            for cut in cuts {
                if let request = try parser.read(Array(bytes[..<cut]).span) { return .success(request) }
            }
            return .success(nil)
        } catch {
            return .failure(error)
        }
    }

    /// What an answer's head says, in words.
    private static func responseHead(_ bytes: [UInt8], cuts: [Int]) -> String {
        var parser = ResponseHeadParser(limits: HeadLimits(bytes: 1_024, fields: 16))
        do throws(MalformedMessage) {
            for cut in cuts {
                if let head = try parser.read(Array(bytes[..<cut]).span) {
                    precondition(head.byteCount <= bytes.count)
                    return "\(head.status) \(head.framing) \(head.isPersistent) \(head.upgrade ?? "") \(head.byteCount)"
                }
            }
            return "unfinished"
        } catch {
            return error.description
        }
    }

    /// The data of a chunked body, and what ended it.
    private static func body(_ bytes: [UInt8], step: Int) -> [String] {
        var decoder = ChunkedDecoder()
        var data: [UInt8] = []
        var start = 0
        while start < bytes.count, !decoder.isEnded {
            let end = min(bytes.count, start + max(step, 1))
            do throws(MalformedMessage) {
                switch try decoder.step(Array(bytes[start..<end]).span) {
                case .skip(let count), .end(let count): start += count
                case .data(let skipped, let count):
                    data += bytes[(start + skipped)..<(start + skipped + count)]
                    start += skipped + count
                }
            } catch {
                return [String(decoding: data, as: UTF8.self), error.description]
            }
            precondition(start <= bytes.count)
        }
        return [String(decoding: data, as: UTF8.self), decoder.isEnded ? "ended at \(start)" : "unfinished"]
    }
}
