internal import Deployments
internal import Foundation
internal import Glibc
internal import JSON

/// Dead letters taken out of the files in which an output keeps them, to be told again.
///
/// They lie in a folder beside these files until ``settle(keeping:)``: a program that is killed before finds them there the
/// next time. Meanwhile the output may keep others in new files.
package final class TakenDeadLetters: Sendable {
    /// One letter.
    package struct Letter: Sendable, Equatable {
        /// The id of the finding that was refused.
        package var finding: String
        /// The whole line.
        fileprivate var line: [UInt8]
    }

    /// The oldest first.
    package let letters: [Letter]
    /// Lines that are none.
    package let unreadable: Int
    private let configuration: RotatingFile.Configuration
    private let folder: String
    private let files: [String]
    /// Held by the one who takes letters, so that nobody else tells the same.
    private let lock: Int32

    /// More is taken the next time: five files of 10 MiB and the one that is written to.
    private static let sizeLimit = 256 << 20

    /// Takes all of an output's letters.
    ///
    /// - Parameter configuration: the file that the output keeps them in.
    /// - Throws: ``DeliveryError`` where they cannot be had, or somebody else tells them at the moment.
    package init(from configuration: RotatingFile.Configuration) throws(DeliveryError) {
        let path = configuration.path
        let folder = path + ".resending"
        guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .file(folder, "cannot be made") }
        let lock = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard lock >= 0 else { throw .file(folder, "cannot be opened") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw DeliveryError("\(path): somebody tells these again at the moment", isTransient: true)
        }
        self.configuration = configuration
        self.folder = folder
        self.lock = lock
        do throws(DeliveryError) {
            try Self.take(path, configuration.keep, into: folder)
            files = try Self.files(in: folder)
            (letters, unreadable) = try Self.letters(in: files)
        } catch {
            Self.letGo(of: lock)
            throw error
        }
    }

    deinit { Self.letGo(of: lock) }

    private static func letGo(of lock: Int32) {
        // A child that was forked a moment ago holds the descriptor, too, until it runs its own program.
        flock(lock, LOCK_UN)
        close(lock)
    }

    /// Puts back what was not told, behind what was kept meanwhile, and forgets the rest.
    package func settle(keeping kept: [Letter]) async throws(DeliveryError) {
        if !kept.isEmpty { try await RotatingFile(configuration).write(kept.map(\.line)) }
        for file in files {
            guard unsafe unlink(file) == 0 || errno == ENOENT else { throw .file(file, "cannot be removed") }
        }
        // It stays where it is not empty.
        unsafe rmdir(folder)
    }

    // MARK: Files

    private static func take(_ path: String, _ keep: Int, into folder: String) throws(DeliveryError) {
        let run = "\(Int64(Date().timeIntervalSince1970 * 1_000))-\(getpid())"
        let numbers = Array((1...max(1, keep)).reversed())
        for (index, file) in (numbers.map { "\(path).\($0)" } + [path]).enumerated() {
            let order = String(1_000 + index)
            guard unsafe rename(file, "\(folder)/\(run)-\(order)") == 0 || errno == ENOENT else {
                throw .file(file, "cannot be moved")
            }
        }
    }

    private static func files(in folder: String) throws(DeliveryError) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw DeliveryError("\(folder) cannot be listed", isTransient: true)
        }
        return names.sorted().map { "\(folder)/\($0)" }
    }

    private static func letters(in files: [String]) throws(DeliveryError) -> (letters: [Letter], unreadable: Int) {
        var letters: [Letter] = []
        var unreadable = 0
        var size = 0
        for file in files {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw DeliveryError("\(file) cannot be read", isTransient: true)
            }
            size += data.count
            guard size <= sizeLimit else {
                throw DeliveryError("\(file): together they are larger than \(sizeLimit >> 20) MiB", isTransient: true)
            }
            for line in data.split(separator: 10) {
                if let finding = finding(in: Array(line)) {
                    letters.append(Letter(finding: finding, line: Array(line)))
                } else {
                    unreadable += 1
                }
            }
        }
        return (letters, unreadable)
    }

    /// The finding's id in a line; nil for a line that is no letter.
    private static func finding(in line: [UInt8]) -> String? {
        let parser = JSONParser(maximumBytes: max(1, line.count), maximumDepth: 128)
        let id: String?? = unsafe line.withUnsafeBytes { bytes in
            try? unsafe parser.withDocument(bytes) { $0["finding"]?.string }
        }
        return id.flatMap { $0 }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
