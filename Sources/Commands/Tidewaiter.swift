package import ArgumentParser
internal import Intake

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The program: its subcommands, and what its exit status means.
package struct Tidewaiter: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "tidewaiter",
        abstract:
            "Reads every container deployment, whatever its route, says what is wrong with it, and refuses what must not land.",
        discussion: """
            Who deployed what, by which route, and what is wrong with it (ATT&CK T1610, Deploy Container): from Docker \
            and Kubernetes logs, captured API requests and manifests, at rest or live, judged by one set of Sigma rules.

            Examples:
              tidewaiter scan /var/log/kubernetes/audit.log
              journalctl -u docker -o json | tidewaiter scan --input docker-log -
              tidewaiter scan --fail-on high manifests/
              tidewaiter rules list\(watchExample)\(guardExample)

            Exit status: 0 when all went well, 1 for wrong usage or input that cannot be read, 3 when --fail-on found \
            something. Shell completions: tidewaiter --generate-completion-script bash|zsh|fish
            """,
        version: version,
        subcommands: [ScanCommand.self] + watching + guards + [RulesCommand.self]
    )

    #if Guard
        private static let guards: [any ParsableCommand.Type] = [GuardCommand.self, AuditCommand.self]
        private static let guardExample =
            "\n  tidewaiter guard docker --listen unix:///run/tidewaiter/docker.sock\n  tidewaiter audit --fixes fixes/"
    #else
        private static let guards: [any ParsableCommand.Type] = []
        private static let guardExample = ""
    #endif

    #if Watch
        private static let watching: [any ParsableCommand.Type] = [
            WatchCommand.self, FindingsCommand.self, DeploymentsCommand.self, ConsoleCommand.self,
            LedgerCommand.self,
        ]
        private static let watchExample =
            "\n  tidewaiter watch --config /etc/tidewaiter/watch.yml\n  tidewaiter console"
    #else
        private static let watching: [any ParsableCommand.Type] = []
        private static let watchExample = ""
    #endif

    /// The program's version, as semantic versioning has it.
    package static let version = "0.1.0"

    package init() {}

    /// The process's arguments; those that are no UTF-8 are paths, and stay what they are.
    private static var arguments: [String] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            unsafe CommandLine.unsafeArgv[index].map { argument in
                let bytes = unsafe UnsafeBufferPointer(start: argument, count: strlen(argument))
                return unsafe PathText.text(of: bytes.map { UInt8(bitPattern: $0) })
            }
        }
    }

    /// Settles what can be settled only while there is one thread; to be called first of all.
    package static func prepare() {
        #if Watch
            if arguments.first == WatchCommand.configuration.commandName { ProcessMemory.sharesBlocks() }
        #endif
    }

    /// Runs the program with the process's arguments; the result is its exit status.
    package static func start() async -> Int32 {
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return ExitStatus.success.rawValue
        } catch let status as ExitStatus {
            return status.rawValue
        } catch {
            let message = fullMessage(for: error)
            // Help and completions come as errors, too; what was asked for goes to standard output.
            let isAnswer = exitCode(for: error).isSuccess
            if !message.isEmpty { Output(isAnswer ? .standardOutput : .standardError).finish(with: message + "\n") }
            return isAnswer ? ExitStatus.success.rawValue : ExitStatus.failure.rawValue
        }
    }
}

/// What the process's exit status says.
enum ExitStatus: Int32, Error {
    /// All went well.
    case success = 0
    /// Wrong usage, or input that cannot be read.
    case failure = 1
    /// There are findings at or above the level that `--fail-on` names.
    case findings = 3
}

/// Why a command cannot do what it was asked for, for people.
struct CommandError: Error, CustomStringConvertible {
    /// What is wrong and what to do.
    var description: String

    init(_ description: String) { self.description = description }
}
