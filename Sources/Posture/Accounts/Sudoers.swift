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

    /// A rule, with the line that it stands in.
    struct Entry {
        var rule: SudoersRule
        var line: SudoersLine
    }

    /// A file, and what is in it.
    struct File {
        var path: String
        var text: String
        fileprivate(set) var entries: [Entry] = []
    }

    /// What `Defaults … !authenticate` says of a user whose commands say nothing.
    enum Default: Equatable { case password, none, unclear }

    private(set) var grants: [Grant] = []
    private(set) var files: [File] = []
    private var aliases: [String: [SudoersRule.Item]] = [:]
    private var aliasTexts: [String: [String]] = [:]
    private var unauthenticated: Set<String> = []
    /// Whether passwords are not asked for on some hosts, or for some commands or targets.
    private var isPartlyUnauthenticated = false
    private var isWhole = true
    /// How many commands all rules stand for, so far.
    private var unfolded = 0

    static let requests = [FileRequest("/etc/sudoers", .text), FileRequest("/etc/sudoers.d/*", .text)]

    /// More than anybody writes; what aliases unfold to is not bounded by what is read.
    private static let maximumGrants = 20_000
    /// How deep aliases may name others.
    static let maximumDepth = 16

    static func read(on host: HostEvidence) -> Reading<Sudoers> {
        var sudoers = Sudoers()
        switch host.text("/etc/sudoers") {
        case .absent: return .absent
        case .unreadable(let reason): return .unreadable(reason)
        case .known(let text): sudoers.files.append(File(path: "/etc/sudoers", text: text))
        }
        if case .unreadable(let reason) = host.file("/etc/sudoers.d") { return .unreadable(reason) }
        for file in host.files(below: "/etc/sudoers.d") {
            // sudo passes over these: they are what editors and packages leave.
            guard file.kind != .directory, let name = file.path.split(separator: "/").last, !name.contains("."),
                !name.hasSuffix("~")
            else { continue }
            guard let text = file.text else { return .unreadable("\(file.path): its text was not collected") }
            sudoers.files.append(File(path: file.path, text: text))
        }
        for index in sudoers.files.indices { sudoers.readFile(index) }
        sudoers.resolve()
        return sudoers.isWhole
            ? .known(sudoers)
            : .unreadable("sudoers: its aliases stand for more than anybody writes, or for themselves")
    }

    private mutating func readFile(_ index: Int) {
        for line in SudoersLine.lines(of: files[index].text) {
            let text = line.text
            if text.hasPrefix("Cmnd_Alias") || text.hasPrefix("Cmd_Alias") {
                for (name, items) in SudoersRule.aliases(line) {
                    aliases[name] = items
                    aliasTexts[name] = items.map { String(line.characters[$0.range]) }
                }
            } else if text.hasPrefix("Defaults") {
                readDefaults(text)
            } else if !text.hasPrefix("@"), !text.hasPrefix("User_Alias"), !text.hasPrefix("Runas_Alias"),
                !text.hasPrefix("Host_Alias"), let rule = SudoersRule(line)
            {
                files[index].entries.append(Entry(rule: rule, line: line))
            }
        }
    }

    private mutating func readDefaults(_ text: String) {
        guard text.contains("!authenticate") else { return }
        let scope = text.dropFirst(8).prefix { $0 != " " && $0 != "\t" }
        switch scope.first {
        case nil: unauthenticated.insert("ALL")
        case ":": unauthenticated.formUnion(scope.dropFirst().split(separator: ",").map(String.init))
        default: isPartlyUnauthenticated = true
        }
    }

    private mutating func resolve() {
        for file in files {
            for entry in file.entries {
                for user in entry.rule.users { addGrants(of: user.text, entry, path: file.path) }
            }
        }
    }

    func byDefault(_ who: String) -> Default {
        if !unauthenticated.isDisjoint(with: ["ALL", who]) { return .none }
        return isPartlyUnauthenticated ? .unclear : .password
    }

    private mutating func addGrants(of who: String, _ entry: Entry, path: String) {
        for list in entry.rule.lists {
            var needsPassword = byDefault(who) == .password
            for item in list {
                for tag in item.tags {
                    if tag.text == "NOPASSWD" { needsPassword = false }
                    if tag.text == "PASSWD" { needsPassword = true }
                }
                let commands = commands(item.command)
                unfolded += commands.count
                guard unfolded < Self.maximumGrants else {
                    isWhole = false
                    return
                }
                for command in commands where !command.hasPrefix("!") {
                    grants.append(
                        Grant(
                            who: who,
                            command: command,
                            needsPassword: needsPassword,
                            path: path,
                            line: entry.line.text
                        )
                    )
                }
            }
        }
    }

    /// What an alias stands for, or a command itself; aliases may name others.
    func commands(_ name: String) -> [String] {
        var found: [String] = []
        unfold(name, into: &found, depth: 0)
        return found
    }

    private func unfold(_ name: String, into found: inout [String], depth: Int) {
        guard found.count < Self.maximumGrants else { return }
        guard let named = aliases[name] else { return found.append(name) }
        guard depth < Self.maximumDepth else {
            // Whoever counts sees that it is more than there can be.
            found += Array(repeating: name, count: Self.maximumGrants)
            return
        }
        for item in named { unfold(item.command, into: &found, depth: depth + 1) }
    }

    /// The members of an alias: as they are written, and without digests; nil where it is none.
    func members(of name: String) -> [(written: String, item: SudoersRule.Item)]? {
        guard let items = aliases[name], let texts = aliasTexts[name] else { return nil }
        return Array(zip(texts, items))
    }
}
