/// Finds the paths that a normalized command writes to.
///
/// It knows redirections and the usual programs, no shell grammar: what it misses a rule on the command's text may
/// still see, and a path too many is one that the command at least names in a place where files are written.
enum WrittenPaths {
    /// More paths than these are no longer told.
    static let maximumCount = 64

    static func append(of command: String, to paths: inout [String]) {
        // A path has a slash; most commands have none.
        guard command.utf8.contains(UInt8(ascii: "/")) else { return }
        var reading = Reading()
        for token in command.split(separator: " ") { reading.take(token) }
        reading.endSegment()
        for path in reading.paths where paths.count < maximumCount && !paths.contains(path) { paths.append(path) }
    }

    private struct Reading {
        var paths: [String] = []
        /// Where `chroot` went: from there on, absolute paths are below it.
        private var root: String?
        private var isRootNext = false
        private var isAfterRedirection = false
        private var isAfterOutput = false
        private var writer = Writer.none
        /// The last path of the segment: where `cp` and its like write.
        private var last: String?

        /// Which of its arguments a program writes to.
        private enum Writer {
            case none, last, all, afterOption
        }

        mutating func take(_ token: Substring) {
            guard let first = token.utf8.first else { return }
            let isAfterRedirection = self.isAfterRedirection
            let isAfterOutput = self.isAfterOutput
            let isOperator = ";&|)}<>".utf8.contains(first)
            self.isAfterRedirection = isOperator && Self.redirections.contains(token)
            self.isAfterOutput = first == UInt8(ascii: "-") && Self.outputs.contains(token)
            if isOperator, Self.separators.contains(token) { return endSegment() }
            if isRootNext, !token.hasPrefix("-") {
                isRootNext = false
                root = token.hasPrefix("host:") || token.hasPrefix("/") ? String(token) : nil
                return
            }
            if isAfterRedirection {
                if let path = path(token) { paths.append(path) }
                return
            }
            if let written = Self.attached(token).flatMap(path) { paths.append(written) }
            name(token)
            guard let path = path(token) else { return }
            last = path
            if writer == .all || writer == .afterOption && isAfterOutput { paths.append(path) }
        }

        mutating func endSegment() {
            if writer == .last, let last { paths.append(last) }
            writer = .none
            last = nil
        }

        /// Notes what program is called, whether by its name or by its path.
        private mutating func name(_ token: Substring) {
            let slash = token.utf8.lastIndex(of: UInt8(ascii: "/"))
            let name = slash.map { token[token.utf8.index(after: $0)...] } ?? token
            guard (2...10).contains(name.utf8.count) else { return }
            // Short enough to be a value without memory of its own, which compares quickly.
            switch String(name) {
            case "chroot": isRootNext = true
            case "crontab": if let root { paths.append(Self.join(root, "/var/spool/cron")) }
            case "cp", "mv", "ln", "install", "rsync", "scp": if writer == .none { writer = .last }
            case "tee", "touch", "mkdir", "truncate", "chattr", "unlink", "rm": if writer == .none { writer = .all }
            case "curl", "wget", "tar", "unzip", "aria2c", "cpio": if writer == .none { writer = .afterOption }
            case "-i", "-i.bak", "--in-place": if writer == .none { writer = .all }
            default: break
            }
        }

        /// The path that a token is, seen from the changed root; nil for one that is none.
        private func path(_ token: Substring) -> String? {
            let token = token.drop { $0 == "(" || $0 == "{" }
            if token.hasPrefix("host:/") || token.hasPrefix("~/") { return String(token) }
            guard token.hasPrefix("/") else { return token.hasPrefix("../") ? String(token) : nil }
            guard let root else { return String(token) }
            return Self.join(root, token)
        }

        private static func join(_ root: String, _ path: some StringProtocol) -> String {
            root.hasSuffix("/") ? root + path.dropFirst() : root + path
        }

        /// A path written to that stands in one word with its option: `of=/dev/sda`, `--output=/x`.
        private static func attached(_ token: Substring) -> Substring? {
            guard token.utf8.contains(UInt8(ascii: "=")) else { return nil }
            for option in ["of=", "--output=", "--output-document=", "--target-directory=", "--directory="]
            where token.hasPrefix(option) {
                return token.dropFirst(option.utf8.count)
            }
            return nil
        }

        private static let separators: Set<Substring> = [";", "&&", "||", "|", "&", "|&", ";;", ")", "}"]
        private static let redirections: Set<Substring> = [">", ">>", ">|", "&>", "&>>", "<>"]
        private static let outputs: Set<Substring> = [
            "-o", "-O", "-C", "-d", "-qO", "-sSLo", "-sLo", "-fsSLo", "-Lo", "--output", "--output-document",
            "--directory",
            "-P",
        ]
    }
}
