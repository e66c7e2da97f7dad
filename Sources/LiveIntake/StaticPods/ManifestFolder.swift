internal import Intake

/// A folder of manifests as the kubelet reads it, looked at time and again.
///
/// What counts is what counts for the kubelet (pkg/kubelet/config/file.go): every regular file, links followed, whatever
/// its name ends in, but none whose name begins with a dot, and nothing in folders below. A path may name one file, too.
struct ManifestFolder {
    /// A manifest as it was last seen.
    struct Manifest {
        /// How its file looked; nil once its content is known.
        var unread: Look?
        var known: Look?
        /// Of the content that was given last.
        var hash: String?
    }

    /// What tells that a file may have changed.
    struct Look: Equatable {
        var identity: FileIdentity
        var size: Int
        var modified: Int64
    }

    enum Change: Equatable {
        case content(path: String, [UInt8], hash: String, isCut: Bool)
        case gone(path: String)
    }

    let path: String
    let maximumBytes: Int
    private(set) var manifests: [String: Manifest]

    /// - Parameter hashes: of the contents that were given, by their paths.
    init(path: String, maximumBytes: Int, hashes: [String: String]) {
        self.path = path
        self.maximumBytes = maximumBytes
        manifests = hashes.mapValues { Manifest(hash: $0) }
    }

    /// What has changed since the last look; a file only once it looks as it did the last time, so that none is read while
    /// it is written.
    mutating func changes() throws(IntakeError) -> (changes: [Change], isSettled: Bool) {
        var changes: [Change] = []
        var isSettled = true
        let paths = try paths()
        for gone in manifests.keys.filter({ !paths.contains($0) }).sorted() {
            manifests[gone] = nil
            changes.append(.gone(path: gone))
        }
        for path in paths {
            guard let found = FileStatus.regularFile(at: path) else { continue }
            let look = Look(identity: found.identity, size: found.status.size ?? 0, modified: found.status.modified)
            var manifest = manifests[path] ?? Manifest()
            defer { manifests[path] = manifest }
            guard manifest.known != look else { continue }
            guard manifest.unread == look else {
                manifest.unread = look
                isSettled = false
                continue
            }
            guard let (bytes, isCut) = read(path, look) else {
                manifest.unread = nil
                isSettled = false
                continue
            }
            (manifest.unread, manifest.known) = (nil, look)
            let hash = ManifestHash(bytes).text
            // An empty file is one whose content is still to come.
            guard hash != manifest.hash, !bytes.isEmpty else { continue }
            manifest.hash = hash
            changes.append(.content(path: path, bytes, hash: hash, isCut: isCut))
        }
        return (changes, isSettled)
    }

    private func paths() throws(IntakeError) -> [String] {
        switch FileKind(at: path) {
        case .file: return [path]
        case .special: throw IntakeError("\(PathText.shown(path)) is neither a folder nor a file")
        case nil:
            throw IntakeError(
                "\(PathText.shown(path)): \(FileKind.reasonForNone(at: path) ?? "it cannot be looked at")"
            )
        case .folder:
            do throws(IntakeError) {
                return try FolderNames.list(path).map(path.appending(fileName:)).filter { FileKind(at: $0) == .file }
            } catch {
                throw IntakeError(
                    "\(PathText.shown(path)) cannot be listed: \(error.description); let the user that this runs as read it"
                )
            }
        }
    }

    /// The content, if it is what `look` speaks of and stays so while it is read.
    private func read(_ path: String, _ look: Look) -> (bytes: [UInt8], isCut: Bool)? {
        guard let file = try? PlainFile(path: path), file.identity == look.identity else { return nil }
        var bytes = [UInt8](repeating: 0, count: min(look.size, maximumBytes))
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe (try? file.read(at: 0, into: $0)) ?? -1 }
        guard count == bytes.count, let status = try? file.status(), status.size == look.size,
            status.modified == look.modified
        else { return nil }
        return (bytes, look.size > maximumBytes)
    }
}
