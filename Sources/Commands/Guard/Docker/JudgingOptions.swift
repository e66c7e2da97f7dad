#if Guard
    internal import ArgumentParser
    internal import DockerGuard
    internal import Foundation
    internal import Judge
    internal import Sigma

    extension Profile: ExpressibleByArgument {}

    /// What the guard refuses.
    struct JudgingOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp("The policy, in YAML; options go before it.", valueName: "file"),
            completion: .file()
        )
        var policy: String?

        @Option(help: "What a container may ask for at most (default: strict).")
        var profile: Profile?

        @Option(
            help: ArgumentHelp("Allow bind mounts below this directory; can be repeated.", valueName: "dir"),
            completion: .directory
        )
        var allowBind: [String] = []

        @Option(help: "Refuse what a rule of this level or above finds (default: high).")
        var refuseAt: Level?

        @Option(help: "Also rules from this file or folder; can be repeated.", completion: .directory)
        var rules: [String] = []

        @Flag(help: "Judge and record, and let everything pass.")
        var observe = false

        @Flag(help: "Record reads that pass by their route alone, too; agents ask for hundreds a minute.")
        var recordReads = false

        @Option(
            help: ArgumentHelp(
                "Observe, and write the narrowest policy that would have allowed what was seen; exceptions to rules stand beside it.",
                valueName: "file"
            ),
            completion: .file()
        )
        var learn: String?

        @Option(
            help: ArgumentHelp(
                "Where the host's root directory is seen, if not at /; without it, a guard before an engine on a network "
                    + "refuses bind mounts.",
                valueName: "dir"
            ),
            completion: .directory
        )
        var hostRoot: String?

        /// Where the learned policy's exceptions are written: beside it, and named whole, wherever the guard starts next.
        var learnedExceptions: String? {
            learn.map { URL(filePath: $0).deletingPathExtension().appendingPathExtension("exceptions.yml").path }
        }

        var isObserving: Bool { observe || learn != nil }

        func validate() throws {
            for directory in allowBind where !directory.hasPrefix("/") {
                throw ValidationError("--allow-bind: '\(directory)' is no absolute path")
            }
        }
    }
#endif
