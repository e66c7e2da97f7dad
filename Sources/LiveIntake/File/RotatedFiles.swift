internal import Intake

/// The files that a log was rotated into, as they stand beside it now.
struct RotatedFiles {
    struct File {
        var path: String
        var identity: FileIdentity
        var status: FileStatus
        var name: RotatedName

        func opened() -> (any StoredFile)? {
            if name.isCompressed { return try? CompressedFile(path: path) }
            return try? PlainFile(path: path)
        }
    }

    /// Oldest first.
    var files: [File]

    /// Those of the log at `path`, which is no link; none where its folder cannot be read.
    init(of path: String) {
        let folder = path.folderPath
        let base = path.fileName
        let names = (try? FolderNames.list(folder)) ?? []
        let found = names.compactMap { name -> File? in
            guard let rotated = RotatedName(name, of: base) else { return nil }
            let path = folder.appending(fileName: name)
            guard let (identity, status) = FileStatus.regularFile(at: path) else { return nil }
            return File(path: path, identity: identity, status: status, name: rotated)
        }
        // While it is compressed, a file stands there twice.
        let plain = found.filter { !$0.name.isCompressed }
        files = found.filter { file in !file.name.isCompressed || !plain.contains { $0.name.age == file.name.age } }
        sort()
    }

    private mutating func sort() {
        let ages = files.map(\.name.age)
        if let counts = Self.counts(ages) {
            files = zip(files, counts).sorted { $0.1 > $1.1 }.map(\.0)
        } else if let dates = Self.dates(ages) {
            files = zip(files, dates).sorted { $0.1 < $1.1 }.map(\.0)
        } else {
            // Rotation was configured anew: names of two kinds tell nothing about each other.
            files.sort { $0.status.modified < $1.status.modified }
        }
    }

    private static func counts(_ ages: [RotatedName.Age]) -> [Int]? {
        let counts = ages.compactMap { if case .count(let count) = $0 { count } else { nil } }
        return counts.count == ages.count ? counts : nil
    }

    private static func dates(_ ages: [RotatedName.Age]) -> [String]? {
        let dates = ages.compactMap { if case .date(let date) = $0 { date } else { nil } }
        return dates.count == ages.count ? dates : nil
    }
}

extension String {
    /// The folder of a path, `/` for what stands in the root and `.` for a bare name.
    var folderPath: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }

    /// What stands behind the last slash.
    var fileName: String {
        guard let slash = lastIndex(of: "/") else { return self }
        return String(self[index(after: slash)...])
    }

    func appending(fileName name: String) -> String { hasSuffix("/") ? self + name : "\(self)/\(name)" }
}
