import Foundation

/// What a console answered to a program.
struct Page {
    var status: Int
    var body: Data

    var text: String { String(decoding: body, as: UTF8.self) }

    struct NoAnswer: Error, CustomStringConvertible { var description: String }

    /// - Throws: ``NoAnswer`` where there is none within ten seconds.
    static func get(_ url: String) async throws -> Page {
        // The status comes behind the body, on a line of its own.
        let arguments = ["--silent", "--show-error", "--max-time", "10", "--write-out", "\n%{http_code}", url]
        let curl = try Program("/usr/bin/curl", arguments)
        guard try await curl.status(within: 15) == 0 else { throw NoAnswer(description: "\(url): \(curl.errors)") }
        let output = curl.output
        let end = output.lastIndex(of: UInt8(ascii: "\n")) ?? output.endIndex
        let status = Int(String(decoding: output[end...].dropFirst(), as: UTF8.self)) ?? 0
        return Page(status: status, body: Data(output[..<end]))
    }
}

/// A finding as a console tells programs of it.
struct ToldFinding: Decodable, Hashable {
    var id: String
    /// The log that its record stands in.
    var log: String?

    private struct List: Decodable { var items: [ToldFinding] }

    /// Those of the first page, which has room for all that the tests make.
    static func all(at address: String) async throws -> [ToldFinding] {
        let page = try await Page.get(address + "/api/findings?limit=500")
        return try JSONDecoder().decode(List.self, from: page.body).items
    }

    init(from decoder: any Decoder) throws {
        struct Record: Decodable {
            struct Log: Decodable { var file: File }
            struct File: Decodable { var path: String }
            struct Own: Decodable { var finding: Finding }
            struct Finding: Decodable { var id: String }
            var log: Log?
            var tidewaiter: Own
        }
        let record = try Record(from: decoder)
        id = record.tidewaiter.finding.id
        log = record.log?.file.path
    }
}
