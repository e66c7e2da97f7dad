import Foundation
import Testing

/// Each kind of broken input is told with its place, and costs only itself.
@Suite struct BadInputTests {
    private func scan(_ bytes: [UInt8], _ arguments: [String] = []) throws -> Binary.Result {
        let folder = try Folder()
        let rule = try folder.write(Sample.rule, as: "rule.yml")
        return try Binary.run(
            ["scan", "--no-built-in-rules", "--rules", rule, "--format", "json", "--input", "kubernetes-audit", "-"]
                + arguments,
            input: bytes
        )
    }

    static let first = Sample.audit(id: "before")
    static let last = Sample.audit(id: "after")

    static let broken: [(name: String, line: [UInt8])] = [
        ("truncated JSON", Array(Sample.audit().utf8.prefix(300))),
        ("broken UTF-8", Array(#"{"auditID":""#.utf8) + [0xff, 0xfe] + Array(#"","verb":"create"}"#.utf8)),
        ("depth 10,000", Array(repeating: UInt8(ascii: "["), count: 10_000)),
        ("nested objects", Array(String(repeating: #"{"a":"#, count: 10_000).utf8)),
        ("NUL bytes", Array("{\"auditID\":\"\0\"}".utf8)),
        ("a 50 MB line", Array(#"{"auditID":""#.utf8) + Array(repeating: UInt8(ascii: "x"), count: 50_000_000)),
        ("a line of NULs", Array(repeating: 0, count: 5_000)),
        ("no JSON at all", Array("{this is not JSON}".utf8)),
    ]

    @Test(arguments: broken.indices)
    func `a broken line is told with its offset, and its neighbours are read`(_ index: Int) throws {
        let (name, line) = Self.broken[index]
        let log = Array(Self.first.utf8) + line + [10] + Array(Self.last.utf8)
        let result = try scan(log)
        #expect(result.status == 0, "\(name)")
        let ids = try result.objects.compactMap { ($0["event"] as? [String: Any])?["id"] as? String }
        #expect(ids.contains("before") && ids.contains("after"), "\(name)")
        #expect(result.errors.contains("1 record could not be read"), "\(name): \(result.errors)")
        let offset = result.errors.split(separator: "\n").first { $0.contains("byte ") }
            .flatMap { $0.split(separator: "byte ").last?.prefix { $0.isNumber } }.flatMap { Int($0) }
        let range = Self.first.utf8.count...(Self.first.utf8.count + line.count)
        #expect(offset.map(range.contains) == true, "\(name): \(result.errors)")
    }

    @Test func `a gzip that ends early gives what was before its end, and says so`() throws {
        let folder = try Folder()
        let text = (0..<2_000).map { Sample.audit(id: "a\($0)") }.joined()
        let path = try folder.write(text, as: "audit.log")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-q", path]
        try process.run()
        process.waitUntilExit()
        let packed = try Data(contentsOf: URL(filePath: path + ".gz"))
        let cut = try folder.write(Array(packed.prefix(packed.count / 2)), as: "cut.gz")
        let rule = try folder.write(Sample.rule, as: "rule.yml")
        let result = try Binary.run(["scan", "--no-built-in-rules", "--rules", rule, "--format", "json", cut])
        #expect(result.status == 1)
        let ids = try result.objects.compactMap { ($0["event"] as? [String: Any])?["id"] as? String }
        #expect(ids.count > 100 && ids.count < 2_000)
        #expect(ids.first == "a0")
        #expect(result.errors.contains("the gzip data ends early: the file is cut"))
    }

    @Test func `a list without its end gives what is in it, and says so`() throws {
        let list = "[" + Self.first.trimmingCharacters(in: .newlines) + ","
        let result = try scan(Array(list.utf8))
        #expect(try result.objects.count == 1)
        #expect(result.errors.contains("-: byte \(list.utf8.count): the list that the file is has no end"))
        #expect(result.errors.contains("Read 1 file, 1 record,"))
    }

    @Test func `a format that is forced on another's log is pointed out`() throws {
        let result = try Binary.run(["scan", "--input", "docker-events", "-"], input: Array(Self.first.utf8))
        #expect(result.errors.contains("read as docker-events, as --input says, but it looks like kubernetes-audit"))
    }

    @Test func `a folder without rules is no folder of rules`() throws {
        let folder = try Folder()
        _ = try folder.write("none", as: "readme.txt")
        let result = try Binary.run(["scan", "--rules", folder.path("."), "-"], input: [])
        #expect(result.status == 1)
        #expect(result.errors.contains("the folder holds no rule"))
    }

    @Test func `a record behind NULs is read, as copytruncate leaves it`() throws {
        let result = try scan(Array(repeating: 0, count: 5_000) + Array(Self.first.utf8))
        #expect(try result.objects.count == 1)
        #expect(result.errors.contains("-: byte 0: 5000 NUL bytes"))
    }

    @Test(arguments: ["\u{FEFF}EVENTS", "[EVENTS]", "[\n  EVENTS\n]\n"])
    func `an event in a list, or behind a byte order mark, is read`(_ form: String) throws {
        let events = [Self.first, Self.last].map { $0.trimmingCharacters(in: .newlines) }
        let separator = form.contains("[") ? "," : "\n"
        let log = form.replacing("EVENTS", with: events.joined(separator: separator))
        let result = try scan(Array(log.utf8))
        #expect(
            try result.objects.compactMap { ($0["event"] as? [String: Any])?["id"] as? String } == ["before", "after"]
        )
        #expect(!result.errors.contains("could not be read"))
    }

    @Test func `many broken records do not bury the rest`() throws {
        let log = String(repeating: "{nonsense\n", count: 1_000) + Self.last
        let result = try scan(Array(log.utf8))
        #expect(result.errors.split(separator: "\n").count { $0.contains(": byte ") } == 20)
        #expect(result.errors.contains("and 980 more records that could not be read"))
        #expect(result.errors.contains("1,000 records could not be read"))
        let all = try scan(Array(log.utf8), ["--all-problems"])
        #expect(all.errors.split(separator: "\n").count { $0.contains(": byte ") } == 1_000)
    }
}
