/// A unit of systemd as it applies: its file, and what drop-ins add to it.
///
/// Source: systemd.unit(5), "Unit File Load Path" and the rules for drop-ins.
package struct SystemdUnit: Sendable, Equatable {
    package struct Setting: Sendable, Equatable {
        package var section: String
        package var name: String
        package var value: String
        /// The file that says it.
        package var path: String
    }

    package var name: String
    /// In the order in which they apply: the unit's own, then those of its drop-ins.
    package private(set) var settings: [Setting] = []
    /// The files that it is made of, its own first.
    package private(set) var paths: [String] = []

    /// The folders that are looked through, the strongest first.
    package static let systemFolders = [
        "/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient",
        "/run/systemd/generator.early", "/etc/systemd/system", "/run/systemd/system", "/run/systemd/generator",
        "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
        "/run/systemd/generator.late",
    ]

    /// The name of a drop-in that says the last word, after those that packages and people give numbers.
    static let dropIn = "zz-tidewaiter.conf"

    /// What whoever collects has to look for, that a unit can be read.
    package static func requests(_ name: String) -> [FileRequest] {
        systemFolders.flatMap { folder in
            [FileRequest("\(folder)/\(name)", .text)]
                + dropInNames(name).map { FileRequest("\(folder)/\($0)/*.conf", .text) }
        }
    }

    /// `service.d` holds what is meant for every service; systemd reads it first.
    private static func dropInNames(_ name: String) -> [String] {
        ["\(name.split(separator: ".").last ?? "").d", "\(name).d"]
    }

    /// The values of a list, as `ExecStart=` and `ListenStream=` are: an empty one takes back those before it.
    package func list(_ section: String, _ name: String) -> [Setting] {
        var found: [Setting] = []
        for setting in settings where setting.section == section {
            // An empty Listen…= of any kind takes back the sockets of all kinds.
            let isOfKind = setting.name == name || (name.hasPrefix("Listen") && setting.name.hasPrefix("Listen"))
            if setting.value.isEmpty, isOfKind {
                found = []
            } else if setting.name == name {
                found.append(setting)
            }
        }
        return found
    }

    /// The value of what is there once: the last that is said.
    package func last(_ section: String, _ name: String) -> Setting? {
        settings.last { $0.section == section && $0.name == name }
    }
}

extension SystemdUnit {
    /// Reads a unit of the system's manager; absent where there is none, or where it is masked.
    package static func read(_ name: String, on host: HostEvidence) -> Reading<SystemdUnit> {
        var unit = SystemdUnit(name: name)
        var isFound = false
        for folder in systemFolders where !isFound {
            switch host.text("\(folder)/\(name)") {
            case .absent: continue
            case .unreadable(let reason): return .unreadable(reason)
            // An empty file, or a link to /dev/null, masks it.
            case .known(let text) where text.isEmpty: return .absent
            case .known(let text):
                unit.add(text, from: "\(folder)/\(name)")
                isFound = true
            }
        }
        guard isFound else { return .absent }
        switch dropIns(of: name, on: host) {
        case .unreadable(let reason): return .unreadable(reason)
        case .absent: break
        case .known(let files):
            for file in files {
                guard let text = file.text else { return .unreadable("\(file.path): its text was not collected") }
                unit.add(text, from: file.path)
            }
        }
        return .known(unit)
    }

    /// The drop-ins by the names of their files, whichever folder they are in; of one name the strongest folder's.
    private static func dropIns(of name: String, on host: HostEvidence) -> Reading<[HostFile]> {
        var byName: [String: HostFile] = [:]
        for place in dropInNames(name).reversed() {
            for folder in systemFolders.map({ "\($0)/\(place)" }) {
                if case .unreadable(let reason) = host.file(folder) { return .unreadable(reason) }
                for file in host.files(below: folder) where file.path.hasSuffix(".conf") {
                    let own = String(file.path.dropFirst(folder.utf8.count + 1))
                    guard !own.contains("/"), byName[own] == nil else { continue }
                    if let problem = file.problem { return .unreadable("\(file.path): \(problem)") }
                    byName[own] = file
                }
            }
        }
        return .known(byName.sorted { $0.key < $1.key }.map(\.value))
    }

    /// Adds what a file says.
    mutating func add(_ text: String, from path: String) {
        paths.append(path)
        var section = ""
        for line in Self.logicalLines(text) {
            if line.hasPrefix("["), line.hasSuffix("]") {
                section = String(line.dropFirst().dropLast())
            } else if let equals = line.firstIndex(of: "=") {
                let name = line[..<equals].trimmed
                let value = line[line.index(after: equals)...].trimmed
                settings.append(Setting(section: section, name: name, value: value, path: path))
            }
        }
    }

    /// The lines without comments; one that ends with a backslash goes on in the next, comments between them or not.
    private static func logicalLines(_ text: String) -> [String] {
        var lines: [String] = []
        var open = ""
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(\.trimmed) {
            if line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasSuffix("\\") {
                open += line.dropLast() + " "
            } else {
                let whole = (open + line).trimmed
                if !whole.isEmpty { lines.append(whole) }
                open = ""
            }
        }
        return open.isEmpty ? lines : lines + [open.trimmed]
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        let rest = drop(while: isSpace)
        guard let last = rest.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(rest[...last])
    }
}
