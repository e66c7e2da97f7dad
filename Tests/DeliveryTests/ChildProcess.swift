import Foundation
import Glibc

/// A program that a test runs, with nothing of ours open but what it is given.
///
/// Not Foundation's `Process`: what runs beside it would inherit its pipes, and their ends would never come.
struct ChildProcess {
    private let number: pid_t

    /// - Parameters:
    ///   - input: the file that it reads.
    ///   - output: the file that it writes.
    init(_ program: String, _ arguments: [String], input: String = "/dev/null", output: String = "/dev/null") throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // Other tests' descriptors, too, for whose ends they wait.
        for descriptor in Int32(3)..<8_192 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var number: pid_t = 0
        let status = unsafe posix_spawnp(&number, program, &actions, nil, &words, environ)
        guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .ENOENT) }
        self.number = number
    }

    /// Waits for its end, and returns whether it was a good one.
    @discardableResult
    func wait() -> Bool {
        var status: Int32 = 0
        while unsafe waitpid(number, &status, 0) < 0, errno == EINTR {}
        return status == 0
    }

    func stop() {
        // Not SIGTERM, which our threads block, and whoever they start with them.
        kill(number, SIGKILL)
        wait()
    }
}

/// Runs a program, and returns what it wrote; nil where it failed.
func run(_ program: String, _ arguments: [String], input: [UInt8] = []) throws -> String? {
    let folder = try TestFolder()
    defer { folder.remove() }
    let (source, output) = (folder.path + "/in", folder.path + "/out")
    try Data(input).write(to: URL(filePath: source))
    let isGood = try ChildProcess(program, arguments, input: source, output: output).wait()
    return isGood ? folder.text("out") : nil
}
