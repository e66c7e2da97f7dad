import Foundation
@testable import LiveIntake
import Testing

/// A log's writer, those who rotate the log, and its reader, each taking steps at random; what is read is kept only when
/// the reader is let to.
struct RandomRotation {
    enum Scheme: String, CaseIterable {
        case counted, dated, lumberjack, copied
    }

    let folder: LogFolder
    private let scheme: Scheme
    private var random: SeededGenerator
    /// The file that the writer has open: it stays there for a while after the file was renamed.
    private var written = "x.log"
    private var rotations = 0
    private var text: [UInt8] = []
    private var number = 0
    private var set: FollowedFileSet?
    private var cursors: [String: String] = [:]
    private(set) var read: [UInt8] = []
    private(set) var losses: [String] = []
    private var now = ContinuousClock.now

    init(_ scheme: Scheme, seed: UInt64) throws {
        folder = try LogFolder()
        self.scheme = scheme
        random = SeededGenerator(seed)
    }

    /// Everything that was written, without line ends: where a file ends within a line, it is given as two.
    var expected: [UInt8] { text.filter { $0 != 10 } }

    mutating func run(steps: Int) async throws {
        try await write()
        // What was rotated away before a log was followed at all is none of it.
        readOnce(keeps: true)
        for _ in 0..<steps {
            switch random.next() % 12 {
            case 0...4: try await write()
            case 5, 6: try rotate()
            case 7: try compress()
            case 8: set = nil
            // Given, but not kept: as if the program were killed in between.
            case 9: readOnce(keeps: false)
            default: readOnce(keeps: true)
            }
            await Task.yield()
        }
        try await write()
        for _ in 0..<200 { readOnce(keeps: true) }
    }

    private mutating func write() async throws {
        // Modification times have to differ for files that were written one after another.
        try await Task.sleep(for: .milliseconds(5))
        var bytes: [UInt8] = []
        for _ in 0..<(1 + random.next() % 4) {
            number += 1
            bytes += "\(number):\(String(random.next(), radix: 36))\n".utf8
        }
        // Cut within the last line; the rest of it comes with the next write.
        let cut = bytes.count - Int(random.next() % 6)
        text += bytes[..<cut]
        try folder.append(Array(bytes[..<cut]), to: written)
        // The writer turns to the new file, if there is one.
        if random.next() % 2 == 0 { written = "x.log" }
        let rest = Array(bytes[cut...])
        text += rest
        try folder.append(rest, to: written)
    }

    private mutating func rotate() throws {
        // Who rotates has seen to it that the writer has turned before.
        written = "x.log"
        guard folder.exists("x.log") else { return }
        rotations += 1
        switch scheme {
        case .counted, .copied:
            for number in stride(from: rotations, to: 0, by: -1) {
                for suffix in ["", ".gz"] where folder.exists("x.log.\(number)\(suffix)") {
                    try folder.move("x.log.\(number)\(suffix)", to: "x.log.\(number + 1)\(suffix)")
                    if random.next() % 4 == 0 { readOnce(keeps: true) }
                }
            }
            if scheme == .copied {
                try folder.copyAndCut("x.log", to: "x.log.1")
            } else {
                try folder.move("x.log", to: "x.log.1")
                written = "x.log.1"
            }
        case .dated:
            written = "x.log.20260101-\(100_000 + rotations)"
            try folder.move("x.log", to: written)
        case .lumberjack:
            try folder.move("x.log", to: "x-2026-01-01T00-00-\(10_000 + rotations).log")
        }
    }

    private mutating func compress() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let plain = names.filter { $0 != "x.log" && $0 != written && !$0.hasSuffix(".gz") }.sorted()
        guard !plain.isEmpty else { return }
        try folder.compress(plain[Int(random.next() % UInt64(plain.count))])
    }

    private mutating func readOnce(keeps: Bool) {
        let set = set ?? started()
        self.set = set
        // Time goes on as it pleases: what waits for rest is asked again.
        now += .seconds(Int(random.next() % 3))
        let round = set.read(at: now)
        losses += round.losses
        guard keeps else {
            self.set = nil
            return
        }
        for batch in round.batches {
            read += batch.records.flatMap(\.bytes)
            cursors[batch.stream] = batch.isLast ? nil : batch.cursor
        }
    }

    private func started() -> FollowedFileSet {
        var configuration = FollowedFiles.Configuration(paths: [folder.path("x*")])
        configuration.from = .beginning
        configuration.batchRecords = 3
        return FollowedFileSet(configuration, PathFilter(), cursors, FolderChanges())
    }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}

@Suite struct RandomRotationTests {
    @Test(arguments: RandomRotation.Scheme.allCases, [0, 1, 2, 3, 4, 7, 8, 9, 10, 35])
    func `what is kept is what was written, once and in order, whatever happens to the log`(
        _ scheme: RandomRotation.Scheme,
        _ seed: Int
    ) async throws {
        var rotation = try RandomRotation(scheme, seed: UInt64(seed))
        try await rotation.run(steps: 60)
        #expect(String(decoding: rotation.read, as: UTF8.self) == String(decoding: rotation.expected, as: UTF8.self))
        #expect(rotation.losses == [])
    }
}
