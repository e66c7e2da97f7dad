import Foundation
import Testing

@testable import Delivery

@Suite(.timeLimit(.minutes(10))) struct RotatingFileTests {
    private func lines(_ range: ClosedRange<Int>) -> [[UInt8]] { range.map { Array("line \($0)".utf8) } }

    @Test func `a file begins anew before it is too large, and so many are kept`() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        var configuration = RotatingFile.Configuration(path: folder.path + "/f")
        configuration.maximumSize = 14
        configuration.keep = 2
        let file = RotatingFile(configuration)
        for number in 1...9 { try await file.write(lines(number...number)) }
        #expect(folder.names == ["f", "f.1", "f.2"])
        #expect(folder.lines("f.2") == ["line 5", "line 6"])
        #expect(folder.lines("f.1") == ["line 7", "line 8"])
        #expect(folder.lines("f") == ["line 9"])
    }

    @Test func `a day's file is a day's, over a restart too`() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let clock = SimulatedClock()
        var configuration = RotatingFile.Configuration(path: folder.path + "/f")
        configuration.maximumAge = 86_400
        // The file's own times are the machine's: ours follow them from the day's noon on.
        let noon = Int64(Date().timeIntervalSince1970) / 86_400 * 86_400 + 43_200
        clock.advance(by: .seconds(noon - SimulatedClock.start))
        try await RotatingFile(configuration, clock: clock.clock).write(lines(1...1))
        try await RotatingFile(configuration, clock: clock.clock).write(lines(2...2))
        #expect(folder.names == ["f"])
        clock.advance(by: .seconds(86_400))
        try await RotatingFile(configuration, clock: clock.clock).write(lines(3...3))
        #expect(folder.lines("f.1") == ["line 1", "line 2"])
        #expect(folder.lines("f") == ["line 3"])
    }

    @Test func `kept files are gzip, and nothing is lost while files are moved away under writes`() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        var configuration = RotatingFile.Configuration(path: folder.path + "/f")
        configuration.maximumSize = 400
        configuration.keep = 500
        configuration.isCompressed = true
        configuration.isSynchronized = false
        let file = RotatingFile(configuration)
        for number in 1...1_000 {
            try await file.write(lines(number...number))
            // As logrotate does it, with and without telling us.
            if number % 100 == 0 {
                try FileManager.default.moveItem(atPath: folder.path + "/f", toPath: folder.path + "/moved.\(number)")
                if number % 200 == 0 { file.reopen() }
            }
        }
        var all: [String] = []
        for name in folder.names {
            let text = name.hasSuffix(".gz") ? try run("gzip", ["-dc", "\(folder.path)/\(name)"]) : folder.text(name)
            all += try #require(text).split(separator: "\n").map(String.init)
        }
        #expect(all.sorted() == (1...1_000).map { "line \($0)" }.sorted())
        #expect(folder.names.contains { $0.hasSuffix(".gz") })
        #expect(!folder.names.contains { $0.hasSuffix(".part") })
    }

    @Test func `a line that a crash has cut ends before the next begins`() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = try folder.write("whole\nhal", "f")
        try await RotatingFile(RotatingFile.Configuration(path: path)).write(lines(1...1))
        #expect(folder.lines("f") == ["whole", "hal", "line 1"])
    }

    @Test func `what cannot be written is told, and may pass`() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let file = RotatingFile(RotatingFile.Configuration(path: folder.path + "/none/f"))
        let error = await failure { () throws(DeliveryError) in try await file.write(lines(1...1)) }
        #expect(
            error
                == DeliveryError("\(folder.path)/none/f cannot be opened: No such file or directory", isTransient: true)
        )
        try FileManager.default.createDirectory(atPath: folder.path + "/none", withIntermediateDirectories: true)
        try await file.write(lines(1...1))
        #expect(folder.lines("none/f") == ["line 1"])
        let pipe = RotatingFile(RotatingFile.Configuration(path: "/dev/null"))
        #expect(
            await failure { () throws(DeliveryError) in try await pipe.write(lines(1...1)) }?.description
                == "/dev/null is no file"
        )
    }

    @Test func `a file is for its owner alone`() async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try await RotatingFile(RotatingFile.Configuration(path: folder.path + "/f")).write(lines(1...1))
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/f")
        #expect((attributes[.posixPermissions] as? Int) == 0o600)
    }
}
