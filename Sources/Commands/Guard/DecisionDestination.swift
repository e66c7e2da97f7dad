internal import ArgumentParser
internal import Judge
internal import Signals

/// Where decisions go: a file's path, `-` for standard output, or `journald`.
enum DecisionDestination: Sendable, Equatable, ExpressibleByArgument {
    case file(String)
    case standardOutput
    case journald

    init?(argument: String) {
        switch argument {
        case "": return nil
        case "-": self = .standardOutput
        case "journald": self = .journald
        default: self = .file(argument)
        }
    }

    /// Opens it.
    func sink() throws(DecisionLogError) -> any DecisionSink {
        switch self {
        case .file(let path): try FileDecisionSink(path: path)
        case .standardOutput: FileDecisionSink()
        case .journald: try JournalDecisionSink()
        }
    }

    /// For people.
    var words: String {
        switch self {
        case .file(let path): path
        case .standardOutput: "standard output"
        case .journald: "the journal"
        }
    }
}
