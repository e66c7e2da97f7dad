/// What `/etc/sudoers` and `/etc/sudoers.d` let whom run without a password, as far as checks ask.
///
/// Source: sudoers(5). Aliases of commands are put in, tags go on along a list until another takes them back, and a line goes
/// on after a backslash.
struct Sudoers {
    /// A command that somebody may run.
    struct Grant: Equatable {
        /// `%deploy`, `ci`, `OPERATORS`.
        var who: String
        /// With its arguments: `/usr/bin/docker *`; `ALL`.
        var command: String
        var needsPassword: Bool
        var path: String
        /// The line as it stands there.
        var line: String
    }

    private(set) var grants: [Grant] = []
    private var aliases: [String: [String]] = [:]
    private var unauthenticated: Set<String> = []
    private var lines: [(path: String, line: String)] = []

    static let requests = [FileRequest("/etc/sudoers", .text), FileRequest("/etc/sudoers.d/*", .text)]

    private static let tags: Set = [
        "EXEC", "NOEXEC", "FOLLOW", "NOFOLLOW", "INTERCEPT", "NOINTERCEPT", "LOG_INPUT", "NOLOG_INPUT", "LOG_OUTPUT",
        "NOLOG_OUTPUT", "MAIL", "NOMAIL", "SETENV", "NOSETENV", "PASSWD", "NOPASSWD",
    ]

    static func read(on host: HostEvidence) -> Reading<Sudoers> {
        var sudoers = Sudoers()
        switch host.text("/etc/sudoers") {
        case .absent: return .absent
        case .unreadable(let reason): return .unreadable(reason)
        case .known(let text): sudoers.add(text, from: "/etc/sudoers")
        }
        if case .unreadable(let reason) = host.file("/etc/sudoers.d") { return .unreadable(reason) }
        for file in host.files(below: "/etc/sudoers.d") {
            // sudo passes over these: they are what editors and packages leave.
            guard file.kind != .directory, let name = file.path.split(separator: "/").last, !name.contains("."),
                !name.hasSuffix("~")
            else { continue }
            guard let text = file.text else { return .unreadable("\(file.path): its text was not collected") }
            sudoers.add(text, from: file.path)
        }
        sudoers.resolve()
        return .known(sudoers)
    }

    private mutating func add(_ text: String, from path: String) {
        var open = ""
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.hasSuffix("\\") {
                open += line.dropLast()
                continue
            }
            let whole = (open + line).trimmed
            open = ""
            // `#1000` is a user by number; what else follows # is a comment, or an older form of @include.
            let isComment = whole.hasPrefix("#") && !(whole.dropFirst().first?.isNumber ?? false)
            if !whole.isEmpty, !isComment, !whole.hasPrefix("@") { lines.append((path, whole)) }
        }
    }

    private mutating func resolve() {
        for (_, line) in lines where line.hasPrefix("Cmnd_Alias") {
            for definition in Self.split(String(line.dropFirst(10)), at: ":") {
                guard let equals = definition.firstIndex(of: "=") else { continue }
                let commands = Self.split(String(definition[definition.index(after: equals)...]), at: ",")
                aliases[definition[..<equals].trimmed] = commands
            }
        }
        for (_, line) in lines where line.hasPrefix("Defaults") && line.contains("!authenticate") {
            let scope = line.dropFirst(8).prefix { $0 != " " && $0 != "\t" }
            unauthenticated.insert(scope.hasPrefix(":") ? String(scope.dropFirst()) : "ALL")
        }
        let other = ["Defaults", "User_Alias", "Runas_Alias", "Host_Alias", "Cmnd_Alias", "Cmd_Alias"]
        for (path, line) in lines where !other.contains(where: { line.hasPrefix($0) }) {
            guard let equals = line.firstIndex(of: "="), let space = Self.endOfUsers(line), space < equals else {
                continue
            }
            let who = String(line[..<space])
            for users in Self.split(who, at: ",") {
                addGrants(of: users, String(line[line.index(after: equals)...]), path: path, line: line)
            }
        }
    }

    /// Where the list of users ends: at the first space that no comma stands before.
    private static func endOfUsers(_ line: String) -> String.Index? {
        var last: Character = ","
        for index in line.indices {
            let isSpace = line[index] == " " || line[index] == "\t"
            if isSpace, last != ",", line[index...].trimmed.first != "," { return index }
            if !isSpace { last = line[index] }
        }
        return nil
    }

    private mutating func addGrants(of who: String, _ list: String, path: String, line: String) {
        var needsPassword = unauthenticated.isDisjoint(with: ["ALL", who])
        for item in Self.split(list, at: ",") {
            var rest = item[...]
            if rest.hasPrefix("("), let end = rest.firstIndex(of: ")") { rest = rest[end...].dropFirst() }
            rest = rest.trimmed[...]
            while let colon = rest.firstIndex(of: ":"), Self.tags.contains(rest[..<colon].trimmed) {
                let tag = rest[..<colon].trimmed
                if tag == "NOPASSWD" { needsPassword = false }
                if tag == "PASSWD" { needsPassword = true }
                rest = rest[rest.index(after: colon)...].trimmed[...]
            }
            for command in aliases[String(rest)] ?? [String(rest)] where !command.hasPrefix("!") {
                grants.append(
                    Grant(
                        who: who,
                        command: Self.withoutDigest(command),
                        needsPassword: needsPassword,
                        path: path,
                        line: line
                    )
                )
            }
        }
    }

    /// `sha256:… /usr/bin/docker` says which file it has to be.
    private static func withoutDigest(_ command: String) -> String {
        guard command.hasPrefix("sha"), let space = command.firstIndex(of: " ") else { return command }
        return command[space...].trimmed
    }

    /// Splits a list; a backslash keeps the separator, and parentheses do.
    private static func split(_ text: String, at separator: Character) -> [String] {
        var parts = [""]
        var isEscaped = false
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == separator, !isEscaped, depth <= 0 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
            isEscaped = character == "\\" && !isEscaped
        }
        return parts.map(\.trimmed).filter { !$0.isEmpty }
    }
}
