import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Real journal files, which systemd-journal-remote makes of the export format: no journald runs in the tests.
enum JournalFolder {
    static let remote = "/usr/lib/systemd/systemd-journal-remote"
    private static let boot = "6f5c2b1a9d8e4f3a8b7c6d5e4f3a2b1c"

    /// An entry in the export format; 0 is another program's.
    static func entry(_ number: Int, message: [UInt8]? = nil, unit: String = "tried.service") -> [UInt8] {
        var bytes = Array(
            """
            __CURSOR=s=0639c7f2b7f74b3c9b9b3f5a3c2d1e0f;i=\(number);b=\(boot);m=\(number);t=\(number);x=\(number)
            __REALTIME_TIMESTAMP=\(1_700_000_000_000_000 + number)
            __MONOTONIC_TIMESTAMP=\(1_000 + number)
            _BOOT_ID=\(boot)
            _SYSTEMD_UNIT=\(unit)
            _HOSTNAME=node
            SYSLOG_IDENTIFIER=\(number == 0 ? "other" : "tried")

            """.utf8
        )
        if let message {
            bytes += "MESSAGE\n".utf8
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: message.count >> ($0 * 8)) }
            bytes += message + [10]
        } else {
            bytes += "MESSAGE=record \(number)\n".utf8
        }
        return bytes + [10]
    }

    /// Adds entries to the journal in `folder`, as journald does.
    static func add(_ entries: [[UInt8]], to folder: LogFolder) throws {
        let file = folder.path("\(boot)/system.journal")
        let export = try folder.append(entries.flatMap(\.self), to: "entries-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: folder.path(boot), withIntermediateDirectories: true)
        let words = [remote, "--output=\(file)", export]
        var arguments = unsafe words.map { word in unsafe strdup(word) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        #if canImport(Glibc)
            var actions = unsafe posix_spawn_file_actions_t()
        #else
            var actions: posix_spawn_file_actions_t?
        #endif
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // Other tests' descriptors, too, for whose ends they wait.
        for descriptor in Int32(3)..<8_192 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var process = pid_t()
        var status: Int32 = 0
        #expect(unsafe posix_spawn(&process, remote, &actions, nil, &arguments, environ) == 0)
        #expect(unsafe waitpid(process, &status, 0) == process)
        #expect(status == 0)
    }
}
