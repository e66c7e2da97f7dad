internal import Intake

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Why a file cannot be followed.
enum FileFailure: Error, Equatable {
    /// The system's error.
    case system(Int32)
    /// A pipe, a device or a folder stands there.
    case noRegularFile
    /// A link leads where nothing may be read.
    case outside(String)

    /// Reading it failed.
    case unreadable(String)

    static let absence = Self.system(ENOENT)

    /// Whether nothing stands there.
    var isAbsence: Bool { self == .absence || self == .system(ENOTDIR) }

    /// What is wrong at `path`, and what to do.
    func words(_ path: String) -> String {
        let path = PathText.shown(path)
        return switch self {
        case .noRegularFile: "\(path) is no regular file: name a log file"
        case .outside(let target):
            "\(path) leads to \(PathText.shown(target)), which is not below a folder that links may lead to: it is not read"
        case .system(ENOENT), .system(ENOTDIR): "\(path) is not there: it is followed as soon as it is"
        case .system(EACCES), .system(EPERM):
            "\(path) cannot be read: permission denied; let the user that this runs as read it and enter its folders"
        case .unreadable(let reason): "\(path) cannot be read: \(reason)"
        case .system(let code): "\(path) cannot be read: \(SystemError.words(code))"
        }
    }
}
