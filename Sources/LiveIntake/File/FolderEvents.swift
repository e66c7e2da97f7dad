internal import Intake
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// What the kernel has told of folders and nobody has asked for yet.
final class FolderEvents: Sendable {
    struct Changes: Sendable {
        /// Paths below the folders as they were named.
        var paths: Set<String> = []
        /// Whether names came or went.
        var hasNewNames = false
        /// Whether more has changed than could be noted.
        var isIncomplete = false
    }

    private struct State {
        var changes = Changes()
        /// Folders by their watches; two names of one folder have the same.
        var folders: [Int32: Set<String>] = [:]
        var watches: [String: Int32] = [:]
        /// Files whose growth is told; in any folder there may be others that grow all the time.
        var wanted: Set<String> = []
    }

    private let state = Mutex(State())
    private static let maximumPaths = 65_536

    func taken() -> Changes {
        state.withLock { state in
            defer { state.changes = Changes() }
            return state.changes
        }
    }

    func setWanted(_ paths: Set<String>) { state.withLock { $0.wanted = paths } }

    func isWatched(_ folder: String) -> Bool { state.withLock { $0.watches[folder] != nil } }

    func name(_ watch: Int32, _ folder: String) {
        state.withLock { state in
            state.folders[watch, default: []].insert(folder)
            state.watches[folder] = watch
        }
    }

    /// Forgets the folders that are no longer asked for; the watches that nobody needs then.
    func leaveAll(but folders: Set<String>) -> [Int32] {
        state.withLock { state in
            state.watches.filter { !folders.contains($0.key) }.compactMap { folder, watch in
                state.watches[folder] = nil
                state.folders[watch]?.remove(folder)
                guard state.folders[watch]?.isEmpty == true else { return nil }
                state.folders[watch] = nil
                return watch
            }
        }
    }

    #if canImport(Glibc)
        private static let naming =
            UInt32(IN_CREATE) | UInt32(IN_DELETE) | UInt32(IN_MOVED_FROM) | UInt32(IN_MOVED_TO)
        /// What is asked for: names that come and go, and growth.
        static let mask = naming | UInt32(IN_MODIFY) | UInt32(IN_ATTRIB) | UInt32(IN_CLOSE_WRITE) | UInt32(IN_ONLYDIR)

        private static let bufferBytes = 64 << 10

        /// Reads every event that is there; whether anybody wants to know.
        func read(from descriptor: Int32) -> Bool {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferBytes, alignment: 8)
            defer { unsafe buffer.deallocate() }
            let header = MemoryLayout<inotify_event>.size
            var isWanted = false
            while true {
                let count = unsafe Glibc.read(descriptor, buffer.baseAddress, Self.bufferBytes)
                guard count > 0 else { return isWanted }
                var start = 0
                while start + header <= count {
                    let event = unsafe buffer.loadUnaligned(fromByteOffset: start, as: inotify_event.self)
                    let end = min(count, start + header + Int(event.len))
                    let name = unsafe Array(buffer[(start + header)..<end].prefix { $0 != 0 })
                    isWanted = note(event.wd, event.mask, PathText.text(of: name)) || isWanted
                    start = end
                }
            }
        }

        private func note(_ watch: Int32, _ mask: UInt32, _ name: String) -> Bool {
            state.withLock { state in
                guard mask & UInt32(IN_Q_OVERFLOW) == 0 else {
                    state.changes.isIncomplete = true
                    return true
                }
                guard let folders = state.folders[watch] else { return false }
                guard mask & UInt32(IN_IGNORED) == 0 else {
                    // The folder is gone.
                    state.folders[watch] = nil
                    for folder in folders { state.watches[folder] = nil }
                    state.changes.hasNewNames = true
                    return true
                }
                let isNaming = mask & Self.naming != 0
                let paths = folders.map { $0.appending(fileName: name) }.filter {
                    isNaming || state.wanted.contains($0)
                }
                guard !paths.isEmpty else { return false }
                if state.changes.paths.count < Self.maximumPaths {
                    state.changes.paths.formUnion(paths)
                } else {
                    state.changes.isIncomplete = true
                }
                state.changes.hasNewNames = state.changes.hasNewNames || isNaming
                return true
            }
        }
    #endif
}
