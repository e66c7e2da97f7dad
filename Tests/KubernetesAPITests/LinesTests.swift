import Testing

@testable import KubernetesAPI

@Suite struct LinesTests {
    @Test func `lines are the same whatever pieces they come in`() throws {
        let text = Array("one\n\ntwo three\nfour\n".utf8)
        for size in 1...text.count {
            var lines = Lines(limit: 100)
            var found: [String] = []
            var rest = text[...]
            while !rest.isEmpty {
                lines.append(rest.prefix(size))
                rest = rest.dropFirst(size)
                while let line = try lines.next() { found.append(String(decoding: line, as: UTF8.self)) }
            }
            #expect(found == ["one", "two three", "four"], "pieces of \(size)")
        }
    }

    @Test func `a line has a bound, whether it has ended or not`() throws {
        var whole = Lines(limit: 3)
        whole.append("four\n".utf8)
        #expect(throws: APIError.self) { try whole.next() }
        var open = Lines(limit: 3)
        open.append("thr\nfour".utf8)
        #expect(try open.next() == Array("thr".utf8))
        #expect(throws: APIError.self) { try open.next() }
    }
}
