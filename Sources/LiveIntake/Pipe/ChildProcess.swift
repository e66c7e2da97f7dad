internal import Intake

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A program that is run for what it prints, and that ends with this value.
final class ChildProcess {
    private let process: pid_t
    private let output: Int32
    private let errors: Int32
    private var hasEnded = false

    /// Starts a program with these arguments, by no shell, with an environment of nothing but a path and a language.
    ///
    /// - Throws: ``IntakeError`` where it cannot be started.
    init(_ program: String, _ arguments: [String]) throws(IntakeError) {
        var (output, errors): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
        guard unsafe pipe(&output) == 0 else {
            throw IntakeError("no pipe for \(program): \(SystemError.words(errno))")
        }
        guard unsafe pipe(&errors) == 0 else {
            let code = errno
            for end in output { close(end) }
            throw IntakeError("no pipe for \(program): \(SystemError.words(code))")
        }
        for end in output + errors { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let (started, process) = Self.spawn(program, arguments, output[1], errors[1])
        close(output[1])
        close(errors[1])
        guard started == 0 else {
            close(output[0])
            close(errors[0])
            throw IntakeError("\(program) cannot be started: \(SystemError.words(started))")
        }
        (self.process, self.output, self.errors) = (process, output[0], errors[0])
    }

    private static func spawn(
        _ program: String,
        _ arguments: [String],
        _ output: Int32,
        _ errors: Int32
    ) -> (Int32, pid_t) {
        #if canImport(Glibc)
            var actions = unsafe posix_spawn_file_actions_t()
        #else
            var actions: posix_spawn_file_actions_t?
        #endif
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors, 2)
        let wanted: [String] = [program] + arguments
        let surroundings: [String] = ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"]
        var words = unsafe copies(wanted)
        var environment = unsafe copies(surroundings)
        defer { unsafe (words + environment).forEach { unsafe free($0) } }
        keepDescriptors()
        var process = pid_t()
        let started = unsafe posix_spawn(&process, program, &actions, nil, &words, &environment)
        return (started, process)
    }

    /// Lets no program have what is open here.
    ///
    /// Not everything that opens something says so itself, and it would stay open for as long as the program runs.
    private static func keepDescriptors() {
        for descriptor in 3..<Int32(clamping: min(sysconf(Int32(_SC_OPEN_MAX)), 65_536)) {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        if !hasEnded {
            kill(process, SIGKILL)
            var status: Int32 = 0
            // It ends at once: nothing is waited for.
            while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        }
        close(output)
        close(errors)
    }

    /// As C has them, with nothing at the end.
    private static func copies(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        unsafe texts.map { text in unsafe strdup(text) } + [nil]
    }

    /// What it prints.
    var reader: PipeReader { PipeReader(output) }

    /// The end of what it has said of errors, in one line.
    func lastWords() -> String {
        guard case .bytes(let bytes) = PipeReader(errors, maximumBytes: 4 << 10).read() else {
            return "it said nothing"
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        return lines.last.map { String($0.prefix(200)) } ?? "it said nothing"
    }
}
